// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "provision/page.hpp"

#include <algorithm>
#include <array>

namespace linnet::provision {

namespace {

/// What went wrong, and what to try: by wifi::Reason.
constexpr std::array kAdvice{
    Piece::kRadio,     Piece::kRadio,      Piece::kRadio,   Piece::kRadio,
    Piece::kNotFound,  Piece::kWrongKey,   Piece::kRefused, Piece::kRefused,
    Piece::kNoAddress, Piece::kNoInternet, Piece::kPortal,  Piece::kRefused,
};
static_assert(kAdvice.size() == static_cast<std::size_t>(wifi::Reason::kLinkLost) + 1);

void Begin(Piece title, Writer& out) {
  out.Put(Piece::kHead);
  out.Put(title);
  out.Put(Piece::kStyle);
  out.Put(title);
  out.Put(Piece::kHeadEnd);
}

void PutAlert(Piece error, const Trial& trial, Writer& out) {
  if (error != Piece::kNone) {
    out.Put(Piece::kAlert);
    out.Put(error);
  } else if (trial.state == Trial::State::kFailed) {
    out.Put(Piece::kAlert);
    out.Put(Piece::kAlertTrial);
    out.Put(kAdvice[static_cast<std::size_t>(trial.reason)]);
  }
}

void PutSignal(std::int8_t rssi_dbm, Writer& out) {
  // From -78 dBm on there are two bars, and one more each 12 dB.
  const int more = std::clamp((rssi_dbm + 90) / 12, 0, 3);
  static constexpr const char* kBars = "1234";
  out.Set(Slot::kBars, {kBars + more, 1});
  out.Put(Piece::kSignal);
}

void PutNetwork(const hal::AccessPoint& point, bool chosen, Writer& out) {
  out.Put(Piece::kNetwork);
  out.PutUrl(point.ssid);
  if (chosen) {
    out.Put(Piece::kChosen);
  }
  out.Set(Slot::kSsid, point.ssid);
  out.Put(Piece::kNetworkName);
  if (point.security != hal::WifiSecurity::kOpen) {
    out.Put(Piece::kLock);
  }
  PutSignal(point.rssi_dbm, out);
}

void PutForm(const PageContent& content, const Trial& trial, Writer& out) {
  out.Put(Piece::kForm);
  for (const hal::AccessPoint& point : content.networks.heard()) {
    PutNetwork(point, point.ssid.view() == trial.ssid.view(), out);
  }
  out.Put(Piece::kOther);
  out.Put(content.show_passphrase ? Piece::kTypeShown : Piece::kTypeHidden);
  out.Put(Piece::kFormEnd);
}

void WriteFormPage(const PageContent& content, const Trial& trial, Writer& out) {
  const bool scanning = content.networks.scanning();
  Begin(Piece::kFormTitle, out);
  PutAlert(content.error, trial, out);
  if (scanning && content.networks.heard().empty()) {
    out.Put(Piece::kLooking);
  } else {
    PutForm(content, trial, out);
  }
  out.Put(scanning ? Piece::kLookingAgain : Piece::kLookAgain);
  out.Put(Piece::kFoot);
}

}  // namespace

void WritePage(const PageContent& content, Writer& out) {
  const Trial& trial = content.networks.trial();
  out.Set(Slot::kSsid, trial.ssid);
  switch (trial.state) {
    case Trial::State::kGoing:
      return WritePlainPage(Piece::kTryingTitle, out);
    case Trial::State::kWorked:
      return WritePlainPage(Piece::kConnectedTitle, out);
    default:
      return WriteFormPage(content, trial, out);
  }
}

void WritePlainPage(Piece title, Writer& out) {
  Begin(title, out);
  out.Put(Next(title));
  out.Put(Piece::kFoot);
}

}  // namespace linnet::provision
