// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A NOR flash in a file: the file keeps the bytes, this class keeps the rules.
#pragma once

#include <cstdint>
#include <string>

#include "hal/flash.hpp"

namespace linnet::posix {

/// A whole operation is one write to the file, so that a process killed at any moment leaves it
/// done or not done. That is kinder than a real flash; ports/sim is where power is cut inside an
/// operation. The machine's own power loss is not survived: nothing is forced to disk.
///
/// Breaking a rule that no status code covers (programming a unit that is not erased) asserts.
/// Two objects may use one file, in one process or two, if they write different pages.
class FileFlash final : public hal::Flash {
 public:
  FileFlash() = default;
  ~FileFlash();
  FileFlash(const FileFlash&) = delete;
  FileFlash& operator=(const FileFlash&) = delete;

  /// Where in the file this object's offset 0 lies, and how much of the file it sees; whole pages.
  struct Window {
    std::uint32_t start = 0;
    std::uint32_t size = 0;
  };

  /// Opens `path`, which holds a flash of geometry `whole`, or makes it, erased. Once, before
  /// anything else. kInvalidArgument: unusable geometry or window, or a file of another size.
  /// kUnavailable: the file cannot be opened, made or filled; errno says why.
  Status Open(const std::string& path, const hal::FlashGeometry& whole, Window window);
  Status Open(const std::string& path, const hal::FlashGeometry& whole) {
    return Open(path, whole, {.start = 0, .size = whole.size});
  }

  [[nodiscard]] const hal::FlashGeometry& geometry() const override { return geometry_; }
  /// kFailedPrecondition: not open. kDataLoss: the file system failed.
  Status Read(std::uint32_t offset, MutableBytes out) override;
  Status Program(std::uint32_t offset, Bytes data) override;
  Status ErasePage(std::uint32_t offset) override;

 private:
  Status MakeErased(std::uint32_t size);
  [[nodiscard]] Status Check(std::uint32_t offset, std::size_t size) const;
  [[nodiscard]] Status WriteAt(std::uint32_t offset, Bytes data) const;

  int file_ = -1;
  std::uint32_t start_ = 0;
  hal::FlashGeometry geometry_;
};

}  // namespace linnet::posix
