// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Wi-Fi in the application: binds the supervisor to the radio's firmware, the cloud, the settings
// and the shadow.
#pragma once

#include <optional>
#include <string_view>

#include "hal/button.hpp"
#include "hal/wifi.hpp"
#include "images/device/board.hpp"
#include "images/device/connectivity.hpp"
#include "net/backoff.hpp"
#include "vault/sealer.hpp"
#include "wifi/network_store.hpp"
#include "wifi/supervisor.hpp"

namespace linnet::device {

/// Lets a person give the device a network. Calls come from within the supervisor's, so they only
/// take notes; what follows is done in Run(). The supervisor is handed over before anything else.
class Provisioner {
 public:
  virtual void Start(wifi::Supervisor& supervisor, const Connectivity::Neighbours& neighbours) = 0;
  /// No network is known, or the button was held.
  virtual void OnWanted() = 0;
  /// As wifi::Observer.
  virtual void OnState(wifi::State state, wifi::Reason reason) = 0;
  virtual void OnHeard(const hal::AccessPoint& heard) = 0;
  virtual void OnScanEnded() = 0;
  virtual void OnTrialEnded(wifi::Reason reason) = 0;
  virtual Instant Run(Instant now) = 0;

 protected:
  ~Provisioner() = default;  // nobody deletes through it
};

class Wireless final : public Connectivity, private wifi::Surroundings, private wifi::Observer {
 public:
  /// How long the button is held to provision the device anew.
  static constexpr Milliseconds kLongPress{5'000};

  /// All outlive this. `provisioner`, `button` may be nullptr: networks then come from the shadow
  /// and from the factory step only.
  Wireless(hal::Wifi& chip, hal::Entropy& entropy, Provisioner* provisioner,
           const hal::Button* button)
      : chip_(chip), provisioner_(provisioner), button_(button), backoff_(entropy) {}

  void Start(Board& board, const Neighbours& neighbours) override;
  Instant Run(Instant now) override;
  void Fill(telemetry::Metrics& metrics) const override;
  void Report(json::Writer& json) const override;
  std::string_view OrderNetwork(std::string_view ssid) override;
  std::string_view OrderPassphrase(std::string_view passphrase) override;

  [[nodiscard]] const wifi::Supervisor& supervisor() const { return supervisor_; }

 private:
  /// The loader has its own limit for each command.
  static constexpr wifi::Policy kPolicy{.radio_limit = Seconds{120}};

  enum class Trial : std::uint8_t { kNone, kOrdered, kRunning, kEnded };

  void StartRadio() override;
  Status PollRadio() override;
  [[nodiscard]] hal::LinkState ip_link() const override;
  void StartCheck() override;
  Status PollCheck() override;
  [[nodiscard]] std::int64_t UnixNow() const override;

  void OnState(wifi::State state, wifi::Reason reason) override;
  Status Save(const wifi::NetworkList& networks) override;
  void OnTrialEnded(wifi::Reason reason) override;
  void OnHeard(const hal::AccessPoint& heard) override;
  void OnScanEnded() override;

  void FollowFirmware();
  void FollowCloud(Instant now);
  void FollowOrder(Instant now);
  void FollowButton(Instant now);
  void Tell();

  hal::Wifi& chip_;
  Provisioner* const provisioner_;
  const hal::Button* const button_;
  Board* board_ = nullptr;
  std::optional<Neighbours> parts_;
  std::optional<vault::Sealer> sealer_;
  std::optional<wifi::NetworkStore> store_;
  net::Backoff backoff_;
  wifi::Supervisor supervisor_{
      {.wifi = chip_, .surroundings = *this, .observer = *this, .backoff = backoff_}, kPolicy};

  bool handed_over_ = false;  ///< The supervisor has seen the chip run since it was started.
  Instant asked_at_{};        ///< When the cloud was tried for the check.
  Instant offline_since_ = kNever;
  Instant pressed_since_ = kNever;
  bool press_seen_ = false;
  wifi::Reason trouble_ = wifi::Reason::kNone;  ///< The last one.

  Trial trial_ = Trial::kNone;
  wifi::Reason trial_reason_ = wifi::Reason::kNone;
  wifi::Network ordered_{};
  Instant order_due_ = kNever;
};

}  // namespace linnet::device
