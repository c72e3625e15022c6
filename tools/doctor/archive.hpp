// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Reads a dfu_application.zip: what lies in it, and its manifest.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.hpp"

namespace linnet::doctor {

inline constexpr std::size_t kMaxEntries = 64;
inline constexpr std::uint32_t kMaxEntrySize = 16U << 20;

struct ArchiveFile {
  std::string name{};
  std::vector<std::byte> content{};
};

/// All files, unpacked; stored and deflated ones. Throws layout::Error with one sentence for what
/// is damaged, encrypted, over 4 GiB, or beyond the limits above.
std::vector<ArchiveFile> ReadArchive(const std::string& file, Bytes zip);

}  // namespace linnet::doctor
