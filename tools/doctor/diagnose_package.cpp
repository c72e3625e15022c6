// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Whether the update files hold what was signed, all of it, and the newest of it.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <span>

#include "base/endian.hpp"
#include "image/header.hpp"
#include "package/multi_image.hpp"
#include "tools/doctor/archive.hpp"
#include "tools/doctor/doctor.hpp"

namespace linnet::doctor {

namespace {

using layout::Severity;

bool IsImage(Bytes bytes) {
  return bytes.size() >= image::kHeaderSize && LoadLe32(bytes) == image::kImageMagic;
}

/// Equal, but for 0xFF that a package puts behind an image.
bool Holds(Bytes stored, Bytes wanted) {
  return stored.size() >= wanted.size() &&
         std::equal(wanted.begin(), wanted.end(), stored.begin()) &&
         std::all_of(stored.begin() + static_cast<std::ptrdiff_t>(wanted.size()), stored.end(),
                     [](std::byte b) { return b == std::byte{0xFF}; });
}

class PackageJudge {
 public:
  PackageJudge(const Build& build, Findings& findings) : build_(build), findings_(findings) {}

  void Run() {
    Unsigned();
    if (build_.package) {
      Multi(*build_.package);
    } else if (IsOn(build_.sysbuild, "SB_DFU_MULTI_IMAGE_PACKAGE_BUILD")) {
      Add(Severity::kError, "package-missing",
          "SB_CONFIG_DFU_MULTI_IMAGE_PACKAGE_BUILD=y, and there is no dfu_multi_image.bin",
          build_.folder, "There is nothing to send to devices.",
          "Build again once the signed files are there, or pack them with `linnet package`.");
    }
    if (build_.archive) {
      Archive(*build_.archive);
    }
  }

 private:
  void Add(Severity severity, const char* id, std::string what, std::string where, const char* why,
           const char* remedy) {
    findings_.push_back({severity, id, std::move(what), std::move(where), why, remedy});
  }

  /// Problem B: the step that packs waits for the unsigned file only.
  void Unsigned() {
    const bool wants = IsOn(build_.sysbuild, "SB_DFU_MULTI_IMAGE_PACKAGE_WIFI_FW_PATCH");
    if (wants && !build_.patch_signed) {
      Add(Severity::kError, "patch-not-signed",
          "the package should hold the Wi-Fi firmware, and nrf70.signed.bin was not made",
          build_.folder,
          "The SDK's packaging step depends on the unsigned nrf70.hex only, so it runs before the "
          "file is signed and stops with FileNotFoundError, or packs an older one.",
          "Make it first: `cmake --build BUILD --target nrf70_wifi_fw_patch_signed_target`, then "
          "build again; or sign and pack both with `linnet sign` and `linnet package`, which need "
          "no order of steps.");
    }
  }

  void Multi(const BuildFile& file) {
    const Bytes bytes(file.content);
    const Result<package::MultiImage> head = bytes.size() < 2
                                                 ? Result<package::MultiImage>(Code::kMalformed)
                                                 : package::ReadMultiImage(bytes);
    if (!head.ok() || head.value().file_size > bytes.size()) {
      Add(Severity::kError, "package-damaged", "it is no whole multi-image file", file.path,
          "Devices refuse it, or take what is cut off for good.", "Build it again.");
      return;
    }
    bool patch = false;
    for (const package::MultiImage::Image& image : head.value().view()) {
      const Bytes stored = bytes.subspan(image.offset, image.size);
      const std::int32_t patch_id = build_.has_net_core ? 2 : 1;
      patch |= image.id == patch_id;
      const auto& wanted = image.id == 0          ? build_.app_signed
                           : image.id == patch_id ? build_.patch_signed
                                                  : std::nullopt;
      One("image " + std::to_string(image.id) + " of the package", stored, wanted, file);
    }
    if (!patch && HasPatchSlots(build_)) {
      Add(Severity::kWarning, "package-without-patch",
          "the package has no Wi-Fi firmware, although it is an image of its own", file.path,
          "An application with another driver version arrives without the firmware it needs.",
          "Set SB_CONFIG_DFU_MULTI_IMAGE_PACKAGE_WIFI_FW_PATCH=y, or use `linnet package`.");
    }
  }

  void One(const std::string& name, Bytes stored, const std::optional<BuildFile>& wanted,
           const BuildFile& file) {
    if (!IsImage(stored)) {
      Add(Severity::kError, "package-unsigned", name + " is not a signed image", file.path,
          "The boot loader erases it after the download and starts what was there before.",
          "Pack the .signed.bin files.");
    } else if (wanted && !Holds(stored, wanted->content)) {
      Add(Severity::kError, "package-stale", name + " is not what " + wanted->path + " holds now",
          file.path,
          file.made < wanted->made
              ? "The package was made before the file was signed: devices would get an older build."
              : "The package holds another build than the one beside it.",
          "Build the package again, as the last step.");
    }
  }

  void Archive(const BuildFile& file) {
    const std::vector<ArchiveFile> files = ReadArchive(file.path, file.content);
    const auto find = [&](const std::string& name) {
      return std::find_if(files.begin(), files.end(),
                          [&](const ArchiveFile& entry) { return entry.name == name; });
    };
    const auto manifest = find("manifest.json");
    const auto json =
        manifest == files.end()
            ? nlohmann::json()
            : nlohmann::json::parse(reinterpret_cast<const char*>(manifest->content.data()),
                                    reinterpret_cast<const char*>(manifest->content.data()) +
                                        manifest->content.size(),
                                    Shallow(), false);
    if (!json.is_object() || !json.contains("files") || !json["files"].is_array()) {
      Add(Severity::kError, "archive-manifest", "its manifest.json is missing or damaged",
          file.path, "Phone apps and tools refuse it.", "Build it again.");
      return;
    }
    for (const auto& entry : json["files"]) {
      const std::string name =
          entry.is_object() && entry.contains("file") && entry["file"].is_string()
              ? entry["file"].get<std::string>()
              : std::string();
      const auto found = find(name);
      if (found == files.end()) {
        Add(Severity::kError, "archive-manifest",
            "its manifest names '" + name.substr(0, 64) + "', which is not in it", file.path,
            "Tools refuse it.", "Build it again.");
        continue;
      }
      Entry(*found, file);
    }
  }

  static nlohmann::json::parser_callback_t Shallow() {
    return [](int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
      constexpr int kDepth = 8;
      return depth < kDepth;
    };
  }

  void Entry(const ArchiveFile& entry, const BuildFile& file) {
    const bool patch = entry.name.find("nrf70") != std::string::npos;
    const bool app = entry.name == "app_update.bin" ||
                     entry.name == build_.app.name + ".signed.bin" ||
                     entry.name == build_.app.name + ".bin";
    One("'" + entry.name.substr(0, 64) + "' in the archive", entry.content,
        patch ? build_.patch_signed
        : app ? build_.app_signed
              : std::nullopt,
        file);
  }

  const Build& build_;
  Findings& findings_;
};

}  // namespace

void DiagnosePackage(const Build& build, Findings& findings) {
  PackageJudge(build, findings).Run();
}

}  // namespace linnet::doctor
