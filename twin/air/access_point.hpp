// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// An access point: lets stations in that know the passphrase, and passes their frames.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "twin/air/handshake.hpp"
#include "twin/air/medium.hpp"
#include "twin/air/sae.hpp"

namespace linnet::air {

class AccessPoint {
 public:
  /// A message of the handshake that has no answer is sent again after so long, so often.
  static constexpr Millis kAgain = 250;
  static constexpr int kTries = 4;

  struct Settings {
    std::string ssid;
    Mac bssid{};
    hal::WifiSecurity security = hal::WifiSecurity::kOpen;
    std::string passphrase;
    std::size_t max_stations = 32;
    bool overloaded = false;  ///< Takes nobody any more; who is in stays.
    bool silent = false;      ///< It beacons, and answers nothing.
  };
  enum class Change { kJoined, kLeft, kRefused };
  struct Events {
    std::function<void(Change, const Mac&)> station;
    std::function<void(const Mac& from, Bytes ethernet)> data;
  };

  AccessPoint(Medium& medium, Settings settings, Events events);

  /// Who is in is put out when name, security or passphrase change, as by a restart.
  void Set(Settings settings);
  /// Tells everybody to go.
  void PutOut();

  void OnFrame(const AirFrame& frame);
  void Tick();
  /// To the station with the frame's destination; to all when it is for many. True: it was for
  /// somebody here.
  bool Send(Bytes ethernet, const std::optional<Mac>& except = std::nullopt);

  [[nodiscard]] const Settings& settings() const { return settings_; }
  /// Whose frames pass.
  [[nodiscard]] std::vector<Mac> Joined() const;

 private:
  struct Guest {
    Akm akm = Akm::kOpen;
    std::optional<Sae> sae{};
    bool confirmed = false;  ///< SAE's proof was right.
    std::optional<Authenticator> handshake{};
    int tries = 0;
    Millis sent_at = 0;
    bool joined = false;
  };

  void Tell(const Mac& to, FrameKind kind, StatusCode status, Blob body = {});
  [[nodiscard]] bool Full(const Mac& station) const;
  void OnData(const AirFrame& frame);
  void OnSaeCommit(const AirFrame& frame);
  void OnSaeConfirm(const AirFrame& frame);
  void OnAssociate(const AirFrame& frame);
  void OnEapol(const AirFrame& frame);
  void Ask(const Mac& station, Guest& guest);
  void LetIn(const Mac& station, Guest& guest);
  void Drop(Mac station, Reason reason, Change change);

  Medium& medium_;
  Settings settings_;
  Events events_;
  Gtk gtk_{};
  std::map<Mac, Guest> guests_;
};

}  // namespace linnet::air
