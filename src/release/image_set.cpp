// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "release/image_set.hpp"

#include "base/endian.hpp"
#include "image/tlv.hpp"

namespace linnet::release {
namespace {

using image::ManifestKind;
using image::Reason;

constexpr std::uint32_t kDigestListHead = 8;

constexpr SetVerdict Refuse(std::size_t index, Reason reason, std::uint32_t offset = 0) {
  return {{reason, offset}, static_cast<std::uint8_t>(index), false};
}

class Finder {
 public:
  Finder(const SetSearch& search, Places places, ImageSet& set)
      : search_(search), places_(places), set_(set) {}

  SetVerdict Run(const crypto::Digest& release) {
    set_ = {};
    set_.members[0].digest = release;
    LINNET_TRY_VERDICT(Find(0));
    LINNET_TRY_VERDICT(ReadManifest(false));
    for (std::size_t i = 1; i < kMaxBootImages; ++i) {
      LINNET_TRY_VERDICT(Find(i));
    }
    LINNET_TRY_VERDICT(ReadManifest(true));
    for (std::size_t i = 0; i < kMaxBootImages; ++i) {
      if (set_.members[i].wanted()) {
        LINNET_TRY_VERDICT(Describe(i, true));
      }
    }
    return Refuse(0, Reason::kAccepted);
  }

 private:
  /// Of what was found.
  FlashSource Open(std::size_t index) {
    const SetMember& member = set_.members[index];
    return member.in_place ? FlashSource(*search_.images[index].area, search_.watchdog)
                           : search_.store->Open({.offset = member.offset, .length = member.size});
  }

  /// Takes over which boot images are named; or, when they were found, compares what is said of
  /// them. One entry at a time, for the sake of the stack; their verification has seen them all.
  [[gnu::noinline]] SetVerdict ReadManifest(bool found) {
    FlashSource source = Open(0);
    const Result<image::Header> header = image::ReadHeader(source);
    image::TlvEntry all;
    Status status = header.status();
    if (status.ok()) {
      status = FindProtected(source, *header, image::tlv::kManifest, all);
    }
    for (std::uint32_t at = 0; status.ok() && at < all.length; at += image::kManifestEntrySize) {
      std::array<std::byte, image::kManifestEntrySize> bytes;
      image::ManifestEntry entry;
      status = source.Read(all.offset + at, bytes);
      if (status.ok()) {
        status = image::DecodeManifestEntry(bytes, entry);
      }
      if (status.ok()) {
        LINNET_TRY_VERDICT(TakeEntry(entry, found));
      }
    }
    if (status == Code::kNotFound) {
      status = ReadDigestList(source, *header, all);
    }
    return Refuse(0, status.ok() ? Reason::kAccepted : Reason::kManifestMalformed);
  }

  /// The nRF Connect SDK's: docs/formats/manifest.md.
  Status ReadDigestList(FlashSource& source, const image::Header& header, image::TlvEntry& list) {
    const Status status = FindProtected(source, header, image::tlv::kDigestList, list);
    if (!status.ok()) {
      return status == Code::kNotFound ? OkStatus() : status;
    }
    std::array<std::byte, kDigestListHead> head;
    LINNET_TRY(source.Read(list.offset, head));
    const std::uint32_t images = LoadLe32(Bytes(head).subspan(4));
    if (LoadLe32(head) != 1 || images - 1 >= kMaxBootImages ||
        list.length != kDigestListHead + (images - 1) * sizeof(crypto::Digest)) {
      return Code::kMalformed;
    }
    for (std::uint32_t i = 1; i < images; ++i) {
      const auto at = static_cast<std::uint32_t>((i - 1) * sizeof(crypto::Digest));
      LINNET_TRY(source.Read(list.offset + kDigestListHead + at, set_.members[i].digest));
    }
    return OkStatus();
  }

  SetVerdict TakeEntry(const image::ManifestEntry& entry, bool found) {
    if (entry.kind != ManifestKind::kBootImage) {
      return found && places_ == Places::kStoreComplete ? CheckCompanion(entry)
                                                        : Refuse(0, Reason::kAccepted);
    }
    SetMember& member = set_.members[entry.index];
    member.digest = entry.digest;
    const bool differs = entry.length != member.size || entry.version != member.version;
    return Refuse(entry.index, found && differs ? Reason::kPartMismatch : Reason::kAccepted);
  }

