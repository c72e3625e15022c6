// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The sections and symbols of an ELF file, checked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct Elf;

namespace linnet::size {

/// Where a section's bytes count, as Berkeley `size` sorts them.
enum class Class : std::uint8_t { kText, kData, kBss };

struct Section {
  std::string name;
  std::uint64_t address = 0;
  std::uint64_t load_address = 0;  ///< Where its bytes lie in flash; `address` if they do not move.
  std::uint64_t size = 0;
  Class kind = Class::kText;
  bool executable = false;
  std::span<const std::byte> bytes;  ///< Empty if the file holds none.

  [[nodiscard]] bool Contains(std::uint64_t at) const {
    return at >= address && at - address < size;
  }
  [[nodiscard]] bool in_flash() const { return kind != Class::kBss; }
  /// Data, zeroed memory, and code that is copied into RAM before it runs.
  [[nodiscard]] bool in_ram() const { return kind != Class::kText || load_address != address; }
};

struct Symbol {
  std::string_view name;      ///< Lives as long as the image.
  std::uint64_t address = 0;  ///< Without the Thumb bit.
  std::uint64_t size = 0;
  bool function = false;
  bool global = false;
};

/// An ELF file of 32 or 64 bits; its content stays in memory as long as this does.
class ElfImage {
 public:
  /// Maps the file. Throws BadInput if it is no ELF file, or damaged.
  static ElfImage FromFile(const std::string& path);
  /// For tests: takes the bytes of a file.
  static ElfImage FromBytes(std::string name, std::vector<char> bytes);
  ElfImage(ElfImage&&) noexcept;
  ElfImage& operator=(ElfImage&&) = delete;
  ~ElfImage();

  [[nodiscard]] const std::string& name() const { return name_; }
  /// Allocated sections with a size, by address.
  [[nodiscard]] const std::vector<Section>& sections() const { return sections_; }
  /// Functions, objects and labels in those sections, by address; no section or mapping symbols.
  [[nodiscard]] const std::vector<Symbol>& symbols() const { return symbols_; }
  [[nodiscard]] Elf* elf() const { return elf_; }
  [[nodiscard]] bool arm() const { return arm_; }
  /// The section that holds `address`, or nullptr.
  [[nodiscard]] const Section* Find(std::uint64_t address) const;
  /// `count` bytes at an address, or nothing where the file holds none.
  [[nodiscard]] std::span<const std::byte> BytesAt(std::uint64_t address,
                                                   std::uint64_t count) const;

 private:
  explicit ElfImage(std::string name) : name_(std::move(name)) {}
  void Load();
  void ReadSections();
  void ReadSymbols();

  std::string name_;
  std::vector<char> owned_;
  int file_ = -1;
  Elf* elf_ = nullptr;
  bool arm_ = false;
  std::vector<Section> sections_;
  std::vector<Symbol> symbols_;
};

/// What `arm-none-eabi-size` prints.
struct Totals {
  std::uint64_t text = 0;
  std::uint64_t data = 0;
  std::uint64_t bss = 0;
};
Totals Sum(const ElfImage& image);

}  // namespace linnet::size
