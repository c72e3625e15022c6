// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "mcuboot/slots.hpp"

#include <algorithm>

#include "release/store_view.hpp"

namespace linnet::mcuboot {
namespace {

Result<image::Info> Look(hal::Flash& slot, std::uint32_t offset) {
  release::FlashSource source(slot, offset, slot.geometry().size - offset);
  return image::Inspect(source);
}

}  // namespace

Status ReadView(const Setup& setup, std::size_t image, ImageView& out) {
  const ImageSlots& slots = setup.images[image];
  LINNET_TRY(ReadTrailer(*slots.primary, setup.layout, out.primary));
  LINNET_TRY(ReadTrailer(*slots.secondary, setup.layout, out.secondary));
  out.next = DecideSwap(out.primary, out.secondary, setup.mode);
  return OkStatus();
}

std::uint32_t CandidateOffset(const Setup& setup, std::size_t image) {
  return setup.mode == SwapMode::kOffset ? setup.images[image].secondary->geometry().page_size : 0;
}

std::uint32_t Capacity(const Setup& setup, std::size_t image) {
  const hal::FlashGeometry& primary = setup.images[image].primary->geometry();
  const hal::FlashGeometry& secondary = setup.images[image].secondary->geometry();
  const auto room = [&](const hal::FlashGeometry& geometry, std::uint32_t before) {
    const std::uint32_t pages =
        (setup.layout.fields() + geometry.page_size - 1) / geometry.page_size;
    const std::uint32_t used = pages * geometry.page_size + before;
    return geometry.size > used ? geometry.size - used : 0;
  };
  return std::min(room(primary, 0), room(secondary, CandidateOffset(setup, image)));
}

crypto::Digest DigestOf(hal::Flash& slot, std::uint32_t offset) {
  const Result<image::Info> info = Look(slot, offset);
  return info.ok() ? info->digest : crypto::Digest{};
}

image::Version VersionOf(hal::Flash& slot, std::uint32_t offset) {
  const Result<image::Info> info = Look(slot, offset);
  return info.ok() ? info->header.version : image::Version{};
}

}  // namespace linnet::mcuboot
