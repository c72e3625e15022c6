// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Keeps one MQTT connection up over a net::Stream, and its messages moving.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/view.hpp"
#include "mqtt/session.hpp"
#include "mqtt/types.hpp"
#include "net/backoff.hpp"
#include "net/stream.hpp"
#include "sched/loop.hpp"

namespace linnet::mqtt {

/// Opens the stream, sends CONNECT, keeps the connection up and opens it again after a back-off.
/// Everything handed in must outlive the client. Use ClientBuffer to get the memory with it.
class Client : public sched::Task {
 public:
  enum class State : std::uint8_t {
    kStopped,  ///< Before Start(), or Stop() is complete.
    kWaiting,  ///< For the back-off to pass.
    kOpening,  ///< The stream.
    kRunning,  ///< The session talks; `connected()` says whether CONNACK has come.
  };

  /// `outgoing` holds queued and unacknowledged packets; `incoming` the longest packet that is not
  /// a PUBLISH, CONNECT while it is written, and the topic of a message (>= kMinimumIncoming);
  /// `chunk` is what is read from the stream at once, and so the largest MessagePart.
  Client(const Config& config, net::Stream& stream, net::Backoff& backoff, Listener& listener,
         MutableBytes outgoing, MutableBytes incoming, MutableBytes chunk,
         Span<Subscription> subscriptions);

  static constexpr std::size_t kMinimumIncoming = 320;

  /// Begins to connect at the next Run. Queued packets are kept from before.
  void Start();
  /// Takes leave with DISCONNECT (so that no will is published) and stays away. kStopped after at
  /// most one second of Run calls.
  void Stop();

  /// The network below is another one now: ends the connection without a goodbye, and opens it anew
  /// at the next Run, without a pause.
  void Reconnect() { anew_ = true; }

  /// Queues a message; the topic and payload are copied. Returns the packet identifier of a QoS 1
  /// message, 0 for QoS 0. QoS 1 waits through disconnections; QoS 0 is for now or never.
  /// kInvalidArgument: not a topic name (empty, over 256 bytes or 8 levels, a wildcard, a NUL).
  /// kResourceExhausted: the queue is full now. kTooLarge: it never fits the queue, or is more than
  /// the server takes. kUnavailable: QoS 0 while not connected. kUnsupported: the server does not
  /// take QoS 1, or retained messages.
  Result<std::uint16_t> Publish(StringView topic, Bytes payload, Qos qos, bool retain = false);

  /// Keeps `filter` subscribed from now on, over every reconnection; the text must outlive the
  /// client. May be called before Start(). Subscribing again to the same filter asks the server
  /// again. kInvalidArgument: not a topic filter. kResourceExhausted: the table is full.
  Status Subscribe(StringView filter, Qos qos);

  Instant Run(Instant now) override;

  [[nodiscard]] State state() const { return state_; }
  /// CONNACK has come and nothing has ended since.
  [[nodiscard]] bool connected() const { return session_.online(); }
  /// As OnReady: connected, and every filter has its answer.
  [[nodiscard]] bool ready() const { return session_.ready(); }
  /// When the next attempt is due; meaningful in kWaiting.
  [[nodiscard]] Instant retry_at() const { return retry_at_; }
  [[nodiscard]] const Statistics& statistics() const { return session_.statistics(); }

 protected:
  ~Client() = default;  // nobody deletes through it

 private:
  void SetState(State state);
  void BeginAnew(Instant now);
  void Open(Instant now);
  Instant Opening(Instant now);
  Instant Pump(Instant now);
  Status Write(Instant now);
  Status Read(Instant now);
  void Finish(const Ending& ending, Instant now);

  const Config config_;
  net::Stream& stream_;
  net::Backoff& backoff_;
  Listener& listener_;
  Session session_;
  MutableBytes chunk_;
  Bytes unread_;  // The part of chunk_ that the session has not consumed yet.
  Instant deadline_{};
  Instant retry_at_{};
  State state_ = State::kStopped;
  bool stop_wanted_ = false;
  bool anew_ = false;  // Reconnect() since the last Run.
  bool was_online_ = false;
  bool moved_ = false;  // Bytes went either way in this Run.
};

StringView ToString(Client::State state);

/// A client with its memory.
template <std::size_t kOutgoing, std::size_t kIncoming, std::size_t kChunk,
          std::size_t kSubscriptions>
class ClientBuffer final : public Client {
 public:
  static_assert(kIncoming >= kMinimumIncoming);
  ClientBuffer(const Config& config, net::Stream& stream, net::Backoff& backoff, Listener& listener)
      : Client(config, stream, backoff, listener, outgoing_, incoming_, chunk_, subscriptions_) {}

 private:
  std::array<std::byte, kOutgoing> outgoing_;
  std::array<std::byte, kIncoming> incoming_;
  std::array<std::byte, kChunk> chunk_;
  std::array<Subscription, kSubscriptions> subscriptions_;
};

}  // namespace linnet::mqtt
