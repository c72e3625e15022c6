// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The store's table of parts, as it lies in flash.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/status.hpp"
#include "hal/flash.hpp"
#include "release/part.hpp"
#include "release/snapshot_log.hpp"

namespace linnet::release {

/// Room for two releases of eight boot images, a golden one and companions.
inline constexpr std::size_t kMaxParts = 32;

inline constexpr std::size_t kDirectoryHeaderSize = 8;
inline constexpr std::size_t kDirectoryEntrySize = 56;
inline constexpr std::size_t kMaxDirectorySize =
    kDirectoryHeaderSize + kMaxParts * kDirectoryEntrySize;

/// An entry, and the page from which a resumed write may look for its end.
struct DirectoryEntry {
  Part part;
  std::uint32_t progress = 0;  ///< Bytes from the start that are known to be written; whole pages.
};

struct DirectoryHeader {
  std::uint32_t count = 0;
};

void EncodeDirectoryHeader(const DirectoryHeader& header, MutableBytes out);
/// kMalformed; kUnsupported: a newer format.
Status DecodeDirectoryHeader(Bytes bytes, DirectoryHeader& out);

void EncodeDirectoryEntry(const DirectoryEntry& entry, MutableBytes out);
/// kMalformed: an unknown kind or state, no bytes at all, or an extent that does not lie within the
/// part pages of `geometry` from a page's start.
Status DecodeDirectoryEntry(Bytes bytes, const hal::FlashGeometry& geometry, DirectoryEntry& out);

/// Where the directory lies in a store's region, and where the parts begin behind it.
SnapshotLog::Area DirectoryArea(const hal::FlashGeometry& geometry);
std::uint32_t FirstPartOffset(const hal::FlashGeometry& geometry);

/// Bytes of flash that a part of `length` bytes takes: whole pages.
std::uint64_t ExtentSize(const hal::FlashGeometry& geometry, std::uint32_t length);

}  // namespace linnet::release
