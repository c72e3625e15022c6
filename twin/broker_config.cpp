// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/broker_config.hpp"

#include <array>
#include <sstream>

namespace linnet::twin {
namespace {

// What a disconnect looks like: "Client NAME<marker>".
struct Ending {
  std::string_view marker;
  const char* reason;
};

constexpr std::array kEndings = {
    Ending{" disconnected.", "by the device"},
    Ending{" closed its connection.", "connection lost"},
    Ending{" has exceeded timeout, disconnecting.", "keep-alive timeout"},
    Ending{" already connected, closing old connection.", "another connection with the same name"},
    Ending{" disconnected due to", "protocol error"},
    Ending{" disconnected:", "connection lost"},
    Ending{" been disconnected by administrative action.", "by the twin"},
};

// Between the first `from` and the next `to`.
std::string_view Between(std::string_view text, std::string_view from, std::string_view to) {
  const std::size_t begin = text.find(from);
  if (begin == std::string_view::npos) {
    return {};
  }
  text.remove_prefix(begin + from.size());
  return text.substr(0, text.find(to));
}

}  // namespace

std::filesystem::path KickFile(const std::filesystem::path& directory) {
  return directory / "kick.list";
}

std::string BrokerConfig(const Authority& authority, const std::filesystem::path& directory,
                         const std::filesystem::path& plugin, std::uint16_t port,
                         const std::string& user) {
  std::ostringstream config;
  config << "# Written by `linnet twin up` at every start.\n"
         << "user " << user << "\n"
         << "listener " << port << " 127.0.0.1\n"
         << "cafile " << authority.client_root_file().string() << "\n"
         << "certfile " << authority.certificate_file("server").string() << "\n"
         << "keyfile " << authority.key_file("server").string() << "\n"
         << "crlfile " << authority.revoked_file().string() << "\n"
         << "require_certificate true\n"
         << "use_identity_as_username true\n"
         << "use_username_as_clientid true\n"
         << "tls_version tlsv1.2\n"
         << "max_qos 1\n"
         << "max_topic_alias 8\n"
         << "allow_anonymous false\n"
         << "plugin " << plugin.string() << "\n"
         << "plugin_opt_kick_file " << KickFile(directory).string() << "\n"
         << "max_keepalive 1200\n"
         << "max_inflight_messages 100\n"
         << "max_packet_size 149504\n"
         << "persistence true\n"
         << "persistence_location " << directory.string() << "/\n"
         << "autosave_interval 10\n"
         << "persistent_client_expiration 7d\n"
         << "log_dest stderr\n"
         << "log_type error\nlog_type warning\nlog_type notice\n"
         << "log_timestamp false\n";
  return config.str();
}

std::optional<BrokerEvent> ParseBrokerLine(std::string_view line) {
  using Kind = BrokerEvent::Kind;
  if (line.starts_with("New client connected from ")) {
    // "(p5, ..." or "(p2, ...": Mosquitto's number for MQTT 3.1.1 is 2.
    const bool older = line.find(" (p2,") != std::string_view::npos;
    return BrokerEvent{Kind::kConnected, std::string(Between(line, " as ", " (")),
                       older ? "MQTT 3.1.1" : "MQTT 5"};
  }
  if (line.starts_with("OpenSSL Error")) {
    if (line.ends_with("unexpected eof while reading")) {
      return std::nullopt;  // Power or network lost; the disconnection has its own line.
    }
    const std::size_t reason = line.rfind(':');
    return BrokerEvent{Kind::kRefused, "", "TLS: " + std::string(line.substr(reason + 1))};
  }
  if (!line.starts_with("Client ")) {
    return std::nullopt;
  }
  for (const Ending& ending : kEndings) {
    const std::size_t at = line.find(ending.marker);
    if (at != std::string_view::npos) {
      // A connection that ended before its CONNECT has a name in angle brackets.
      const std::string client(Between(line, "Client ", ending.marker));
      if (client.starts_with('<')) {
        return std::nullopt;
      }
      return BrokerEvent{Kind::kDisconnected, client, ending.reason};
    }
  }
  return std::nullopt;
}

}  // namespace linnet::twin
