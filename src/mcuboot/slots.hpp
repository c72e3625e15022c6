// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The slots of a board whose loader is stock MCUboot, and what lies in them.
#pragma once

#include <array>
#include <cstdint>

#include "base/view.hpp"
#include "image/manifest.hpp"
#include "image/verify.hpp"
#include "mcuboot/trailer.hpp"
#include "release/boot_control.hpp"

namespace linnet::mcuboot {

/// One image of the loader. Its number is its place in the table; 0 is the application. Not owned.
struct ImageSlots {
  hal::Flash* primary = nullptr;
  hal::Flash* secondary = nullptr;
};

struct Setup {
  Span<const ImageSlots> images{};  ///< 1 to release::kMaxBootImages.
  TrailerLayout layout{};
  SwapMode mode = SwapMode::kMove;
};

/// One image, as the loader will see it.
struct ImageView {
  Trailer primary{};
  Trailer secondary{};
  SwapType next = SwapType::kNone;

  /// It runs, and nobody has confirmed it. A torn image_ok is as good as a set one: the loader
  /// takes such an image never back.
  [[nodiscard]] bool on_trial() const {
    return primary.magic == Mark::kSet && primary.image_ok == Mark::kUnset;
  }
  [[nodiscard]] bool pending() const {
    return next == SwapType::kTest || next == SwapType::kPermanent;
  }
};

Status ReadView(const Setup& setup, std::size_t image, ImageView& out);

/// Bytes of a secondary slot before a candidate: swap-offset wants the first page free.
std::uint32_t CandidateOffset(const Setup& setup, std::size_t image);
/// Bytes that an image may take, without the pages of the trailer's fields. The loader keeps its
/// swap status there, too: the board's slots must have room for it.
std::uint32_t Capacity(const Setup& setup, std::size_t image);

/// The image of the slot as it names itself, unverified; `offset` is where it begins. All zero: no
/// image is there.
crypto::Digest DigestOf(hal::Flash& slot, std::uint32_t offset);
/// 0.0.0 when no image is there.
image::Version VersionOf(hal::Flash& slot, std::uint32_t offset);

}  // namespace linnet::mcuboot
