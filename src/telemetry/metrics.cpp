// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "telemetry/metrics.hpp"

#include "json/writer.hpp"

namespace linnet::telemetry {

namespace {

std::string_view ToString(hal::LinkState link) {
  switch (link) {
    case hal::LinkState::kDown:
      return "down";
    case hal::LinkState::kConfiguring:
      return "configuring";
    case hal::LinkState::kUp:
      return "up";
  }
  return "unknown";
}

void Write(json::Writer& json, std::string_view key, const Watermark& mark) {
  json.Key(key);
  json.BeginObject();
  json.Member("peak", mark.peak);
  json.Member("size", mark.size);
  json.EndObject();
}

}  // namespace

Result<std::string_view> Encode(const Metrics& metrics, std::span<char> out) {
  json::Writer json(out);
  json.BeginObject();
  json.Member("uptime_s", metrics.uptime.count());
  if (metrics.time) {
    json.Member("time", metrics.time->seconds);
  }
  json.Member("firmware", metrics.firmware);
  json.Member("reset", hal::ToString(metrics.reset));
  Write(json, "heap", metrics.heap);
  Write(json, "stack", metrics.stack);
  json.Member("link", ToString(metrics.link));
  if (metrics.rssi_dbm) {
    json.Member("rssi_dbm", *metrics.rssi_dbm);
  }
  json.Member("dropped", metrics.dropped);
  json.EndObject();
  return json.Finish();
}

}  // namespace linnet::telemetry
