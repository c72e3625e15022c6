// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What `linnet image` reads from its arguments, and how it shows an image.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "image/key_set.hpp"
#include "tools/linnet/context.hpp"
#include "tools/sign/sign.hpp"

namespace linnet::cli {

struct ImageFiles {
  std::vector<std::string> images{};  ///< At least one.
  std::size_t others = 0;             ///< Files in the folders that do not begin like an image.
  bool several = false;               ///< More than one file, or a folder, was asked for.
};

/// Files as they are named; of folders, all the files below that begin like an image, by name.
/// Throws Failure when nothing is left.
ImageFiles FindImages(const std::vector<std::string>& paths);

/// ", 3 other files passed over", or nothing.
std::string OtherFiles(const ImageFiles& files);

struct KeyOption {
  std::string path{};
  image::KeyValidity validity{};
};

/// "key.pem", "key.pem=0-4" or "key.pem=5-". Throws Failure.
KeyOption ReadKeyOption(const std::string& text);

std::string VersionOf(const image::Info& info);
nlohmann::json ToJson(const image::Info& info);

/// Every field and entry, for a person and for a script.
void Report(const std::string& path, const sign::Description& description, bool with_path,
            const Context& context);

}  // namespace linnet::cli
