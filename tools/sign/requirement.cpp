// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/sign/requirement.hpp"

#include <string>

#include "radio/patch.hpp"
#include "radio/requirement.hpp"
#include "tools/sign/files.hpp"

namespace linnet::sign {
namespace {

std::string Text(std::uint32_t version) {
  return std::string(radio::FirmwareText(version).view());
}

}  // namespace

std::vector<std::byte> RequirementEntry(Bytes program,
                                        const std::vector<image::ManifestEntry>& manifest) {
  const auto found = radio::FindRequirementNote(program);
  if (!found.ok()) {
    throw Error("the program says twice, and differently, which Wi-Fi firmware it needs.");
  }
  if (!found->has_value()) {
    return {};
  }
  const hal::RadioFirmware firmware = **found;
  for (const image::ManifestEntry& entry : manifest) {
    const bool wifi = entry.kind == image::ManifestKind::kCompanion &&
                      entry.index == image::companion::kWifiFirmware;
    if (wifi && entry.version != radio::ManifestVersion(firmware.version)) {
      throw Error("the program's driver needs Wi-Fi firmware " + Text(firmware.version) +
                  ", and the one given is " + Text(entry.version.build) +
                  ": give the file of that version.");
    }
  }
  const auto value = radio::EncodeRequirement(firmware);
  return {value.begin(), value.end()};
}

}  // namespace linnet::sign
