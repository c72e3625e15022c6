// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Files, whole, with failures that say which one and why.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/bytes.hpp"

namespace linnet::sign {

/// What this library throws. The text is one sentence for a person: what, where, what to do.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throws Error when the file cannot be read or has more than `max_size` bytes.
std::vector<std::byte> ReadFile(const std::string& path, std::size_t max_size = 64U << 20);

enum class FileUse { kPublic, kSecret };

/// Replaces the file in one step: a reader sees the old content or the new. A secret is readable
/// for its owner only. Throws Error.
void WriteFile(const std::string& path, Bytes content, FileUse use = FileUse::kPublic);

}  // namespace linnet::sign
