// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// MQTT packets to bytes and back: pure functions on spans (OASIS MQTT 3.1.1 and 5.0).
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/byte_writer.hpp"
#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/view.hpp"
#include "mqtt/types.hpp"

namespace linnet::mqtt {

/// The upper half of a packet's first byte.
enum class PacketType : std::uint8_t {
  kConnect = 1,
  kConnAck = 2,
  kPublish = 3,
  kPubAck = 4,
  kSubscribe = 8,
  kSubAck = 9,
  kPingReq = 12,
  kPingResp = 13,
  kDisconnect = 14,
};

inline constexpr std::size_t kMaxTopicSize = 256;  ///< AWS: in bytes.
inline constexpr int kMaxTopicSlashes = 7;         ///< AWS: 8 levels.
inline constexpr std::size_t kMaxFiltersPerPacket = 8;
inline constexpr std::uint32_t kMaxRemainingLength = 268435455;

/// kInvalidArgument: empty, longer or deeper than AWS takes, a wildcard or a NUL.
Status CheckTopicName(StringView topic);
/// As above, but `+` and `#` may stand where MQTT lets them: alone in a level, `#` last.
Status CheckTopicFilter(StringView filter);

/// Packet sizes, for a caller who reserves memory before encoding. `value` up to
/// kMaxRemainingLength.
std::size_t VarintSize(std::uint32_t value);

class Writer : public ByteWriter {
 public:
  using ByteWriter::ByteWriter;

  void U16(std::uint16_t value);
  void U32(std::uint32_t value);
  /// Two bytes of length and then the bytes: strings and binary data.
  void Field(Bytes data);
  void Field(StringView text) { Field(AsBytes(text)); }
  /// Packet type and flags, and the length of what follows.
  void Header(PacketType type, std::uint8_t flags, std::uint32_t remaining);
};

/// CONNECT for `config`, with a kept session. The packet lies somewhere inside `out`. kTooLarge.
Result<Bytes> EncodeConnect(const Config& config, std::uint16_t receive_maximum, MutableBytes out);

struct PublishHead {
  StringView topic = {};
  std::uint16_t packet_id = 0;  ///< 0 with QoS 0.
  Qos qos = Qos::kAtMostOnce;
  bool retain = false;
  bool duplicate = false;
};

/// The bytes of a whole PUBLISH; over kMaxRemainingLength it cannot be sent.
std::size_t PublishSize(Version version, StringView topic, std::size_t payload, Qos qos);
/// `out` has PublishSize().
void EncodePublish(Version version, const PublishHead& head, Bytes payload, MutableBytes out);

/// First byte of a PUBLISH that is sent again.
inline constexpr std::byte kDuplicateFlag{0x08};

/// Bytes of a SUBSCRIBE, of which `filters` are the lengths of the filters together.
std::size_t SubscribeSize(Version version, std::size_t count, std::size_t filters);
/// Starts a SUBSCRIBE; SubscribeFilter() once for each filter completes it.
void BeginSubscribe(Version version, std::uint16_t packet_id, std::size_t count,
                    std::size_t filters, Writer& out);
void SubscribeFilter(StringView filter, Qos qos, Writer& out);

/// These need at most 4 bytes and return their packet, a part of `out`.
Bytes EncodePubAck(std::uint16_t packet_id, MutableBytes out);
Bytes EncodePingReq(MutableBytes out);
Bytes EncodeDisconnect(Version version, Reason reason, MutableBytes out);

/// What the server takes; the defaults hold unless CONNACK says otherwise.
struct Limits {
  std::uint32_t maximum_packet_size = kMaxRemainingLength + 5;
  std::uint16_t receive_maximum = 65535;
  std::uint16_t keep_alive = 0;  ///< Seconds; 0: none.
  Qos maximum_qos = Qos::kAtLeastOnce;
  bool retain_available = true;
};

struct ConnAck {
  bool session_present = false;
  Reason reason = Reason::kSuccess;
  Limits limits;  ///< `keep_alive` is meaningful if `has_keep_alive`.
  bool has_keep_alive = false;
};

struct Ack {
  std::uint16_t packet_id = 0;
  Reason reason = Reason::kSuccess;
};

struct SubAck {
  std::uint16_t packet_id = 0;
  Bytes reasons = {};  ///< One byte a filter, in the order of the request.
};

/// Bodies of packets, without the fixed header. kMalformed: they break the format of `version`.
Result<ConnAck> ParseConnAck(Version version, Bytes body);
Result<Ack> ParsePubAck(Version version, Bytes body);
Result<SubAck> ParseSubAck(Version version, Bytes body);
Result<Reason> ParseDisconnect(Version version, Bytes body);

}  // namespace linnet::mqtt
