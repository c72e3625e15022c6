// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Whether an update can reach both slots, and whether it can leave half of itself behind.
#include <charconv>

#include "tools/doctor/doctor.hpp"
#include "tools/layout/roles.hpp"

namespace linnet::doctor {

namespace {

using layout::Severity;

int ImageCount(const Build& build) {
  for (const char* name : {"UPDATEABLE_IMAGE_NUMBER", "MCUBOOT_UPDATEABLE_IMAGES"}) {
    const std::string value =
        build.mcuboot ? ValueOf(build.mcuboot->config, name) : ValueOf(build.app.config, name);
    int count = 0;
    if (!value.empty() &&
        std::from_chars(value.data(), value.data() + value.size(), count).ec == std::errc()) {
      return count;
    }
  }
  return 0;
}

/// Problem C.
void ReachesTheSlot(const Build& build, Findings& findings) {
  const bool fota = IsOn(build.app.config, "FOTA_DOWNLOAD") || IsOn(build.app.config, "AWS_FOTA");
  if (!fota || !HasPatchSlots(build) || IsOn(build.app.config, "DFU_TARGET_CUSTOM")) {
    return;
  }
  findings.push_back(
      {Severity::kError, "patch-unreachable",
       "the Wi-Fi firmware has slots of its own, and the download library writes image 0 only",
       build.map->file,
       "fota_download calls its target with image number 0, whatever it downloads: a Wi-Fi "
       "firmware "
       "lands in the application's secondary slot, where the boot loader rejects it, because its "
       "first words are no reset vector. A package with both is refused as an unknown type.",
       "Take Linnet's update engine, which installs a release of both parts from one AWS job; or "
       "set CONFIG_DFU_TARGET_CUSTOM=y and write a target that hands a dfu_multi_image.bin to "
       "dfu_multi_image."});
}

/// Problem D.
void LeavesPairs(const Build& build, Findings& findings) {
  if (!HasPatchSlots(build)) {
    return;
  }
  findings.push_back(
      {Severity::kError, "pair-not-atomic",
       "application and Wi-Fi firmware are two MCUboot images, and nothing installs them as one",
       build.map->file,
       "MCUboot swaps, confirms and takes back each image by itself. After a power cut between two "
       "requests, or when only one is confirmed, a driver runs with firmware of another version: "
       "Wi-Fi does not start, and no update can repair it.",
       "Make them one release: Linnet's store and record install, try and take back both together, "
       "and the application loads the firmware that its own image names. With MCUboot alone: check "
       "both before either is requested, and confirm both in one place."});
  findings.push_back(
      {Severity::kError, "confirms-one",
       "boot_write_img_confirmed() confirms image 0 only, and there are " +
           std::to_string(layout::FindSlots(*build.map).size()) + " images",
       build.app.config.empty() ? build.folder : build.folder + "/" + build.app.name,
       "The other image is taken back at the next start while the application stays: a mixed pair.",
       "Confirm each image (boot_write_img_confirmed_multi), after Wi-Fi and MQTT are up; Linnet "
       "confirms the release once, for all of its parts."});
}

void Counts(const Build& build, Findings& findings) {
  const int count = ImageCount(build);
  const int slots = build.map ? static_cast<int>(layout::FindSlots(*build.map).size()) : 0;
  if (count == 0 || slots == 0) {
    return;
  }
  if (count != slots) {
    findings.push_back({Severity::kError, "image-count",
                        "the boot loader was built for " + std::to_string(count) +
                            " images, and the map has slots for " + std::to_string(slots),
                        build.map->file,
                        count < slots ? "It never looks at the others: their updates stay where "
                                        "they were downloaded."
                                      : "It stops at the slots that are not there.",
                        "Set SB_CONFIG_MCUBOOT_UPDATEABLE_IMAGES to the number of slot pairs."});
  }
}

void Mode(const Build& build, Findings& findings) {
  if (!build.mcuboot) {
    return;
  }
  const bool overwrite = IsOn(build.mcuboot->config, "BOOT_UPGRADE_ONLY");
  if (overwrite) {
    findings.push_back({Severity::kWarning, "no-revert",
                        "the boot loader overwrites and cannot go back", build.folder + "/mcuboot",
                        "An update that does not connect can only be repaired by another one.",
                        "Use a swap mode, unless a network core is in the set."});
  } else if (build.has_net_core && ImageCount(build) > 1) {
    findings.push_back({Severity::kError, "net-core-swap",
                        "a network core is updated together with the application in a swap mode",
                        build.folder + "/mcuboot",
                        "The network core cannot go back; a revert of the other leaves cores that "
                        "do not understand each other.",
                        "Set SB_CONFIG_MCUBOOT_MODE_OVERWRITE_ONLY=y."});
  }
  if (ImageCount(build) > 1 && IsOn(build.mcuboot->config, "BOOT_DIRECT_XIP")) {
    findings.push_back({Severity::kWarning, "direct-xip-images",
                        "direct-XIP with several images chooses each image's slot by itself",
                        build.folder + "/mcuboot", "Sets of different releases can be started.",
                        "Use the manifest of the SDK's MCUboot, or one image."});
  }
}

}  // namespace

void DiagnoseUpdate(const Build& build, Findings& findings) {
  ReachesTheSlot(build, findings);
  LeavesPairs(build, findings);
  Counts(build, findings);
  Mode(build, findings);
}

}  // namespace linnet::doctor
