// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Judges an update file as a device does, by the device's own code, and decodes every part of it.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "crypto/ecdsa.hpp"
#include "package/device.hpp"
#include "package/identify.hpp"
#include "tools/package/parts.hpp"

namespace linnet::package {

struct JudgeOptions {
  /// Whose signatures count.
  std::span<const crypto::P256PublicKey> keys{};
  /// Empty: whatever the package says.
  std::string product{};
  std::string board{};
  /// Empty: a place of any size for every part that there is.
  std::vector<Area> areas{};
  /// The least security counters that the device takes, by image index.
  std::array<std::uint32_t, 8> counter_floor{};
  std::vector<Component> components{};
  bool allow_unnamed = false;
  /// What the device has. Deltas from other bases are only looked at from outside.
  std::vector<PartFile> held{};
};

struct PartReport {
  std::string name{};
  Encoding encoding{};
  std::uint32_t stored_length = 0;
  bool checked = false;  ///< False: a delta whose base was not given.
};

struct Judgement {
  FileKind kind = FileKind::kUnknown;
  std::vector<PartReport> parts{};
};

/// Throws sign::Error with the reason for which a device would refuse the file.
Judgement Judge(Bytes file, const JudgeOptions& options);

}  // namespace linnet::package
