// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What a session sends: which packet is next, what was sent of it, and what must be sent again.
#include <algorithm>

#include "base/assert.hpp"
#include "base/log.hpp"
#include "base/view.hpp"
#include "mqtt/session.hpp"

namespace linnet::mqtt {

namespace {

constexpr const char* kTag = "mqtt";

}  // namespace

Result<std::uint16_t> Session::Publish(StringView topic, Bytes payload, Qos qos, bool retain) {
  LINNET_TRY(CheckTopicName(topic));
  const bool acknowledged = qos == Qos::kAtLeastOnce;
  if (!acknowledged && !online()) {
    return Code::kUnavailable;
  }
  const std::size_t size = PublishSize(config_.version, topic, payload.size(), qos);
  if (const Reason reason = Unacceptable(size, qos, retain); online() && IsFailure(reason)) {
    return reason == Reason::kPacketTooLarge ? Code::kTooLarge : Code::kUnsupported;
  }
  const Outbox::Record record{
      .size = static_cast<std::uint32_t>(size),
      .packet_id = acknowledged ? NextPacketId() : std::uint16_t{0},
      .kind = acknowledged ? Outbox::Kind::kAcknowledgedMessage : Outbox::Kind::kMessage};
  LINNET_TRY_ASSIGN(const MutableBytes packet, outbox_.Append(record));
  EncodePublish(config_.version,
                {.topic = topic, .packet_id = record.packet_id, .qos = qos, .retain = retain},
                payload, packet);
  return record.packet_id;
}

std::uint16_t Session::NextPacketId() {
  do {
    ++last_packet_id_;
  } while (last_packet_id_ == 0 || outbox_.Find(last_packet_id_) != outbox_.end());
  return last_packet_id_;
}

Reason Session::Unacceptable(std::size_t packet_size, Qos qos, bool retain) const {
  if (packet_size > limits_.maximum_packet_size) {
    return Reason::kPacketTooLarge;
  }
  if (qos > limits_.maximum_qos) {
    return Reason::kQosUnsupported;
  }
  return retain && !limits_.retain_available ? Reason::kRetainUnsupported : Reason::kSuccess;
}

void Session::DropUnacceptable() {
  for (std::size_t at = outbox_.begin(); at != outbox_.end();) {
    const Outbox::Record record = outbox_.Load(at);
    const bool retain = (outbox_.packet(at)[0] & std::byte{1}) != std::byte{0};
    const Reason reason = Unacceptable(
        record.size,
        record.kind == Outbox::Kind::kAcknowledgedMessage ? Qos::kAtLeastOnce : Qos::kAtMostOnce,
        record.kind != Outbox::Kind::kSubscribe && retain);
    if (!IsFailure(reason)) {
      at = outbox_.Next(at);
      continue;
    }
    log::Warning(kTag, "message {} dropped: the server would refuse it", record.packet_id);
    Settle(at, reason);
  }
}

void Session::RequestSubscriptions() {
  constexpr auto kWanted = [](const Subscription& entry) {
    return entry.state == Subscription::State::kWanted;
  };
  while (online() && std::ranges::any_of(subscriptions_, kWanted)) {
    std::array<Subscription*, kMaxFiltersPerPacket> chosen{};
    std::size_t count = 0;
    std::size_t filters = 0;
    for (Subscription& entry : subscriptions_) {
      // One filter always; more as long as they find room.
      const std::size_t size =
          SubscribeSize(config_.version, count + 1, filters + entry.filter.size());
      const bool fits =
          size <= limits_.maximum_packet_size && size + Outbox::kOverhead <= outbox_.free();
      if (kWanted(entry) && count < chosen.size() && (count == 0 || fits)) {
        chosen[count++] = &entry;
        filters += entry.filter.size();
      }
    }
    const Outbox::Record record{
        .size = static_cast<std::uint32_t>(SubscribeSize(config_.version, count, filters)),
        .packet_id = NextPacketId(),
        .kind = Outbox::Kind::kSubscribe};
    const Result<MutableBytes> packet = outbox_.Append(record);
    if (!packet.ok()) {
      return;  // Again when a message has left the queue.
    }
    Writer writer(*packet);
    BeginSubscribe(config_.version, record.packet_id, count, filters, writer);
    for (Subscription* entry : std::span(chosen).first(count)) {
      SubscribeFilter(entry->filter, entry->qos, writer);
      entry->state = Subscription::State::kRequested;
      entry->packet_id = record.packet_id;
    }
  }
}

void Session::Remove(std::size_t at) {
  Outbox::Record record = outbox_.Load(at);
  if (record.counted) {
    --in_flight_;
    record.counted = false;
  }
  if (record.state == Outbox::State::kSending) {
    record.state = Outbox::State::kDone;
    outbox_.Store(at, record);
    return;
  }
  if (source_ == Source::kRecord && at < record_) {
    record_ -= outbox_.Next(at) - at;
  }
  outbox_.Remove(at);
}

void Session::Settle(std::size_t at, Reason reason) {
  const std::uint16_t packet_id = outbox_.Load(at).packet_id;
  Remove(at);
  listener_.OnPublished(packet_id, reason);
}

Bytes Session::Output(Instant /*now*/) {
  if (source_ == Source::kNone) {
    StartNext();
  }
  if (source_ == Source::kRecord) {
    return outbox_.packet(record_).subspan(record_sent_);
  }
  return source_ == Source::kNone ? Bytes() : output_;
}

void Session::StartSmall(Source source, Bytes packet) {
  source_ = source;
  output_ = packet;
}

void Session::StartNext() {
  if (phase_ == Phase::kClosing) {
    StartSmall(Source::kDisconnect, EncodeDisconnect(config_.version, closing_.reason, small_));
    return;
  }
  if (phase_ != Phase::kOnline) {
    return;
  }
  if (!acks_.empty()) {
    StartSmall(Source::kAck, EncodePubAck(acks_.front(), small_));
    return;
  }
  if (ping_wanted_) {
    ping_wanted_ = false;
    StartSmall(Source::kPing, EncodePingReq(small_));
    return;
  }
  if (const std::size_t at = NextRecord(); at != outbox_.end()) {
    StartRecord(at);
  }
}

std::size_t Session::NextRecord() {
  std::size_t message = outbox_.end();
  for (std::size_t at = outbox_.begin(); at != outbox_.end(); at = outbox_.Next(at)) {
    const Outbox::Record record = outbox_.Load(at);
    if (record.state != Outbox::State::kQueued) {
      continue;
    }
    if (record.kind == Outbox::Kind::kSubscribe) {
      return at;  // Before all messages: their answers may depend on it.
    }
    const bool allowed = record.kind == Outbox::Kind::kMessage || record.counted ||
                         in_flight_ < limits_.receive_maximum;
    if (allowed && message == outbox_.end()) {
      message = at;
    }
  }
  return message;
}

void Session::StartRecord(std::size_t at) {
  Outbox::Record record = outbox_.Load(at);
  record.state = Outbox::State::kSending;
  if (record.kind == Outbox::Kind::kAcknowledgedMessage) {
    if (!record.counted) {
      ++in_flight_;
      record.counted = true;
    }
    if (record.attempts > 0) {
      outbox_.packet(at)[0] |= kDuplicateFlag;
    }
  }
  statistics_.resends += record.attempts > 0 ? 1 : 0;
  outbox_.Store(at, record);
  source_ = Source::kRecord;
  record_ = at;
  record_sent_ = 0;
}

void Session::Sent(std::size_t count, Instant now) {
  const std::size_t left = Output(now).size();
  LINNET_ASSERT(count <= left);
  if (count == 0) {
    return;
  }
  if (source_ == Source::kRecord) {
    record_sent_ += count;
  } else {
    output_ = output_.subspan(count);
  }
  if (count == left) {
    last_sent_ = now;
    FinishSource(now);
  }
}

void Session::FinishSource(Instant now) {
  const Source finished = source_;
  source_ = Source::kNone;
  if (finished == Source::kRecord) {
    FinishRecord(now);
  } else if (finished == Source::kAck) {
    acks_.Pop();
  } else if (finished == Source::kDisconnect) {
    End(closing_);
  }
}

void Session::FinishRecord(Instant now) {
  Outbox::Record record = outbox_.Load(record_);
  const bool done = record.state == Outbox::State::kDone;
  statistics_.messages_sent += record.kind != Outbox::Kind::kSubscribe && record.attempts == 0;
  ++record.attempts;
  record.state = Outbox::State::kSent;
  record.deadline = now + config_.ack_timeout;
  outbox_.Store(record_, record);
  if (done || record.kind == Outbox::Kind::kMessage) {
    Remove(record_);
    RequestSubscriptions();
  }
}

Instant Session::ExpireRecords(Instant now) {
  Instant next = kNever;
  for (std::size_t at = outbox_.begin(); at != outbox_.end();) {
    Outbox::Record record = outbox_.Load(at);
    const bool expired = record.state == Outbox::State::kSent && record.deadline <= now;
    const bool retried = record.state == Outbox::State::kQueued && record.attempts > 0;
    if ((expired || retried) && record.attempts >= config_.maximum_attempts) {
      ++statistics_.given_up;
      log::Warning(kTag, "no answer to packet {} after {} sendings", record.packet_id,
                   record.attempts);
      if (record.kind == Outbox::Kind::kSubscribe) {
        Close(Cause::kTimeout, Reason::kUnspecified, now);
        return now;
      }
      Settle(at, Reason::kUnspecified);
      continue;
    }
    if (expired) {
      record.state = Outbox::State::kQueued;
      outbox_.Store(at, record);
    } else if (record.state == Outbox::State::kSent) {
      next = std::min(next, record.deadline);
    }
    at = outbox_.Next(at);
  }
  return next;
}

Instant Session::PingDue() const {
  if (limits_.keep_alive == 0) {
    return kNever;
  }
  return std::min(last_sent_, last_received_) + Milliseconds(limits_.keep_alive * 500);
}

Instant Session::TickOnline(Instant now) {
  if (ping_deadline_ <= now) {
    log::Warning(kTag, "no PINGRESP");
    Close(Cause::kTimeout, Reason::kKeepAliveTimeout, now);
    return now;
  }
  if (ping_deadline_ == kNever && PingDue() <= now) {
    ping_wanted_ = true;
    ping_deadline_ = now + std::min(config_.ping_timeout, Milliseconds(limits_.keep_alive * 500));
  }
  const Instant expiry = ExpireRecords(now);
  RequestSubscriptions();
  UpdateReady();
  return std::min(expiry, ping_deadline_ == kNever ? PingDue() : ping_deadline_);
}

Instant Session::Tick(Instant now) {
  switch (phase_) {
    case Phase::kConnecting:
      if (now >= phase_deadline_) {
        End({.cause = Cause::kTimeout, .status = Code::kDeadlineExceeded});
      }
      return phase_deadline_;
    case Phase::kOnline:
      return TickOnline(now);
    case Phase::kClosing:
      if (now >= phase_deadline_) {
        End(closing_);
      }
      return phase_deadline_;
    default:
      return kNever;
  }
}

}  // namespace linnet::mqtt
