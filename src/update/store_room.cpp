// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "update/store_room.hpp"

#include <algorithm>

#include "base/view.hpp"
#include "update/set_check.hpp"

namespace linnet::update {

namespace {

bool Named(const image::Manifest& manifest, const crypto::Digest& digest) {
  return std::ranges::any_of(
      manifest.view(), [&](const image::ManifestEntry& entry) { return entry.digest == digest; });
}

/// By a release that the record names.
bool NamedByKept(const release::Store& store, const release::ReleaseStatus& status,
                 const crypto::Digest& digest) {
  for (const crypto::Digest* const release :
       {&status.confirmed, &status.candidate, &status.golden}) {
    image::Manifest manifest;
    if (release::IsSet(*release) && ReadManifest(store, *release, manifest).ok() &&
        Named(manifest, digest)) {
      return true;
    }
  }
  return false;
}

bool Wanted(const release::Part& part, Span<const package::PlanPart> wanted) {
  return std::ranges::any_of(wanted, [&part](const package::PlanPart& other) {
    return part.state == release::PartState::kPartial ? part.tag == TagOf(other.digest)
                                                      : part.digest == other.digest;
  });
}

}  // namespace

Status MakeRoom(release::Store& store, const release::ReleaseStatus& status,
                Span<const package::PlanPart> wanted, const image::Manifest& manifest) {
  for (std::size_t i = store.part_count(); i-- > 0;) {
    const release::Part part = store.PartAt(i);
    if (Wanted(part, wanted)) {
      continue;
    }
    if (part.state == release::PartState::kPartial) {
      LINNET_TRY(store.Abandon(part.tag));
    } else if (!Named(manifest, part.digest) && !release::Names(status, part.digest) &&
               !NamedByKept(store, status, part.digest)) {
      LINNET_TRY(store.Erase(part.digest, status));
    }
  }
  return OkStatus();
}

}  // namespace linnet::update
