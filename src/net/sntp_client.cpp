// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "net/sntp_client.hpp"

#include <algorithm>
#include <array>

#include "base/endian.hpp"
#include "base/log.hpp"
#include "base/view.hpp"
#include "base/words.hpp"

namespace linnet::net {

namespace {

constexpr const char* kTag = "sntp";
constexpr const char* kStateNames = "pausing|resolving|waiting";
constexpr Milliseconds kLinkCheckInterval = Seconds{1};
constexpr Milliseconds kPollInterval{20};

}  // namespace

SntpClient::~SntpClient() {
  resolver_.Abandon(this);
  socket_.Close();
}

Status SntpClient::AddServer(const Endpoint& server) {
  if (server.host.empty() || server.port == 0) {
    return Code::kInvalidArgument;
  }
  if (server_count_ == kMaxServers) {
    return Code::kResourceExhausted;
  }
  servers_[server_count_++].endpoint = server;
  return OkStatus();
}

Instant SntpClient::Run(Instant now) {
  if (state_ == State::kPausing) {
    if (sync_requested_) {
      wake_ = std::min(wake_, std::max(now, sent_at_ + kShortestInterval));
      sync_requested_ = false;
    }
    if (now < wake_ || server_count_ == 0) {
      return server_count_ == 0 ? kNever : wake_;
    }
    if (network_.link() != hal::LinkState::kUp) {
      return now + kLinkCheckInterval;
    }
    current_ = 0;
    TryServer(now);
  } else if (now >= give_up_) {
    log::Info(kTag, "no answer from {}", servers_[current_].endpoint.host);
    TryNextServer(now);
  } else if (state_ == State::kResolving) {
    Resolve(now);
  } else {
    Receive(now);
  }
  return state_ == State::kPausing ? wake_ : std::min(give_up_, now + kPollInterval);
}

void SntpClient::TryServer(Instant now) {
  while (current_ < server_count_ && now < servers_[current_].rests_until) {
    ++current_;
  }
  if (current_ == server_count_) {
    EndRound(now);
    return;
  }
  give_up_ = now + kAnswerDeadline;
  SetState(State::kResolving);
}

void SntpClient::TryNextServer(Instant now) {
  resolver_.Abandon(this);
  socket_.Close();
  ++current_;
  TryServer(now);
}

void SntpClient::Resolve(Instant now) {
  const auto address = resolver_.Resolve(this, servers_[current_].endpoint.host);
  if (address.ok()) {
    Send(*address, now);
  } else if (address.code() != Code::kPending) {
    log::Info(kTag, "no address for {}: {}", servers_[current_].endpoint.host, address.code());
    TryNextServer(now);
  }
}

void SntpClient::Send(hal::Ipv4Address address, Instant now) {
  std::array<std::byte, 8> random{};
  std::array<std::byte, kSntpPacketSize> packet{};
  Status sent = entropy_.Fill(random);
  if (sent.ok()) {
    sent = socket_.Open();
  }
  if (sent.ok()) {
    nonce_ = {LoadBe32(random), LoadBe32(Bytes(random).subspan(4))};
    EncodeSntpRequest(nonce_, packet);
    asked_ = address;
    sent = socket_.SendTo(address, servers_[current_].endpoint.port, packet);
  }
  if (!sent.ok()) {
    log::Info(kTag, "cannot ask {}: {}", servers_[current_].endpoint.host, sent);
    TryNextServer(now);
    return;
  }
  sent_at_ = now;
  give_up_ = now + kAnswerDeadline;
  SetState(State::kWaiting);
}

void SntpClient::Receive(Instant now) {
  std::array<std::byte, kSntpPacketSize> packet{};
  const auto datagram = socket_.ReceiveFrom(packet);
  if (!datagram.ok()) {
    return;
  }
  if (datagram->from != asked_ || datagram->port != servers_[current_].endpoint.port) {
    return;
  }
  const auto reply = DecodeSntpReply(Bytes(packet).first(datagram->size), nonce_);
  if (reply.ok()) {
    Judge(*reply, now);
  } else if (reply.code() == Code::kUnavailable) {
    log::Info(kTag, "{} does not know the time", servers_[current_].endpoint.host);
    TryNextServer(now);
  }
  // Anything else may be forged: the true answer may still come before the deadline.
}

void SntpClient::Judge(const SntpReply& reply, Instant now) {
  Server& server = servers_[current_];
  if (reply.kiss_of_death) {
    const StringView kiss(reply.kiss.data(), reply.kiss.size());
    log::Warning(kTag, "{} refuses: {}", server.endpoint.host, kiss);
    server.rests_until = kiss == "RATE" ? now + kRateRest : kNever;
    TryNextServer(now);
    return;
  }
  const Milliseconds on_the_way = (now - sent_at_) / 2;
  const Milliseconds time = ToUnixMilliseconds(reply.transmit, clock_.floor()) + on_the_way;
  const bool first = !clock_.time_verified();
  if (!clock_.SetVerified(time).ok()) {
    TryNextServer(now);
    return;
  }
  log::Write(first ? log::Level::kInfo : log::Level::kDebug, kTag, "time {} from {}",
             std::array{FormatArgument(time.count() / 1000), FormatArgument(server.endpoint.host)});
  next_pause_ = kFirstPause;
  PauseUntil(now + kResyncInterval);
}

void SntpClient::EndRound(Instant now) {
  std::array<std::byte, 4> random{};
  // Without entropy the pause is the longest of its range; a pause needs no secrecy.
  const std::uint32_t fraction = entropy_.Fill(random).ok() ? LoadLe32(random) : 0xFFFFFFFFU;
  const auto half = static_cast<std::uint64_t>(next_pause_.count()) / 2;
  const Milliseconds jitter{static_cast<std::int64_t>((half * fraction) >> 32)};
  PauseUntil(now + next_pause_ - Milliseconds{static_cast<std::int64_t>(half)} + jitter);
  next_pause_ = std::min(next_pause_ * 2, kLongestPause);
}

void SntpClient::PauseUntil(Instant wake) {
  resolver_.Abandon(this);
  socket_.Close();
  wake_ = wake;
  SetState(State::kPausing);
}

void SntpClient::SetState(State state) {
  log::Debug(kTag, "{} -> {}", WordAt(static_cast<std::size_t>(state_), kStateNames),
             WordAt(static_cast<std::size_t>(state), kStateNames));
  state_ = state;
}

}  // namespace linnet::net
