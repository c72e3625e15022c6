// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What Mosquitto is told and what it tells: its configuration, its log lines. Pure functions.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "twin/authority.hpp"

namespace linnet::twin {

/// TLS with client certificates on the loopback address; the certificate's common name is the
/// user's name and its client id; AWS's limits where Mosquitto has them. `directory` holds the
/// sessions and the kick file; `plugin` decides who may do what.
std::string BrokerConfig(const Authority& authority, const std::filesystem::path& directory,
                         const std::filesystem::path& plugin, std::uint16_t port,
                         const std::string& user);

/// The names of things, a line each, whose connections the plugin ends when the broker reloads.
std::filesystem::path KickFile(const std::filesystem::path& directory);

struct BrokerEvent {
  enum class Kind { kConnected, kDisconnected, kRefused };

  Kind kind;
  std::string client;  ///< Empty when a connection ended before it had a name.
  std::string reason;  ///< Of an end; of a connection, its protocol.
};

/// What a line of Mosquitto's log says about connections, if anything.
std::optional<BrokerEvent> ParseBrokerLine(std::string_view line);

}  // namespace linnet::twin
