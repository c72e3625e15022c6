// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Wi-Fi in the application: binds the supervisor to the radio's firmware, the cloud, the settings
// and the shadow.
#pragma once

#include <optional>

#include "base/view.hpp"
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

/// Notices when something has been so for a while without a break.
class Lasting {
 public:
  explicit Lasting(Milliseconds limit) : limit_(limit) {}
  /// To be called in every turn with how it is; true once it has been so for that long, and not
  /// again before a break.
  bool Has(bool so, Instant now);
  void Restart(Instant now) { due_ = now + limit_; }

 private:
  const Milliseconds limit_;
  Instant due_ = Instant{} + limit_;
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

class Wireless final : public Connectivity {
 public:
  /// All outlive this; the source serves nobody else.
  Wireless(hal::Wifi& chip, hal::Entropy& entropy, ProvisionerSource& own_network,
           const hal::Button& button)
      : own_network_(own_network),
        button_(button),
        backoff_(entropy),
        supervisor_({.wifi = chip,
                     .surroundings = surroundings_,
                     .observer = observer_,
                     .backoff = backoff_}) {}

  void Start(Board& board, const Neighbours& neighbours) override;
  Instant Run(Instant now) override;
  void Fill(telemetry::Metrics& metrics) const override;
  void Report(json::Writer& json) const override;
  StringView OrderNetwork(StringView ssid) override;
  StringView OrderPassphrase(StringView passphrase) override;

  [[nodiscard]] const wifi::Supervisor& supervisor() const { return supervisor_; }

 private:
  /// How long the button is held to provision the device anew.
  static constexpr Milliseconds kLongPress{5'000};
  /// Without the cloud for this long, the network is asked whether it still leads there.
  static constexpr Milliseconds kOfflineLimit{120'000};

  enum class Trial : std::uint8_t { kNone, kOrdered, kRunning, kEnded };

  /// What the supervisor knows of this. Bases instead of members would cost a thunk for each call.
  class Around final : public wifi::Surroundings {
   public:
    explicit Around(Wireless& wireless) : to_(wireless) {}
    void StartRadio() override { to_.StartRadio(); }
    Status PollRadio() override { return to_.PollRadio(); }
    [[nodiscard]] hal::LinkState ip_link() const override { return to_.ip_link(); }
    void StartCheck() override { to_.StartCheck(); }
    Status PollCheck() override { return to_.PollCheck(); }
    [[nodiscard]] std::int64_t UnixNow() const override { return to_.UnixNow(); }

   private:
    Wireless& to_;
  };
  class Watch final : public wifi::Observer {
   public:
    explicit Watch(Wireless& wireless) : to_(wireless) {}
    void OnState(wifi::State state, wifi::Reason reason) override { to_.OnState(state, reason); }
    Status Save(const wifi::NetworkList& networks) override { return to_.Save(networks); }
    void OnTrialEnded(wifi::Reason reason) override { to_.OnTrialEnded(reason); }
    void OnHeard(const hal::AccessPoint& heard) override { to_.OnHeard(heard); }
    void OnScanEnded() override { to_.OnScanEnded(); }

   private:
    Wireless& to_;
  };

  void StartRadio();
  Status PollRadio();
  [[nodiscard]] hal::LinkState ip_link() const;
  void StartCheck();
  Status PollCheck();
  [[nodiscard]] std::int64_t UnixNow() const;

  void OnState(wifi::State state, wifi::Reason reason);
  Status Save(const wifi::NetworkList& networks);
  void OnTrialEnded(wifi::Reason reason);
  void OnHeard(const hal::AccessPoint& heard);
  void OnScanEnded();

  void FollowFirmware();
  void FollowCloud(Instant now);
  void FollowOrder(Instant now);
  void FollowButton(Instant now);
  Instant FollowProvisioner(Instant now);
  void Tell();

  ProvisionerSource& own_network_;
  provision::Provisioner* provisioner_ = nullptr;  ///< While the device has a network of its own.
  const hal::Button& button_;
  Board* board_ = nullptr;
  std::optional<Neighbours> parts_;
  std::optional<vault::Sealer> sealer_;
  bool handed_over_ = false;  ///< The supervisor has seen the chip run since it was started.
  Instant ask_again_at_{};    ///< When the cloud is tried anew for the check.
  Lasting offline_{kOfflineLimit};
  Lasting pressed_{kLongPress};
  bool own_network_wanted_ = false;
  bool memory_missed_ = false;                  ///< For it, and that was said.
  wifi::Reason trouble_ = wifi::Reason::kNone;  ///< The last one.

  Trial trial_ = Trial::kNone;
  wifi::Reason trial_reason_ = wifi::Reason::kNone;
  Instant order_due_ = kNever;
  wifi::Network ordered_{};

  Around surroundings_{*this};
  Watch observer_{*this};
  net::Backoff backoff_;
  wifi::Supervisor supervisor_;
};

}  // namespace linnet::device
