// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "mqtt/decoder.hpp"

#include <algorithm>

#include "base/view.hpp"

namespace linnet::mqtt {

void Decoder::Reset() {
  state_ = State::kFirst;
  error_ = Reason::kSuccess;
}

Status Decoder::Fail(Reason reason) {
  state_ = State::kFailed;
  error_ = reason;
  return Code::kMalformed;
}

Result<Decoder::Event> Decoder::Next(Bytes& input) {
  while (true) {
    if (state_ == State::kFailed) {
      return Code::kMalformed;
    }
    if (state_ == State::kPayload) {
      return Payload(input);
    }
    if (state_ == State::kBody && collected_ == remaining_) {
      state_ = State::kFirst;
      return Event::kPacket;
    }
    if (input.empty()) {
      return Event::kMore;
    }
    LINNET_TRY(Step(input));
  }
}

Status Decoder::Step(Bytes& input) {
  switch (state_) {
    case State::kBody:
      Collect(input, remaining_);
      return OkStatus();
    case State::kTopic:
      Collect(input, number_);
      return collected_ == number_ ? AfterTopic() : OkStatus();
    case State::kProperties: {
      const std::size_t count = std::min<std::size_t>(input.size(), number_);
      input = input.subspan(count);
      number_ -= static_cast<std::uint32_t>(count);
      if (number_ == 0) {
        BeginPayload();
      }
      return OkStatus();
    }
    default: {
      const auto byte = std::to_integer<std::uint8_t>(input.front());
      input = input.subspan(1);
      return StepByte(byte);
    }
  }
}

Status Decoder::StepByte(std::uint8_t byte) {
  switch (state_) {
    case State::kFirst:
      return OnFirst(byte);
    case State::kLength:
      return OnLength(byte);
    case State::kTopicLength:
      return OnTopicLength(byte);
    case State::kPacketId:
      return OnPacketId(byte);
    default:
      return OnPropertyLength(byte);
  }
}

Status Decoder::OnFirst(std::uint8_t byte) {
  first_ = byte;
  digits_ = 0;
  number_ = 0;
  collected_ = 0;
  state_ = State::kLength;
  const std::uint8_t flags = byte & 0x0F;
  switch (type()) {
    case PacketType::kPublish: {
      const unsigned qos = (flags >> 1) & 3U;
      if (qos == 3 || (qos == 0 && (flags & 8U) != 0)) {
        return Fail(Reason::kMalformedPacket);
      }
      publish_ = {.qos = qos == 0 ? Qos::kAtMostOnce : Qos::kAtLeastOnce,
                  .retain = (flags & 1U) != 0,
                  .duplicate = (flags & 8U) != 0};
      return qos == 2 ? Fail(Reason::kQosUnsupported) : OkStatus();
    }
    case PacketType::kConnAck:
    case PacketType::kPubAck:
    case PacketType::kSubAck:
    case PacketType::kPingResp:
    case PacketType::kDisconnect:
      return flags == 0 ? OkStatus() : Fail(Reason::kMalformedPacket);
    default:
      return Fail(Reason::kProtocolError);
  }
}

Status Decoder::Varint(std::uint8_t byte) {
  number_ |= static_cast<std::uint32_t>(byte & 0x7F) << (7 * digits_);
  ++digits_;
  if (byte >= 0x80) {
    return digits_ < 4 ? Status(Code::kPending) : Fail(Reason::kMalformedPacket);
  }
  // The shortest form is the only one.
  return byte == 0 && digits_ > 1 ? Fail(Reason::kMalformedPacket) : OkStatus();
}

Status Decoder::OnLength(std::uint8_t byte) {
  if (const Status status = Varint(byte); !status.ok()) {
    return status == Code::kPending ? OkStatus() : status;
  }
  remaining_ = number_;
  if (1U + digits_ + remaining_ > maximum_packet_) {
    return Fail(Reason::kPacketTooLarge);
  }
  return OnHeader();
}

Status Decoder::OnHeader() {
  digits_ = 0;
  number_ = 0;
  if (type() == PacketType::kPublish) {
    state_ = State::kTopicLength;
    return OkStatus();
  }
  state_ = State::kBody;
  if (type() == PacketType::kPingResp && remaining_ != 0) {
    return Fail(Reason::kMalformedPacket);
  }
  return remaining_ <= memory_.size() ? OkStatus() : Fail(Reason::kPacketTooLarge);
}

Status Decoder::OnTopicLength(std::uint8_t byte) {
  number_ = (number_ << 8) | byte;
  if (++digits_ < 2) {
    return OkStatus();
  }
  const std::uint32_t after = 2 + number_ + (publish_.qos == Qos::kAtLeastOnce ? 2 : 0) +
                              (version_ == Version::kV5 ? 1 : 0);
  if (after > remaining_) {
    return Fail(Reason::kMalformedPacket);
  }
  if (number_ == 0 || number_ > std::min(memory_.size(), kMaxTopicSize)) {
    // Without a topic it would be an alias, of which the server was granted none.
    return Fail(number_ == 0 ? Reason::kTopicAliasInvalid : Reason::kTopicInvalid);
  }
  remaining_ -= 2 + number_;
  state_ = State::kTopic;
  return OkStatus();
}

Status Decoder::AfterTopic() {
  publish_.topic = AsText(body());
  if (publish_.topic.find_first_of(StringView("+#\0", 3)) != StringView::npos) {
    return Fail(Reason::kTopicInvalid);
  }
  digits_ = 0;
  number_ = 0;
  if (publish_.qos == Qos::kAtLeastOnce) {
    state_ = State::kPacketId;
  } else if (version_ == Version::kV5) {
    state_ = State::kPropertyLength;
  } else {
    BeginPayload();
  }
  return OkStatus();
}

Status Decoder::OnPacketId(std::uint8_t byte) {
  number_ = (number_ << 8) | byte;
  if (++digits_ < 2) {
    return OkStatus();
  }
  publish_.packet_id = static_cast<std::uint16_t>(number_);
  remaining_ -= 2;
  digits_ = 0;
  number_ = 0;
  if (publish_.packet_id == 0) {
    return Fail(Reason::kProtocolError);
  }
  if (version_ == Version::kV5) {
    state_ = State::kPropertyLength;
  } else {
    BeginPayload();
  }
  return OkStatus();
}

Status Decoder::OnPropertyLength(std::uint8_t byte) {
  if (remaining_ == 0) {
    return Fail(Reason::kMalformedPacket);
  }
  --remaining_;
  if (const Status status = Varint(byte); !status.ok()) {
    return status == Code::kPending ? OkStatus() : status;
  }
  if (number_ > remaining_) {
    return Fail(Reason::kMalformedPacket);
  }
  remaining_ -= number_;
  state_ = State::kProperties;
  if (number_ == 0) {
    BeginPayload();
  }
  return OkStatus();
}

void Decoder::BeginPayload() {
  state_ = State::kPayload;
  part_ = {.topic = publish_.topic, .total = remaining_};
}

Result<Decoder::Event> Decoder::Payload(Bytes& input) {
  const std::size_t count = std::min<std::size_t>(input.size(), remaining_);
  if (count == 0 && remaining_ > 0) {
    return Event::kMore;
  }
  part_.offset += part_.data.size();
  part_.data = input.first(count);
  input = input.subspan(count);
  remaining_ -= static_cast<std::uint32_t>(count);
  if (remaining_ == 0) {
    state_ = State::kFirst;
  }
  return Event::kPart;
}

void Decoder::Collect(Bytes& input, std::size_t limit) {
  const std::size_t count = std::min(input.size(), limit - collected_);
  CopyBytes(input.first(count), memory_.subspan(collected_));
  input = input.subspan(count);
  collected_ += count;
}

}  // namespace linnet::mqtt
