// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// An MQTT 5 client with a client certificate: the twin's own connection to its broker, and the
// tests' devices.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "twin/message.hpp"

namespace linnet::twin {

class BrokerClient {
 public:
  struct Options {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;
    std::string client_id;
    std::filesystem::path roots;
    std::filesystem::path certificate;  ///< Empty: connects without one.
    std::filesystem::path key;
    std::vector<std::string> subscriptions;  ///< Made again at every connection, QoS 1.
  };

  /// Called on the client's own thread: hand over, do not work there.
  struct Callbacks {
    std::function<void(const Message&)> on_message;
    /// Connected and every subscription answered; `refused` names the filters that were not
    /// granted.
    std::function<void(const std::vector<std::string>& refused)> on_ready;
    std::function<void(const std::string& reason)> on_lost;
    /// The broker answered a publication with an error code of MQTT 5.
    std::function<void(int reason_code)> on_publish_refused;
  };

  /// Begins to connect, and goes on trying until it is destroyed. Throws std::runtime_error when
  /// certificates are missing.
  BrokerClient(Options options, Callbacks callbacks);
  ~BrokerClient();
  BrokerClient(const BrokerClient&) = delete;
  BrokerClient& operator=(const BrokerClient&) = delete;

  /// QoS 1; queued while there is no connection. May be called from any thread.
  void Publish(const Message& message);

 private:
  struct State;

  std::unique_ptr<State> state_;
};

}  // namespace linnet::twin
