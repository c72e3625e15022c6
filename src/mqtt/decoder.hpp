// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Cuts a stream of bytes into packets, wherever the pieces break, without holding whole messages.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "mqtt/codec.hpp"
#include "mqtt/types.hpp"

namespace linnet::mqtt {

/// Pull-style: call Next() until it says kMore.
class Decoder {
 public:
  enum class Event : std::uint8_t {
    kMore,    ///< All input is consumed; give more.
    kPacket,  ///< A packet other than PUBLISH is complete: type(), body().
    kPart,    ///< A piece of a message: publish(), part().
  };

  /// `memory` bounds packets that are not PUBLISH and, together with kMaxTopicSize, topics.
  Decoder(Version version, std::uint32_t maximum_packet, MutableBytes memory)
      : memory_(memory), maximum_packet_(maximum_packet), version_(version) {}

  /// Consumes from the front of `input`. kMalformed: the stream cannot be read on, final until
  /// Reset(); `error()` says what the server is to be told. Properties of a PUBLISH are passed
  /// over.
  Result<Event> Next(Bytes& input);
  void Reset();

  [[nodiscard]] Reason error() const { return error_; }
  [[nodiscard]] PacketType type() const { return static_cast<PacketType>(first_ >> 4); }
  /// Valid until the next Next().
  [[nodiscard]] Bytes body() const { return memory_.first(collected_); }
  [[nodiscard]] const PublishHead& publish() const { return publish_; }
  [[nodiscard]] const MessagePart& part() const { return part_; }

 private:
  enum class State : std::uint8_t {
    kFirst,
    kLength,
    kBody,
    kTopicLength,
    kTopic,
    kPacketId,
    kPropertyLength,
    kProperties,
    kPayload,
    kFailed,
  };

  Status Fail(Reason reason);
  Status OnFirst(std::uint8_t byte);
  Status OnLength(std::uint8_t byte);
  Status OnHeader();
  Status OnTopicLength(std::uint8_t byte);
  Status OnPacketId(std::uint8_t byte);
  Status OnPropertyLength(std::uint8_t byte);
  Status Step(Bytes& input);
  Status StepByte(std::uint8_t byte);
  Status AfterTopic();
  void BeginPayload();
  /// Moves up to `limit` bytes of `input` to memory_.
  void Collect(Bytes& input, std::size_t limit);
  /// Takes one varint byte into `number_`; ok: complete; kPending: more; kMalformed.
  Status Varint(std::uint8_t byte);
  Result<Event> Payload(Bytes& input);

  MutableBytes memory_;
  std::uint32_t maximum_packet_;
  std::uint32_t remaining_ = 0;  // Of the packet.
  std::uint32_t number_ = 0;     // A varint or u16 on its way, then the bytes left of that part.
  std::size_t collected_ = 0;
  PublishHead publish_;
  MessagePart part_;
  Version version_;
  State state_ = State::kFirst;
  Reason error_ = Reason::kSuccess;
  std::uint8_t first_ = 0;
  std::uint8_t digits_ = 0;  // Bytes of the number so far.
};

}  // namespace linnet::mqtt
