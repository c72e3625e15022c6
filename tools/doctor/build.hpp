// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What lies in a build directory of the nRF Connect SDK.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tools/kconfig/settings.hpp"
#include "tools/kconfig/tree.hpp"
#include "tools/layout/map.hpp"

namespace linnet::doctor {

using Config = kconfig::Settings;
using kconfig::IsOn;
using kconfig::ValueOf;

struct BuildFile {
  std::string path{};
  std::vector<std::byte> content{};
  std::int64_t made = 0;  ///< Of its last change; only compared with each other.
};

/// One image: its folder's name and its result of Kconfig.
struct ImageBuild {
  std::string name{};
  Config config{};
  Config forced{};  ///< What sysbuild sets in it, over everything that its own files say.
  Config asked{};   ///< What its files ask for.
};

struct Build {
  std::string folder{};
  Config sysbuild{};  ///< Names begin with SB_; empty in a build without sysbuild.
  ImageBuild app{};
  std::optional<ImageBuild> mcuboot{};
  bool has_net_core = false;
  Config sysbuild_asked{};  ///< Names begin with SB_.
  std::optional<layout::Map> map{};
  std::optional<BuildFile> app_signed{};
  std::optional<BuildFile> patch_signed{};
  std::optional<BuildFile> patch{};    ///< Without a header.
  std::optional<BuildFile> package{};  ///< dfu_multi_image.bin
  std::optional<BuildFile> archive{};  ///< dfu_application.zip
  Config cache{};                      ///< Of CMake, for the application.
  std::string driver_version{};        ///< Of the Wi-Fi driver that is compiled in; empty: unknown.
  bool driver_given = false;           ///< By BuildOptions.
};

struct BuildOptions {
  std::string chip = "nrf5340";
  std::vector<std::string> fragments{};  ///< More files that ask for options, the last one wins.
  std::string driver_version{};          ///< "1.2.14.1"; empty: from the SDK's sources, if found.
};

/// The Kconfig files of one image or of sysbuild.
struct KconfigFiles {
  kconfig::Tree tree{};
  std::size_t missing = 0;  ///< Named by the build, and not there any more.
  std::string fault{};      ///< Why none of it can be used; empty: it can.
};

/// Reads the Kconfig files that Kconfig itself has listed in the build directory, for the image in
/// this folder of it; "" is sysbuild's own, or the only image.
KconfigFiles LoadKconfig(const Build& build, const std::string& image);

/// Reads what is there; most of it may be missing. Throws layout::Error when the folder is no build
/// directory, or when a file in it is damaged.
Build LoadBuild(const std::string& folder, const BuildOptions& options);

}  // namespace linnet::doctor
