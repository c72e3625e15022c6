// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The rules of a device shadow document as pure functions: merge, metadata, delta, limits.
// From the "Device Shadow service documents" and "Device Shadow REST and MQTT" chapters of the AWS
// IoT developer guide; where they are silent, the behaviour of Greengrass' shadow manager.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>

#include "twin/message.hpp"

namespace linnet::twin {

using Json = nlohmann::json;

/// One of the two sections of a shadow: what it says, and when each leaf was last written.
struct Section {
  Json state = nullptr;     ///< An object; null when the section is absent.
  Json metadata = nullptr;  ///< Mirrors `state`: a leaf is {"timestamp": seconds}.
};

/// A shadow as it is stored. The version outlives the document by `kVersionMemory`.
struct Shadow {
  Section desired;
  Section reported;
  std::int64_t version = 0;
  bool exists = false;
  UnixSeconds deleted_at = 0;
};

/// A shadow that is made again within this time after its deletion goes on counting its version.
inline constexpr UnixSeconds kVersionMemory = UnixSeconds{48} * 3600;

/// Merges `patch` (an object, or null to remove the section). Objects merge recursively, scalars
/// and arrays replace, a null removes its key. Only leaves that the patch names get a new
/// timestamp. A section that becomes empty is absent.
void MergeSection(Section& section, const Json& patch, UnixSeconds now);

/// The metadata of `state`: every leaf (also a null) becomes {"timestamp": now}, an array one such
/// object an element.
Json StampTree(const Json& state, UnixSeconds now);

/// What desired says and reported does not: keys that reported lacks or has differently. Numbers
/// compare by value. Null when nothing differs. Either side may be null.
Json Delta(const Json& desired, const Json& reported);

/// The part of `metadata` that belongs to the keys of `delta`.
Json DeltaMetadata(const Json& metadata, const Json& delta);

/// Levels of nesting: a scalar or an empty container is 0, {"a": 1} is 1.
int Depth(const Json& value);

/// Whether an array anywhere in `value` holds a null, which shadows refuse.
bool HasNullInArray(const Json& value);

/// {"desired": …, "reported": …} with the absent sections left out.
Json StateOf(const Shadow& shadow);
Json MetadataOf(const Shadow& shadow);

/// What counts against the limit of 8 KB: the serialized state without metadata.
std::size_t DocumentSize(const Shadow& shadow);

}  // namespace linnet::twin