  SetVerdict CheckCompanion(const image::ManifestEntry& entry) {
    SetVerdict verdict{{Reason::kPartMissing, 0}, entry.index, true};
    std::size_t index = 0;
    while (const Part* part = search_.store->FindNext(entry.digest, index)) {
      FlashSource source = search_.store->Open(*part);
      verdict.verdict.reason = Reason::kPartMismatch;
      if (part->length != entry.length || part->kind != PartKind::kCompanion) {
        continue;
      }
      verdict.verdict.reason = Reason::kDigestMismatch;
      if (CheckContent(source, *part, entry.digest, search_.scratch).ok()) {
        verdict.verdict.reason = Reason::kAccepted;
        break;
      }
    }
    return verdict;
  }

  [[nodiscard]] bool MayBeInPlace(std::size_t index) const {
    return places_ >= Places::kBoth || (places_ == Places::kStoreAndOther && index != 0);
  }

  /// What says that it is another image needs no hash.
  [[gnu::noinline]] static bool Claims(image::Source& source, const crypto::Digest& digest) {
    image::Info info;
    return image::Inspect(source, info).ok() && info.digest == digest;
  }

  /// What names this digest was verified, so that the digest is enough.
  [[nodiscard]] bool Holds(image::Source& source, const crypto::Digest& digest) const {
    const Result<crypto::Digest> found = image::HashImage(source, search_.scratch);
    return found.ok() && *found == digest;
  }

  SetVerdict Find(std::size_t index) {
    SetMember& member = set_.members[index];
    if (!member.wanted()) {
      return Refuse(index, Reason::kAccepted);
    }
    if (index >= search_.images.size() || search_.images[index].area == nullptr) {
      return Refuse(index, Reason::kNoSuchArea);
    }
    if (MayBeInPlace(index)) {
      FlashSource source(*search_.images[index].area, search_.watchdog);
      member.in_place = Claims(source, member.digest) && Holds(source, member.digest);
    }
    SetVerdict verdict = Refuse(index, Reason::kPartMissing);
    if (!member.in_place && places_ != Places::kAreas) {
      verdict = FindInStore(index);
    }
    return verdict.ok() || member.in_place ? Describe(index, false) : verdict;
  }

  [[gnu::noinline]] SetVerdict FindInStore(std::size_t index) {
    SetMember& member = set_.members[index];
    set_.in_place = false;
    if (!search_.store->EnsureMounted().ok()) {
      return Refuse(index, Reason::kReadFailed);
    }
    const BootImage& place = search_.images[index];
    VerifiedPart part;
    part.verdict.reason = Reason::kPartMissing;
    if (FindVerified(*search_.store, member.digest, *place.verifier,
                     {place.area->geometry().size, search_.counter_floor[index]}, part)
            .ok()) {
      member.offset = part.part.offset;
      member.size = part.info.total_size;
    }
    return Refuse(index, part.verdict.reason, part.verdict.offset);
  }

  /// What an image that was found says of itself; and, when all versions are known, whether what it
  /// depends on is there.
  [[gnu::noinline]] SetVerdict Describe(std::size_t index, bool all_known) {
    FlashSource source = Open(index);
    image::Info info;
    const image::Verdict verdict = image::Inspect(source, info);
    if (!verdict.ok() || info.security_counter < search_.counter_floor[index]) {
      return Refuse(index, verdict.ok() ? Reason::kCounterTooLow : verdict.reason);
    }
    SetMember& member = set_.members[index];
    member.version = info.header.version;
    member.size = info.total_size;
    member.hashed = info.header.digest_end();
    member.counter = info.security_counter;
    for (std::size_t i = 0; all_known && i < info.dependency_count; ++i) {
      const image::Dependency& needs = info.dependencies[i];
      if (needs.image >= kMaxBootImages || !set_.members[needs.image].wanted() ||
          set_.members[needs.image].version < needs.minimum) {
        return Refuse(index, Reason::kDependencyUnmet);
      }
    }
    return Refuse(index, Reason::kAccepted);
  }

  const SetSearch& search_;
  Places places_;
  ImageSet& set_;
};

}  // namespace

SetVerdict FindSet(const SetSearch& search, const crypto::Digest& release, Places places,
                   ImageSet& out) {
  return Finder(search, places, out).Run(release);
}

}  // namespace linnet::release
