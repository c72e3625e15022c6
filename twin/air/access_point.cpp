// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/air/access_point.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "twin/air/eapol.hpp"

namespace linnet::air {
namespace {

bool IsForMany(const Mac& mac) {
  return (mac[0] & 1U) != 0;
}

Mac Destination(Bytes ethernet) {
  Mac mac{};
  std::transform(ethernet.begin(), ethernet.begin() + mac.size(), mac.begin(),
                 [](std::byte byte) { return std::to_integer<std::uint8_t>(byte); });
  return mac;
}

Mac Source(Bytes ethernet) {
  return Destination(ethernet.subspan(sizeof(Mac)));
}

auto WhatStationsKnow(const AccessPoint::Settings& settings) {
  return std::tie(settings.ssid, settings.bssid, settings.security, settings.passphrase);
}

}  // namespace

AccessPoint::AccessPoint(Medium& medium, Settings settings, Events events)
    : medium_(medium), settings_(std::move(settings)), events_(std::move(events)) {
  FillRandom(gtk_);
}

void AccessPoint::Set(Settings settings) {
  if (WhatStationsKnow(settings) != WhatStationsKnow(settings_)) {
    PutOut();
  }
  settings_ = std::move(settings);
}

void AccessPoint::PutOut() {
  while (!guests_.empty()) {
    Drop(guests_.begin()->first, Reason::kLeaving, Change::kLeft);
  }
}

std::vector<Mac> AccessPoint::Joined() const {
  std::vector<Mac> joined;
  for (const auto& [mac, guest] : guests_) {
    if (guest.joined) {
      joined.push_back(mac);
    }
  }
  return joined;
}

void AccessPoint::Tell(const Mac& to, FrameKind kind, StatusCode status, Blob body) {
  AirFrame frame;
  frame.from = settings_.bssid;
  frame.to = to;
  frame.kind = kind;
  frame.status = status;
  frame.body = std::move(body);
  medium_.Send(std::move(frame));
}

void AccessPoint::Drop(Mac station, Reason reason, Change change) {
  const bool joined = guests_[station].joined;
  guests_.erase(station);
  AirFrame frame;
  frame.from = settings_.bssid;
  frame.to = station;
  frame.kind = FrameKind::kDeauthenticate;
  frame.reason = reason;
  medium_.Send(std::move(frame));
  if (joined || change == Change::kRefused) {
    events_.station(change, station);
  }
}

bool AccessPoint::Full(const Mac& station) const {
  return settings_.overloaded ||
         (guests_.count(station) == 0 && guests_.size() >= settings_.max_stations);
}

void AccessPoint::OnFrame(const AirFrame& frame) {
  if (settings_.silent) {
    return;
  }
  switch (frame.kind) {
    case FrameKind::kSaeCommit:
      return OnSaeCommit(frame);
    case FrameKind::kSaeConfirm:
      return OnSaeConfirm(frame);
    case FrameKind::kAssociate:
      return OnAssociate(frame);
    case FrameKind::kEapol:
      return OnEapol(frame);
    case FrameKind::kDeauthenticate:
      if (const auto gone = guests_.extract(frame.from); gone && gone.mapped().joined) {
        events_.station(Change::kLeft, frame.from);
      }
      return;
    case FrameKind::kData:
      return OnData(frame);
    case FrameKind::kAssociated:
      return;
  }
}

void AccessPoint::OnData(const AirFrame& frame) {
  const auto guest = guests_.find(frame.from);
  if (guest != guests_.end() && guest->second.joined && frame.body.size() >= 2 * sizeof(Mac) &&
      Source(frame.body) == frame.from) {
    events_.data(frame.from, frame.body);
  }
}

void AccessPoint::OnSaeCommit(const AirFrame& frame) {
  const std::vector<Akm> akms = AkmsOf(settings_.security);
  if (std::count(akms.begin(), akms.end(), Akm::kSae) == 0) {
    return Tell(frame.from, FrameKind::kSaeCommit, StatusCode::kUnspecified);
  }
  if (Full(frame.from)) {
    return Tell(frame.from, FrameKind::kSaeCommit, StatusCode::kTooManyStations);
  }
  Guest guest;
  guest.akm = Akm::kSae;
  guest.sent_at = medium_.now();
  guest.sae.emplace(settings_.passphrase, settings_.bssid, frame.from);
  if (!guest.sae->TakeCommit(frame.body)) {
    return Tell(frame.from, FrameKind::kSaeCommit, StatusCode::kUnspecified);
  }
  Tell(frame.from, FrameKind::kSaeCommit, StatusCode::kSuccess, guest.sae->commit());
  guests_.insert_or_assign(frame.from, std::move(guest));
}

void AccessPoint::OnSaeConfirm(const AirFrame& frame) {
  const auto at = guests_.find(frame.from);
  if (at == guests_.end() || !at->second.sae) {
    return;
  }
  if (!at->second.sae->CheckConfirm(frame.body)) {
    guests_.erase(at);
    Tell(frame.from, FrameKind::kSaeConfirm, StatusCode::kChallengeFailure);
    return events_.station(Change::kRefused, frame.from);
  }
  at->second.confirmed = true;
  Tell(frame.from, FrameKind::kSaeConfirm, StatusCode::kSuccess, at->second.sae->Confirm());
}

void AccessPoint::OnAssociate(const AirFrame& frame) {
  const bool sae =
      settings_.security != hal::WifiSecurity::kOpen && frame.body == RsnElement({Akm::kSae});
  const Akm akm = frame.body.empty() ? Akm::kOpen : sae ? Akm::kSae : Akm::kPsk;
  const std::vector<Akm> akms = AkmsOf(settings_.security);
  const auto known = guests_.find(frame.from);
  const bool proven = known != guests_.end() && known->second.confirmed;
  if (frame.ssid != settings_.ssid || std::count(akms.begin(), akms.end(), akm) == 0 ||
      (akm == Akm::kPsk && frame.body != RsnElement({Akm::kPsk})) ||
      (akm == Akm::kSae && !proven)) {
    return Tell(frame.from, FrameKind::kAssociated, StatusCode::kInvalidAkm);
  }
  if (Full(frame.from)) {
    return Tell(frame.from, FrameKind::kAssociated, StatusCode::kTooManyStations);
  }
  Tell(frame.from, FrameKind::kAssociated, StatusCode::kSuccess);
  Guest& guest = guests_[frame.from];
  guest.akm = akm;
  if (akm == Akm::kOpen) {
    return LetIn(frame.from, guest);
  }
  const Pmk pmk =
      akm == Akm::kSae ? guest.sae->pmk() : PskFrom(settings_.passphrase, settings_.ssid);
  guest.handshake.emplace(
      HandshakeTerms{akm, pmk, settings_.bssid, frame.from, RsnOf(settings_.security), frame.body},
      gtk_);
  guest.joined = false;
  guest.tries = 0;
  Ask(frame.from, guest);
}

void AccessPoint::Ask(const Mac& station, Guest& guest) {
  ++guest.tries;
  guest.sent_at = medium_.now();
  Tell(station, FrameKind::kEapol, StatusCode::kSuccess, guest.handshake->Send());
}

void AccessPoint::LetIn(const Mac& station, Guest& guest) {
  guest.joined = true;
  guest.sae.reset();
  events_.station(Change::kJoined, station);
}

void AccessPoint::OnEapol(const AirFrame& frame) {
  const auto at = guests_.find(frame.from);
  if (at == guests_.end() || !at->second.handshake || at->second.joined ||
      !at->second.handshake->Take(frame.body)) {
    return;
  }
  if (at->second.handshake->done()) {
    return LetIn(at->first, at->second);
  }
  at->second.tries = 0;
  Ask(at->first, at->second);
}

void AccessPoint::Tick() {
  std::vector<std::pair<Mac, Change>> given_up;
  for (auto& [mac, guest] : guests_) {
    const Millis waits = medium_.now() - guest.sent_at;
    if (guest.joined) {
      continue;
    }
    if (!guest.handshake) {  // it never came back after SAE
      if (waits >= kAgain * kTries) {
        given_up.emplace_back(mac, Change::kLeft);
      }
    } else if (waits >= kAgain && guest.tries < kTries) {
      Ask(mac, guest);
    } else if (waits >= kAgain) {
      given_up.emplace_back(mac, guest.handshake->mic_failed() ? Change::kRefused : Change::kLeft);
    }
  }
  for (const auto& [mac, change] : given_up) {
    Drop(mac, Reason::kHandshakeTimeout, change);
  }
}

bool AccessPoint::Send(Bytes ethernet, const std::optional<Mac>& except) {
  if (ethernet.size() < 2 * sizeof(Mac)) {
    return false;
  }
  const Mac to = Destination(ethernet);
  bool taken = false;
  for (const auto& [mac, guest] : guests_) {
    if (guest.joined && mac != except && (IsForMany(to) || mac == to)) {
      Tell(mac, FrameKind::kData, StatusCode::kSuccess, BlobOf(ethernet));
      taken = true;
    }
  }
  return taken;
}

}  // namespace linnet::air
