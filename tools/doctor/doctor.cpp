// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/doctor/doctor.hpp"

#include "tools/layout/check.hpp"

namespace linnet::doctor {

namespace {

using layout::Severity;
using layout::SwapMode;

SwapMode ModeOf(const Build& build) {
  const Config none;
  const Config& config = build.mcuboot ? build.mcuboot->config : none;
  return IsOn(config, "BOOT_UPGRADE_ONLY")         ? SwapMode::kOverwrite
         : IsOn(config, "BOOT_SWAP_USING_SCRATCH") ? SwapMode::kScratch
         : IsOn(config, "BOOT_SWAP_USING_OFFSET")  ? SwapMode::kOffset
         : IsOn(config, "BOOT_DIRECT_XIP")         ? SwapMode::kDirectXip
                                                   : SwapMode::kMove;
}

void DiagnoseMap(const Build& build, Findings& findings) {
  if (!build.map) {
    findings.push_back({Severity::kInfo, "no-map", "there is no partitions.yml or pm_static.yml",
                        build.folder, "Slots and sizes cannot be judged.",
                        "Build with the partition manager, or check your devicetree with `linnet "
                        "layout check`."});
    return;
  }
  for (layout::Finding& finding : layout::Check(*build.map, {.mode = ModeOf(build)}, nullptr)) {
    if (finding.severity != Severity::kInfo) {
      finding.id = "map-" + finding.id;
      findings.push_back(std::move(finding));
    }
  }
}

void Fit(const Build& build, const BuildFile& file, int image, Findings& findings) {
  for (const layout::Slots& slots : layout::FindSlots(*build.map)) {
    if (slots.image != image || slots.primary == nullptr || slots.secondary == nullptr) {
      continue;
    }
    const std::uint64_t room = layout::MaxImage(*build.map, slots, ModeOf(build));
    if (file.content.size() > room) {
      findings.push_back({Severity::kError, "does-not-fit",
                          "the image has " + std::to_string(file.content.size()) +
                              " B, and image " + std::to_string(image) + "'s slots take " +
                              std::to_string(room) + " B",
                          file.path, "The boot loader refuses it, after the whole download.",
                          "Make the image smaller (`linnet size`), or the slots larger (`linnet "
                          "layout plan`)."});
    }
  }
}

}  // namespace

bool HasPatchSlots(const Build& build) {
  if (!build.map) {
    return false;
  }
  const layout::Partition* firmware = build.map->Find("nrf70_wifi_fw");
  if (firmware == nullptr) {
    return false;
  }
  for (const layout::Slots& slots : layout::FindSlots(*build.map)) {
    if (slots.image > 0 && slots.primary != nullptr &&
        layout::Contains(*slots.primary, *firmware)) {
      return true;
    }
  }
  return false;
}

Findings Diagnose(const Build& build) {
  Findings findings;
  DiagnoseOptions(build, findings);
  DiagnosePackage(build, findings);
  DiagnoseUpdate(build, findings);
  DiagnoseImages(build, findings);
  DiagnoseMap(build, findings);
  if (build.map && build.app_signed) {
    Fit(build, *build.app_signed, 0, findings);
  }
  if (build.map && build.patch_signed) {
    Fit(build, *build.patch_signed, build.has_net_core ? 2 : 1, findings);
  }
  layout::SortFindings(findings);
  return findings;
}

}  // namespace linnet::doctor
