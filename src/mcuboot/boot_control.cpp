// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "mcuboot/boot_control.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "release/store_view.hpp"

namespace linnet::mcuboot {
namespace {

using release::ReleaseState;

/// Whether `from` cannot run with the version of `image` that lies there now.
bool Needs(const image::Info& from, std::uint8_t image, const image::Version& now) {
  const auto all = std::span(from.dependencies).first(from.dependency_count);
  return std::ranges::any_of(all, [&](const image::Dependency& dependency) {
    return dependency.image == image && dependency.minimum > now;
  });
}

constexpr int kReads = 16;

}  // namespace

Status SlotBootControl::ReadViews(Views& out) const {
  for (std::size_t i = 0; i < count(); ++i) {
    LINNET_TRY(ReadView(setup_, i, out[i]));
  }
  return OkStatus();
}

bool SlotBootControl::AllPending(const Views& views) const {
  if (views[0].next != SwapType::kTest) {
    return false;
  }
  const std::uint32_t offset = CandidateOffset(setup_, 0);
  hal::Flash& slot = *setup_.images[0].secondary;
  release::FlashSource source(slot, offset, slot.geometry().size - offset);
  const Result<image::Header> header = image::ReadHeader(source);
  image::Manifest manifest;
  if (!header.ok() || !image::ReadManifest(source, *header, manifest).ok()) {
    return false;
  }
  return std::ranges::all_of(manifest.view(), [&](const image::ManifestEntry& part) {
    return part.kind != image::ManifestKind::kBootImage || part.index >= count() ||
           views[part.index].next == SwapType::kTest ||
           DigestOf(*setup_.images[part.index].primary, 0) == part.digest;
  });
}

ReleaseState SlotBootControl::StateOf(const Views& views) const {
  const auto all = std::span(views).first(count());
  const bool going_back = views[0].next == SwapType::kPermanent;
  if (!going_back && std::ranges::any_of(all, &ImageView::on_trial)) {
    return ReleaseState::kTrial;
  }
  return AllPending(views) ? ReleaseState::kStaged : ReleaseState::kReady;
}

Status SlotBootControl::Query(release::ReleaseStatus& out) {
  out = {};
  Views views;
  LINNET_TRY(ReadViews(views));
  out.state = StateOf(views);
  const ImageSlots& application = setup_.images[0];
  out.running = DigestOf(*application.primary, 0);
  out.confirmed = out.running;
  if (out.state == ReleaseState::kStaged) {
    out.candidate = DigestOf(*application.secondary, CandidateOffset(setup_, 0));
    out.attempts_left = 1;
  } else if (out.state == ReleaseState::kTrial) {
    out.candidate = out.running;
    out.confirmed = DigestOf(*application.secondary, 0);
  } else if (views[0].next == SwapType::kPermanent) {
    out.confirmed = DigestOf(*application.secondary, 0);
  }
  return OkStatus();
}

Status SlotBootControl::VerifyCandidate(std::size_t image, const crypto::Digest& digest,
                                        image::Info& out) {
  hal::Flash& slot = *setup_.images[image].secondary;
  const std::uint32_t offset = CandidateOffset(setup_, image);
  if (DigestOf(slot, offset) != digest) {
    return Code::kNotFound;
  }
  release::FlashSource source(slot, offset, slot.geometry().size - offset);
  const image::Verdict verdict = verifier_.Verify(source, Capacity(setup_, image), 0, out);
  if (!verdict.ok()) {
    log::Error("mcuboot", "image {} refused at {}: {}", image, verdict.offset,
               image::ToText(verdict.reason));
    return verdict.status();
  }
  return out.digest == digest ? OkStatus() : Status(Code::kUnauthenticated);
}

Status SlotBootControl::CheckPart(const image::ManifestEntry& part, const image::Info& application,
                                  std::uint32_t& changes) {
  if (part.index >= count()) {
    return Code::kUnsupported;
  }
  hal::Flash& primary = *setup_.images[part.index].primary;
  if (DigestOf(primary, 0) == part.digest) {
    return OkStatus();
  }
  image::Info info;
  LINNET_TRY(VerifyCandidate(part.index, part.digest, info));
  const bool tied = Needs(application, part.index, VersionOf(primary, 0)) &&
                    Needs(info, 0, VersionOf(*setup_.images[0].primary, 0));
  changes |= 1U << part.index;
  return tied ? OkStatus() : Status(Code::kUnsupported);
}

Status SlotBootControl::CheckSet(const crypto::Digest& release, std::uint32_t& changes) {
  image::Info info;
  LINNET_TRY(VerifyCandidate(0, release, info));
  hal::Flash& slot = *setup_.images[0].secondary;
  const std::uint32_t offset = CandidateOffset(setup_, 0);
  release::FlashSource source(slot, offset, slot.geometry().size - offset);
  image::Manifest manifest;
  LINNET_TRY(image::ReadManifest(source, info.header, manifest));
  changes = 1;
  for (const image::ManifestEntry& part : manifest.view()) {
    if (part.kind == image::ManifestKind::kBootImage) {
      LINNET_TRY(CheckPart(part, info, changes));
    }
  }
  return OkStatus();
}

/// The magic is the last write: before it, the loader sees nothing.
Status SlotBootControl::SetPending(std::size_t image, SwapType type) {
  hal::Flash& slot = *setup_.images[image].secondary;
  LINNET_TRY(EraseTrailer(slot, setup_.layout));
  LINNET_TRY(WriteSwapInfo(slot, setup_.layout, type, static_cast<std::uint8_t>(image)));
  if (type == SwapType::kPermanent) {
    LINNET_TRY(WriteImageOk(slot, setup_.layout));
  }
  return WriteMagic(slot, setup_.layout);
}

// The application first: alone, it waits for the others by its dependencies.
Status SlotBootControl::Stage(const crypto::Digest& release) {
  Views views;
  LINNET_TRY(ReadViews(views));
  const ReleaseState state = StateOf(views);
  if (state == ReleaseState::kTrial || views[0].next == SwapType::kPermanent) {
    return Code::kFailedPrecondition;
  }
  const crypto::Digest staged = DigestOf(*setup_.images[0].secondary, CandidateOffset(setup_, 0));
  if (state == ReleaseState::kStaged) {
    return staged == release ? OkStatus() : Status(Code::kFailedPrecondition);
  }
  if (DigestOf(*setup_.images[0].primary, 0) == release) {
    return Code::kAlreadyExists;
  }
  std::uint32_t changes = 0;
  LINNET_TRY(CheckSet(release, changes));
  for (std::size_t i = 0; i < count(); ++i) {
    if ((changes >> i & 1U) != 0 && views[i].next != SwapType::kTest) {
      LINNET_TRY(SetPending(i, SwapType::kTest));
    }
  }
  return OkStatus();
}

// What a cut has left between two values may read as either, each time anew.
Status SlotBootControl::ReadFlags(Flags& out) const {
  Views views;
  for (int read = 0; read < kReads; ++read) {
    LINNET_TRY(ReadViews(views));
    for (std::size_t i = 0; i < count(); ++i) {
      if (views[i].primary.magic == Mark::kSet) {
        (views[i].on_trial() ? out.unset : out.written) |= 1U << i;
      }
    }
  }
  out.going_back = views[0].next == SwapType::kPermanent;
  return OkStatus();
}

// The application first: while it stays and the others would go, its dependencies hold them. A flag
// that an earlier call may have touched is not written a second time, it is spoilt.
Status SlotBootControl::Accept(const crypto::Digest& release) {
  if (DigestOf(*setup_.images[0].primary, 0) != release) {
    return Code::kPermissionDenied;
  }
  Flags flags;
  LINNET_TRY(ReadFlags(flags));
  const bool written = (flags.written & 1U) != 0;
  if (flags.going_back || (flags.unset == 0 && !written)) {
    return Code::kFailedPrecondition;
  }
  const bool touched = written || (flags.written & flags.unset) != 0;
  for (std::size_t i = 0; i < count(); ++i) {
    if ((flags.unset >> i & 1U) != 0) {
      hal::Flash& primary = *setup_.images[i].primary;
      LINNET_TRY(touched ? SpoilImageOk(primary, setup_.layout)
                         : WriteImageOk(primary, setup_.layout));
    }
  }
  return OkStatus();
}

// All go back by themselves, or all are sent back: the loader forgets a REVERT when a later image
// has a request of its own.
Status SlotBootControl::TakeBack(const Views& views) {
  std::uint32_t back = 0;
  bool stays = false;
  for (std::size_t i = 0; i < count(); ++i) {
    if (views[i].on_trial() || i == 0 || CameWithTheApplication(i)) {
      back |= 1U << i;
      stays = stays || views[i].next != SwapType::kRevert;
    }
  }
  if (!stays) {
    return OkStatus();
  }
  if (setup_.mode == SwapMode::kOffset) {
    return Code::kFailedPrecondition;
  }
  for (std::size_t i = 0; i < count(); ++i) {
    if ((back >> i & 1U) != 0 && views[i].next != SwapType::kPermanent) {
      LINNET_TRY(SetPending(i, SwapType::kPermanent));
    }
  }
  return OkStatus();
}

// The application before this one names what lies in the other slot now.
bool SlotBootControl::CameWithTheApplication(std::size_t image) const {
  release::FlashSource source(*setup_.images[0].secondary);
  const Result<image::Header> header = image::ReadHeader(source);
  image::Manifest manifest;
  if (!header.ok() || !image::ReadManifest(source, *header, manifest).ok()) {
    return false;
  }
  const image::ManifestEntry* part =
      manifest.Find(image::ManifestKind::kBootImage, static_cast<std::uint8_t>(image));
  return part != nullptr && part->digest == DigestOf(*setup_.images[image].secondary, 0) &&
         part->digest != DigestOf(*setup_.images[image].primary, 0);
}

Status SlotBootControl::Reject(const crypto::Digest& release, release::RejectReason reason) {
  Views views;
  LINNET_TRY(ReadViews(views));
  const ReleaseState state = StateOf(views);
  const ImageSlots& application = setup_.images[0];
  log::Warning("mcuboot", "release rejected, reason {}", static_cast<unsigned>(reason));
  if (state == ReleaseState::kTrial || views[0].next == SwapType::kPermanent) {
    return DigestOf(*application.primary, 0) == release ? TakeBack(views) : Status(Code::kNotFound);
  }
  if (DigestOf(*application.secondary, CandidateOffset(setup_, 0)) != release ||
      !std::ranges::any_of(std::span(views).first(count()), [](const ImageView& view) {
        return view.secondary.magic != Mark::kUnset;
      })) {
    return Code::kNotFound;
  }
  // The application last: without the others it waits.
  for (std::size_t i = count(); i-- > 0;) {
    if (views[i].secondary.magic != Mark::kUnset) {
      LINNET_TRY(EraseTrailer(*setup_.images[i].secondary, setup_.layout));
    }
  }
  return OkStatus();
}

}  // namespace linnet::mcuboot
