// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The Kconfig files of a build, by the list that Kconfig leaves in the build directory.
#include <filesystem>
#include <sstream>

#include "tools/doctor/build.hpp"
#include "tools/layout/load.hpp"

namespace linnet::doctor {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxFile = std::size_t{4} << 20;
constexpr std::size_t kMaxList = std::size_t{8} << 20;

/// Kconfig lists files without links, so paths that are made from the cache must be such, too.
std::string Real(const fs::path& folder, const std::string& path) {
  std::error_code error;
  const fs::path real = fs::weakly_canonical(folder / path, error);
  return error ? path : real.string();
}

std::map<std::string, std::string> Variables(const Build& build, const fs::path& image) {
  std::map<std::string, std::string> variables;
  for (const auto& [name, setting] : build.cache) {
    if (!setting.value.empty() && setting.value.find_first_of(";\n") == std::string::npos &&
        setting.value.find('/') != std::string::npos) {
      variables[name] = Real(build.folder, setting.value);
    }
  }
  variables["APP_DIR"] = variables["APPLICATION_SOURCE_DIR"];
  variables["KCONFIG_BINARY_DIR"] = Real(image, "Kconfig");
  return variables;
}

}  // namespace

KconfigFiles LoadKconfig(const Build& build, const std::string& name) {
  KconfigFiles files;
  const fs::path image = fs::path(build.folder) / name;
  const fs::path list = image / "zephyr" / "kconfig" / "sources.txt";
  std::error_code error;
  if (!fs::is_regular_file(list, error)) {
    files.fault = list.string() + " is not there";
    return files;
  }
  try {
    std::istringstream lines(layout::LoadText(list.string(), kMaxList));
    for (std::string path; std::getline(lines, path);) {
      const std::string real = path.empty() ? path : Real(build.folder, path);
      if (fs::is_regular_file(real, error)) {
        files.tree.AddFile(real, layout::LoadText(real, kMaxFile));
      } else {
        ++files.missing;
      }
    }
    const auto variables = Variables(build, image);
    const auto base = variables.find("ZEPHYR_BASE");
    files.tree.Join(base == variables.end() ? "" : base->second, variables);
  } catch (const layout::Error& fault) {
    files.fault = fault.what();
  }
  if (files.fault.empty() && files.tree.files() == 0) {
    files.fault = "none of the files in " + list.string() + " is there";
  }
  return files;
}

}  // namespace linnet::doctor
