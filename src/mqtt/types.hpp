// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What an MQTT client and its user say to each other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "base/status.hpp"
#include "base/time.hpp"
#include "base/view.hpp"
#include "net/stream.hpp"

namespace linnet::mqtt {

/// The protocol level that stands in CONNECT.
enum class Version : std::uint8_t { kV311 = 4, kV5 = 5 };

/// QoS 2 does not exist here: AWS IoT Core does not have it.
enum class Qos : std::uint8_t { kAtMostOnce = 0, kAtLeastOnce = 1 };

/// Reason codes of MQTT 5 (section 2.4) that this client sends or judges. A return code of
/// MQTT 3.1.1 is translated to the code that means the same. Other values may come from a server;
/// 0x80 and above are failures.
enum class Reason : std::uint8_t {
  kSuccess = 0x00,
  kUnspecified = 0x80,
  kMalformedPacket = 0x81,
  kProtocolError = 0x82,
  kUnsupportedVersion = 0x84,
  kClientIdInvalid = 0x85,
  kBadCredentials = 0x86,
  kNotAuthorized = 0x87,
  kServerUnavailable = 0x88,
  kServerBusy = 0x89,
  kKeepAliveTimeout = 0x8D,
  kSessionTakenOver = 0x8E,
  kTopicInvalid = 0x90,
  kReceiveMaximumExceeded = 0x93,
  kTopicAliasInvalid = 0x94,
  kPacketTooLarge = 0x95,
  kQuotaExceeded = 0x97,
  kRetainUnsupported = 0x9A,
  kQosUnsupported = 0x9B,
};

constexpr bool IsFailure(Reason reason) {
  return static_cast<std::uint8_t>(reason) >= 0x80;
}

/// Who ended a connection, or kept it from coming up.
enum class Cause : std::uint8_t {
  kNetwork,   ///< The stream failed or ended; `Ending::status` is the stream's failure.
  kRefused,   ///< CONNACK said no; `Ending::reason` says why.
  kServer,    ///< The server sent DISCONNECT; `Ending::reason` says why.
  kProtocol,  ///< The server broke the protocol; `Ending::reason` is what it was told.
  kTimeout,   ///< CONNACK or PINGRESP did not come in time, or the stream did not open.
  kStopped,   ///< Client::Stop().
};

StringView ToString(Cause cause);

struct Ending {
  Cause cause = Cause::kNetwork;
  Reason reason = Reason::kSuccess;
  Status status = OkStatus();
};

/// A piece of a received message. Pieces of one message come in order and without others between;
/// the last has `offset + data.size() == total` (an empty message is one piece with total 0). When
/// the connection breaks inside a message, no last piece comes and the message begins again at
/// offset 0, or never. A QoS 1 message may come twice. `topic` and `data` are valid during the
/// call.
struct MessagePart {
  StringView topic = {};
  std::size_t offset = 0;
  std::size_t total = 0;
  Bytes data = {};
  [[nodiscard]] bool last() const { return offset + data.size() == total; }
};

/// Called from Client::Run only. It may call Publish and Subscribe, not Run.
class Listener {
 public:
  /// CONNACK accepted. `session_present`: the server kept subscriptions and queued messages.
  virtual void OnConnected(bool session_present) = 0;
  /// Every filter has its answer, or the kept session still has it: the time to ask questions whose
  /// answers come by topic. Once per connection, and again after each further Subscribe().
  virtual void OnReady() {}
  /// Once for every OnConnected, and for every attempt that did not get that far.
  virtual void OnDisconnected(const Ending& ending) = 0;
  virtual void OnMessage(const MessagePart& part) = 0;
  /// A QoS 1 message has left the queue: acknowledged (kSuccess and below 0x80), refused by the
  /// server, not acceptable under its limits, or given up after Config::maximum_attempts
  /// (kUnspecified). `id` is what Publish returned.
  virtual void OnPublished(std::uint16_t id, Reason reason) = 0;
  /// The server's answer to one filter. Failures are final until the next Subscribe() of it.
  virtual void OnSubscribed(StringView filter, Reason reason) = 0;

 protected:
  ~Listener() = default;  // nobody deletes through it
};

/// Published by the server when the connection ends without our DISCONNECT.
struct Will {
  StringView topic;
  Bytes payload;
  Qos qos = Qos::kAtMostOnce;
  bool retain = false;
};

/// All text must outlive the client.
struct Config {
  net::Endpoint endpoint;
  StringView client_id;  ///< At most 128 bytes (AWS), not empty.
  Version version = Version::kV5;
  std::optional<Will> will;
  /// 1 to 65,535 s. AWS raises it to 30 and lowers it to 1,200; what the server says is followed.
  Seconds keep_alive{60};
  /// How long the server keeps the session after a connection ends.
  std::uint32_t session_expiry_s = 3600;
  /// The largest packet that the server may send (MQTT 5; at least 512 for AWS). Larger ones end
  /// the connection. Not a buffer size: messages pass in parts.
  std::uint32_t maximum_packet_size = 149504;
  Milliseconds open_timeout{60000};     ///< Names, TCP and TLS together.
  Milliseconds connack_timeout{20000};  ///< From CONNECT.
  Milliseconds ping_timeout{10000};     ///< For PINGRESP; never more than half the keep-alive.
  Milliseconds ack_timeout{10000};      ///< PUBLISH and SUBSCRIBE are sent again after this.
  std::uint8_t maximum_attempts = 8;    ///< Sendings of one packet before it is given up.
};

/// Since the client was constructed.
struct Statistics {
  std::uint32_t connections = 0;  ///< Accepted CONNECTs.
  std::uint32_t failures = 0;     ///< Attempts and connections that ended otherwise than by Stop().
  std::uint32_t take_overs = 0;   ///< Times that another client used our identifier.
  std::uint32_t messages_sent = 0;
  std::uint32_t messages_received = 0;
  std::uint32_t resends = 0;
  std::uint32_t given_up = 0;  ///< QoS 1 messages and filters that never got an answer.
};

}  // namespace linnet::mqtt
