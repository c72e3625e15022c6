// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Whether an application and the parts around it are one release: judged before anything is marked.
#pragma once

#include <optional>

#include "base/bytes.hpp"
#include "hal/radio.hpp"
#include "image/manifest.hpp"
#include "package/device.hpp"
#include "package/plan.hpp"
#include "package/verdict.hpp"

namespace linnet::package {

/// Judges the parts of a file against the manifest of the application that they are for: the one
/// in the file, once its signature was verified, or the one that runs if the file has none.
/// Everything that the manifest names must be in the plan, or be in `inventory`; everything in the
/// plan must be named, with the same content, unless the device allows unnamed parts and the
/// application has no manifest at all. `firmware`: what the application's Wi-Fi driver needs, if it
/// has one and says so (radio::ReadRequirement()).
Verdict CheckRelease(const image::Manifest& manifest, const Plan& plan, const Device& device,
                     const Inventory& inventory, const std::optional<hal::RadioFirmware>& firmware);

/// Judges the head of a Wi-Fi firmware (radio::kPatchHeaderSize bytes) against the manifest's entry
/// for it, or, without one, against `firmware` alone.
Verdict CheckWifiFirmware(Bytes head, const image::ManifestEntry* named,
                          const std::optional<hal::RadioFirmware>& firmware);

/// Gives the parts that the file did not identify what the manifest says of them, so that they can
/// be looked for in the store. What the manifest does not name stays as it is. Call it after
/// CheckRelease().
void NameParts(const image::Manifest& manifest, Plan& plan);

}  // namespace linnet::package
