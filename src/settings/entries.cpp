// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "settings/entries.hpp"

#include <algorithm>
#include <array>

#include "base/view.hpp"

namespace linnet::settings {

namespace {

constexpr std::array kEntries = {
    Describe(kThingName),
    Describe(kEndpointHost),
    Describe(kEndpointPort),
    Describe(kHostEntry),
    Describe(kRootCertificate1),
    Describe(kRootCertificate2),
    Describe(kDeviceCertificate),
    Describe(kTimeServerHost),
    Describe(kTimeServerPort),
    Describe(kMqttVersion),
    Describe(kTelemetryIntervalS),
    Describe(kLogLevel),
    Describe(kLed),
    Describe(kTrialDeadlineS),
    Describe(kUpdateRate),
    Describe(kUpdateWhenIdle),
    Describe(kWifiNetworks),
    Describe(kShadowVersion),
    Describe(kTimeFloor),
    Describe(kUpdateState),
};

constexpr bool RisesByKey() {
  return std::is_sorted(kEntries.begin(), kEntries.end(),
                        [](const auto& a, const auto& b) { return a.key <= b.key; });
}
static_assert(RisesByKey(), "a key is used twice, or out of order");

}  // namespace

Span<const EntryInfo> AllEntries() {
  return kEntries;
}

const EntryInfo* FindEntry(StringView name) {
  const auto found = std::find_if(kEntries.begin(), kEntries.end(),
                                  [name](const EntryInfo& entry) { return entry.name == name; });
  return found == kEntries.end() ? nullptr : &*found;
}

}  // namespace linnet::settings
