// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "images/device/wireless.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "base/utf8.hpp"
#include "base/view.hpp"
#include "images/device/cloud.hpp"
#include "images/device/config.hpp"
#include "images/device/links.hpp"
#include "images/device/shadow_settings.hpp"

namespace linnet::device {

using namespace std::string_view_literals;

namespace {

constexpr const char* kTag = "wifi";
/// Before what is on its way to the shadow is cut off by the trial of another network.
constexpr Milliseconds kOrderPause{3'000};
/// Between two looks for the cloud in one check.
constexpr Milliseconds kAskAgain{3'000};

/// Somebody answered who is not our server: a portal, mostly.
bool IsSomebodyElse(tls::Failure failure) {
  switch (failure) {
    case tls::Failure::kServerName:
    case tls::Failure::kServerNotTrusted:
    case tls::Failure::kServerMalformed:
    case tls::Failure::kServerUsage:
    case tls::Failure::kProtocol:
      return true;
    default:
      return false;
  }
}

/// A name is any bytes.
bool IsText(StringView name) {
  Utf8Checker checker;
  for (const char c : name) {
    if (!checker.Push(static_cast<std::uint8_t>(c)).ok()) {
      return false;
    }
  }
  return checker.between();
}

}  // namespace

bool Lasting::Has(bool so, Instant now) {
  if (!so) {
    Restart(now);
  }
  const bool lasted = now >= due_;
  if (lasted) {
    due_ = kNever;
  }
  return lasted;
}

void Wireless::Start(Board& board, const Neighbours& neighbours) {
  board_ = &board;
  parts_.emplace(neighbours);
  Links& links = neighbours.links;
  sealer_.emplace(links.signer(), links.random());
  // What cannot be used is none, and is in the log.
  IgnoreStatus(wifi::NetworkStore(parts_->stored, *sealer_).Load(supervisor_.Begin()));
}

Instant Wireless::Run(Instant now) {
  FollowFirmware();
  FollowCloud(now);
  FollowOrder(now);
  FollowButton(now);
  const Instant next = supervisor_.Run(now);  // a second, at most
  return std::min(next, FollowProvisioner(now));
}

Instant Wireless::FollowProvisioner(Instant now) {
  if (provisioner_ == nullptr && own_network_wanted_) {
    Links& links = parts_->links;
    provisioner_ = own_network_.Make({.supervisor = supervisor_,
                                      .random = links.random(),
                                      .device_key = links.signer(),
                                      .clock = links.wall_clock(),
                                      .product = kConfig.product,
                                      .version = parts_->version});
  }
  if (provisioner_ == nullptr) {
    if (own_network_wanted_ && !memory_missed_) {
      memory_missed_ = true;
      log::Warning(kTag, "no memory for a network of our own; waiting for some");
    }
    return kNever;  // the next turn tries again
  }
  own_network_wanted_ = memory_missed_ = false;
  const Instant next = provisioner_->Run(now);
  if (provisioner_->state() == provision::Provisioner::State::kClosed) {
    own_network_.Unmake();
    provisioner_ = nullptr;
  }
  return next;
}

// -- Surroundings
// -----------------------------------------------------------------------------------

/// The firmware's service begins by itself after a reset, and again when a missing part has come.
void Wireless::StartRadio() {
  const radio::ServiceState state = parts_->firmware.state();
  const bool comes = state == radio::ServiceState::kLoading ||
                     (state == radio::ServiceState::kRunning && !handed_over_);
  handed_over_ = false;
  if (!comes) {
    parts_->firmware.Begin(board_->clock.Now());
  }
}

Status Wireless::PollRadio() {
  switch (parts_->firmware.state()) {
    case radio::ServiceState::kRunning:
      handed_over_ = true;
      return OkStatus();
    case radio::ServiceState::kLoading:
      return Code::kPending;
    case radio::ServiceState::kFailed: {
      const radio::LoadFailure failure = parts_->firmware.failure();
      const bool chip =
          failure == radio::LoadFailure::kSilent || failure == radio::LoadFailure::kRefused;
      return chip ? Code::kUnavailable : Code::kMismatch;
    }
    default:
      return Code::kNotFound;
  }
}

void Wireless::FollowFirmware() {
  if (parts_->firmware.state() == radio::ServiceState::kRunning) {
    supervisor_.FirmwareChanged();
  }
}

hal::LinkState Wireless::ip_link() const {
  return board_->network.link();
}

void Wireless::StartCheck() {
  ask_again_at_ = board_->clock.Now() + kAskAgain;
  parts_->cloud.client().Start();
  parts_->cloud.client().Reconnect();
}

/// The server proves who it is in the TLS handshake; whether it likes us is another question.
Status Wireless::PollCheck() {
  const tls::ClientStream& stream = parts_->links.cloud();
  const mqtt::Client& client = parts_->cloud.client();
  if (stream.state() == net::Stream::State::kOpen ||
      stream.reason() == tls::Failure::kOurCertificateRefused) {
    return OkStatus();
  }
  if (client.state() == mqtt::Client::State::kWaiting && board_->clock.Now() >= ask_again_at_) {
    if (IsSomebodyElse(stream.reason())) {
      return Code::kUnauthenticated;
    }
    StartCheck();
  }
  return Code::kPending;
}

std::int64_t Wireless::UnixNow() const {
  net::WallClock& clock = parts_->links.wall_clock();
  return clock.time_verified() ? clock.Now().seconds : 0;
}

void Wireless::FollowCloud(Instant now) {
  if (offline_.Has(supervisor_.online() && !parts_->cloud.connected(), now)) {
    offline_.Restart(now);
    log::Info(kTag, "the cloud is not reached; is the internet still there?");
    supervisor_.Recheck();
  }
}

// -- Observer
// ---------------------------------------------------------------------------------------

void Wireless::Tell() {
  parts_->shadow.Changed(ShadowSettings::kWifi);
}

void Wireless::OnState(wifi::State state, wifi::Reason reason) {
  if (reason != wifi::Reason::kNone) {
    trouble_ = reason;
  }
  if (!supervisor_.online() && state != wifi::State::kChecking) {
    parts_->cloud.client().Stop();  // There is nothing to try it over.
  }
  if (state == wifi::State::kIdle) {
    own_network_wanted_ = true;
  }
  Tell();
}

Status Wireless::Save(const wifi::NetworkList& networks) {
  return wifi::NetworkStore(parts_->stored, *sealer_).Save(networks);
}

void Wireless::OnTrialEnded(wifi::Reason reason) {
  if (trial_ == Trial::kRunning) {
    trial_ = Trial::kEnded;
    trial_reason_ = reason;
    Tell();
  }
  if (provisioner_ != nullptr) {
    provisioner_->OnTrialEnded(reason);
  }
}

void Wireless::OnHeard(const hal::AccessPoint& heard) {
  if (provisioner_ != nullptr) {
    provisioner_->OnHeard(heard);
  }
}

void Wireless::OnScanEnded() {
  if (provisioner_ != nullptr) {
    provisioner_->OnScanEnded();
  }
}

void Wireless::FollowButton(Instant now) {
  if (pressed_.Has(button_.pressed(), now)) {
    log::Info(kTag, "the button was held");
    own_network_wanted_ = true;
  }
}

// -- The shadow's order
// -----------------------------------------------------------------------------

StringView Wireless::OrderNetwork(StringView ssid) {
  if (ssid.empty() || ssid.size() > hal::Ssid::capacity()) {
    return "must be a name of 1 to 32 bytes";
  }
  Wipe(ordered_);  // the key of an order before it, too
  IgnoreStatus(ordered_.ssid.Assign(ssid));
  trial_ = Trial::kOrdered;
  order_due_ = board_->clock.Now() + kOrderPause;
  return "";
}

StringView Wireless::OrderPassphrase(StringView passphrase) {
  if (trial_ != Trial::kOrdered) {
    return "comes with join.ssid";
  }
  ordered_.minimum_security =
      passphrase.empty() ? hal::WifiSecurity::kOpen : hal::WifiSecurity::kWpa2Psk;
  if (!ordered_.passphrase.Assign(passphrase).ok() || !wifi::Check(ordered_).ok()) {
    trial_ = Trial::kNone;
    Wipe(ordered_);
    return "must be 8 to 63 printable characters, or 64 hexadecimal digits";
  }
  return "";
}

void Wireless::FollowOrder(Instant now) {
  if (trial_ != Trial::kOrdered || now < order_due_) {
    return;
  }
  if (supervisor_.Try(ordered_).ok()) {  // Otherwise another trial goes on.
    trial_ = Trial::kRunning;
    Wipe(ordered_);  // its key is to be nowhere else
  }
}

// -- Reports
// ----------------------------------------------------------------------------------------

void Wireless::Fill(telemetry::Metrics& metrics) const {
  metrics.wifi = ToString(supervisor_.state());
  if (trouble_ != wifi::Reason::kNone) {
    metrics.wifi_reason = ToString(trouble_);
  }
  if (const hal::WifiLink& link = supervisor_.link(); link.joined) {
    metrics.rssi_dbm = link.rssi_dbm;
  }
}

void Wireless::Report(json::Writer& json) const {
  const hal::WifiLink& link = supervisor_.link();
  const StringView ssid = supervisor_.ssid();
  json.BeginObject();
  json.Member("state"sv, ToString(supervisor_.state()));
  json.Member("reason"sv, ToString(trouble_));
  json.Key("ssid"sv);
  if (IsText(ssid)) {
    json.String(ssid);
  } else {
    json.Hex(AsBytes(ssid));
  }
  json.Member("channel"sv, supervisor_.access_point().channel);
  json.Member("rssi"sv, link.joined ? link.rssi_dbm : std::int8_t{0});
  json.Key("join"sv);
  if (trial_ == Trial::kNone) {
    json.Null();
  } else if (trial_ != Trial::kEnded) {
    json.String("trying"sv);
  } else {
    json.String(trial_reason_ == wifi::Reason::kNone ? "joined"sv : ToString(trial_reason_));
  }
  json.EndObject();
}

}  // namespace linnet::device
