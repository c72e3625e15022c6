// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "wifi/supervisor.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "base/log.hpp"

namespace linnet::wifi {
namespace {

constexpr std::string_view kTag = "wifi";
constexpr int kLongestRoamPause = 10;  // times the first

}  // namespace

void Supervisor::Begin(const NetworkList& networks) {
  LINNET_ASSERT(state_ == State::kStopped);
  networks_ = networks;
  key_pause_ = policy_.key_pause;
  wake_ = true;
}

Status Supervisor::Try(const Network& network) {
  LINNET_TRY(Check(network));
  if ((state_ == State::kStopped && !wake_) || trial_.has_value()) {
    return Code::kFailedPrecondition;
  }
  trial_ = network;
  trial_rounds_ = 0;
  grudges_.ForgetNetwork(network.ssid);
  wake_ = true;
  return OkStatus();
}

Status Supervisor::Forget(std::string_view ssid) {
  LINNET_TRY(networks_.Remove(ssid));
  grudges_.ForgetNetwork(ssid);
  Store();
  wake_ = true;
  return OkStatus();
}

void Supervisor::FirmwareChanged() {
  if (state_ == State::kNoFirmware) {
    wake_ = true;
  }
}

void Supervisor::Recheck() {
  if (online()) {
    parts_.surroundings.StartCheck();
    // Of the next Run(): the time is not known here.
    SetState(State::kChecking, reason_, kNever);
  }
}

Status Supervisor::Survey() {
  switch (state_) {
    case State::kScanning:
    case State::kRoaming:
      return OkStatus();
    case State::kIdle:
    case State::kWaiting:
    case State::kOnline:
      survey_ = true;
      return OkStatus();
    default:
      return Code::kFailedPrecondition;
  }
}

std::span<const Network> Supervisor::Wanted() const {
  return trial_.has_value() ? std::span(&*trial_, 1) : networks_.view();
}

void Supervisor::SetState(State state, Reason reason, Instant until) {
  until_ = until;
  if (state == state_ && reason == reason_) {
    return;
  }
  log::Info(kTag, "{} -> {}: {}", ToString(state_), ToString(state), ToString(reason));
  state_ = state;
  reason_ = reason;
  parts_.observer.OnState(state, reason);
}

Instant Supervisor::Run(Instant now) {
  if (wake_) {
    return Start(now);
  }
  if (IsSilent(now)) {
    return LeadsNowhere(Reason::kRadioHung, now);
  }
  return std::min(Advance(now), heard_at_ + policy_.silence_limit);
}

/// Nobody may be asking the chip for anything: it has to say something by itself while it has a
/// link of either kind. What the station asks has limits of its own, and the access point waits for
/// it.
bool Supervisor::IsSilent(Instant now) {
  const Status open = parts_.wifi.PollAccessPoint();
  const bool asked =
      state_ == State::kScanning || state_ == State::kJoining || state_ == State::kRoaming;
  const bool speaks = open.ok() || parts_.wifi.link().joined || (open == Code::kPending && !asked);
  const std::uint32_t signs = parts_.wifi.signs_of_life();
  if (!speaks || signs != signs_of_life_ || reason_ == Reason::kRadioHung) {
    signs_of_life_ = signs;
    heard_at_ = now;
  }
  return now - heard_at_ >= policy_.silence_limit;
}

Instant Supervisor::Advance(Instant now) {
  switch (state_) {
    case State::kStopped:
    case State::kNoFirmware:
      return kNever;
    case State::kIdle:
      return survey_ ? Look(now) : kNever;
    case State::kStarting:
      return PollRadio(now);
    case State::kScanning:
      return Scan(now);
    case State::kJoining:
      return Join(now);
    case State::kConfiguring:
      return Configure(now);
    case State::kChecking:
      return CheckInternet(now);
    case State::kOnline:
      return StayOnline(now);
    case State::kRoaming:
      return Roam(now);
    case State::kWaiting:
      return Wait(now);
  }
  return kNever;
}

/// Something that is wanted has changed: go there from wherever this is.
Instant Supervisor::Start(Instant now) {
  wake_ = false;
  if (state_ == State::kStopped || state_ == State::kNoFirmware) {
    return RestartRadio(now);
  }
  if (state_ == State::kStarting) {
    return now;
  }
  const bool stays = !trial_.has_value() && online() && networks_.Find(ssid()) != nullptr;
  if (stays) {
    return now;
  }
  parts_.wifi.Leave();
  return Look(now);
}

Instant Supervisor::RestartRadio(Instant now) {
  parts_.surroundings.StartRadio();
  SetState(State::kStarting, reason_, now + policy_.radio_limit);
  return now + kLook;
}

Instant Supervisor::PollRadio(Instant now) {
  const Status status = parts_.surroundings.PollRadio();
  if (status.ok()) {
    return Look(now);
  }
  if (status == Code::kPending && !Overdue(now)) {
    return now + kLook;
  }
  if (status == Code::kPending || status == Code::kUnavailable) {
    return LeadsNowhere(Reason::kRadioHung, now);
  }
  log::Error(kTag, "the radio's firmware: {}", status);
  const Reason reason =
      status == Code::kNotFound ? Reason::kFirmwareMissing : Reason::kFirmwareRefused;
  SetState(State::kNoFirmware, reason, kNever);
  return trial_.has_value() ? EndTrial(reason, now) : kNever;
}

Instant Supervisor::Look(Instant now) {
  current_ = {};
  candidates_.Clear();
  if (Wanted().empty() && !survey_) {
    SetState(State::kIdle, Reason::kNone, kNever);
    return kNever;
  }
  survey_ = false;
  if (!parts_.wifi.StartScan().ok()) {
    return LeadsNowhere(Reason::kRadioHung, now);
  }
  SetState(State::kScanning, reason_, now + policy_.scan_limit);
  return now + kLook;
}

/// Takes in what the scan has heard; true when it has ended.
Result<bool> Supervisor::Hear(Instant now) {
  while (true) {
    const Result<hal::AccessPoint> heard = parts_.wifi.NextAccessPoint();
    if (heard.ok()) {
      parts_.observer.OnHeard(*heard);
      candidates_.Consider(*heard, Wanted(), grudges_, now);
      continue;
    }
    if (heard.code() == Code::kPending && !Overdue(now)) {
      return false;
    }
    parts_.observer.OnScanEnded();
    return heard.code() == Code::kNotFound ? Result<bool>(true) : Code::kUnavailable;
  }
}

Instant Supervisor::Scan(Instant now) {
  const Result<bool> ended = Hear(now);
  if (!ended.ok()) {
    return LeadsNowhere(Reason::kRadioHung, now);
  }
  if (!*ended) {
    return now + kLook;
  }
  if (!candidates_.empty()) {
    return JoinNext(now);
  }
  if (Wanted().empty()) {
    return Look(now);  // it was a survey
  }
  // What was left alone for its key was not looked for.
  const bool excluded = grudges_.NextPardon(now) != kNever;
  return GiveUpRound(excluded ? Reason::kWrongKey : Reason::kNotFound, now);
}

Instant Supervisor::JoinNext(Instant now) {
  if (candidates_.empty()) {
    return GiveUpRound(reason_, now);
  }
  current_ = candidates_.TakeBest();
  const Network& network = Wanted()[current_.network];
  const hal::AccessPoint& target = current_.access_point;
  const Status status = parts_.wifi.StartJoin({.ssid = target.ssid,
                                               .bssid = target.bssid,
                                               .channel = target.channel,
                                               .security = target.security,
                                               .passphrase = network.passphrase});
  if (!status.ok()) {
    return LeadsNowhere(Reason::kRadioHung, now);
  }
  log::Info(kTag, "joining \"{}\", channel {}, {} dBm", target.ssid.view(), target.channel,
            target.rssi_dbm);
  SetState(State::kJoining, reason_, now + policy_.join_limit);
  return now + kLook;
}

Instant Supervisor::Join(Instant now) {
  const Status status = parts_.wifi.PollJoin();
  if (status.ok()) {
    SetState(State::kConfiguring, reason_, now + policy_.address_limit);
    return now + kLook;
  }
  switch (status.code()) {
    case Code::kPending:
      return Overdue(now) ? LeadsNowhere(Reason::kJoinTimeout, now) : now + kLook;
    case Code::kUnauthenticated:
      return NoteWrongKey(now);
    case Code::kNotFound:
      return LeadsNowhere(Reason::kLinkLost, now);
    case Code::kResourceExhausted:
      return LeadsNowhere(Reason::kRefused, now);
    case Code::kDeadlineExceeded:
      return LeadsNowhere(Reason::kJoinTimeout, now);
    default:
      return LeadsNowhere(Reason::kRadioHung, now);
  }
}

Instant Supervisor::Configure(Instant now) {
  if (!parts_.wifi.link().joined) {
    return LeadsNowhere(Reason::kLinkLost, now);
  }
  if (parts_.surroundings.ip_link() == hal::LinkState::kUp) {
    parts_.surroundings.StartCheck();
    SetState(State::kChecking, reason_, now + policy_.check_limit);
    return now + kLook;
  }
  return Overdue(now) ? LeadsNowhere(Reason::kNoAddress, now) : now + kLook;
}

Instant Supervisor::CheckInternet(Instant now) {
  if (!parts_.wifi.link().joined) {
    return LeadsNowhere(Reason::kLinkLost, now);
  }
  if (until_ == kNever) {
    until_ = now + policy_.check_limit;
  }
  const Status status = parts_.surroundings.PollCheck();
  if (status.ok()) {
    return GoOnline(now);
  }
  if (status == Code::kPending && !Overdue(now)) {
    return now + kLook;
  }
  return LeadsNowhere(status == Code::kUnauthenticated ? Reason::kPortal : Reason::kNoInternet,
                      now);
}

Instant Supervisor::GoOnline(Instant now) {
  parts_.backoff.OnConnected(now);
  key_pause_ = policy_.key_pause;
  roam_pause_ = policy_.roam_pause;
  next_roam_ = now + roam_pause_;
  SetState(State::kOnline, Reason::kNone, kNever);
  if (trial_.has_value()) {
    Network proven = *trial_;
    proven.last_success = parts_.surroundings.UnixNow();
    networks_.Prefer(proven);
    current_.network = 0;
    Store();
    return EndTrial(Reason::kNone, now);
  }
  NoteSuccess();
  return now + kLook;
}

/// Seldom: the list is a flash write.
void Supervisor::NoteSuccess() {
  const std::int64_t when = parts_.surroundings.UnixNow();
  const Network* network = networks_.Find(ssid());
  if (when == 0 || network == nullptr ||
      when - network->last_success < policy_.success_note.count()) {
    return;
  }
  IgnoreStatus(networks_.SetLastSuccess(ssid(), when));
  Store();
}

Instant Supervisor::StayOnline(Instant now) {
  const hal::WifiLink link = parts_.wifi.link();
  if (!link.joined || parts_.surroundings.ip_link() == hal::LinkState::kDown) {
    return LoseLink(now);
  }
  if (!survey_ && (link.rssi_dbm >= policy_.weak_dbm || now < next_roam_)) {
    return now + Seconds{1};
  }
  survey_ = false;
  candidates_.Clear();
  if (!parts_.wifi.StartScan().ok()) {
    return LeadsNowhere(Reason::kRadioHung, now);
  }
  SetState(State::kRoaming, Reason::kNone, now + policy_.scan_limit);
  return now + kLook;
}

Instant Supervisor::Roam(Instant now) {
  if (!parts_.wifi.link().joined) {
    return LoseLink(now);
  }
  const Result<bool> ended = Hear(now);
  if (!ended.ok()) {
    return LeadsNowhere(Reason::kRadioHung, now);
  }
  if (!*ended) {
    return now + kLook;
  }
  const std::int8_t present = parts_.wifi.link().rssi_dbm;
  const auto better = [&](const Candidate& candidate) {
    return present < policy_.weak_dbm &&
           candidate.access_point.bssid != current_.access_point.bssid &&
           candidate.access_point.rssi_dbm >= present + policy_.better_by_db;
  };
  if (!candidates_.empty() && better(candidates_.view().front())) {
    return JoinNext(now);
  }
  roam_pause_ = std::min(roam_pause_ * 2, policy_.roam_pause * kLongestRoamPause);
  next_roam_ = now + roam_pause_;
  SetState(State::kOnline, Reason::kNone, kNever);
  return now + kLook;
}

Instant Supervisor::Wait(Instant now) {
  const bool look = survey_ && reason_ != Reason::kRadioHung;
  if (!Overdue(now) && !look) {
    return until_;
  }
  return reason_ == Reason::kRadioHung ? RestartRadio(now) : Look(now);
}

/// One refused key may be an access point's mistake, so the network is left alone only for a while.
Instant Supervisor::NoteWrongKey(Instant now) {
  log::Warning(kTag, "the key of \"{}\" is wrong", ssid());
  if (trial_.has_value()) {
    parts_.wifi.Leave();
    return EndTrial(Reason::kWrongKey, now);
  }
  grudges_.AgainstNetwork(ssid(), now + key_pause_);
  key_pause_ = std::min(key_pause_ * 2, policy_.key_pause_limit);
  // Its other access points have the same key.
  const hal::Ssid refused = current_.access_point.ssid;
  Candidates others;
  for (const Candidate& candidate : candidates_.view()) {
    if (!(candidate.access_point.ssid == refused.view())) {
      others.Consider(candidate.access_point, Wanted(), grudges_, now);
    }
  }
  candidates_ = others;
  SetState(state_, Reason::kWrongKey, kNever);
  return JoinNext(now);
}

/// This attempt is over: the next access point, or a pause.
Instant Supervisor::LeadsNowhere(Reason reason, Instant now) {
  if (reason == Reason::kRadioHung) {
    ++radio_restarts_;
    log::Error(kTag, "the radio does not answer; it is started anew");
    current_ = {};
    if (trial_.has_value() && ++trial_rounds_ >= policy_.trial_rounds) {
      trial_.reset();
      parts_.observer.OnTrialEnded(reason);
    }
    SetState(State::kWaiting, reason, parts_.backoff.OnFailure(net::Backoff::Class::kNetwork, now));
    return until_;
  }
  if (!ssid().empty()) {
    grudges_.AgainstAccessPoint(current_.access_point.bssid, now + policy_.grudge);
  }
  parts_.wifi.Leave();
  SetState(state_, reason, kNever);
  return JoinNext(now);
}

/// All that was heard was tried.
Instant Supervisor::GiveUpRound(Reason reason, Instant now) {
  current_ = {};
  if (trial_.has_value() && ++trial_rounds_ >= policy_.trial_rounds) {
    return EndTrial(reason, now);
  }
  // A trial that goes on is somebody waiting; everything else backs off.
  const Instant next = trial_.has_value()
                           ? now + Seconds{1}
                           : parts_.backoff.OnFailure(net::Backoff::Class::kNetwork, now);
  SetState(State::kWaiting, reason, std::min(next, std::max(now, grudges_.NextPardon(now))));
  return until_;
}

/// A connection that worked: look again at once, and only then wait.
Instant Supervisor::LoseLink(Instant now) {
  log::Warning(kTag, "lost \"{}\"", ssid());
  parts_.wifi.Leave();
  SetState(state_, Reason::kLinkLost, kNever);
  return Look(now);
}

Instant Supervisor::EndTrial(Reason reason, Instant now) {
  if (reason != Reason::kNone) {
    log::Warning(kTag, "trial of \"{}\" failed: {}", trial_->ssid.view(), ToString(reason));
  }
  trial_.reset();
  parts_.observer.OnTrialEnded(reason);
  if (reason == Reason::kNone || state_ == State::kNoFirmware) {
    return now + kLook;
  }
  return Look(now);
}

void Supervisor::Store() {
  if (const Status status = parts_.observer.Save(networks_); !status.ok()) {
    log::Error(kTag, "the networks cannot be stored: {}", status);
  }
}

}  // namespace linnet::wifi
