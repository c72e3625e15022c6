// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/shadow_document.hpp"

#include <algorithm>

namespace linnet::twin {
namespace {

Json Stamp(UnixSeconds now) {
  return {{"timestamp", now}};
}

// A new object out of a patch: its nulls delete what is not there, so they leave nothing behind.
Json WithoutNulls(const Json& patch) {
  if (!patch.is_object()) {
    return patch;
  }
  Json result = Json::object();
  for (const auto& [key, value] : patch.items()) {
    if (!value.is_null()) {
      result[key] = WithoutNulls(value);
    }
  }
  return result;
}

void MergeObject(Json& state, Json& metadata, const Json& patch, UnixSeconds now) {
  for (const auto& [key, value] : patch.items()) {
    if (value.is_null()) {
      state.erase(key);
      metadata.erase(key);
    } else if (value.is_object() && state.contains(key) && state[key].is_object()) {
      MergeObject(state[key], metadata[key], value, now);
    } else {
      state[key] = WithoutNulls(value);
      metadata[key] = StampTree(state[key], now);
    }
  }
}

}  // namespace

void MergeSection(Section& section, const Json& patch, UnixSeconds now) {
  if (patch.is_null()) {
    section = Section{};
    return;
  }
  if (section.state.is_null()) {
    section = Section{Json::object(), Json::object()};
  }
  MergeObject(section.state, section.metadata, patch, now);
  if (section.state.empty()) {
    section = Section{};
  }
}

Json StampTree(const Json& state, UnixSeconds now) {
  if (state.is_object()) {
    Json result = Json::object();
    for (const auto& [key, value] : state.items()) {
      result[key] = StampTree(value, now);
    }
    return result;
  }
  if (state.is_array()) {
    Json result = Json::array();
    for (const Json& element : state) {
      result.push_back(StampTree(element, now));
    }
    return result;
  }
  return Stamp(now);
}

Json Delta(const Json& desired, const Json& reported) {
  Json delta = nullptr;
  if (!desired.is_object()) {
    return delta;
  }
  for (const auto& [key, wanted] : desired.items()) {
    const bool there = reported.is_object() && reported.contains(key);
    Json difference = nullptr;
    if (there && wanted.is_object() && reported[key].is_object()) {
      difference = Delta(wanted, reported[key]);
    } else if (!there || wanted != reported[key]) {
      difference = wanted;
    }
    if (!difference.is_null()) {
      delta[key] = std::move(difference);
    }
  }
  return delta;
}

Json DeltaMetadata(const Json& metadata, const Json& delta) {
  Json result = Json::object();
  for (const auto& [key, value] : delta.items()) {
    if (metadata.contains(key)) {
      result[key] = value.is_object() ? DeltaMetadata(metadata[key], value) : metadata[key];
    }
  }
  return result;
}

int Depth(const Json& value) {
  if (!value.is_structured() || value.empty()) {
    return 0;
  }
  int deepest = 0;
  for (const Json& child : value) {
    deepest = std::max(deepest, Depth(child));
  }
  return deepest + 1;
}

bool HasNullInArray(const Json& value) {
  return std::any_of(value.begin(), value.end(), [&value](const Json& child) {
    return (value.is_array() && child.is_null()) ||
           (child.is_structured() && HasNullInArray(child));
  });
}

Json StateOf(const Shadow& shadow) {
  Json state = Json::object();
  if (!shadow.desired.state.is_null()) {
    state["desired"] = shadow.desired.state;
  }
  if (!shadow.reported.state.is_null()) {
    state["reported"] = shadow.reported.state;
  }
  return state;
}

Json MetadataOf(const Shadow& shadow) {
  Json metadata = Json::object();
  if (!shadow.desired.state.is_null()) {
    metadata["desired"] = shadow.desired.metadata;
  }
  if (!shadow.reported.state.is_null()) {
    metadata["reported"] = shadow.reported.metadata;
  }
  return metadata;
}

std::size_t DocumentSize(const Shadow& shadow) {
  return StateOf(shadow).dump().size();
}

}  // namespace linnet::twin
