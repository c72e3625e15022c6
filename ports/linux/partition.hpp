// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The partitions of a device directory, which holds one file for each flash of the board.
#pragma once

#include <string>

#include "layout/linux.hpp"
#include "ports/linux/file_flash.hpp"

namespace linnet::posix {

/// Names of the flash files in a device directory.
inline constexpr const char* kInternalFlashFile = "internal.bin";
inline constexpr const char* kExternalFlashFile = "external.bin";

/// Opens the file that holds `partition`, or makes it, and lets `out` see only that partition.
/// Codes of FileFlash::Open.
Status OpenPartition(const std::string& directory, const layout::linux::Partition& partition,
                     FileFlash& out);

}  // namespace linnet::posix
