// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/air/station.hpp"

#include <algorithm>

#include "twin/air/eapol.hpp"

namespace linnet::air {
namespace {

// The best that both sides know. Nothing: they do not fit.
std::optional<Akm> Choose(hal::WifiSecurity wanted, hal::WifiSecurity offered) {
  const std::vector<Akm> ours = AkmsOf(wanted);
  const std::vector<Akm> theirs = AkmsOf(offered);
  for (const Akm akm : {Akm::kSae, Akm::kPsk, Akm::kOpen}) {
    if (std::count(ours.begin(), ours.end(), akm) + std::count(theirs.begin(), theirs.end(), akm) ==
        2) {
      return akm;
    }
  }
  return std::nullopt;
}

}  // namespace

void Station::SetState(State state) {
  state_ = state;
  since_ = medium_.now();
}

void Station::End(Status status) {
  SetState(status.ok() ? State::kJoined : State::kIdle);
  sae_.reset();
  supplicant_.reset();
  events_.joined(status);
}

void Station::Lose(Loss loss) {
  SetState(State::kIdle);
  events_.lost(loss);
}

void Station::Tell(FrameKind kind, Blob body) {
  AirFrame frame;
  frame.from = mac_;
  frame.to = order_.bssid;
  frame.kind = kind;
  frame.ssid = order_.ssid;
  frame.reason = Reason::kLeaving;
  frame.body = std::move(body);
  medium_.Send(std::move(frame));
}

void Station::Join(Order order) {
  Leave();
  order_ = std::move(order);
  const std::optional<Beacon> beacon = medium_.Hear(order_.bssid);
  if (!beacon || beacon->ssid != order_.ssid ||
      (order_.channel != 0 && order_.channel != beacon->channel)) {
    return End(Code::kNotFound);
  }
  const std::optional<Akm> akm = Choose(order_.security, beacon->security);
  if (!akm) {
    return End(Code::kNotFound);
  }
  beacon_ = *beacon;
  akm_ = *akm;
  if (akm_ != Akm::kSae) {
    return Associate();
  }
  committed_ = false;
  sae_.emplace(order_.passphrase, mac_, order_.bssid);
  SetState(State::kAuthenticating);
  Tell(FrameKind::kSaeCommit, sae_->commit());
}

void Station::Leave() {
  if (state_ != State::kIdle) {
    Tell(FrameKind::kDeauthenticate, {});
  }
  SetState(State::kIdle);
  sae_.reset();
  supplicant_.reset();
}

void Station::Associate() {
  SetState(State::kAssociating);
  Tell(FrameKind::kAssociate, akm_ == Akm::kOpen ? Blob() : RsnElement({akm_}));
}

bool Station::Send(Bytes ethernet) {
  if (!joined()) {
    return false;
  }
  Tell(FrameKind::kData, BlobOf(ethernet));
  return true;
}

void Station::OnFrame(const AirFrame& frame) {
  if (frame.from != order_.bssid || state_ == State::kIdle) {
    return;
  }
  switch (frame.kind) {
    case FrameKind::kSaeCommit:
    case FrameKind::kSaeConfirm:
      return OnSae(frame);
    case FrameKind::kAssociated:
      return OnAssociated(frame);
    case FrameKind::kEapol:
      return OnEapol(frame);
    case FrameKind::kDeauthenticate:
      return OnDeauthenticate();
    case FrameKind::kData:
      if (joined()) {
        events_.data(frame.body);
      }
      return;
    case FrameKind::kAssociate:
      return;
  }
}

void Station::OnSae(const AirFrame& frame) {
  if (state_ != State::kAuthenticating || !sae_) {
    return;
  }
  if (frame.status != StatusCode::kSuccess) {
    return End(frame.status == StatusCode::kTooManyStations ? Code::kResourceExhausted
                                                            : Code::kUnauthenticated);
  }
  if (frame.kind == FrameKind::kSaeCommit) {
    if (!committed_ && sae_->TakeCommit(frame.body)) {
      committed_ = true;
      Tell(FrameKind::kSaeConfirm, sae_->Confirm());
    }
    return;
  }
  if (!committed_ || !sae_->CheckConfirm(frame.body)) {
    return End(Code::kUnauthenticated);
  }
  Associate();
}

void Station::OnAssociated(const AirFrame& frame) {
  if (state_ != State::kAssociating) {
    return;
  }
  if (frame.status != StatusCode::kSuccess) {
    return End(frame.status == StatusCode::kTooManyStations ? Code::kResourceExhausted
                                                            : Code::kNotFound);
  }
  if (akm_ == Akm::kOpen) {
    return End(OkStatus());
  }
  const Pmk pmk = akm_ == Akm::kSae ? sae_->pmk() : PskFrom(order_.passphrase, order_.ssid);
  supplicant_.emplace(
      HandshakeTerms{akm_, pmk, order_.bssid, mac_, beacon_.rsn, RsnElement({akm_})});
  SetState(State::kHandshaking);
}

void Station::OnEapol(const AirFrame& frame) {
  if (state_ != State::kHandshaking) {
    return;
  }
  if (std::optional<Blob> answer = supplicant_->Take(frame.body)) {
    since_ = medium_.now();
    Tell(FrameKind::kEapol, std::move(*answer));
  }
  if (supplicant_->done()) {
    End(OkStatus());
  }
}

void Station::OnDeauthenticate() {
  if (joined()) {
    return Lose(Loss::kDeauthenticated);
  }
  // It goes on asking for a proof, and then gives up: that is how a wrong key looks from here.
  const bool refused = state_ == State::kHandshaking && supplicant_->has_answered();
  End(refused ? Code::kUnauthenticated : Code::kUnavailable);
}

void Station::Tick() {
  if (state_ == State::kIdle) {
    return;
  }
  if (!joined()) {
    if (medium_.now() - since_ >= kNoAnswer) {
      End(Code::kUnavailable);
    }
    return;
  }
  const std::optional<Beacon> beacon = medium_.Hear(order_.bssid);
  if (beacon && beacon->ssid == order_.ssid) {
    since_ = medium_.now();
  } else if (medium_.now() - since_ >= kSilence) {
    Lose(Loss::kSilence);
  }
}

}  // namespace linnet::air
