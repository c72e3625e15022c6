// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "mqtt/codec.hpp"
#include "base/view.hpp"

#include "base/assert.hpp"
#include "base/endian.hpp"
#include "mqtt/reader.hpp"

namespace linnet::mqtt {

namespace {

// A 3.1.1 return code of CONNACK as the reason that means the same.
Reason FromReturnCode(std::uint8_t code) {
  constexpr std::array kReasons = {Reason::kSuccess,         Reason::kUnsupportedVersion,
                                   Reason::kClientIdInvalid, Reason::kServerUnavailable,
                                   Reason::kBadCredentials,  Reason::kNotAuthorized};
  return code < kReasons.size() ? kReasons[code] : Reason::kUnspecified;
}

void ReadLimit(const Property& found, ConnAck& out) {
  switch (found.id) {
    case property::kReceiveMaximum:
      out.limits.receive_maximum = static_cast<std::uint16_t>(found.number);
      break;
    case property::kMaximumQos:
      out.limits.maximum_qos = found.number == 0 ? Qos::kAtMostOnce : Qos::kAtLeastOnce;
      break;
    case property::kRetainAvailable:
      out.limits.retain_available = found.number != 0;
      break;
    case property::kMaximumPacketSize:
      out.limits.maximum_packet_size = found.number;
      break;
    case property::kServerKeepAlive:
      out.limits.keep_alive = static_cast<std::uint16_t>(found.number);
      out.has_keep_alive = true;
      break;
    default:
      break;
  }
}

std::size_t ConnectFlags(const Config& config) {
  if (!config.will.has_value()) {
    return 0;
  }
  return 0x04U | (static_cast<unsigned>(config.will->qos) << 3) | (config.will->retain ? 0x20U : 0);
}

}  // namespace

std::size_t VarintSize(std::uint32_t value) {
  std::size_t size = 1;
  for (; value >= 0x80; value >>= 7) {
    ++size;
  }
  return size;
}

void Writer::U16(std::uint16_t value) {
  if (const MutableBytes to = Take(2); !to.empty()) {
    StoreBe16(value, to);
  }
}

void Writer::U32(std::uint32_t value) {
  if (const MutableBytes to = Take(4); !to.empty()) {
    StoreBe32(value, to);
  }
}

void Writer::Field(Bytes data) {
  U16(static_cast<std::uint16_t>(data.size()));
  Raw(data);
  if (data.size() > UINT16_MAX) {
    Fail();
  }
}

void Writer::Header(PacketType type, std::uint8_t flags, std::uint32_t remaining) {
  U8(static_cast<std::uint8_t>((static_cast<unsigned>(type) << 4) | flags));
  Varint(remaining);
}

Result<Bytes> EncodeConnect(const Config& config, std::uint16_t receive_maximum, MutableBytes out) {
  // The length of the rest is known only behind it: room is left for the longest header.
  constexpr std::size_t kRoom = 5;
  if (out.size() < kRoom) {
    return Code::kTooLarge;
  }
  const bool v5 = config.version == Version::kV5;
  Writer body(out.subspan(kRoom));
  body.Field("MQTT");
  body.U8(static_cast<std::uint8_t>(config.version));
  body.U8(static_cast<std::uint8_t>(ConnectFlags(config)));
  body.U16(static_cast<std::uint16_t>(config.keep_alive.count()));
  if (v5) {
    body.U8(13);  // Bytes of the three properties.
    body.U8(property::kSessionExpiry);
    body.U32(config.session_expiry_s);
    body.U8(property::kReceiveMaximum);
    body.U16(receive_maximum);
    body.U8(property::kMaximumPacketSize);
    body.U32(config.maximum_packet_size);
  }
  body.Field(config.client_id);
  if (config.will.has_value()) {
    if (v5) {
      body.U8(0);
    }
    body.Field(config.will->topic);
    body.Field(config.will->payload);
  }
  LINNET_TRY(body.status());
  const auto remaining = static_cast<std::uint32_t>(body.size());
  const std::size_t start = kRoom - 1 - VarintSize(remaining);
  Writer header(out.subspan(start));
  header.Header(PacketType::kConnect, 0, remaining);
  return Bytes(out.subspan(start, header.size() + remaining));
}

namespace {

std::size_t PublishRemaining(Version version, StringView topic, std::size_t payload, Qos qos) {
  return 2 + topic.size() + (qos == Qos::kAtLeastOnce ? 2 : 0) + (version == Version::kV5 ? 1 : 0) +
         payload;
}

std::size_t SubscribeRemaining(Version version, std::size_t count, std::size_t filters) {
  return 2 + (version == Version::kV5 ? 1 : 0) + 3 * count + filters;
}

std::size_t WithHeader(std::size_t remaining) {
  return 1 + VarintSize(static_cast<std::uint32_t>(remaining)) + remaining;
}

}  // namespace

std::size_t PublishSize(Version version, StringView topic, std::size_t payload, Qos qos) {
  return WithHeader(PublishRemaining(version, topic, payload, qos));
}

void EncodePublish(Version version, const PublishHead& head, Bytes payload, MutableBytes out) {
  const unsigned flags =
      (head.duplicate ? 8U : 0) | (static_cast<unsigned>(head.qos) << 1) | (head.retain ? 1U : 0);
  Writer writer(out);
  writer.Header(
      PacketType::kPublish, static_cast<std::uint8_t>(flags),
      static_cast<std::uint32_t>(PublishRemaining(version, head.topic, payload.size(), head.qos)));
  writer.Field(head.topic);
  if (head.qos == Qos::kAtLeastOnce) {
    writer.U16(head.packet_id);
  }
  if (version == Version::kV5) {
    writer.U8(0);  // No properties.
  }
  writer.Raw(payload);
  LINNET_ASSERT(writer.status().ok() && writer.size() == out.size());
}

std::size_t SubscribeSize(Version version, std::size_t count, std::size_t filters) {
  return WithHeader(SubscribeRemaining(version, count, filters));
}

void BeginSubscribe(Version version, std::uint16_t packet_id, std::size_t count,
                    std::size_t filters, Writer& out) {
  out.Header(PacketType::kSubscribe, 2,
             static_cast<std::uint32_t>(SubscribeRemaining(version, count, filters)));
  out.U16(packet_id);
  if (version == Version::kV5) {
    out.U8(0);  // No properties.
  }
}

void SubscribeFilter(StringView filter, Qos qos, Writer& out) {
  out.Field(filter);
  out.U8(static_cast<std::uint8_t>(qos));
}

Bytes EncodePubAck(std::uint16_t packet_id, MutableBytes out) {
  Writer writer(out);
  writer.Header(PacketType::kPubAck, 0, 2);
  writer.U16(packet_id);
  return out.first(writer.size());
}

Bytes EncodePingReq(MutableBytes out) {
  Writer writer(out);
  writer.Header(PacketType::kPingReq, 0, 0);
  return out.first(writer.size());
}

Bytes EncodeDisconnect(Version version, Reason reason, MutableBytes out) {
  const bool with_reason = version == Version::kV5 && reason != Reason::kSuccess;
  Writer writer(out);
  writer.Header(PacketType::kDisconnect, 0, with_reason ? 1 : 0);
  if (with_reason) {
    writer.U8(static_cast<std::uint8_t>(reason));
  }
  return out.first(writer.size());
}

Result<ConnAck> ParseConnAck(Version version, Bytes body) {
  Reader reader(body);
  ConnAck out;
  const std::uint8_t flags = reader.U8();
  const std::uint8_t code = reader.U8();
  if (flags > 1 || !reader.status().ok()) {
    return Code::kMalformed;
  }
  out.session_present = flags == 1;
  if (version == Version::kV311) {
    out.reason = FromReturnCode(code);
    return reader.at_end() ? Result<ConnAck>(out) : Code::kMalformed;
  }
  out.reason = Reason{code};
  if (reader.at_end()) {
    // A server that knows no MQTT 5 answers in its own version.
    out.reason = Reason::kUnsupportedVersion;
    return code == 0 ? Result<ConnAck>(Code::kMalformed) : out;
  }
  Reader properties(reader.Properties());
  while (!properties.at_end()) {
    ReadLimit(ReadProperty(properties), out);
  }
  LINNET_TRY(properties.status());
  if (!reader.status().ok() || !reader.at_end() || out.limits.receive_maximum == 0 ||
      out.limits.maximum_packet_size == 0) {
    return Code::kMalformed;
  }
  return out;
}

namespace {

// The end of PUBACK and DISCONNECT: a reason and properties, both of which may be left out.
Status ParseReason(Version version, Reader& reader, Reason& out) {
  if (version == Version::kV5 && !reader.at_end()) {
    out = Reason{reader.U8()};
    if (!reader.at_end()) {
      LINNET_TRY(CheckProperties(reader.Properties()));
    }
  }
  return reader.at_end() ? reader.status() : Code::kMalformed;
}

}  // namespace

Result<Ack> ParsePubAck(Version version, Bytes body) {
  Reader reader(body);
  Ack out{.packet_id = reader.U16()};
  LINNET_TRY(reader.status());
  LINNET_TRY(ParseReason(version, reader, out.reason));
  return out.packet_id == 0 ? Result<Ack>(Code::kMalformed) : out;
}

Result<SubAck> ParseSubAck(Version version, Bytes body) {
  Reader reader(body);
  SubAck out{.packet_id = reader.U16()};
  if (version == Version::kV5) {
    LINNET_TRY(CheckProperties(reader.Properties()));
  }
  out.reasons = reader.Take(reader.left());
  LINNET_TRY(reader.status());
  return out.packet_id == 0 || out.reasons.empty() ? Result<SubAck>(Code::kMalformed) : out;
}

Result<Reason> ParseDisconnect(Version version, Bytes body) {
  if (version == Version::kV311) {
    return Code::kMalformed;  // Only the client may say it there.
  }
  Reader reader(body);
  Reason reason = Reason::kSuccess;
  LINNET_TRY(ParseReason(version, reader, reason));
  return reason;
}

}  // namespace linnet::mqtt
