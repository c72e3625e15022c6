// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "telemetry/metrics.hpp"
#include "base/view.hpp"

#include "json/writer.hpp"

namespace linnet::telemetry {

using namespace std::string_view_literals;

namespace {

StringView ToString(hal::LinkState link) {
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

void Write(json::Writer& json, StringView key, const Watermark& mark) {
  json.Key(key);
  json.BeginObject();
  json.Member("peak"sv, mark.peak);
  json.Member("size"sv, mark.size);
  json.EndObject();
}

}  // namespace

Result<StringView> Encode(const Metrics& metrics, Span<char> out) {
  json::Writer json(out);
  json.BeginObject();
  json.Member("uptime_s"sv, metrics.uptime.count());
  if (metrics.time) {
    json.Member("time"sv, metrics.time->seconds);
  }
  json.Member("firmware"sv, metrics.firmware);
  json.Member("reset"sv, hal::ToString(metrics.reset));
  Write(json, "heap"sv, metrics.heap);
  Write(json, "stack"sv, metrics.stack);
  json.Member("link"sv, ToString(metrics.link));
  if (metrics.rssi_dbm) {
    json.Member("rssi_dbm"sv, *metrics.rssi_dbm);
  }
  if (!metrics.wifi.empty()) {
    json.Member("wifi"sv, metrics.wifi);
  }
  if (!metrics.wifi_reason.empty()) {
    json.Member("wifi_reason"sv, metrics.wifi_reason);
  }
  json.Member("dropped"sv, metrics.dropped);
  json.EndObject();
  return json.Finish();
}

}  // namespace linnet::telemetry
