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
#include "provision/provisioner.hpp"
#include "vault/sealer.hpp"
#include "wifi/network_store.hpp"
#include "wifi/supervisor.hpp"

namespace linnet::device {

/// Whether something has been so for a while without a break.
class Lasting {
 public:
  /// To be called in every turn with how it is; true from when it has been so for `limit`.
  bool For(Milliseconds limit, bool so, Instant now);
  void Restart() { since_ = kNever; }

 private:
  Instant since_ = kNever;
};

/// Where the device's own network comes from when it is wanted. It takes memory only as long as it
/// is there.
class ProvisionerSource {
 public:
  /// nullptr: there is no memory now. Once at a time.
  virtual provision::Provisioner* Make(const provision::Provisioner::Context& context) = 0;
  virtual void Unmake() = 0;

 protected:
  ~ProvisionerSource() = default;  // nobody deletes through it
};

class Wireless final : public Connectivity, private wifi::Surroundings, private wifi::Observer {
 public:
  /// How long the button is held to provision the device anew.
  static constexpr Milliseconds kLongPress{5'000};

  /// All outlive this; the source serves nobody else.
  Wireless(hal::Wifi& chip, hal::Entropy& entropy, ProvisionerSource& own_network,
           const hal::Button& button)
      : chip_(chip), own_network_(own_network), button_(button), backoff_(entropy) {}

  void Start(Board& board, const Neighbours& neighbours) override;
  Instant Run(Instant now) override;
  void Fill(telemetry::Metrics& metrics) const override;
  void Report(json::Writer& json) const override;
  std::string_view OrderNetwork(std::string_view ssid) override;
  std::string_view OrderPassphrase(std::string_view passphrase) override;

  [[nodiscard]] const wifi::Supervisor& supervisor() const { return supervisor_; }

 private:
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
  Instant FollowProvisioner(Instant now);
  void Tell();
  void ForgetOrder();

  hal::Wifi& chip_;
  ProvisionerSource& own_network_;
  provision::Provisioner* provisioner_ = nullptr;  ///< While the device has a network of its own.
  const hal::Button& button_;
  Board* board_ = nullptr;
  std::optional<Neighbours> parts_;
  std::optional<vault::Sealer> sealer_;
  bool handed_over_ = false;  ///< The supervisor has seen the chip run since it was started.
  Instant asked_at_{};        ///< When the cloud was tried for the check.
  Lasting offline_;
  Lasting pressed_;
  bool press_seen_ = false;
  bool own_network_wanted_ = false;
  wifi::Reason trouble_ = wifi::Reason::kNone;  ///< The last one.

  Trial trial_ = Trial::kNone;
  wifi::Reason trial_reason_ = wifi::Reason::kNone;
  Instant order_due_ = kNever;
  wifi::Network ordered_{};

  net::Backoff backoff_;
  wifi::Supervisor supervisor_{
      {.wifi = chip_, .surroundings = *this, .observer = *this, .backoff = backoff_}};
};

}  // namespace linnet::device
