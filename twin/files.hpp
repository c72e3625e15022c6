// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Whole files at once. Throws std::runtime_error with one sentence that names the file.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace linnet::twin {

std::string ReadFile(const std::filesystem::path& path);

/// Replaces the file in one step: a reader sees the old or the new content, never a part.
void WriteFile(const std::filesystem::path& path, std::string_view content);

/// As WriteFile, and only the owner may read it.
void WriteSecretFile(const std::filesystem::path& path, std::string_view content);

/// Makes the directory and its parents; only the owner may enter it when it is new.
void MakePrivateDirectory(const std::filesystem::path& path);

}  // namespace linnet::twin
