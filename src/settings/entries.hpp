// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Everything that the device remembers: numbers, types, ranges and defaults.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "base/view.hpp"

namespace linnet::settings {

/// Stable numbers (docs/formats/settings.md). A number is never used for anything else again: a
/// retired entry stays here as `kRetired...`.
enum class Key : std::uint16_t {
  // Identity, written in the factory; survives a factory reset: numbers below 32.
  kThingName = 1,
  kEndpointHost = 2,
  kEndpointPort = 3,
  kHostEntry = 4,
  kRootCertificate1 = 5,
  kRootCertificate2 = 6,
  kDeviceCertificate = 7,
  kTimeServerHost = 8,
  kTimeServerPort = 9,
  kMqttVersion = 10,
  // What the owner sets, mostly through the shadow.
  kTelemetryIntervalS = 32,
  kLogLevel = 33,
  kLed = 34,
  kTrialDeadlineS = 35,
  kUpdateRate = 48,
  kUpdateWhenIdle = 49,
  kWifiNetworks = 52,
  // What the device keeps for itself.
  kShadowVersion = 64,
  kTimeFloor = 65,
  kUpdateState = 83,
};

enum class Type : std::uint8_t { kU32, kI64, kText, kBlob };

/// Identity survives a factory reset; everything else goes back to its default.
enum class Class : std::uint8_t { kIdentity, kSetting, kState };

/// One entry. `minimum` and `maximum` bound a number's value, or the length of a text or blob in
/// bytes. Numbers have a default; texts and blobs are there or not.
template <Type kType>
struct Entry {
  using Number = std::conditional_t<kType == Type::kI64, std::int64_t, std::uint32_t>;

  Key key;
  StringView name;  ///< As users see it: "telemetry.interval_s".
  Class group;
  Number minimum;
  Number maximum;
  Number fallback = 0;
};

using U32Entry = Entry<Type::kU32>;
using I64Entry = Entry<Type::kI64>;
using TextEntry = Entry<Type::kText>;
using BlobEntry = Entry<Type::kBlob>;

inline constexpr std::uint32_t kMaxCertificate = 2048;
inline constexpr std::int64_t kMaxU32 = 0xFFFFFFFF;

inline constexpr TextEntry kThingName{Key::kThingName, "thing.name", Class::kIdentity, 1, 128};
inline constexpr TextEntry kEndpointHost{Key::kEndpointHost, "endpoint.host", Class::kIdentity, 1,
                                         253};
inline constexpr U32Entry kEndpointPort{
    Key::kEndpointPort, "endpoint.port", Class::kIdentity, 1, 65535, 8883};
/// "name=10.0.2.2": an address for one name, for networks without a name server.
inline constexpr TextEntry kHostEntry{Key::kHostEntry, "host.entry", Class::kIdentity, 3, 269};
/// Trusted roots and the device's certificate, DER.
inline constexpr BlobEntry kRootCertificate1{Key::kRootCertificate1, "root.certificate1",
                                             Class::kIdentity, 1, kMaxCertificate};
inline constexpr BlobEntry kRootCertificate2{Key::kRootCertificate2, "root.certificate2",
                                             Class::kIdentity, 1, kMaxCertificate};
inline constexpr BlobEntry kDeviceCertificate{Key::kDeviceCertificate, "device.certificate",
                                              Class::kIdentity, 1, kMaxCertificate};

/// Not set: a public time server.
inline constexpr TextEntry kTimeServerHost{Key::kTimeServerHost, "time_server.host",
                                           Class::kIdentity, 1, 253};
inline constexpr U32Entry kTimeServerPort{
    Key::kTimeServerPort, "time_server.port", Class::kIdentity, 1, 65535, 123};

/// The protocol level of CONNECT: 5, or 4 for MQTT 3.1.1, which a broker without MQTT 5 needs.
inline constexpr U32Entry kMqttVersion{
    Key::kMqttVersion, "mqtt.version", Class::kIdentity, 4, 5, 5};

inline constexpr U32Entry kTelemetryIntervalS{
    Key::kTelemetryIntervalS, "telemetry.interval_s", Class::kSetting, 1, 86'400, 60};
/// log::Level: 0 error, 1 warning, 2 info, 3 debug.
inline constexpr U32Entry kLogLevel{Key::kLogLevel, "log.level", Class::kSetting, 0, 3, 2};
/// 0 off, 1 on.
inline constexpr U32Entry kLed{Key::kLed, "led", Class::kSetting, 0, 1, 0};
/// How long a release on trial may take to prove itself.
inline constexpr U32Entry kTrialDeadlineS{
    Key::kTrialDeadlineS, "update.trial_deadline_s", Class::kSetting, 10, 86'400, 600};

/// Bytes a second that a download may take on average; 0: as many as it gets.
inline constexpr U32Entry kUpdateRate{
    Key::kUpdateRate, "update.rate", Class::kSetting, 0, 10'000'000, 0};
/// 1: a download waits while the product is in use.
inline constexpr U32Entry kUpdateWhenIdle{
    Key::kUpdateWhenIdle, "update.when_idle", Class::kSetting, 0, 1, 0};

/// The Wi-Fi networks that the device knows, sealed; the format belongs to src/wifi.
inline constexpr BlobEntry kWifiNetworks{Key::kWifiNetworks, "wifi.networks", Class::kSetting, 1,
                                         480};

/// The shadow version that was applied last.
inline constexpr I64Entry kShadowVersion{
    Key::kShadowVersion, "shadow.version", Class::kState, 0, INT64_MAX, 0};
/// Unix seconds that have certainly passed.
inline constexpr I64Entry kTimeFloor{Key::kTimeFloor, "time.floor", Class::kState, 0, INT64_MAX, 0};
/// The update engine's own record; its format belongs to src/update.
inline constexpr BlobEntry kUpdateState{Key::kUpdateState, "update.state", Class::kState, 1, 512};

/// An entry whose type is known at run time, for tools that work with all of them.
struct EntryInfo {
  Type type;
  Key key;
  StringView name;
  Class group;
  std::int64_t minimum;
  std::int64_t maximum;
  std::int64_t fallback;
};

template <Type kType>
constexpr EntryInfo Describe(const Entry<kType>& entry) {
  return {kType, entry.key, entry.name, entry.group, entry.minimum, entry.maximum, entry.fallback};
}

/// Every entry above, by rising key.
[[nodiscard]] Span<const EntryInfo> AllEntries();
/// nullptr: no entry of that name.
[[nodiscard]] const EntryInfo* FindEntry(StringView name);

}  // namespace linnet::settings
