// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What DWARF says about an image: which source each function and object came from, and what was
// inlined where.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tools/size/elf_image.hpp"

namespace linnet::size {

struct Origin {
  std::uint64_t address = 0;
  std::uint64_t size = 0;
  std::string_view name;     ///< As written in the source.
  std::string_view linkage;  ///< Mangled, or empty.
  std::string_view file;     ///< Where it is defined; with link-time optimisation, too.
  bool function = false;
};

/// Bytes that the copies of one inlined function take; what was inlined into a copy in turn counts
/// for that.
struct Inlined {
  std::string name;
  std::string file;
  std::uint64_t copies = 0;
  std::uint64_t bytes = 0;
};

/// Tells how far a long read has come: done and total compilation units.
using OnProgress = std::function<void(std::uint64_t done, std::uint64_t total)>;

/// Names point into the image, which must outlive this.
class DebugInfo {
 public:
  /// An image without DWARF gives an empty one. Damaged DWARF ends the walk where it is damaged,
  /// and `damaged()` is true.
  explicit DebugInfo(const ElfImage& image, const OnProgress& progress = {});
  DebugInfo(DebugInfo&&) noexcept;
  DebugInfo& operator=(DebugInfo&&) = delete;
  ~DebugInfo();

  [[nodiscard]] bool empty() const { return origins_.empty(); }
  [[nodiscard]] bool damaged() const { return damaged_; }
  /// By address.
  [[nodiscard]] const std::vector<Origin>& origins() const { return origins_; }
  [[nodiscard]] const std::vector<Inlined>& inlined() const { return inlined_; }
  /// What is defined at that address, the one called `name` if there are several; or nullptr.
  [[nodiscard]] const Origin* Find(std::uint64_t address, std::string_view name) const;
  /// The file of the line table at an address, or empty.
  [[nodiscard]] std::string_view LineFile(std::uint64_t address) const;

 private:
  struct Walk;

  void* dwarf_ = nullptr;
  bool damaged_ = false;
  std::vector<Origin> origins_;
  std::vector<Inlined> inlined_;
};

}  // namespace linnet::size
