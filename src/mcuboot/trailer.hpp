// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The last bytes of a slot, in which stock MCUboot and the application leave word for each other.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/status.hpp"
#include "hal/flash.hpp"

namespace linnet::mcuboot {

/// What a magic or a flag says. MCUboot compares exactly: kTorn matches no row of its tables.
enum class Mark : std::uint8_t {
  kUnset,  ///< Erased.
  kSet,
  kTorn,  ///< Anything else.
};

/// What MCUboot will do at the next start; the values stand in flash.
enum class SwapType : std::uint8_t {
  kNone = 1,
  kTest = 2,       ///< Install, and take back unless confirmed.
  kPermanent = 3,  ///< Install for good.
  kRevert = 4,     ///< Take the last installation back.
};

inline constexpr std::uint32_t kMagicSize = 16;
inline constexpr std::uint32_t kMaxAlign = 32;

/// Where the fields lie, in bytes back from the slot's end.
struct TrailerLayout {
  std::uint32_t align = 8;  ///< BOOT_MAX_ALIGN of the loader: 8, 16 or 32.

  [[nodiscard]] static constexpr std::uint32_t magic() { return kMagicSize; }
  [[nodiscard]] constexpr std::uint32_t image_ok() const {
    return (kMagicSize + 2 * align - 1) / align * align;
  }
  [[nodiscard]] constexpr std::uint32_t copy_done() const { return image_ok() + align; }
  [[nodiscard]] constexpr std::uint32_t swap_info() const { return copy_done() + align; }
  /// Everything above, and the swap size below it.
  [[nodiscard]] constexpr std::uint32_t fields() const { return swap_info() + align; }
};

/// As it stands behind images of a loader with that alignment.
std::array<std::byte, kMagicSize> TrailerMagic(std::uint32_t align);

struct Trailer {
  Mark magic = Mark::kUnset;
  Mark image_ok = Mark::kUnset;
  Mark copy_done = Mark::kUnset;
  /// Low nibble: SwapType; high nibble: number of the image. Meaningless unless somebody wrote it.
  std::byte swap_info{};
};

/// `slot` is all of a slot; its program unit is at most layout.align. What the flash returned.
Status ReadTrailer(hal::Flash& slot, const TrailerLayout& layout, Trailer& out);

/// Each programs whole units that must be erased. What the flash returned.
Status WriteMagic(hal::Flash& slot, const TrailerLayout& layout);
Status WriteImageOk(hal::Flash& slot, const TrailerLayout& layout);
Status WriteCopyDone(hal::Flash& slot, const TrailerLayout& layout);
Status WriteSwapInfo(hal::Flash& slot, const TrailerLayout& layout, SwapType type,
                     std::uint8_t image);
/// Sets every bit of image_ok: MCUboot does not take such an image back, and it is allowed where a
/// write was cut (hal/flash.hpp).
Status SpoilImageOk(hal::Flash& slot, const TrailerLayout& layout);
/// The pages that hold the fields.
Status EraseTrailer(hal::Flash& slot, const TrailerLayout& layout);

/// How the loader exchanges the slots; what matters here is which rows its table has.
enum class SwapMode : std::uint8_t { kMove, kScratch, kOffset };

/// MCUboot's decision for one image, by its table, before it looks at other images.
SwapType DecideSwap(const Trailer& primary, const Trailer& secondary, SwapMode mode);

}  // namespace linnet::mcuboot
