// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "images/device/identity.hpp"
#include "base/view.hpp"

#include "base/log.hpp"

namespace linnet::device {

namespace {

constexpr const char* kTag = "identity";
constexpr StringView kDefaultTimeServer = "time.aws.com";

Status Report(const char* name, Status status) {
  if (!status.ok()) {
    log::Error(kTag, "{}: {}; run the factory step", name, status);
  }
  return status;
}

template <std::size_t kCapacity>
Status LoadText(settings::Settings& settings, const settings::TextEntry& entry,
                FixedString<kCapacity>& out) {
  std::array<char, kCapacity> buffer;  // NOLINT: written by Get
  LINNET_TRY_ASSIGN(const StringView text, settings.Get(entry, buffer));
  return out.Assign(text);
}

Status LoadCertificate(settings::Settings& settings, const settings::BlobEntry& entry,
                       FixedString<Identity::kMaxCertificate>& out) {
  std::array<std::byte, Identity::kMaxCertificate> buffer;  // NOLINT: written by Get
  LINNET_TRY_ASSIGN(const Bytes der, settings.Get(entry, buffer));
  return out.Assign(AsText(der));
}

/// Absent is fine, unreadable is not.
Status Optional(Status status) {
  return status.code() == Code::kNotFound ? OkStatus() : status;
}

}  // namespace

Status LoadIdentity(settings::Settings& settings, Identity& out) {
  LINNET_TRY(Report("thing name", LoadText(settings, settings::kThingName, out.thing)));
  LINNET_TRY(Report("endpoint", LoadText(settings, settings::kEndpointHost, out.endpoint)));
  LINNET_TRY(Report("device certificate",
                    LoadCertificate(settings, settings::kDeviceCertificate, out.certificate)));
  LINNET_TRY(
      Report("host entry", Optional(LoadText(settings, settings::kHostEntry, out.host_entry))));
  LINNET_TRY(
      Report("root certificate 1",
             Optional(LoadCertificate(settings, settings::kRootCertificate1, out.roots[0]))));
  LINNET_TRY(
      Report("root certificate 2",
             Optional(LoadCertificate(settings, settings::kRootCertificate2, out.roots[1]))));
  if (out.roots[0].empty() && out.roots[1].empty()) {
    return Report("root certificates", Code::kNotFound);
  }
  out.port = static_cast<std::uint16_t>(settings.Get(settings::kEndpointPort));
  out.mqtt_version = static_cast<std::uint8_t>(settings.Get(settings::kMqttVersion));
  LINNET_TRY(out.time_server.Assign(kDefaultTimeServer));
  LINNET_TRY(Report("time server",
                    Optional(LoadText(settings, settings::kTimeServerHost, out.time_server))));
  out.time_port = static_cast<std::uint16_t>(settings.Get(settings::kTimeServerPort));
  return OkStatus();
}

}  // namespace linnet::device
