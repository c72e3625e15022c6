// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "ports/linux/file_flash.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <vector>

#include "base/assert.hpp"

namespace linnet::posix {

namespace {

constexpr std::uint32_t kMaxProgramUnit = 32;

bool IsUsable(const hal::FlashGeometry& geometry) {
  return std::has_single_bit(geometry.program_unit) && geometry.program_unit <= kMaxProgramUnit &&
         geometry.page_size != 0 && geometry.page_size % geometry.program_unit == 0 &&
         geometry.size != 0 && geometry.size % geometry.page_size == 0;
}

bool IsUsable(const hal::FlashGeometry& whole, FileFlash::Window window) {
  return window.start % whole.page_size == 0 && window.size % whole.page_size == 0 &&
         window.size != 0 && window.start < whole.size && window.size <= whole.size - window.start;
}

}  // namespace

FileFlash::~FileFlash() {
  if (file_ >= 0) {
    close(file_);
  }
}

Status FileFlash::Open(const std::string& path, const hal::FlashGeometry& whole, Window window) {
  if (!IsUsable(whole) || !IsUsable(whole, window) || file_ >= 0) {
    return Code::kInvalidArgument;
  }
  geometry_ = whole;
  file_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  struct stat info = {};
  if (file_ < 0 || fstat(file_, &info) != 0) {
    return Code::kUnavailable;
  }
  if (info.st_size == 0) {
    LINNET_TRY(MakeErased(whole.size));
  } else if (info.st_size != whole.size) {
    return Code::kInvalidArgument;
  }
  start_ = window.start;
  geometry_.size = window.size;
  return OkStatus();
}

Status FileFlash::MakeErased(std::uint32_t size) {
  const std::vector<std::byte> page(geometry_.page_size, geometry_.erased_value);
  for (std::uint32_t at = 0; at < size; at += geometry_.page_size) {
    if (!WriteAt(at, page).ok()) {
      return Code::kUnavailable;
    }
  }
  return OkStatus();
}

Status FileFlash::Check(std::uint32_t offset, std::size_t size) const {
  if (file_ < 0) {
    return Code::kFailedPrecondition;
  }
  const bool inside = offset <= geometry_.size && size <= geometry_.size - offset;
  return inside ? OkStatus() : Status(Code::kOutOfRange);
}

Status FileFlash::WriteAt(std::uint32_t offset, Bytes data) const {
  const ssize_t written = pwrite(file_, data.data(), data.size(), off_t{start_} + offset);
  return written == static_cast<ssize_t>(data.size()) ? OkStatus() : Status(Code::kDataLoss);
}

Status FileFlash::Read(std::uint32_t offset, MutableBytes out) {
  LINNET_TRY(Check(offset, out.size()));
  const ssize_t got = pread(file_, out.data(), out.size(), off_t{start_} + offset);
  return got == static_cast<ssize_t>(out.size()) ? OkStatus() : Status(Code::kDataLoss);
}

Status FileFlash::Program(std::uint32_t offset, Bytes data) {
  LINNET_TRY(Check(offset, data.size()));
  if (offset % geometry_.program_unit != 0 || data.size() % geometry_.program_unit != 0) {
    return Code::kInvalidArgument;
  }
  std::vector<std::byte> before(data.size());
  LINNET_TRY(Read(offset, before));
  LINNET_ASSERT(std::all_of(before.begin(), before.end(),
                            [this](std::byte value) { return value == geometry_.erased_value; }));
  return WriteAt(offset, data);
}

Status FileFlash::ErasePage(std::uint32_t offset) {
  LINNET_TRY(Check(offset, geometry_.page_size));
  if (offset % geometry_.page_size != 0) {
    return Code::kInvalidArgument;
  }
  return WriteAt(offset, std::vector<std::byte>(geometry_.page_size, geometry_.erased_value));
}

}  // namespace linnet::posix
