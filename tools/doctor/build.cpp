// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/doctor/build.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include "radio/patch.hpp"
#include "tools/layout/load.hpp"

namespace linnet::doctor {

namespace {

namespace fs = std::filesystem;
using layout::Error;

constexpr std::size_t kMaxImages = 32;
constexpr std::size_t kMaxFile = std::size_t{64} << 20;

std::optional<BuildFile> FindFile(const std::string& folder,
                                  std::initializer_list<std::string> names) {
  for (const std::string& name : names) {
    const fs::path path = fs::path(folder) / name;
    std::error_code error;
    if (!fs::is_regular_file(path, error)) {
      continue;
    }
    const std::string text = layout::LoadText(path.string(), kMaxFile);
    BuildFile file{.path = path.string()};
    const auto* bytes = reinterpret_cast<const std::byte*>(text.data());
    file.content.assign(bytes, bytes + text.size());
    file.made = fs::last_write_time(path, error).time_since_epoch().count();
    return file;
  }
  return std::nullopt;
}

void ReadIfThere(const fs::path& path, Config& out) {
  std::error_code error;
  if (fs::is_regular_file(path, error)) {
    kconfig::ReadSettings(path.string(), layout::LoadText(path.string(), kconfig::kMaxSettingsSize),
                          out);
  }
}

bool IsNetCore(const std::string& name) {
  constexpr std::array<const char*, 6> kNames{"ipc_radio", "b0n",          "hci_ipc",
                                              "hci_rpmsg", "802154_rpmsg", "multiprotocol_rpmsg"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

class Loader {
 public:
  Loader(const std::string& folder, const BuildOptions& options) : options_(options) {
    build_.folder = folder;
  }

  Build Load() {
    const fs::path root(build_.folder);
    std::error_code error;
    if (!fs::is_directory(root, error)) {
      throw Error(build_.folder, 0, "is no directory; give the build directory of west");
    }
    ReadConfigs(root);
    ReadAsked(root);
    ReadMap(root);
    ReadFiles();
    ReadDriver();
    return std::move(build_);
  }

 private:
  void ReadConfigs(const fs::path& root) {
    Config top;
    ReadIfThere(root / ".config.sysbuild", top);
    ReadIfThere(root / "zephyr" / ".config", top);
    const bool sysbuild = std::any_of(
        top.begin(), top.end(), [](const auto& entry) { return entry.first.starts_with("SB_"); });
    if (!sysbuild) {
      build_.app = {"", std::move(top)};
    } else {
      build_.sysbuild = std::move(top);
    }
    std::vector<fs::path> folders;
    for (const fs::directory_entry& entry : fs::directory_iterator(root)) {
      if (entry.is_directory() && fs::is_regular_file(entry.path() / "zephyr" / ".config") &&
          folders.size() < kMaxImages) {
        folders.push_back(entry.path());
      }
    }
    // Sysbuild names the image that everything is about; without its word it is the first one.
    const std::string main = DefaultImage(root);
    std::sort(folders.begin(), folders.end(), [&](const fs::path& a, const fs::path& b) {
      return std::pair(a.filename() != main, a) < std::pair(b.filename() != main, b);
    });
    for (const fs::path& folder : folders) {
      AddImage(folder);
    }
    if (build_.app.config.empty()) {
      throw Error(build_.folder, 0,
                  "has no zephyr/.config of an application, here or in a folder below; give the "
                  "build directory of west, after a build that got as far as Kconfig");
    }
  }

  /// `default: NAME` of domains.yaml.
  static std::string DefaultImage(const fs::path& root) {
    const fs::path path = root / "domains.yaml";
    std::error_code error;
    if (!fs::is_regular_file(path, error)) {
      return "";
    }
    const std::string text = "\n" + layout::LoadText(path.string(), kconfig::kMaxSettingsSize);
    constexpr std::string_view kKey = "\ndefault: ";
    const auto at = text.find(kKey);
    return at == std::string::npos
               ? ""
               : text.substr(at + kKey.size(),
                             text.find_first_of("\r\n", at + 1) - at - kKey.size());
  }

  void AddImage(const fs::path& folder) {
    ImageBuild image{.name = folder.filename().string()};
    ReadIfThere(folder / "zephyr" / ".config", image.config);
    ReadIfThere(folder / "zephyr" / ".config.sysbuild", image.forced);
    if (image.name == "mcuboot") {
      build_.mcuboot = std::move(image);
    } else if (IsNetCore(image.name)) {
      build_.has_net_core = true;
    } else if (image.name != "b0" && image.name != "uicr" && build_.app.config.empty()) {
      build_.cache = CacheOf(folder);
      build_.app = std::move(image);
    }
  }

  static Config CacheOf(const fs::path& folder) {
    const fs::path path = folder / "CMakeCache.txt";
    std::error_code error;
    return fs::is_regular_file(path, error)
               ? kconfig::ReadCache(layout::LoadText(path.string(), kconfig::kMaxSettingsSize))
               : Config{};
  }

  /// The files of application, sysbuild and boot loader, where CMake says that the sources are.
  void ReadAsked(const fs::path& root) {
    if (build_.cache.empty()) {
      build_.cache = CacheOf(root);
    }
    Config asked;
    const std::string source = ValueOf(build_.cache, "APPLICATION_SOURCE_DIR");
    if (!source.empty()) {
      const fs::path folder = root / source;  // An absolute one stays what it is.
      ReadIfThere(folder / "prj.conf", asked);
      ReadIfThere(folder / "sysbuild.conf", asked);
      std::string board = ValueOf(build_.app.config, "BOARD_TARGET");
      std::replace(board.begin(), board.end(), '/', '_');
      if (!board.empty()) {
        ReadIfThere(folder / "boards" / (board + ".conf"), asked);
      }
      if (build_.mcuboot) {
        ReadIfThere(folder / "sysbuild" / "mcuboot.conf", build_.mcuboot->asked);
      }
    }
    for (const std::string& fragment : options_.fragments) {
      kconfig::ReadSettings(fragment, layout::LoadText(fragment, kconfig::kMaxSettingsSize), asked);
    }
    for (auto& [name, setting] : asked) {
      (name.starts_with("SB_") ? build_.sysbuild_asked : build_.app.asked)[name] =
          std::move(setting);
    }
  }

  void ReadMap(const fs::path& root) {
    for (const char* name : {"partitions.yml", "pm_static.yml"}) {
      std::error_code error;
      if (fs::is_regular_file(root / name, error)) {
        build_.map = layout::LoadMap((root / name).string(), options_.chip);
        return;
      }
    }
  }

  void ReadFiles() {
    const std::string& folder = build_.folder;
    const std::string app = build_.app.name.empty() ? "" : build_.app.name + "/";
    build_.app_signed =
        FindFile(folder, {app + "zephyr/zephyr.signed.bin", "zephyr/app_update.bin"});
    build_.patch_signed = FindFile(folder, {"nrf70.signed.bin", "zephyr/nrf70.signed.bin"});
    build_.patch = FindFile(folder, {"nrf70.bin", "zephyr/nrf70.bin"});
    build_.package = FindFile(folder, {"dfu_multi_image.bin"});
    build_.archive = FindFile(folder, {"dfu_application.zip"});
  }

  /// The four numbers of patch_info.h in the SDK's driver sources.
  void ReadDriver() {
    build_.driver_version = options_.driver_version;
    build_.driver_given = !options_.driver_version.empty();
    if (build_.driver_given && !radio::ParseFirmwareVersion(build_.driver_version).ok()) {
      throw Error(build_.driver_version, 0,
                  "is no version of Wi-Fi firmware; four numbers as in 1.2.14.1");
    }
    const std::string module = ValueOf(build_.cache, "ZEPHYR_NRF_WIFI_MODULE_DIR");
    const fs::path path = fs::path(build_.folder) / module / "fw_if/umac_if/inc/fw/patch_info.h";
    std::error_code error;
    if (!build_.driver_version.empty() || module.empty() || !fs::is_regular_file(path, error)) {
      return;
    }
    const std::string text = layout::LoadText(path.string(), kconfig::kMaxSettingsSize);
    for (const char* name :
         {"RPU_FAMILY", "RPU_MAJOR_VERSION", "RPU_MINOR_VERSION", "RPU_PATCH_VERSION"}) {
      const auto at = text.find(std::string("#define ") + name);
      const auto digit = at == std::string::npos ? at : text.find_first_of("0123456789\n", at);
      if (digit == std::string::npos || text[digit] == '\n') {
        build_.driver_version.clear();
        return;
      }
      const auto end = std::min(text.find_first_not_of("0123456789", digit), text.size());
      build_.driver_version += (build_.driver_version.empty() ? "" : ".") +
                               text.substr(digit, std::min(end - digit, std::size_t{3}));
    }
  }

  const BuildOptions& options_;
  Build build_;
};

}  // namespace

Build LoadBuild(const std::string& folder, const BuildOptions& options) {
  try {
    return Loader(folder, options).Load();
  } catch (const fs::filesystem_error& error) {
    throw Error(folder, 0, std::string("cannot be read: ") + error.code().message());
  }
}

}  // namespace linnet::doctor
