// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A station: joins an access point, proves its key, passes frames while it is joined.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/status.hpp"
#include "twin/air/handshake.hpp"
#include "twin/air/medium.hpp"
#include "twin/air/sae.hpp"

namespace linnet::air {

class Station {
 public:
  /// An access point that is silent for so long is gone.
  static constexpr Millis kSilence = 3'000;
  /// Nothing came for so long while joining: it does not answer.
  static constexpr Millis kNoAnswer = 4'000;

  enum class Loss { kDeauthenticated, kSilence };
  struct Events {
    /// How a join ended, as hal::Wifi::PollJoin() has it.
    std::function<void(Status)> joined;
    std::function<void(Loss)> lost;
    std::function<void(Bytes ethernet)> data;
  };
  struct Order {
    std::string ssid;
    Mac bssid{};
    std::uint8_t channel = 0;  ///< 0: whichever it is on.
    hal::WifiSecurity security = hal::WifiSecurity::kOpen;
    std::string passphrase;
  };

  Station(Medium& medium, const Mac& mac, Events events)
      : medium_(medium), mac_(mac), events_(std::move(events)) {}

  /// Leaves first. The outcome comes as an event, perhaps before this returns.
  void Join(Order order);
  /// No event comes of it, nor of a join that has not ended.
  void Leave();
  /// False: not joined; it is dropped.
  bool Send(Bytes ethernet);

  void OnFrame(const AirFrame& frame);
  void Tick();

  [[nodiscard]] bool joined() const { return state_ == State::kJoined; }
  [[nodiscard]] const Mac& mac() const { return mac_; }
  [[nodiscard]] const Mac& bssid() const { return order_.bssid; }
  [[nodiscard]] const std::string& ssid() const { return order_.ssid; }

 private:
  enum class State { kIdle, kAuthenticating, kAssociating, kHandshaking, kJoined };

  void SetState(State state);
  void End(Status status);
  void Lose(Loss loss);
  void Tell(FrameKind kind, Blob body);
  void Associate();
  void OnSae(const AirFrame& frame);
  void OnAssociated(const AirFrame& frame);
  void OnEapol(const AirFrame& frame);
  void OnDeauthenticate();

  Medium& medium_;
  Mac mac_;
  Events events_;
  Order order_{};
  Beacon beacon_{};
  Akm akm_ = Akm::kOpen;
  std::optional<Sae> sae_{};
  bool committed_ = false;
  std::optional<Supplicant> supplicant_{};
  State state_ = State::kIdle;
  Millis since_ = 0;  ///< When something was last heard from the access point.
};

}  // namespace linnet::air
