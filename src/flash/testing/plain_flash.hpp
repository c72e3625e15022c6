// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A small flash in memory for fuzzing: quick, with open content, and with the rules kept.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/assert.hpp"
#include "base/view.hpp"
#include "hal/flash.hpp"

namespace linnet::flash::testing {

/// Four pages of 1 KiB. Programming a unit twice asserts, except where ForgetRules was called
/// since: content that a fuzzer made has no history. Power cuts are for sim::NorFlash.
class PlainFlash final : public hal::Flash {
 public:
  static constexpr std::uint32_t kPageSize = 1024;
  static constexpr std::uint32_t kSize = 4 * kPageSize;

  PlainFlash(std::uint32_t unit, std::byte erased) : geometry_{kSize, kPageSize, unit, erased} {
    content_.fill(erased);
  }

  [[nodiscard]] Span<std::byte> content() { return content_; }
  /// Units count as programmed exactly where a byte is not erased.
  void ForgetRules() {
    for (std::uint32_t i = 0; i < kSize; ++i) {
      programmed_[i] = content_[i] != geometry_.erased_value;
    }
  }

  [[nodiscard]] const hal::FlashGeometry& geometry() const override { return geometry_; }

  Status Read(std::uint32_t offset, MutableBytes out) override {
    LINNET_ASSERT(offset <= kSize && out.size() <= kSize - offset);
    CopyBytes(Bytes(content_).subspan(offset, out.size()), out);
    return OkStatus();
  }

  Status Program(std::uint32_t offset, Bytes data) override {
    LINNET_ASSERT(offset <= kSize && data.size() <= kSize - offset);
    LINNET_ASSERT(offset % geometry_.program_unit == 0);
    LINNET_ASSERT(data.size() % geometry_.program_unit == 0);
    for (std::size_t i = 0; i < data.size(); ++i) {
      LINNET_ASSERT(!programmed_[offset + i]);
      programmed_[offset + i] = true;
      content_[offset + i] = data[i];
    }
    return OkStatus();
  }

  Status ErasePage(std::uint32_t offset) override {
    LINNET_ASSERT(offset < kSize && offset % kPageSize == 0);
    std::fill_n(content_.begin() + offset, kPageSize, geometry_.erased_value);
    std::fill_n(programmed_.begin() + offset, kPageSize, false);
    return OkStatus();
  }

 private:
  hal::FlashGeometry geometry_;
  std::array<std::byte, kSize> content_{};
  std::array<bool, kSize> programmed_{};
};

}  // namespace linnet::flash::testing
