// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "wifi/supervisor.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "base/log.hpp"

namespace linnet::wifi {
namespace {

constexpr const char* kTag = "wifi";
/// Between two looks at a chip or a server that has not answered.
constexpr Milliseconds kLook{50};

void Double(Policy::Limit& pause, Policy::Limit limit) {
  pause = Policy::Limit{std::min(pause.count() * 2, limit.count())};
}

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
    // Its limit counts from the next Run(): the time is not known here.
    SetState(State::kChecking, reason_);
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

/// `limit` zero: the state may last forever.
void Supervisor::SetState(State state, Reason reason, Policy::Limit limit) {
  until_ = limit.count() == 0 ? kNever : now_ + limit;
  if (state == state_ && reason == reason_) {
    return;
  }
  log::Info(kTag, "{} -> {}: {}", ToString(state_), ToString(state), ToString(reason));
  state_ = state;
  reason_ = reason;
  parts_.observer.OnState(state, reason);
}

Instant Supervisor::Run(Instant now) {
  now_ = now;
  next_ = now + kLook;
  if (wake_) {
    Start();
  } else if (IsSilent()) {
    Hangs();
  } else {
    Advance();
    next_ = std::min(next_, heard_at_ + policy_.silence_limit);
  }
  return next_;
}

/// Nobody may be asking the chip for anything: it has to say something by itself while it has a
/// link of either kind. What the station asks has limits of its own, and the access point waits for
/// it.
bool Supervisor::IsSilent() {
  const Status open = parts_.wifi.PollAccessPoint();
  const bool asked =
      state_ == State::kScanning || state_ == State::kJoining || state_ == State::kRoaming;
  const bool speaks = open.ok() || joined() || (open == Code::kPending && !asked);
  const std::uint32_t signs = parts_.wifi.signs_of_life();
  if (!speaks || signs != signs_of_life_ || reason_ == Reason::kRadioHung) {
    signs_of_life_ = signs;
    heard_at_ = now_;
  }
  return now_ >= heard_at_ + policy_.silence_limit;
}

void Supervisor::Advance() {
  switch (state_) {
    case State::kStopped:
    case State::kNoFirmware:
      next_ = kNever;
      return;
    case State::kIdle:
      return Look();
    case State::kStarting:
      return PollRadio();
    case State::kScanning:
      return Scan();
    case State::kJoining:
      return Join();
    case State::kConfiguring:
      return Configure();
    case State::kChecking:
      return CheckInternet();
    case State::kOnline:
      return StayOnline();
    case State::kRoaming:
      return Roam();
    case State::kWaiting:
      return Wait();
  }
}

/// Something that is wanted has changed: go there from wherever this is.
void Supervisor::Start() {
  wake_ = false;
  if (state_ == State::kStopped || state_ == State::kNoFirmware) {
    return RestartRadio();
  }
  const bool stays = !trial_.has_value() && online() && networks_.Find(ssid()) != nullptr;
  if (state_ == State::kStarting || stays) {
    next_ = now_;
    return;
  }
  parts_.wifi.Leave();
  Look();
}

void Supervisor::RestartRadio() {
  parts_.surroundings.StartRadio();
  SetState(State::kStarting, reason_, policy_.radio_limit);
}

void Supervisor::PollRadio() {
  const Status status = parts_.surroundings.PollRadio();
  if (status.ok()) {
    return Look();
  }
  if (status == Code::kPending && !Overdue()) {
    return;
  }
  if (status == Code::kPending || status == Code::kUnavailable) {
    return Hangs();
  }
  log::Error(kTag, "the radio's firmware: {}", status);
  SetState(State::kNoFirmware,
           status == Code::kNotFound ? Reason::kFirmwareMissing : Reason::kFirmwareRefused);
  if (trial_.has_value()) {
    EndTrial(reason_);
  }
}

/// For what is wanted; when nothing is, there is nothing to do.
void Supervisor::Look() {
  current_ = {};
  if (Wanted().empty() && !survey_) {
    next_ = kNever;
    return SetState(State::kIdle, Reason::kNone);
  }
  StartScan(State::kScanning);
}

void Supervisor::StartScan(State state) {
  survey_ = false;
  candidates_.Clear();
  if (!parts_.wifi.StartScan().ok()) {
    return Hangs();
  }
  SetState(state, reason_, policy_.scan_limit);
}

/// Takes in what the scan has heard; true when it has ended.
bool Supervisor::Hear() {
  while (true) {
    const Result<hal::AccessPoint> heard = parts_.wifi.NextAccessPoint();
    if (heard.ok()) {
      const hal::AccessPoint& point = *heard;
      parts_.observer.OnHeard(point);
      candidates_.Consider(point, Wanted(), grudges_, now_);
      continue;
    }
    if (heard.code() == Code::kPending && !Overdue()) {
      return false;
    }
    parts_.observer.OnScanEnded();
    if (heard.code() == Code::kNotFound) {
      return true;
    }
    Hangs();
    return false;
  }
}

void Supervisor::Scan() {
  if (!Hear()) {
    return;
  }
  if (!candidates_.empty()) {
    return JoinNext();
  }
  if (Wanted().empty()) {
    return Look();  // it was a survey
  }
  GiveUpRound(Reason::kNotFound);
}

void Supervisor::JoinNext() {
  if (candidates_.empty()) {
    return GiveUpRound(reason_);
  }
  current_ = candidates_.best();
  candidates_.DropBest();
  const hal::AccessPoint& target = current_.access_point;
  const Status status =
      parts_.wifi.StartJoin({.ssid = target.ssid,
                             .bssid = target.bssid,
                             .channel = target.channel,
                             .security = target.security,
                             .passphrase = Wanted()[current_.network].passphrase});
  if (!status.ok()) {
    return Hangs();
  }
  log::Info(kTag, "joining \"{}\", channel {}, {} dBm", target.ssid.view(), target.channel,
            target.rssi_dbm);
  SetState(State::kJoining, reason_, policy_.join_limit);
}

void Supervisor::Join() {
  switch (parts_.wifi.PollJoin().code()) {
    case Code::kOk:
      return SetState(State::kConfiguring, reason_, policy_.address_limit);
    case Code::kPending:
      if (!Overdue()) {
        return;
      }
      [[fallthrough]];
    case Code::kDeadlineExceeded:
      return LeadsNowhere(Reason::kJoinTimeout);
    case Code::kUnauthenticated:
      return NoteWrongKey();
    case Code::kNotFound:
      return LeadsNowhere(Reason::kLinkLost);
    case Code::kResourceExhausted:
      return LeadsNowhere(Reason::kRefused);
    default:
      return Hangs();
  }
}

void Supervisor::Configure() {
  if (!joined()) {
    return LeadsNowhere(Reason::kLinkLost);
  }
  if (parts_.surroundings.ip_link() == hal::LinkState::kUp) {
    parts_.surroundings.StartCheck();
    return SetState(State::kChecking, reason_, policy_.check_limit);
  }
  if (Overdue()) {
    LeadsNowhere(Reason::kNoAddress);
  }
}

void Supervisor::CheckInternet() {
  if (!joined()) {
    return LeadsNowhere(Reason::kLinkLost);
  }
  if (until_ == kNever) {
    until_ = now_ + policy_.check_limit;
  }
  const Status status = parts_.surroundings.PollCheck();
  if (status.ok()) {
    return GoOnline();
  }
  if (status != Code::kPending || Overdue()) {
    LeadsNowhere(status == Code::kUnauthenticated ? Reason::kPortal : Reason::kNoInternet);
  }
}

void Supervisor::GoOnline() {
  parts_.backoff.OnConnected(now_);
  key_pause_ = policy_.key_pause;
  roam_pause_ = policy_.roam_pause;
  next_roam_ = now_ + roam_pause_;
  SetState(State::kOnline, Reason::kNone);
  const std::int64_t when = parts_.surroundings.UnixNow();
  if (trial_.has_value()) {
    trial_->last_success = when;
    networks_.Prefer(*trial_);
    current_.network = 0;
    Store();
    EndTrial(Reason::kNone);
  } else if (networks_.NoteSuccess(ssid(), when, policy_.success_note)) {
    Store();  // Seldom: the list is a flash write.
  }
}

void Supervisor::StayOnline() {
  if (!joined() || parts_.surroundings.ip_link() == hal::LinkState::kDown) {
    return LoseLink();
  }
  if (!survey_ && (parts_.wifi.link().rssi_dbm >= policy_.weak_dbm || now_ < next_roam_)) {
    next_ = now_ + Seconds{1};
    return;
  }
  StartScan(State::kRoaming);
}

void Supervisor::Roam() {
  const hal::WifiLink link = parts_.wifi.link();
  if (!link.joined) {
    return LoseLink();
  }
  if (!Hear()) {
    return;
  }
  if (link.rssi_dbm < policy_.weak_dbm && !candidates_.empty()) {
    const hal::AccessPoint& best = candidates_.best().access_point;
    if (best.bssid != current_.access_point.bssid &&
        best.rssi_dbm >= link.rssi_dbm + policy_.better_by_db) {
      return JoinNext();
    }
  }
  Double(roam_pause_, policy_.roam_pause_limit);
  next_roam_ = now_ + roam_pause_;
  SetState(State::kOnline, Reason::kNone);
}

void Supervisor::Wait() {
  const bool hung = reason_ == Reason::kRadioHung;
  if (!Overdue() && (hung || !survey_)) {
    next_ = until_;
    return;
  }
  return hung ? RestartRadio() : Look();
}

/// One refused key may be an access point's mistake, so the network is left alone only for a while.
void Supervisor::NoteWrongKey() {
  log::Warning(kTag, "the key of \"{}\" is wrong", ssid());
  if (trial_.has_value()) {
    parts_.wifi.Leave();
    EndTrial(Reason::kWrongKey);
    return Look();
  }
  grudges_.AgainstNetwork(ssid(), now_ + key_pause_);
  Double(key_pause_, policy_.key_pause_limit);
  candidates_.Remove(ssid());  // its other access points have the same key
  SetState(state_, Reason::kWrongKey);
  JoinNext();
}

/// This access point is of no use now: the next one, or a pause.
void Supervisor::LeadsNowhere(Reason reason) {
  grudges_.AgainstAccessPoint(current_.access_point.bssid, now_ + policy_.grudge);
  parts_.wifi.Leave();
  SetState(state_, reason);
  JoinNext();
}

void Supervisor::Hangs() {
  ++radio_restarts_;
  log::Error(kTag, "the radio does not answer; it is started anew");
  current_ = {};
  if (TrialIsLost()) {
    EndTrial(Reason::kRadioHung);
  }
  SetState(State::kWaiting, Reason::kRadioHung);
  WaitUntil(parts_.backoff.OnFailure(net::Backoff::Class::kNetwork, now_));
}

/// All that was heard was tried.
void Supervisor::GiveUpRound(Reason reason) {
  current_ = {};
  const Instant pardon = grudges_.NextPardon(now_);
  if (reason == Reason::kNotFound && pardon != kNever) {
    reason = Reason::kWrongKey;  // what is left alone for its key was not looked for
  }
  if (TrialIsLost()) {
    EndTrial(reason);
    return Look();
  }
  SetState(State::kWaiting, reason);
  // A trial that goes on is somebody waiting; everything else backs off.
  const Instant next = trial_.has_value()
                           ? now_ + Seconds{1}
                           : parts_.backoff.OnFailure(net::Backoff::Class::kNetwork, now_);
  WaitUntil(std::min(next, pardon));
}

void Supervisor::WaitUntil(Instant when) {
  until_ = when;
  next_ = when;
}

/// A connection that worked: look again at once, and only then wait.
void Supervisor::LoseLink() {
  log::Warning(kTag, "lost \"{}\"", ssid());
  parts_.wifi.Leave();
  SetState(state_, Reason::kLinkLost);
  Look();
}

/// Counts a round in which nothing led to the network on trial, if there is one.
bool Supervisor::TrialIsLost() {
  return trial_.has_value() && ++trial_rounds_ >= policy_.trial_rounds;
}

void Supervisor::EndTrial(Reason reason) {
  if (reason != Reason::kNone) {
    log::Warning(kTag, "trial of \"{}\" failed: {}", trial_->ssid.view(), ToString(reason));
  }
  trial_.reset();
  parts_.observer.OnTrialEnded(reason);
}

void Supervisor::Store() {
  if (const Status status = parts_.observer.Save(networks_); !status.ok()) {
    log::Error(kTag, "the networks cannot be stored: {}", status);
  }
}

}  // namespace linnet::wifi
