// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What admission knows about a device: a description of its board, and what it holds.
#pragma once

#include <cstdint>

#include "base/view.hpp"
#include "crypto/sha256.hpp"
#include "release/part.hpp"

namespace linnet::package {

/// A place for one part. What has none here is refused.
struct Area {
  release::PartKind kind{};
  std::uint8_t index = 0;  ///< As in package::Entry.
  std::uint32_t size = 0;  ///< The longest part that it takes, in bytes.
};

/// What an image id of a multi-image file means on this board. Ids depend on the options of the
/// build that made the file, so this is the board's to say.
struct Component {
  std::int32_t id = 0;
  release::PartKind kind{};
  std::uint8_t index = 0;
  /// The companion came signed as an MCUboot image: it is that image's body.
  bool wrapped = false;
};

/// What a device takes; nothing is owned.
struct Device {
  StringView product{};
  StringView board{};
  Span<const Area> areas{};
  Span<const Component> components{};
  /// The least security counters, by image index; of images behind the last: 0.
  Span<const std::uint32_t> counter_floor{};
  /// Parts that the application does not name are taken: for applications that were made without
  /// a manifest, together with what they need.
  bool allow_unnamed = false;
  bool decodes_streams = false;  ///< Has src/delta: compressed parts and deltas.
};

/// Which parts are there already, whole.
class Inventory {
 public:
  [[nodiscard]] virtual bool Has(const crypto::Digest& identity) const = 0;

 protected:
  ~Inventory() = default;  // nobody deletes through it
};

}  // namespace linnet::package
