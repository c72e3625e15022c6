// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Keys and versions of the signed files, and of the firmware against its driver.
#include <algorithm>

#include "image/tlv.hpp"
#include "radio/patch.hpp"
#include "radio/requirement.hpp"
#include "tools/doctor/doctor.hpp"
#include "tools/sign/sign.hpp"

namespace linnet::doctor {

namespace {

using layout::Severity;

std::optional<sign::Description> Describe(const std::optional<BuildFile>& file,
                                          Findings& findings) {
  if (!file) {
    return std::nullopt;
  }
  try {
    sign::Description description = sign::Describe(file->content);
    if (description.info.digest != description.actual_digest) {
      findings.push_back({Severity::kError, "image-damaged",
                          "its content does not match its digest", file->path,
                          "The boot loader refuses it.", "Build it again."});
    }
    return description;
  } catch (const sign::Error& error) {
    findings.push_back({Severity::kError, "image-damaged",
                        std::string("it is no signed image: ") + error.what(), file->path,
                        "The boot loader refuses it.", "Sign it, or build it again."});
    return std::nullopt;
  }
}

std::vector<std::byte> KeyOf(const sign::Description& description) {
  for (const sign::Entry& entry : description.entries) {
    if (entry.type == image::tlv::kKeyHash) {
      return entry.value;
    }
  }
  return {};
}

void Keys(const Build& build, const sign::Description& app, const sign::Description& patch,
          Findings& findings) {
  if (KeyOf(app) != KeyOf(patch)) {
    findings.push_back({Severity::kError, "keys-differ",
                        "application and Wi-Fi firmware are signed with different keys",
                        build.patch_signed->path,
                        "The boot loader knows one key and refuses one "
                        "of them.",
                        "Sign both with the key of SB_CONFIG_BOOT_SIGNATURE_KEY_FILE."});
  }
}

void Version(const Build& build, const sign::Description& app, Findings& findings) {
  const std::string wanted = ValueOf(build.app.config, "MCUBOOT_IMGTOOL_SIGN_VERSION");
  const auto parsed = image::ParseVersion(wanted);
  if (!wanted.empty() && parsed.ok() && parsed.value() != app.info.header.version) {
    findings.push_back({Severity::kWarning, "version-differs",
                        "the image says version " +
                            std::string(image::ToText(app.info.header.version).view()) +
                            ", the configuration " + wanted,
                        build.app_signed->path, "It was signed before the version was changed.",
                        "Build it again."});
  }
}

/// The container itself, from the plain file or from inside the signed one.
Bytes Container(const Build& build, const std::optional<sign::Description>& wrapped) {
  if (build.patch_signed && wrapped) {
    const Bytes bytes(build.patch_signed->content);
    const image::Header& header = wrapped->info.header;
    return bytes.subspan(header.header_size, header.body_size);
  }
  return build.patch ? Bytes(build.patch->content) : Bytes();
}

struct Wanted {
  std::string version{};  ///< Empty: nobody says.
  std::string by{};
};

/// An application that says in its image which firmware its driver needs knows best; what it was
/// compiled from is the next that may be known.
Wanted WantedFirmware(const Build& build, const std::optional<sign::Description>& app) {
  if (app && !build.driver_given) {
    image::MemorySource source(build.app_signed->content);
    const auto needs = radio::ReadRequirement(source, app->info.header);
    if (needs.ok() && needs->has_value()) {
      return {std::string(radio::FirmwareText((*needs)->version).view()),
              "the application's image"};
    }
  }
  return {build.driver_version, "the driver"};
}

void Firmware(const Build& build, const std::optional<sign::Description>& app,
              const std::optional<sign::Description>& wrapped, Findings& findings) {
  const Bytes container = Container(build, wrapped);
  if (container.empty()) {
    return;
  }
  const std::string path = build.patch_signed ? build.patch_signed->path : build.patch->path;
  image::MemorySource source(container);
  std::array<std::byte, 512> scratch;
  const auto patch = radio::VerifyPatch(source, scratch);
  if (!patch.ok()) {
    findings.push_back(
        {Severity::kError, "patch-damaged",
         "it holds no whole nRF70 firmware (" + std::string(ToString(patch.status().code())) + ")",
         path, "The chip is not started with it: no Wi-Fi.", "Take the file of the SDK again."});
    return;
  }
  const std::string version(radio::FirmwareText(patch.value().header.firmware.version).view());
  const Wanted wanted = WantedFirmware(build, app);
  if (wanted.version.empty()) {
    findings.push_back({Severity::kInfo, "driver-unknown",
                        "the firmware is " + version + "; the driver's version was not found", path,
                        "The driver takes only firmware of exactly its own version.",
                        "Give it: --driver-version, from patch_info.h of the SDK's nrf_wifi."});
  } else if (wanted.version != version) {
    findings.push_back(
        {Severity::kError, "patch-version",
         "the firmware is " + version + ", " + wanted.by + " wants " + wanted.version, path,
         "All four numbers must be equal, or Wi-Fi does not start, and with it no "
         "further update.",
         "Pack the firmware of the SDK that the application was built with."});
  }
}

}  // namespace

void DiagnoseImages(const Build& build, Findings& findings) {
  const std::optional<sign::Description> app = Describe(build.app_signed, findings);
  const std::optional<sign::Description> patch = Describe(build.patch_signed, findings);
  if (app && patch) {
    Keys(build, *app, *patch, findings);
  }
  if (app) {
    Version(build, *app, findings);
  }
  Firmware(build, app, patch, findings);
}

}  // namespace linnet::doctor
