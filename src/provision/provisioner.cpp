// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "provision/provisioner.hpp"

#include <algorithm>
#include <memory>
#include <new>

#include "base/log.hpp"
#include "crypto/arena.hpp"
#include "tls/self_signed.hpp"

namespace linnet::provision {

namespace {

constexpr const char* kTag = "prov";
constexpr std::uint8_t kChannel = 6;
constexpr Milliseconds kLook{50};
constexpr std::array<std::string_view, 4> kStates{"closed", "opening", "open", "leaving"};

}  // namespace

/// Everything that is needed only while it is open.
struct Provisioner::Session {
  Session(const Parts& parts, const Context& context, const Label& label, Networks& networks)
      : services(parts.link, parts.hardware),
        server({.secure_listener = parts.secure_listener,
                .clear_listener = parts.clear_listener,
                .sockets = parts.sockets,
                .networks = networks},
               {.product = context.product, .version = context.version, .network = label.ssid},
               {.random = context.random,
                .clock = context.clock,
                .certificate = Certificate(context.device_key, label),
                .signer = context.device_key}) {}

  Bytes Certificate(crypto::Signer& key, const Label& label) {
    return tls::MakeSelfSigned(key,
                               {.common_name = label.ssid,
                                .dns_name = kHostName,
                                .address = hal::kAccessPointAddress.octets},
                               certificate)
        .value_or({});
  }

  void Hear(const hal::AccessPoint& point);

