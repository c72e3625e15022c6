// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The plainest flash: fast enough for fuzzing, and without rules.
#pragma once

#include <algorithm>
#include <array>

#include "hal/flash.hpp"

namespace linnet::release::testing {

template <std::size_t kSize>
class MemoryFlash final : public hal::Flash {
 public:
  /// Holds `content`, as far as it fits, and is erased behind.
  MemoryFlash(const hal::FlashGeometry& geometry, Bytes content) : geometry_(geometry) {
    Reset(content);
  }
  void Reset(Bytes content) {
    bytes_.fill(geometry_.erased_value);
    CopyBytes(content, bytes_);
  }

  [[nodiscard]] const hal::FlashGeometry& geometry() const override { return geometry_; }
  Status Read(std::uint32_t offset, MutableBytes out) override {
    if (offset > kSize || out.size() > kSize - offset) {
      return Code::kOutOfRange;
    }
    CopyBytes(Bytes(bytes_).subspan(offset, out.size()), out);
    return OkStatus();
  }
  Status Program(std::uint32_t offset, Bytes data) override {
    if (offset > kSize || data.size() > kSize - offset) {
      return Code::kOutOfRange;
    }
    CopyBytes(data, MutableBytes(bytes_).subspan(offset));
    return OkStatus();
  }
  Status ErasePage(std::uint32_t offset) override {
    if (offset >= kSize || offset % geometry_.page_size != 0) {
      return Code::kOutOfRange;
    }
    std::fill_n(bytes_.begin() + offset, geometry_.page_size, geometry_.erased_value);
    return OkStatus();
  }

 private:
  hal::FlashGeometry geometry_;
  std::array<std::byte, kSize> bytes_{};
};

}  // namespace linnet::release::testing
