// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "images/device/links.hpp"
#include "base/view.hpp"

#include "base/log.hpp"

namespace linnet::device {

namespace {

constexpr const char* kTag = "links";

// AWS IoT Core tells MQTT with a certificate from everything else on port 443 by this name.
constexpr std::uint16_t kSharedPort = 443;
constexpr std::array<const char*, 1> kMqttProtocol = {"x-amzn-mqtt-ca"};
constexpr std::array<const char*, 1> kHttpProtocol = {"http/1.1"};

Span<const char* const> CloudProtocols(const Identity& identity) {
  if (identity.port == kSharedPort) {
    return kMqttProtocol;
  }
  return {};
}

}  // namespace

Links::Links(Board& board, const Identity& identity, UnixTime build_time)
    : identity_(identity),
      resolver_(board.network, hosts_),
      wall_clock_(board.clock, build_time),
      time_client_(board.network, resolver_, board.time_socket, board.entropy, wall_clock_),
      entropy_(board.entropy),
      random_(entropy_),
      signer_(board.vault),
      cloud_tcp_(resolver_, board.cloud_socket),
      download_tcp_(resolver_, board.download_socket),
      cloud_(cloud_tcp_, {.trust = trust_,
                          .random = random_,
                          .clock = wall_clock_,
                          .certificate = AsBytes(identity.certificate),
                          .signer = &signer_,
                          .protocols = CloudProtocols(identity)}),
      download_(
          download_tcp_,
          {.trust = trust_, .random = random_, .clock = wall_clock_, .protocols = kHttpProtocol}) {}

Status Links::Start() {
  if (!identity_.host_entry.empty()) {
    LINNET_TRY(hosts_.Add(identity_.host_entry));
  }
  for (const auto& root : identity_.roots) {
    if (root.empty()) {
      continue;
    }
    if (const Status status = trust_.Add(AsBytes(root)); !status.ok()) {
      log::Error(kTag, "a root certificate in the settings is not usable: {}", status);
    }
  }
  if (!identity_.time_server.empty()) {
    LINNET_TRY(time_client_.AddServer({identity_.time_server, identity_.time_port}));
  }
  return trust_.count() > 0 ? OkStatus() : Status(Code::kUnauthenticated);
}

}  // namespace linnet::device
