// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "mcuboot/trailer.hpp"

#include <algorithm>
#include <span>

#include "base/endian.hpp"

namespace linnet::mcuboot {
namespace {

constexpr std::uint32_t kSmallAlign = 8;
constexpr std::byte kFlagSet{1};

constexpr std::array<std::uint8_t, kMagicSize> kSmallMagic = {
    0x77, 0xC2, 0x95, 0xF3, 0x60, 0xD2, 0xEF, 0x7F, 0x35, 0x52, 0x50, 0x0F, 0x2C, 0xB6, 0x79, 0x80};
/// Behind the alignment, two bytes.
constexpr std::array<std::uint8_t, kMagicSize - 2> kLargeMagic = {
    0x2D, 0xE1, 0x5D, 0x29, 0x41, 0x0B, 0x8D, 0x77, 0x67, 0x9C, 0x11, 0x0F, 0x1F, 0x8A};

Mark JudgeFlag(std::byte value, std::byte erased) {
  if (value == erased) {
    return Mark::kUnset;
  }
  return value == kFlagSet ? Mark::kSet : Mark::kTorn;
}

/// A field that is one byte, and erased up to the next unit.
Status WriteByte(hal::Flash& slot, std::uint32_t from_end, std::byte value, std::byte rest) {
  const hal::FlashGeometry& geometry = slot.geometry();
  std::array<std::byte, kMaxAlign> unit;
  unit.fill(rest);
  unit[0] = value;
  return slot.Program(geometry.size - from_end, Bytes(unit).first(geometry.program_unit));
}

}  // namespace

std::array<std::byte, kMagicSize> TrailerMagic(std::uint32_t align) {
  std::array<std::byte, kMagicSize> magic{};
  if (align <= kSmallAlign) {
    CopyBytes(std::as_bytes(std::span(kSmallMagic)), magic);
    return magic;
  }
  StoreLe16(static_cast<std::uint16_t>(align), magic);
  CopyBytes(std::as_bytes(std::span(kLargeMagic)), MutableBytes(magic).subspan(2));
  return magic;
}

Status ReadTrailer(hal::Flash& slot, const TrailerLayout& layout, Trailer& out) {
  const std::byte erased = slot.geometry().erased_value;
  std::array<std::byte, std::size_t{5} * kMaxAlign> buffer;
  const std::uint32_t size = layout.swap_info();
  LINNET_TRY(slot.Read(slot.geometry().size - size, MutableBytes(buffer).first(size)));
  const Bytes magic = Bytes(buffer).subspan(size - TrailerLayout::magic(), kMagicSize);
  const bool unset = std::ranges::all_of(magic, [&](std::byte b) { return b == erased; });
  out.magic = unset                                      ? Mark::kUnset
              : Equal(magic, TrailerMagic(layout.align)) ? Mark::kSet
                                                         : Mark::kTorn;
  out.image_ok = JudgeFlag(buffer[size - layout.image_ok()], erased);
  out.copy_done = JudgeFlag(buffer[size - layout.copy_done()], erased);
  out.swap_info = buffer[size - layout.swap_info()];
  return OkStatus();
}

Status WriteMagic(hal::Flash& slot, const TrailerLayout& layout) {
  const hal::FlashGeometry& geometry = slot.geometry();
  std::array<std::byte, kMaxAlign> unit;
  unit.fill(geometry.erased_value);
  const std::size_t size = std::max<std::size_t>(kMagicSize, geometry.program_unit);
  CopyBytes(TrailerMagic(layout.align), MutableBytes(unit).subspan(size - kMagicSize, kMagicSize));
  return slot.Program(geometry.size - static_cast<std::uint32_t>(size), Bytes(unit).first(size));
}

Status WriteImageOk(hal::Flash& slot, const TrailerLayout& layout) {
  return WriteByte(slot, layout.image_ok(), kFlagSet, slot.geometry().erased_value);
}

Status WriteCopyDone(hal::Flash& slot, const TrailerLayout& layout) {
  return WriteByte(slot, layout.copy_done(), kFlagSet, slot.geometry().erased_value);
}

Status WriteSwapInfo(hal::Flash& slot, const TrailerLayout& layout, SwapType type,
                     std::uint8_t image) {
  const auto value = static_cast<std::byte>(image << 4U | static_cast<unsigned>(type));
  return WriteByte(slot, layout.swap_info(), value, slot.geometry().erased_value);
}

Status SpoilImageOk(hal::Flash& slot, const TrailerLayout& layout) {
  const std::byte all = ~slot.geometry().erased_value;
  return WriteByte(slot, layout.image_ok(), all, all);
}

Status EraseTrailer(hal::Flash& slot, const TrailerLayout& layout) {
  const hal::FlashGeometry& geometry = slot.geometry();
  const std::uint32_t pages = (layout.fields() + geometry.page_size - 1) / geometry.page_size;
  for (std::uint32_t page = 1; page <= pages; ++page) {
    LINNET_TRY(slot.ErasePage(geometry.size - page * geometry.page_size));
  }
  return OkStatus();
}

SwapType DecideSwap(const Trailer& primary, const Trailer& secondary, SwapMode mode) {
  if (secondary.magic == Mark::kSet) {
    if (mode == SwapMode::kOffset && secondary.image_ok == Mark::kUnset &&
        secondary.copy_done == Mark::kSet) {
      return SwapType::kRevert;
    }
    if (secondary.image_ok == Mark::kUnset) {
      return SwapType::kTest;
    }
    if (secondary.image_ok == Mark::kSet) {
      return SwapType::kPermanent;
    }
  }
  const bool tried = primary.magic == Mark::kSet && primary.image_ok == Mark::kUnset &&
                     primary.copy_done == Mark::kSet;
  return tried ? SwapType::kRevert : SwapType::kNone;
}

}  // namespace linnet::mcuboot
