// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "update/set_check.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "image/verify.hpp"
#include "package/admission.hpp"
#include "radio/patch.hpp"
#include "radio/requirement.hpp"
#include "release/store_view.hpp"

namespace linnet::update {

namespace {

using image::ManifestEntry;

bool IsWifi(const ManifestEntry& entry) {
  return entry.kind == image::ManifestKind::kCompanion &&
         entry.index == image::companion::kWifiFirmware;
}

Finding CheckWifi(const ManifestEntry& entry, image::Source& source) {
  std::array<std::byte, 512> scratch{};
  const Bytes head = Bytes(scratch).first(radio::kPatchHeaderSize);
  if (!source.Read(0, MutableBytes(scratch).first(radio::kPatchHeaderSize)).ok()) {
    return Found(Fault::kFormat, "the Wi-Fi firmware is too short");
  }
  if (const package::Verdict verdict = package::CheckWifiFirmware(head, &entry, std::nullopt);
      !verdict.ok()) {
    return Found(verdict);
  }
  const Status sound = radio::VerifyPatch(source, scratch).status();
  return sound.ok() ? Finding{}
                    : FoundThat(Fault::kFormat, "the Wi-Fi firmware is damaged: {}", sound);
}

Finding CheckEntry(const ManifestEntry& entry, const release::Store& store) {
  const Result<release::Part> part = store.Find(entry.digest);
  if (!part.ok()) {
    return FoundThat(Fault::kPartMissing, "it needs {}, which is not here", NameOf(entry).view());
  }
  const bool as_named = part->kind == static_cast<release::PartKind>(entry.kind) &&
                        (entry.length == 0 || entry.length == part->length);
  if (!as_named) {
    return FoundThat(Fault::kPairing, "{} is not what the application names", NameOf(entry).view());
  }
  if (!IsWifi(entry)) {
    return {};
  }
  release::FlashSource source(store.region(), part->offset, part->length);
  return CheckWifi(entry, source);
}

}  // namespace

Status ReadManifest(const release::Store& store, const crypto::Digest& release,
                    image::Manifest& out) {
  LINNET_TRY_ASSIGN(const release::Part part, store.Find(release));
  release::FlashSource source(store.region(), part.offset, part.length);
  LINNET_TRY_ASSIGN(const image::Header header, image::ReadHeader(source));
  return image::ReadManifest(source, header, out);
}

const ManifestEntry* FindMissing(const image::Manifest& manifest, image::ManifestKind kind,
                                 const release::Store& store) {
  const auto all = manifest.view();
  const auto missing = std::ranges::find_if(all, [kind, &store](const ManifestEntry& entry) {
    return entry.kind == kind && !store.Find(entry.digest).ok();
  });
  return missing == all.end() ? nullptr : &*missing;
}

Finding CheckStored(const release::Store& store, const crypto::Digest& release,
                    const image::Version& version, const package::Device& device) {
  const Result<release::Part> part = store.Find(release);
  if (!part.ok()) {
    return Found(Fault::kStore, "the store has lost the application");
  }
  release::FlashSource source(store.region(), part->offset, part->length);
  const Result<image::Header> header = image::ReadHeader(source);
  image::Manifest manifest;
  if (!header.ok() || !image::ReadManifest(source, *header, manifest).ok()) {
    return Found(Fault::kFormat, "the release's manifest cannot be read");
  }
  if (header->version != version) {
    return Found(Fault::kContent, "the application is not of the version that the file states");
  }
  const auto firmware = radio::ReadRequirement(source, *header);
  if (!firmware.ok()) {
    return Found(Fault::kFormat, "the image states its Wi-Fi firmware wrongly");
  }
  const package::Verdict verdict =
      package::CheckRelease(manifest, {}, device, StoreInventory(store), *firmware);
  if (!verdict.ok()) {
    return Found(verdict);
  }
  for (const ManifestEntry& entry : manifest.view()) {
    if (Finding finding = CheckEntry(entry, store); !finding.ok()) {
      return finding;
    }
  }
  return {};
}

}  // namespace linnet::update
