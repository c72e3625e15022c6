// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "package/admission.hpp"

#include <algorithm>

#include "radio/patch.hpp"

namespace linnet::package {
namespace {

using image::ManifestEntry;
using image::ManifestKind;
using release::PartKind;

PartKind ToPartKind(ManifestKind kind) {
  return static_cast<PartKind>(kind);
}

ManifestKind ToManifestKind(PartKind kind) {
  return static_cast<ManifestKind>(kind);
}

Verdict Refuse(Reason reason, PartKind kind, std::uint8_t index, std::uint32_t found = 0,
               std::uint32_t wanted = 0) {
  return {.reason = reason, .kind = kind, .index = index, .found = found, .wanted = wanted};
}

/// What a person calls its version, in one number: see Verdict.
std::uint32_t NumberOf(const PlanPart& part, const image::Version& version) {
  return IsWifiFirmware(part.kind, part.index)
             ? version.build
             : std::uint32_t{version.major} << 24 | std::uint32_t{version.minor} << 16 |
                   version.revision;
}

/// A foreign manifest states digests alone: length 0, and then no version either.
bool IsThatPart(const ManifestEntry& named, const PlanPart& part) {
  const bool stated = named.length != 0;
  if (part.identified) {
    return part.digest == named.digest &&
           (!stated || (part.length == named.length && part.version == named.version));
  }
  return !stated || part.length >= named.length;
}

Verdict CheckOffered(const image::Manifest& manifest, const PlanPart& part, const Device& device) {
  const ManifestEntry* named = manifest.Find(ToManifestKind(part.kind), part.index);
  if (named == nullptr) {
    const bool allowed = device.allow_unnamed && manifest.count == 0;
    return allowed ? Accepted() : Refuse(Reason::kUnnamedPart, part.kind, part.index);
  }
  return IsThatPart(*named, part)
             ? Accepted()
             : Refuse(Reason::kOtherPart, part.kind, part.index, NumberOf(part, part.version),
                      NumberOf(part, named->version));
}

Verdict CheckNamed(const ManifestEntry& named, const Plan& plan, const Device& device,
                   const Inventory& inventory) {
  const PartKind kind = ToPartKind(named.kind);
  const auto area = std::ranges::find_if(device.areas, [&](const Area& candidate) {
    return candidate.kind == kind && candidate.index == named.index;
  });
  if (area == device.areas.end()) {
    return Refuse(Reason::kUnknownPart, kind, named.index);
  }
  if (named.length > area->size) {
    return Refuse(Reason::kTooLarge, kind, named.index, named.length, area->size);
  }
  const bool there = plan.Find(kind, named.index) != nullptr || inventory.Has(named.digest);
  return there ? Accepted() : Refuse(Reason::kMissingPart, kind, named.index);
}

Verdict RefuseFirmware(Reason reason, std::uint32_t found, std::uint32_t wanted) {
  return Refuse(reason, PartKind::kCompanion, image::companion::kWifiFirmware, found, wanted);
}

}  // namespace

Verdict CheckRelease(const image::Manifest& manifest, const Plan& plan, const Device& device,
                     const Inventory& inventory,
                     const std::optional<hal::RadioFirmware>& firmware) {
  for (const PlanPart& part : plan.view()) {
    if (part.kind != PartKind::kApplication) {
      LINNET_TRY_VERDICT(CheckOffered(manifest, part, device));
    }
  }
  for (const ManifestEntry& named : manifest.view()) {
    LINNET_TRY_VERDICT(CheckNamed(named, plan, device, inventory));
  }
  if (!firmware) {
    return Accepted();
  }
  const ManifestEntry* wifi =
      manifest.Find(ManifestKind::kCompanion, image::companion::kWifiFirmware);
  if (wifi == nullptr) {
    const bool allowed = device.allow_unnamed && manifest.count == 0;
    return allowed ? Accepted() : RefuseFirmware(Reason::kNoFirmware, 0, firmware->version);
  }
  if (wifi->version != radio::ManifestVersion(firmware->version)) {
    return RefuseFirmware(Reason::kOtherFirmware, wifi->version.build, firmware->version);
  }
  return Accepted();
}

Verdict CheckWifiFirmware(Bytes head, const ManifestEntry* named,
                          const std::optional<hal::RadioFirmware>& firmware) {
  const Result<radio::PatchHeader> patch = radio::DecodePatchHeader(head);
  if (!patch.ok()) {
    return RefuseFirmware(Reason::kMalformed, 0, 0);
  }
  const std::uint32_t found = patch->firmware.version;
  if (named != nullptr && named->version != radio::ManifestVersion(found)) {
    return RefuseFirmware(Reason::kOtherFirmware, found, named->version.build);
  }
  if (firmware && !radio::CheckFirmware(*firmware, patch->firmware).ok()) {
    return RefuseFirmware(Reason::kOtherFirmware, found, firmware->version);
  }
  return Accepted();
}

void NameParts(const image::Manifest& manifest, Plan& plan) {
  for (PlanPart& part : std::span(plan.parts).first(plan.count)) {
    const ManifestEntry* named = part.kind == PartKind::kApplication
                                     ? nullptr
                                     : manifest.Find(ToManifestKind(part.kind), part.index);
    if (!part.identified && named != nullptr) {
      part.identified = true;
      part.digest = named->digest;
      part.version = named->version;
    }
  }
}

}  // namespace linnet::package
