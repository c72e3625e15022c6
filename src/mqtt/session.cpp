// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A connection's life and what arrives on it; sending is in session_output.cpp.
#include "mqtt/session.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "base/log.hpp"
#include "base/view.hpp"
#include "base/words.hpp"

namespace linnet::mqtt {

namespace {

constexpr const char* kTag = "mqtt";
constexpr Milliseconds kGoodbyeTimeout{1000};

}  // namespace

StringView ToString(Session::Phase phase) {
  return WordAt(static_cast<std::size_t>(phase), "idle|connecting|online|closing|ended");
}

Session::Session(const Config& config, Listener& listener, MutableBytes outgoing,
                 MutableBytes incoming, Span<Subscription> subscriptions)
    : config_(config),
      listener_(listener),
      outbox_(outgoing),
      decoder_(config.version, config.maximum_packet_size, incoming),
      scratch_(incoming),
      subscriptions_(subscriptions) {}

void Session::SetPhase(Phase phase) {
  log::Debug(kTag, "session {} -> {}", ToString(phase_), ToString(phase));
  phase_ = phase;
}

void Session::Begin(Instant now) {
  LINNET_ASSERT(phase_ == Phase::kIdle);
  SetPhase(Phase::kConnecting);
  decoder_.Reset();
  last_sent_ = last_received_ = now;
  phase_deadline_ = now + config_.connack_timeout;
  const Result<Bytes> connect = EncodeConnect(config_, kReceiveMaximum, scratch_);
  if (!connect.ok()) {
    End({.cause = Cause::kProtocol, .status = connect.status()});
    return;
  }
  StartSmall(Source::kConnect, *connect);
}

void Session::Stop(Instant now) {
  if (phase_ == Phase::kConnecting || phase_ == Phase::kOnline) {
    Close(Cause::kStopped, Reason::kSuccess, now);
  }
}

void Session::Reset() {
  SetPhase(Phase::kIdle);
  ended_.reset();
  source_ = Source::kNone;
  acks_.Clear();
  in_flight_ = 0;
  ping_wanted_ = ready_ = false;
  ping_deadline_ = kNever;
  for (std::size_t at = outbox_.begin(); at != outbox_.end();) {
    Outbox::Record record = outbox_.Load(at);
    if (record.kind != Outbox::Kind::kAcknowledgedMessage || record.state == Outbox::State::kDone) {
      outbox_.Remove(at);
      continue;
    }
    record.state = Outbox::State::kQueued;
    record.counted = false;
    outbox_.Store(at, record);
    at = outbox_.Next(at);
  }
  for (Subscription& entry : subscriptions_) {
    if (entry.state == Subscription::State::kRequested) {
      entry.state = Subscription::State::kWanted;
    }
  }
}

void Session::End(const Ending& ending) {
  ended_ = ending;
  SetPhase(Phase::kEnded);
}

void Session::Close(Cause cause, Reason reason, Instant now) {
  const Ending ending{.cause = cause, .reason = reason, .status = Code::kOk};
  // MQTT 3.1.1 has one DISCONNECT only, and it would keep the will back.
  if (phase_ != Phase::kOnline || (cause != Cause::kStopped && config_.version == Version::kV311)) {
    End(ending);
    return;
  }
  closing_ = ending;
  phase_deadline_ = now + kGoodbyeTimeout;
  SetPhase(Phase::kClosing);
}

std::size_t Session::Receive(Bytes data, Instant now) {
  if (!data.empty()) {
    last_received_ = now;
  }
  Bytes input = data;
  while (phase_ == Phase::kConnecting || phase_ == Phase::kOnline) {
    // CONNECT lies in the decoder's memory until it has gone; MQTT 3.1.1 knows no receive maximum.
    const bool no_room = acks_.full() && config_.version == Version::kV311;
    if (no_room || source_ == Source::kConnect) {
      return data.size() - input.size();
    }
    const Result<Decoder::Event> event = decoder_.Next(input);
    if (!event.ok()) {
      Violation(decoder_.error(), now);
    } else if (*event == Decoder::Event::kMore) {
      break;
    } else if (phase_ == Phase::kConnecting &&
               (*event == Decoder::Event::kPart || decoder_.type() != PacketType::kConnAck)) {
      Violation(Reason::kProtocolError, now);
    } else if (*event == Decoder::Event::kPacket) {
      if (const Status status = OnPacket(); !status.ok()) {
        Violation(status == Code::kMalformed ? Reason::kMalformedPacket : Reason::kProtocolError,
                  now);
      }
    } else if (acks_.full() && decoder_.publish().qos == Qos::kAtLeastOnce) {
      Violation(Reason::kReceiveMaximumExceeded, now);
    } else {
      OnPart();
    }
  }
  return data.size();
}

Status Session::OnPacket() {
  switch (decoder_.type()) {
    case PacketType::kConnAck:
      return OnConnAck();
    case PacketType::kPubAck:
      return OnPubAck();
    case PacketType::kSubAck:
      return OnSubAck();
    case PacketType::kDisconnect:
      return OnDisconnect();
    default:  // The decoder lets no other than PINGRESP pass.
      ping_deadline_ = kNever;
      return OkStatus();
  }
}

Status Session::OnConnAck() {
  if (phase_ == Phase::kOnline) {
    return Code::kFailedPrecondition;
  }
  LINNET_TRY_ASSIGN(const ConnAck answer, ParseConnAck(config_.version, decoder_.body()));
  if (IsFailure(answer.reason)) {
    End({.cause = Cause::kRefused, .reason = answer.reason, .status = Code::kPermissionDenied});
    return OkStatus();
  }
  AdoptLimits(answer);
  SetPhase(Phase::kOnline);
  ++statistics_.connections;
  if (!answer.session_present) {
    for (Subscription& entry : subscriptions_) {
      if (entry.state == Subscription::State::kHeld) {
        entry.state = Subscription::State::kWanted;
      }
    }
  }
  log::Info(kTag, "connected, session {}, keep-alive {} s",
            answer.session_present ? "present" : "new", limits_.keep_alive);
  listener_.OnConnected(answer.session_present);
  DropUnacceptable();
  RequestSubscriptions();
  UpdateReady();
  return OkStatus();
}

void Session::AdoptLimits(const ConnAck& answer) {
  limits_ = answer.limits;
  if (!answer.has_keep_alive) {
    limits_.keep_alive = static_cast<std::uint16_t>(config_.keep_alive.count());
  }
}

Status Session::OnPubAck() {
  LINNET_TRY_ASSIGN(const Ack ack, ParsePubAck(config_.version, decoder_.body()));
  const std::size_t at = outbox_.Find(ack.packet_id);
  // A second answer to something sent twice finds nothing.
  if (at != outbox_.end()) {
    const Outbox::Record record = outbox_.Load(at);
    if (record.kind == Outbox::Kind::kAcknowledgedMessage && record.attempts > 0 &&
        record.counted && record.state != Outbox::State::kDone) {
      Settle(at, ack.reason);
    }
  }
  return OkStatus();
}

Status Session::OnSubAck() {
  LINNET_TRY_ASSIGN(const SubAck ack, ParseSubAck(config_.version, decoder_.body()));
  const std::size_t at = outbox_.Find(ack.packet_id);
  if (at == outbox_.end() || outbox_.Load(at).kind != Outbox::Kind::kSubscribe ||
      outbox_.Load(at).state == Outbox::State::kDone) {
    return OkStatus();
  }
  const auto asked = [&](const Subscription& entry) {
    return entry.state == Subscription::State::kRequested && entry.packet_id == ack.packet_id;
  };
  if (static_cast<std::size_t>(std::ranges::count_if(subscriptions_, asked)) !=
      ack.reasons.size()) {
    return Code::kMismatch;
  }
  Remove(at);
  std::size_t index = 0;
  for (Subscription& entry : subscriptions_) {
    if (!asked(entry)) {
      continue;
    }
    const auto reason = static_cast<Reason>(ack.reasons[index++]);
    entry.state = IsFailure(reason) ? Subscription::State::kRefused : Subscription::State::kHeld;
    if (IsFailure(reason)) {
      log::Warning(kTag, "subscription refused: {:x} {}", static_cast<std::uint8_t>(reason),
                   entry.filter);
    }
    listener_.OnSubscribed(entry.filter, reason);
  }
  RequestSubscriptions();
  UpdateReady();
  return OkStatus();
}

Status Session::OnDisconnect() {
  LINNET_TRY_ASSIGN(const Reason reason, ParseDisconnect(config_.version, decoder_.body()));
  End({.cause = Cause::kServer, .reason = reason, .status = Code::kClosed});
  return OkStatus();
}

void Session::OnPart() {
  listener_.OnMessage(decoder_.part());
  if (!decoder_.part().last()) {
    return;
  }
  ++statistics_.messages_received;
  if (decoder_.publish().qos == Qos::kAtLeastOnce) {
    IgnoreStatus(acks_.Push(decoder_.publish().packet_id));  // Room was made sure of before.
  }
}

void Session::UpdateReady() {
  const bool waiting = std::ranges::any_of(subscriptions_, [](const Subscription& entry) {
    return entry.state == Subscription::State::kWanted ||
           entry.state == Subscription::State::kRequested;
  });
  if (online() && !waiting && !ready_) {
    ready_ = true;
    listener_.OnReady();
  }
}

Status Session::Subscribe(StringView filter, Qos qos) {
  LINNET_TRY(CheckTopicFilter(filter));
  Subscription* place = nullptr;
  for (Subscription& entry : subscriptions_) {
    if (entry.state == Subscription::State::kFree) {
      place = place == nullptr ? &entry : place;
    } else if (entry.filter == filter) {
      place = &entry;
      break;
    }
  }
  if (place == nullptr) {
    return Code::kResourceExhausted;
  }
  if (place->state != Subscription::State::kRequested) {  // Else its answer is on the way.
    *place = {.filter = filter, .qos = qos, .state = Subscription::State::kWanted};
    ready_ = false;
  }
  return OkStatus();
}

}  // namespace linnet::mqtt
