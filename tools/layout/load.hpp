// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Maps, chips and images from files.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "tools/layout/map.hpp"

namespace linnet::layout {

/// The chips that are built in, by name.
std::vector<std::string> ChipNames();
/// By a built-in name, or from a file with '/' or '.' in its name. Throws Error.
Document LoadChip(const std::string& chip);

/// A .dts or .overlay by its name's end, else Partition Manager's YAML. Throws Error.
Map LoadMap(const std::string& path, const std::string& chip);
/// As LoadMap(), from memory.
Map ReadMapText(const std::string& path, const std::string& text, const std::string& chip);

/// In the form that the name's end says, in one step. Throws Error.
void SaveMap(const Map& map, const std::string& path);

/// Whole, at most `limit` bytes. Throws Error.
std::string LoadText(const std::string& path, std::size_t limit = std::size_t{64} << 20);

/// Bytes of flash that an image takes: of a number (742308, 0xb53a4, 120k), of an ELF file what is
/// loaded from its lowest to its highest address, else the file's length. Throws Error.
std::uint64_t ImageSize(const std::string& number_or_file);
/// Of an ELF file in memory: 32 bits, little endian. Throws Error.
std::uint64_t ElfFlashSize(const std::string& file, Bytes content);

}  // namespace linnet::layout
