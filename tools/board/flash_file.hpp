// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The file that is the emulated board's flash: made, opened and written from the host.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <vector>

#include "layout/an505.hpp"
#include "ports/an505/mapped_flash.hpp"

namespace linnet::board {

namespace layout = linnet::layout::an505;

/// What went wrong, where and what to do, in one sentence for a person.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// 16 MiB, mapped shared: what is written is in the file at once, for an emulator too. Not meant to
/// be written while the board runs.
class FlashFile {
 public:
  /// Makes a new board: both flashes erased, wear counters zero. Throws Error if `path` exists.
  static FlashFile Create(const std::filesystem::path& path);
  /// Throws Error if it is not there or has another size.
  static FlashFile Open(const std::filesystem::path& path);

  FlashFile(FlashFile&& other) noexcept;
  FlashFile& operator=(FlashFile&&) = delete;
  FlashFile(const FlashFile&) = delete;
  FlashFile& operator=(const FlashFile&) = delete;
  ~FlashFile();

  /// A partition as a flash of its own, by the rules of NOR flash; offsets count from its start.
  /// Valid as long as the FlashFile. For `settings`, `release` and tests.
  [[nodiscard]] an505::MappedFlash Window(const layout::Partition& partition) const;

  /// Erases the partition and programs `image` at its start. Throws Error if it does not fit.
  void Place(const layout::Partition& partition, Bytes image) const;

  /// How often the page at `offset` of the partition was erased since the file was made.
  [[nodiscard]] std::uint32_t EraseCount(const layout::Partition& partition,
                                         std::uint32_t offset) const;

 private:
  FlashFile(const std::filesystem::path& path, bool create);
  [[nodiscard]] std::span<std::uint32_t> Wear(const layout::Partition& partition) const;

  std::byte* medium_ = nullptr;
};

/// The whole content of a file. Throws Error.
std::vector<std::byte> ReadWholeFile(const std::filesystem::path& path);

}  // namespace linnet::board
