// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "provision/provisioner.hpp"
#include "base/view.hpp"

#include "base/log.hpp"
#include "base/words.hpp"

namespace linnet::provision {

namespace {

constexpr const char* kTag = "prov";
constexpr std::uint8_t kChannel = 6;
constexpr Milliseconds kLook{10};
constexpr const char* kStates = "closed|opening|open|leaving";

}  // namespace

Provisioner::Identity::Identity(crypto::Signer& key, StringView product)
    : certificate(Make(key, product)) {}

Result<Bytes> Provisioner::Identity::Make(crypto::Signer& key, StringView product) {
  LINNET_TRY(MakeLabel(key, product, label));
  return tls::MakeSelfSigned(key,
                             {.common_name = label.ssid,
                              .dns_name = kHostName,
                              .address = hal::kAccessPointAddress.octets},
                             memory);
}

Provisioner::Provisioner(const Parts& parts, const Context& context)
    : parts_(parts),
      supervisor_(context.supervisor),
      identity_(context.device_key, context.product),
      server_(
          parts.server, *this,
          {.product = context.product, .version = context.version, .network = identity_.label.ssid},
          {.random = context.random,
           .clock = context.clock,
           .certificate = identity_.certificate.value_or({}),
           .signer = context.device_key}) {
  if (!identity_.certificate.status().ok()) {
    log::Error(kTag, "no name for the access point: {}", identity_.certificate.status());
    return;
  }
  PrintLabel(identity_.label, parts.console);
  SetState(State::kOpening);
}

void Provisioner::SetState(State state) {
  log::Info(kTag, "{} -> {}", WordAt(static_cast<std::size_t>(state_), kStates),
            WordAt(static_cast<std::size_t>(state), kStates));
  state_ = state;
}

Instant Provisioner::Run(Instant now) {
  if (scan_wanted() && supervisor_.Survey().ok()) {
    OnScanBegun();
  }
  if (state_ == State::kOpening) {
    FollowOpening(now);
  } else if (state_ != State::kClosed) {
    Serve(now);
  }
  return now + kLook;
}

void Provisioner::FollowOpening(Instant now) {
  const Status there = parts_.chip.PollAccessPoint();
  if (there == Code::kPending || now < until_) {
    return;
  }
  Status status;
  if (!there.ok()) {  // It was not begun yet, or the chip was started anew.
    status = parts_.chip.StartAccessPoint({.ssid = identity_.label.ssid,
                                           .passphrase = identity_.label.passphrase,
                                           .channel = kChannel});
  } else {
    status = StartServices(now);
    if (status.ok()) {
      StartScan();
      SetState(State::kOpen);
    } else {
      log::Error(kTag, "the access point cannot be served now: {}", status);
      StopServices();
    }
  }
  if (!status.ok()) {
    until_ = now + kRetry;
  }
}

Status Provisioner::StartServices(Instant now) {
  services_.emplace(parts_.link, parts_.hardware);
  LINNET_TRY(services_->Start());
  return server_.Start({}, now);
}

void Provisioner::StopServices() {
  services_.reset();
  server_.Stop();
  ForgetHeard();
}

void Provisioner::Close() {
  StopServices();
  if (state_ != State::kClosed) {
    parts_.chip.StopAccessPoint();
    SetState(State::kClosed);
  }
}

void Provisioner::Serve(Instant now) {
  if (!parts_.chip.PollAccessPoint().ok()) {
    log::Warning(kTag, "the access point is gone; it is opened anew");
    StopServices();
    until_ = now;
    SetState(State::kOpening);
    return;
  }
  services_->Run(now);
  server_.Run(now);
  if (state_ == State::kOpen) {
    until_ = server_.last_request() + kIdleLimit;
    if (trial().state == Trial::State::kWorked) {
      until_ = now + kFarewell;
      SetState(State::kLeaving);
    }
  }
  if (now < until_ || trial().state == Trial::State::kGoing) {
    return;
  }
  if (state_ == State::kOpen) {
    log::Info(kTag, "nobody came; hold the button, or switch the device off and on");
  }
  Close();
}

void Provisioner::OnHeard(const hal::AccessPoint& heard) {
  if (!(heard.ssid == identity_.label.ssid.view())) {
    Networks::OnHeard(heard);
  }
}

Status Provisioner::Begin(const wifi::Network& network) {
  return supervisor_.Try(network);
}

}  // namespace linnet::provision
