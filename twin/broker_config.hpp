// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What Mosquitto is told and what it tells: its configuration, its access list, its log lines. Pure
// functions.
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
/// access list and the sessions.
std::string BrokerConfig(const Authority& authority, const std::filesystem::path& directory,
                         std::uint16_t port, const std::string& user);

/// Who may use which topics: a thing only its own; the service everything.
std::string BrokerAccessList();

struct BrokerEvent {
  enum class Kind { kConnected, kDisconnected, kRefused };

  Kind kind;
  std::string client;  ///< Empty when a connection ended before it had a name.
  std::string reason;  ///< Of an end; of a connection, its protocol.
};

/// What a line of Mosquitto's log says about connections, if anything.
std::optional<BrokerEvent> ParseBrokerLine(std::string_view line);

}  // namespace linnet::twin
