// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// An MQTT server for one client at the other end of a ScriptedStream. It reads packets with code
// of its own, so that a mistake in the module's codec does not cancel out, and does what a test
// tells it to do wrong.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "mqtt/types.hpp"
#include "net/testing/scripted_stream.hpp"

namespace linnet::mqtt::testing {

/// A packet from the client, taken apart.
struct Seen {
  int type = 0;
  int flags = 0;
  int packet_id = 0;
  std::string topic = {};
  std::string payload = {};
  std::vector<std::pair<std::string, int>> filters = {};
  int reason = 0;

  /// One line, for comparing whole sessions.
  [[nodiscard]] std::string Text() const;
};

/// What CONNECT said.
struct SeenConnect {
  int level = 0;
  bool clean = false;
  int keep_alive = 0;
  std::uint32_t session_expiry = 0;
  int receive_maximum = 65535;
  std::uint32_t maximum_packet_size = 0;
  std::string client_id;
  std::optional<Seen> will;
};

class FakeBroker {
 public:
  explicit FakeBroker(net::testing::ScriptedStream& stream, Version version = Version::kV5)
      : stream_(stream), version_(version) {}

  // Misbehaviour and limits.
  bool answer_connect = true;
  bool answer_subscribe = true;
  bool answer_publish = true;
  bool answer_ping = true;
  int connack_reason = 0;
  std::optional<bool> session_present;  ///< Unset: true when there was a connection before.
  std::string connack_properties;       ///< Raw, MQTT 5.
  std::map<std::string, int> subscribe_reasons;
  int publish_reason = 0;

  /// Reads what the client wrote, and answers. A malformed packet fails the test.
  void Step();

  /// To the client. Returns the packet identifier (0 with QoS 0).
  int Publish(const std::string& topic, const std::string& payload, int qos,
              const std::string& properties = {}, int flags = 0);
  void Disconnect(int reason);
  void Raw(const std::string& bytes) { stream_.Feed(bytes); }

  std::vector<Seen> seen;  ///< In order, over all connections; not CONNECT.
  std::vector<SeenConnect> connects;
  std::size_t pending_acks = 0;    ///< Of messages to the client on this connection.
  std::size_t most_in_flight = 0;  ///< QoS 1 messages that were here without PUBACK at once.

  /// Answers now what was withheld.
  void Acknowledge(const Seen& packet);
  [[nodiscard]] std::size_t Count(int type) const;
  [[nodiscard]] std::string Transcript() const;

 private:
  void OnPacket(int type, int flags, const std::string& body);
  void OnConnect(const std::string& body);
  Seen ParsePublish(int flags, const std::string& body) const;
  Seen ParseSubscribe(int flags, const std::string& body) const;

  net::testing::ScriptedStream& stream_;
  Version version_;
  std::string input_;
  int opens_ = 0;
  int next_id_ = 0;
  std::map<int, bool> unacknowledged_;
};

/// A packet with its length in front.
std::string Packet(int first_byte, const std::string& body);
std::string Text16(const std::string& text);
std::string U16(int value);

}  // namespace linnet::mqtt::testing
