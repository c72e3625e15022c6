// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The MQTT machine: bytes and time go in, bytes and events come out. No I/O.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/ring.hpp"
#include "base/view.hpp"
#include "mqtt/codec.hpp"
#include "mqtt/decoder.hpp"
#include "mqtt/outbox.hpp"
#include "mqtt/types.hpp"

namespace linnet::mqtt {

/// A filter that is to stay subscribed; Session's table of them is the caller's memory.
struct Subscription {
  enum class State : std::uint8_t {
    kFree,       ///< Unused entry.
    kWanted,     ///< To be asked for.
    kRequested,  ///< In the SUBSCRIBE with `packet_id`.
    kHeld,       ///< The server acknowledged it in the session that we have with it.
    kRefused,    ///< The server said no.
  };
  StringView filter;
  std::uint16_t packet_id = 0;
  Qos qos = Qos::kAtMostOnce;
  State state = State::kFree;
};

/// One MQTT session over any number of connections, each from Begin() to ended().
///
/// Write what Output() shows, say how much went with Sent(), hand over what arrives with Receive(),
/// call Tick() after each of them. When ended() has a value, close the connection and call Reset().
class Session {
 public:
  enum class Phase : std::uint8_t {
    kIdle,        ///< No connection.
    kConnecting,  ///< CONNECT is going out, or CONNACK is awaited. Nothing else is sent.
    kOnline,      ///< Messages flow.
    kClosing,     ///< DISCONNECT is going out.
    kEnded,       ///< ended() says why.
  };

  /// Everything handed in must outlive the session.
  Session(const Config& config, Listener& listener, MutableBytes outgoing, MutableBytes incoming,
          Span<Subscription> subscriptions);

  /// A connection is there: CONNECT goes out. Requires kIdle.
  void Begin(Instant now);
  /// Says good-bye: DISCONNECT after what is half written. Without CONNACK it ends at once.
  void Stop(Instant now);
  /// After ended(), or when the stream broke. Keeps unacknowledged QoS 1 messages and what the
  /// server knows of the subscriptions; QoS 0 messages are lost.
  void Reset();

  /// Handles arrived bytes and returns how many; fewer than all when acknowledgements must go out
  /// first. Hand the rest over again then.
  std::size_t Receive(Bytes data, Instant now);
  /// What is to be written next; empty: nothing now. Valid until the next call of anything else.
  Bytes Output(Instant now);
  /// `count` bytes from the front of Output() were written.
  void Sent(std::size_t count, Instant now);
  /// Acts on deadlines and returns the next one.
  Instant Tick(Instant now);

  /// See Client.
  Result<std::uint16_t> Publish(StringView topic, Bytes payload, Qos qos, bool retain);
  Status Subscribe(StringView filter, Qos qos);

  [[nodiscard]] const std::optional<Ending>& ended() const { return ended_; }
  [[nodiscard]] bool online() const { return phase_ == Phase::kOnline; }
  [[nodiscard]] bool ready() const { return online() && ready_; }
  [[nodiscard]] Statistics& statistics() { return statistics_; }
  [[nodiscard]] const Statistics& statistics() const { return statistics_; }

 private:
  enum class Source : std::uint8_t { kNone, kConnect, kAck, kPing, kRecord, kDisconnect };
  static constexpr std::size_t kReceiveMaximum = 16;

  void SetPhase(Phase phase);
  void End(const Ending& ending);
  /// Tells the server, if it can be told, and ends.
  void Close(Cause cause, Reason reason, Instant now);
  void Violation(Reason reason, Instant now) { Close(Cause::kProtocol, reason, now); }

  Status OnPacket();
  Status OnConnAck();
  Status OnPubAck();
  Status OnSubAck();
  Status OnDisconnect();
  void OnPart();

  void AdoptLimits(const ConnAck& answer);
  [[nodiscard]] Reason Unacceptable(std::size_t packet_size, Qos qos, bool retain) const;
  void DropUnacceptable();
  void RequestSubscriptions();
  void UpdateReady();
  /// Takes a record out, unless it is half written: then it goes when it is complete.
  void Remove(std::size_t at);
  void Settle(std::size_t at, Reason reason);
  Instant ExpireRecords(Instant now);
  [[nodiscard]] std::size_t NextRecord();
  [[nodiscard]] std::uint16_t NextPacketId();
  void StartNext();
  void StartRecord(std::size_t at);
  void StartSmall(Source source, Bytes packet);
  void FinishSource(Instant now);
  void FinishRecord(Instant now);
  [[nodiscard]] Instant PingDue() const;
  Instant TickOnline(Instant now);

  const Config& config_;
  Listener& listener_;
  Outbox outbox_;
  Decoder decoder_;
  MutableBytes scratch_;  // The decoder's memory; CONNECT is built in it while nothing is received.
  Span<Subscription> subscriptions_;
  Statistics statistics_;
  std::optional<Ending> ended_;
  Ending closing_;  // What ended_ becomes when DISCONNECT has gone.
  Ring<std::uint16_t, kReceiveMaximum> acks_;
  std::array<std::byte, 8> small_{};  // PUBACK, PINGREQ, DISCONNECT on their way.
  Bytes output_;                      // The rest of the packet on its way, unless it is a record.
  std::size_t record_ = 0;            // The record on its way,
  std::size_t record_sent_ = 0;       // and how much of it has gone.
  Limits limits_;
  Instant phase_deadline_ = kNever;
  Instant last_sent_{};
  Instant last_received_{};
  Instant ping_deadline_ = kNever;
  std::uint16_t last_packet_id_ = 0;
  std::uint16_t in_flight_ = 0;
  Phase phase_ = Phase::kIdle;
  Source source_ = Source::kNone;
  bool ping_wanted_ = false;
  bool ready_ = false;
};

StringView ToString(Session::Phase phase);

}  // namespace linnet::mqtt
