// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A window of another flash.
#pragma once

#include <cstdint>

#include "hal/flash.hpp"

namespace linnet::flash {

/// Offsets count from the window's start; nothing outside can be reached. `flash` outlives it.
class Region final : public hal::Flash {
 public:
  /// `offset` and `size` are whole pages inside `flash`; anything else is a programming error and
  /// asserts, because partition maps are checked when the software is built.
  Region(hal::Flash& flash, std::uint32_t offset, std::uint32_t size);

  [[nodiscard]] const hal::FlashGeometry& geometry() const override { return geometry_; }
  /// All three: kOutOfRange outside of the window, otherwise what the flash below returns.
  Status Read(std::uint32_t offset, MutableBytes out) override;
  Status Program(std::uint32_t offset, Bytes data) override;
  Status ErasePage(std::uint32_t offset) override;

 private:
  [[nodiscard]] Status Check(std::uint32_t offset, std::size_t size) const;

  hal::Flash& flash_;
  std::uint32_t offset_;
  hal::FlashGeometry geometry_;
};

}  // namespace linnet::flash
