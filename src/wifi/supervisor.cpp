// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "wifi/supervisor.hpp"

#include <algorithm>
#include <iterator>

#include "base/log.hpp"
#include "base/view.hpp"

namespace linnet::wifi {
namespace {

constexpr const char* kTag = "wifi";
/// Milliseconds between two looks at a chip or a server that has not answered, and where nothing is
/// awaited.
constexpr std::uint32_t kLook = 50;
constexpr std::uint32_t kIdleLook = 1'000;
/// Of a chip that has a link, see hal::Wifi::signs_of_life(): then it hangs.
constexpr Milliseconds kSilenceLimit = hal::kWifiBeat * 4;
/// How long a network whose key was refused is left alone: from this, doubled each time, to that.
constexpr Seconds kKeyPause{120};
constexpr Seconds kKeyPauseLimit{3600};
/// How long others are preferred to an access point that led nowhere.
constexpr Seconds kGrudge{300};
constexpr int kWeakDbm = -75;      ///< Below this a better access point is looked for,
constexpr int kBetterByDb = 12;    ///< which must be stronger by this,
constexpr Seconds kRoamPause{60};  ///< and not before this, doubled each time, to that.
constexpr Seconds kRoamPauseLimit{600};
/// Seconds: a last success is stored at most this often.
constexpr std::uint32_t kSuccessNote = 86'400;
/// Scans in which a network on trial must be found, and the pause between: somebody is waiting.
constexpr std::uint8_t kTrialRounds = 2;
constexpr Seconds kTrialPause{1};

/// Seconds that something is awaited in each state; 0: nothing is.
constexpr std::uint8_t kLimits[] = {
    0,    // kStopped
    120,  // kStarting: the loader has its own limit for each command
    0,    // kNoFirmware
    0,    // kIdle
    10,   // kScanning
    15,   // kJoining
    20,   // kConfiguring
    30,   // kChecking
    0,    // kOnline
    10,   // kRoaming
    0,    // kWaiting: as long as the backoff says
};
static_assert(std::size(kLimits) == static_cast<std::size_t>(State::kWaiting) + 1);
static_assert(Seconds{kLimits[static_cast<std::size_t>(State::kJoining)]} >=
              hal::kWifiCommandLimit);

/// What hal::Wifi::PollJoin() says of an access point. All else is the chip's failure.
struct JoinFailure {
  Code code;
  Reason reason;
};
constexpr JoinFailure kJoinFailures[] = {
    {Code::kPending, Reason::kJoinTimeout},  // when it is overdue
    {Code::kDeadlineExceeded, Reason::kJoinTimeout},
    {Code::kUnauthenticated, Reason::kWrongKey},
    {Code::kNotFound, Reason::kLinkLost},
    {Code::kResourceExhausted, Reason::kRefused},
};

std::uint8_t LimitOf(State state) {
  return kLimits[static_cast<std::size_t>(state)];
}

}  // namespace

Status Supervisor::Try(const Network& network) {
  LINNET_TRY(Check(network));
  if (on_trial()) {
    return Code::kFailedPrecondition;
  }
  trial_ = network;
  trial_rounds_ = 0;
  wake_ = true;
  return OkStatus();
}

Status Supervisor::Forget(StringView ssid) {
  LINNET_TRY(networks_.Remove(ssid));
  candidates_.Clear();  // they say which network they are of by its place in the list
  Store();
  wake_ |= !online() || this->ssid() == ssid;
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

Span<const Network> Supervisor::Wanted() const {
  return on_trial() ? std::span(&trial_, 1) : networks_.view();
}

void Supervisor::SetState(State state, Reason reason) {
  until_ = now_ + Pause{LimitOf(state) * 1000U};
  if (state == state_ && reason == reason_) {
    return;
  }
  log::Info(kTag, "{} -> {}: {}", ToString(state_), ToString(state), ToString(reason));
  state_ = state;
  reason_ = reason;
  parts_.observer.OnState(state, reason);
}

/// Inlined into a caller, it would reach what lies further down in that by longer instructions.
[[gnu::noinline]] Instant Supervisor::Run(Instant now) {
  now_ = now;
  overdue_ = now >= until_;
  link_ = parts_.wifi.link();
  if (wake_) {
    Start();
  } else if (IsSilent()) {
    Hangs();
  } else {
    Advance();
  }
  return now + Pause{LimitOf(state_) == 0 ? kIdleLook : kLook};
}

/// Nobody may be asking the chip for anything: it has to say something by itself while it has a
/// link of either kind. What the station asks has limits of its own, and the access point waits for
/// it.
bool Supervisor::IsSilent() {
  const Status open = parts_.wifi.PollAccessPoint();
  const bool asked =
      state_ == State::kScanning || state_ == State::kJoining || state_ == State::kRoaming;
  const bool speaks = open.ok() || link_.joined || (open == Code::kPending && !asked);
  const std::uint32_t signs = parts_.wifi.signs_of_life();
  if (!speaks || signs != signs_of_life_ || reason_ == Reason::kRadioHung) {
    signs_of_life_ = signs;
    heard_at_ = now_;
  }
  return now_ >= heard_at_ + kSilenceLimit;
}

void Supervisor::Advance() {
  if (!link_.joined && state_ >= State::kConfiguring && state_ <= State::kRoaming) {
    return online() ? LoseLink() : LeadsNowhere(Reason::kLinkLost);
  }
  switch (state_) {
    case State::kStopped:
    case State::kNoFirmware:
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
  if (state_ != State::kStarting) {
    parts_.wifi.Leave();
    Look();
  }
}

void Supervisor::RestartRadio() {
  parts_.surroundings.StartRadio();
  SetState(State::kStarting, reason_);
}

void Supervisor::PollRadio() {
  const Status status = parts_.surroundings.PollRadio();
  if (status.ok()) {
    return Look();
  }
  if (status == Code::kPending && !overdue_) {
    return;
  }
  if (status == Code::kPending || status == Code::kUnavailable) {
    return Hangs();
  }
  log::Error(kTag, "the radio's firmware: {}", status);
  SetState(State::kNoFirmware,
           status == Code::kNotFound ? Reason::kFirmwareMissing : Reason::kFirmwareRefused);
  EndTrial(reason_);
}

void Supervisor::ForgetAccessPoint() {
  current_.access_point.ssid.Clear();
  current_.access_point.channel = 0;
}

/// For what is wanted; when nothing is, there is nothing to do.
void Supervisor::Look() {
  ForgetAccessPoint();
  if (Wanted().empty() && !survey_) {
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
  SetState(state, reason_);
}

/// Takes in what the scan has heard; true when it has ended.
bool Supervisor::Hear() {
  while (true) {
    const Result<hal::AccessPoint> heard = parts_.wifi.NextAccessPoint();
    if (heard.ok()) {
      const hal::AccessPoint& point = *heard;
      parts_.observer.OnHeard(point);
      candidates_.Consider(point, Wanted(), now_);
      continue;
    }
    if (heard.code() == Code::kPending && !overdue_) {
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
  if (Wanted().empty()) {
    return Look();  // it was a survey
  }
  if (candidates_.Best() == nullptr) {
    return GiveUpRound(candidates_.left_one_alone() ? Reason::kWrongKey : Reason::kNotFound);
  }
  JoinNext(reason_);
}

/// The best that is left; none is, for this reason.
void Supervisor::JoinNext(Reason reason) {
  if (!candidates_.TakeBest(current_)) {
    return GiveUpRound(reason);
  }
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
  SetState(State::kJoining, reason);
}

void Supervisor::Join() {
  const Code code = parts_.wifi.PollJoin().code();
  if (code == Code::kOk) {
    return SetState(State::kConfiguring, reason_);
  }
  if (code == Code::kPending && !overdue_) {
    return;
  }
  for (const JoinFailure& failure : kJoinFailures) {
    if (failure.code == code) {
      return LeadsNowhere(failure.reason);
    }
  }
  Hangs();
}

void Supervisor::Configure() {
  if (parts_.surroundings.ip_link() == hal::LinkState::kUp) {
    parts_.surroundings.StartCheck();
    return SetState(State::kChecking, reason_);
  }
  if (overdue_) {
    LeadsNowhere(Reason::kNoAddress);
  }
}

void Supervisor::CheckInternet() {
  const Status status = parts_.surroundings.PollCheck();
  if (status.ok()) {
    return GoOnline();
  }
  if (status != Code::kPending || overdue_) {
    LeadsNowhere(status == Code::kUnauthenticated ? Reason::kPortal : Reason::kNoInternet);
  }
}

void Supervisor::GoOnline() {
  parts_.backoff.OnConnected(now_);
  key_pause_ = kKeyPause;
  PutOffRoaming(kRoamPause);
  SetState(State::kOnline, Reason::kNone);
  if (on_trial()) {
    networks_.Prefer(trial_);
  }
  // A last success alone is stored seldom: the list is a flash write.
  if (networks_.NoteSuccess(ssid(), parts_.surroundings.UnixNow(), kSuccessNote) || on_trial()) {
    Store();
  }
  EndTrial(Reason::kNone);
}

void Supervisor::StayOnline() {
  if (survey_ || (link_.rssi_dbm < kWeakDbm && now_ >= next_roam_)) {
    StartScan(State::kRoaming);
  }
}

void Supervisor::Roam() {
  if (!Hear()) {
    return;
  }
  const Candidate* const best = candidates_.Best();
  if (link_.rssi_dbm < kWeakDbm && best != nullptr &&
      best->access_point.bssid != current_.access_point.bssid &&
      best->access_point.rssi_dbm >= link_.rssi_dbm + kBetterByDb) {
    return JoinNext(reason_);
  }
  PutOffRoaming(Doubled(roam_pause_, kRoamPauseLimit));
  SetState(State::kOnline, Reason::kNone);
}

void Supervisor::PutOffRoaming(Pause pause) {
  roam_pause_ = pause;
  next_roam_ = now_ + pause;
}

Supervisor::Pause Supervisor::Doubled(Pause pause, Pause limit) {
  return Pause{std::min(pause.count() * 2, limit.count())};
}

void Supervisor::Wait() {
  const bool hung = reason_ == Reason::kRadioHung;
  if (overdue_ || (survey_ && !hung)) {
    hung ? RestartRadio() : Look();
  }
}

/// This access point is of no use: the next one, or a pause.
void Supervisor::LeadsNowhere(Reason reason) {
  if (reason != Reason::kWrongKey) {
    candidates_.Blame(current_.access_point.bssid, now_ + kGrudge);
  } else {
    log::Warning(kTag, "the key of \"{}\" is wrong", ssid());
    candidates_.Remove(current_.network);  // its other access points have the same key
    if (on_trial()) {
      trial_rounds_ = kTrialRounds;
    } else {
      // It may be this access point's mistake, so the network is left alone only for a while.
      networks_.LeaveAlone(current_.network, now_ + key_pause_);
      key_pause_ = Doubled(key_pause_, kKeyPauseLimit);
    }
  }
  parts_.wifi.Leave();
  JoinNext(reason);
}

void Supervisor::Hangs() {
  ++radio_restarts_;
  log::Error(kTag, "the radio does not answer; it is started anew");
  GiveUpRound(Reason::kRadioHung);
}

/// All that was heard was tried.
void Supervisor::GiveUpRound(Reason reason) {
  ForgetAccessPoint();
  SetState(State::kWaiting, reason);
  if (!on_trial()) {
    until_ = parts_.backoff.OnFailure(net::Backoff::Class::kNetwork, now_);
    return;
  }
  until_ = now_ + kTrialPause;
  if (++trial_rounds_ >= kTrialRounds) {
    EndTrial(reason);
  }
}

/// A connection that worked: look again at once, and only then wait.
void Supervisor::LoseLink() {
  log::Warning(kTag, "lost \"{}\"", ssid());
  parts_.wifi.Leave();
  SetState(state_, Reason::kLinkLost);
  Look();
}

/// If there is one.
void Supervisor::EndTrial(Reason reason) {
  if (!on_trial()) {
    return;
  }
  if (reason != Reason::kNone) {
    log::Warning(kTag, "trial of \"{}\" failed: {}", trial_.ssid.view(), ToString(reason));
  }
  Wipe(trial_);
  parts_.observer.OnTrialEnded(reason);
}

void Supervisor::Store() {
  if (const Status status = parts_.observer.Save(networks_); !status.ok()) {
    log::Error(kTag, "the networks cannot be stored: {}", status);
  }
}

}  // namespace linnet::wifi
