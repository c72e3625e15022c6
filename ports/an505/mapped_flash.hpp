// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A NOR flash that is really memory: its rules are kept here, because the memory has none.
#pragma once

#include <cstdint>

#include "base/view.hpp"
#include "hal/flash.hpp"

namespace linnet::an505 {

/// Link-time hook: a caller broke a rule of NOR flash that no status code covers. On the board it
/// prints the rule and the offset and stops with a fault; on a host it ends the process.
[[noreturn]] void FlashRuleBroken(const char* rule, std::uint32_t offset);

/// Serves both flashes of the board, and the host tools that write the flash file. No pointer into
/// the medium leaves it, so a caller cannot tell the memory-mapped flash from the one behind SPI.
///
/// Programming a unit that is not erased calls FlashRuleBroken, even where the new bits would only
/// clear old ones: Linnet never programs twice, whatever a given part would allow. Alignment and
/// range are judged by status codes, as hal::Flash says.
///
/// Power loss: bytes are stored in ascending order; a kill between two stores leaves the front part
/// of the operation done.
class MappedFlash final : public hal::Flash {
 public:
  /// `medium` has `geometry.size` bytes. `wear` is empty, or has a counter for each page that
  /// ErasePage raises.
  MappedFlash(Span<std::byte> medium, const hal::FlashGeometry& geometry,
              Span<std::uint32_t> wear = {})
      : medium_(medium), geometry_(geometry), wear_(wear) {}

  [[nodiscard]] const hal::FlashGeometry& geometry() const override { return geometry_; }
  Status Read(std::uint32_t offset, MutableBytes out) override;
  Status Program(std::uint32_t offset, Bytes data) override;
  Status ErasePage(std::uint32_t offset) override;

 private:
  [[nodiscard]] bool InRange(std::uint32_t offset, std::size_t size) const {
    return offset <= geometry_.size && size <= geometry_.size - offset;
  }

  Span<std::byte> medium_;
  hal::FlashGeometry geometry_;
  Span<std::uint32_t> wear_;
};

}  // namespace linnet::an505
