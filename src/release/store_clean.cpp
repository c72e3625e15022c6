// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What the store keeps: the parts of every release that the record names, by their manifests.
#include "base/log.hpp"
#include "image/manifest.hpp"
#include "image/verify.hpp"
#include "release/store.hpp"
#include "release/store_view.hpp"

namespace linnet::release {
namespace {

bool IsComplete(const Part& part) {
  return part.state == PartState::kComplete;
}

Status ReadManifestOf(hal::Flash& region, const Part& part, image::Manifest& out) {
  FlashSource source(region, part.offset, part.length);
  LINNET_TRY_ASSIGN(const image::Header header, image::ReadHeader(source));
  return image::ReadManifest(source, header, out);
}

}  // namespace

/// All copies: of several, one may be damaged.
bool Store::MarkDigest(const crypto::Digest& digest, Marks& kept) const {
  bool found = false;
  for (std::size_t i = 0; i < directory_.count(); ++i) {
    const Part& part = directory_.At(i);
    if (IsComplete(part) && part.digest == digest) {
      kept[i] = true;
      found = true;
    }
  }
  return found;
}

/// Marks the release's parts. False: what it needs is not known.
bool Store::MarkRelease(const crypto::Digest& release, Marks& kept) const {
  bool known = MarkDigest(release, kept);
  for (std::size_t i = 0; i < directory_.count(); ++i) {
    const Part& part = directory_.At(i);
    if (!IsComplete(part) || part.digest != release) {
      continue;
    }
    image::Manifest manifest;
    known = ReadManifestOf(region(), part, manifest).ok() && known;
    for (const image::ManifestEntry& entry : manifest.view()) {
      MarkDigest(entry.digest, kept);
    }
  }
  return known;
}

Store::Marks Store::FindKept(const ReleaseStatus& named, const crypto::Digest& wanted) const {
  Marks kept{};
  bool known = true;
  for (const crypto::Digest* release :
       {&named.confirmed, &named.candidate, &named.golden, &named.running}) {
    known = (!IsSet(*release) || MarkRelease(*release, kept)) && known;
  }
  if (IsSet(wanted)) {
    MarkRelease(wanted, kept);  // what it needs is not here before it is
  }
  for (std::size_t i = 0; !known && i < directory_.count(); ++i) {
    kept[i] = kept[i] || directory_.At(i).kind != PartKind::kApplication;
  }
  return kept;
}

Status Store::Erase(const crypto::Digest& digest, const ReleaseStatus& named) {
  LINNET_TRY(RequireMounted());
  LINNET_TRY_ASSIGN(const std::size_t index, IndexOf(digest));
  if (FindKept(named, {})[index]) {
    return Code::kFailedPrecondition;
  }
  RemoveEntry(index);
  return Commit();
}

Status Store::Clean(const ReleaseStatus& named, PartTag keep, const crypto::Digest& wanted) {
  LINNET_TRY(RequireMounted());
  const Marks kept = FindKept(named, wanted);
  const std::size_t before = directory_.count();
  for (std::size_t i = before; i-- > 0;) {
    const Part& part = directory_.At(i);
    if (IsComplete(part) ? !kept[i] : part.tag != keep) {
      RemoveEntry(i);
    }
  }
  return directory_.count() == before ? OkStatus() : Commit();
}

}  // namespace linnet::release
