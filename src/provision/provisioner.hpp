// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The device's own network from beginning to end: opened, served, closed.
#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "base/view.hpp"
#include "crypto/random.hpp"
#include "crypto/signer.hpp"
#include "hal/console.hpp"
#include "hal/network.hpp"
#include "hal/wifi.hpp"
#include "net/wall_clock.hpp"
#include "provision/dhcp_message.hpp"
#include "provision/label.hpp"
#include "provision/link_services.hpp"
#include "provision/networks.hpp"
#include "provision/server.hpp"
#include "tls/self_signed.hpp"
#include "wifi/supervisor.hpp"

namespace linnet::provision {

/// Made when somebody wants the network, and gone when it is closed: so it lies in crypto::Arena
/// itself, as does all that it takes. TLS has that to itself again afterwards. The supervisor's
/// notices come in by On…(); they take notes only, and Run() follows them.
class Provisioner final : private Networks {
 public:
  static constexpr Milliseconds kIdleLimit = Seconds{1800};  ///< Open without a request.
  static constexpr Milliseconds kFarewell =
      Seconds{25};  ///< After success, so that it can be seen.
  static constexpr Milliseconds kRetry =
      Seconds{2};  ///< When the chip, or memory, is not to be had.

  /// kClosed is the last.
  enum class State : std::uint8_t { kClosed, kOpening, kOpen, kLeaving };

  /// All outlive this; the sockets and listeners serve nobody else.
  struct Parts {
    hal::Wifi& chip;
    hal::Console& console;
    const HardwareAddress& hardware;  ///< Of the access point; read when it is open.
    Server::Parts server;
    LinkServices::Parts link;
  };
  /// What the application has made.
  struct Context {
    wifi::Supervisor& supervisor;
    crypto::Random& random;
    crypto::Signer& device_key;
    net::WallClock& clock;
    StringView product;
    StringView version;
  };

  /// Prints the network's name and passphrase, and opens it in Run(). Closed at once when the key
  /// that they come from does not answer.
  Provisioner(const Parts& parts, const Context& context);
  Provisioner(const Provisioner&) = delete;
  Provisioner& operator=(const Provisioner&) = delete;
  ~Provisioner() { Close(); }

  void OnHeard(const hal::AccessPoint& heard);
  using Networks::OnScanEnded;
  using Networks::OnTrialEnded;
  Instant Run(Instant now);

  [[nodiscard]] State state() const { return state_; }
  /// For another transport beside the network.
  [[nodiscard]] Networks& networks() { return *this; }

 private:
  /// Who the device says it is.
  struct Identity {
    Identity(crypto::Signer& key, StringView product);

    Label label{};
    Result<Bytes> certificate;
    std::array<std::byte, tls::kMaxSelfSignedSize> memory;

   private:
    Result<Bytes> Make(crypto::Signer& key, StringView product);
  };

  void SetState(State state);
  void FollowOpening(Instant now);
  void Serve(Instant now);
  Status StartServices(Instant now);
  void StopServices();
  void Close();
  Status Begin(const wifi::Network& network) override;

  const Parts parts_;
  wifi::Supervisor& supervisor_;
  State state_ = State::kClosed;
  Instant until_{};  // of the state; for kOpening, when to try again
  Identity identity_;
  std::optional<LinkServices> services_;
  Server server_;
};

}  // namespace linnet::provision