  std::array<std::byte, tls::kMaxSelfSignedSize> certificate;
  std::array<hal::AccessPoint, wifi::kMaxScanRecords> points{};
  std::size_t count = 0;
  bool ended = false;  ///< The scan that the points are from.
  LinkServices services;
  Server server;
};

/// Strongest first, each name once; of too many, the weakest goes.
void Provisioner::Session::Hear(const hal::AccessPoint& point) {
  if (ended) {
    ended = false;
    count = 0;
  }
  if (point.ssid.empty()) {
    return;
  }
  std::size_t place = 0;
  while (place < count && !(points[place].ssid == point.ssid.view())) {
    ++place;
  }
  if (place == count && count < points.size()) {
    ++count;  // It gets a place of its own, at the end.
  } else if (place == count) {
    place = count - 1;  // Or that of the weakest.
    if (points[place].rssi_dbm >= point.rssi_dbm) {
      return;
    }
  } else if (points[place].rssi_dbm >= point.rssi_dbm) {
    return;
  }
  for (; place > 0 && points[place - 1].rssi_dbm < point.rssi_dbm; --place) {
    points[place] = points[place - 1];
  }
  points[place] = point;
}

void Provisioner::SetState(State state) {
  if (state != state_) {
    log::Info(kTag, "{} -> {}", kStates[static_cast<std::size_t>(state_)],
              kStates[static_cast<std::size_t>(state)]);
    state_ = state;
  }
}

Instant Provisioner::Run(Instant now) {
  if (wants_scan_ && context_.supervisor.Survey().ok()) {
    wants_scan_ = false;
    scanning_ = true;
  }
  switch (state_) {
    case State::kClosed:
      break;
    case State::kOpening:
      return FollowOpening(now);
    case State::kOpen:
    case State::kLeaving:
      return Serve(now);
  }
  return kNever;
}

Provisioner::Provisioner(const Parts& parts, const Context& context)
    : parts_(parts), context_(context) {
  if (const Status made = MakeLabel(context.device_key, context.product, label_); !made.ok()) {
    log::Error(kTag, "no name for the access point: {}", made);
    return;
  }
  PrintLabel(label_, parts.console);
  SetState(State::kOpening);
}

Instant Provisioner::FollowOpening(Instant now) {
  Status status = parts_.chip.PollAccessPoint();
  if (status == Code::kPending || now < until_) {
    return now + kLook;
  }
  until_ = now + kRetry;
  if (!status.ok()) {  // It was not begun yet, or the chip was started anew.
    const Status begun = parts_.chip.StartAccessPoint(
        {.ssid = label_.ssid, .passphrase = label_.passphrase, .channel = kChannel});
    until_ = now + (begun.ok() ? kLook : kRetry);
    return until_;
  }
  status = OpenSession(now);
  if (!status.ok()) {
    log::Error(kTag, "the access point cannot be served now: {}", status);
    return until_;
  }
  StartScan();
  until_ = kNever;
  SetState(State::kOpen);
  return now;
}

Status Provisioner::OpenSession(Instant now) {
  void* memory = crypto::Arena::installed().Allocate(sizeof(Session));
  if (memory == nullptr) {
    return Code::kResourceExhausted;
  }
  session_ = new (memory) Session(parts_, context_, label_, *this);
  Status started = session_->services.Start();
  if (started.ok()) {
    started = session_->server.Start({});
  }
  if (!started.ok()) {
    EndSession();
    return started;
  }
  session_->server.Run(now);
  return OkStatus();
}

void Provisioner::EndSession() {
  if (session_ != nullptr) {
    std::destroy_at(session_);
    crypto::Arena::installed().Free(session_);
    session_ = nullptr;
  }
  scanning_ = wants_scan_ = false;
}

void Provisioner::Close() {
  EndSession();
  if (state_ != State::kClosed) {
    parts_.chip.StopAccessPoint();
    SetState(State::kClosed);
  }
}

Instant Provisioner::Serve(Instant now) {
  if (!parts_.chip.PollAccessPoint().ok()) {
    log::Warning(kTag, "the access point is gone; it is opened anew");
    EndSession();
    until_ = now;
    SetState(State::kOpening);
    return now;
  }
  Server& server = session_->server;
  const Instant next = std::min(session_->services.Run(now), server.Run(now));
  if (trial_.state == Trial::State::kWorked && state_ == State::kOpen) {
    until_ = now + kFarewell;
    SetState(State::kLeaving);
  }
  const bool silent = now - server.last_request() >= kIdleLimit;
  if (silent && trial_.state != Trial::State::kGoing) {
    log::Info(kTag, "nobody came; hold the button, or switch the device off and on");
    Close();
    return kNever;
  }
  if (now >= until_) {
    Close();
    return kNever;
  }
  return next;
}

void Provisioner::OnHeard(const hal::AccessPoint& heard) {
  if (session_ != nullptr && !(heard.ssid == label_.ssid.view())) {
    session_->Hear(heard);
  }
}

void Provisioner::OnScanEnded() {
  scanning_ = false;
  if (session_ != nullptr) {
    session_->ended = true;
  }
}

void Provisioner::OnTrialEnded(wifi::Reason reason) {
  if (trial_.state == Trial::State::kGoing) {
    trial_.reason = reason;
    trial_.state = reason == wifi::Reason::kNone ? Trial::State::kWorked : Trial::State::kFailed;
  }
}

void Provisioner::StartScan() {
  wants_scan_ = !scanning_;
}

std::span<const hal::AccessPoint> Provisioner::heard() const {
  return session_ == nullptr ? std::span<const hal::AccessPoint>()
                             : std::span(session_->points).first(session_->count);
}

Status Provisioner::Try(const wifi::Configuration& configuration) {
  if (!configuration.keep) {
    return Code::kUnsupported;
  }
  LINNET_TRY(context_.supervisor.Try(configuration.network));
  trial_ = {.state = Trial::State::kGoing, .ssid = configuration.network.ssid};
  return OkStatus();
}

void Provisioner::Forget() {
  wifi::Supervisor& supervisor = context_.supervisor;
  while (supervisor.networks().size() > 0) {
    const hal::Ssid first = supervisor.networks().view().front().ssid;
    IgnoreStatus(supervisor.Forget(first));
  }
}

wifi::DeviceStatus Provisioner::status() const {
  return {context_.supervisor.state(), context_.supervisor.reason()};
}

}  // namespace linnet::provision
