// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The boards that the command line can write and run: the emulated reference board, whose flash is
// one file, and the Linux process, whose flash is a directory.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tools/package/parts.hpp"

namespace linnet::cli {

enum class BoardKind { kAn505, kLinux };

/// A flash that is a directory belongs to the Linux board. What does not exist yet is `wanted`.
BoardKind KindOf(const std::filesystem::path& flash, const std::string& wanted);

/// Makes an erased flash when there is none.
void EnsureFlash(BoardKind kind, const std::filesystem::path& flash);

/// Writes a signed image into the execution area of that index; 0 is the application's. Throws
/// Failure, also when the board has no such area.
void PlaceImage(BoardKind kind, const std::filesystem::path& flash, unsigned index,
                std::vector<std::byte> image);

/// Writes a companion into the release store, where it is found by its digest. Throws Failure.
void PlaceCompanion(BoardKind kind, const std::filesystem::path& flash,
                    const package::PartFile& companion);

/// Writes factory files (provision.hpp). `address` "" takes the one under which the board sees this
/// machine.
void ProvisionBoard(BoardKind kind, const std::filesystem::path& flash,
                    const std::filesystem::path& factory, const std::string& address);

/// Sets entries of the board's settings, each "NAME=VALUE".
void SetEntries(BoardKind kind, const std::filesystem::path& flash,
                const std::vector<std::string>& assignments);

/// Wi-Fi networks, as SetNetworks() in provision.hpp.
void WriteNetworks(BoardKind kind, const std::filesystem::path& flash,
                   const std::vector<std::string>& names_and_keys);

}  // namespace linnet::cli
