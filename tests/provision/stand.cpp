// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A device that wants to be provisioned, as a process on this machine: the real server on loopback,
// over a radio that only pretends. For the page's test in a browser and for the command line's.
//
//   provision_stand     prints "secure PORT clear PORT" and serves until it is killed
//
// "Home" has the passphrase "correct horse"; "Cafe" is open and leads to a captive portal;
// everything else is not in reach.
#include <unistd.h>

#include <array>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "crypto/arena.hpp"
#include "crypto/private_key.hpp"
#include "crypto/random.hpp"
#include "net/wall_clock.hpp"
#include "ports/linux/devices.hpp"
#include "ports/linux/sockets.hpp"
#include "provision/server.hpp"
#include "provision/testing/fake_networks.hpp"
#include "tls/self_signed.hpp"

namespace linnet {
namespace {

using provision::Trial;
using provision::testing::Heard;

constexpr hal::Ipv4Address kLoopback{{127, 0, 0, 1}};
constexpr Milliseconds kTrialTime{1500};
constexpr Milliseconds kScanTime{1200};

class PretendedRadio final : public provision::Networks {
 public:
  void Run(Instant now) {
    if (scan_wanted()) {
      OnScanBegun();
      scan_ends_ = now + kScanTime;
    }
    if (now >= scan_ends_) {
      scan_ends_ = kNever;
      Hear();
    }
    if (now >= trial_ends_ && trial().state == Trial::State::kGoing) {
      OnTrialEnded(Outcome());
    }
    now_ = now;
  }

 private:
  Status Begin(const wifi::Network& network) override {
    LINNET_TRY(wifi::Check(network));
    if (trial().state == Trial::State::kGoing) {
      return Code::kFailedPrecondition;
    }
    tried_ = network;
    trial_ends_ = now_ + kTrialTime;
    return OkStatus();
  }
  void Hear() {
    OnHeard(Heard("Home", -48));
    OnHeard(Heard("Neighbours & <Friends>", -63));
    OnHeard(Heard("Cafe", -71, hal::WifiSecurity::kOpen));
    OnHeard(
        Heard("Gr\xC3\xBC\xC3\x9F"
              "e aus dem Hinterhof",
              -74, hal::WifiSecurity::kWpa3Sae));
    OnHeard(Heard("printer-5F", -84, hal::WifiSecurity::kWpa2Wpa3));
    OnScanEnded();
  }
  [[nodiscard]] wifi::Reason Outcome() const {
    if (tried_.ssid == "Home") {
      return tried_.passphrase == "correct horse" ? wifi::Reason::kNone : wifi::Reason::kWrongKey;
    }
    return tried_.ssid == "Cafe" ? wifi::Reason::kPortal : wifi::Reason::kNotFound;
  }

  wifi::Network tried_;
  Instant now_{};
  Instant trial_ends_{};
  Instant scan_ends_{};  // the first one has been
};

class Entropy final : public crypto::EntropySource {
 public:
  Status Fill(MutableBytes out) override { return kernel_.Fill(out); }

 private:
  posix::KernelEntropy kernel_;
};

/// The first free pair of ports from here on.
std::optional<provision::Server::Ports> Start(provision::Server& server, std::uint16_t from) {
  for (std::uint16_t port = from; port < from + 400; port += 2) {
    const provision::Server::Ports ports{.secure = port,
                                         .clear = static_cast<std::uint16_t>(port + 1)};
    if (server.Start(ports, Instant{}).ok()) {
      return ports;
    }
    server.Stop();
  }
  return std::nullopt;
}

int Main() {
  static std::array<std::byte, std::size_t{64} * 1024> arena;
  crypto::Arena::Install(arena);
  posix::SteadyClock clock;
  Entropy entropy;
  crypto::Random random(entropy);
  crypto::PrivateKey key(random);
  crypto::P256Scalar scalar{};
  if (!random.Fill(scalar).ok() || !key.Load(scalar).ok()) {
    return 1;
  }
  std::array<std::byte, tls::kMaxSelfSignedSize> memory{};
  const Result<Bytes> certificate = tls::MakeSelfSigned(
      key, {.common_name = "lamp-12AB", .dns_name = "wifiprov.local", .address = {127, 0, 0, 1}},
      memory);
  net::WallClock wall_clock(clock, {1'750'000'000});
  PretendedRadio radio;
  posix::WatchList watched;
  posix::PollIdle idle(watched, clock);
  posix::PosixTcpListener secure(watched, kLoopback);
  posix::PosixTcpListener clear(watched, kLoopback);
  posix::PosixTcpSocket first(watched);
  posix::PosixTcpSocket second(watched);
  provision::Server server({.listeners = {&secure, &clear}, .sockets = {&first, &second}}, radio,
                           {.product = "lamp", .version = "1.0.0", .network = "lamp-12AB"},
                           {.random = random,
                            .clock = wall_clock,
                            .certificate = certificate.value_or({}),
                            .signer = key});
  const auto ports = Start(server, static_cast<std::uint16_t>(20'000 + getpid() % 10'000));
  if (!ports.has_value()) {
    std::fputs("provision_stand: no free port\n", stderr);
    return 1;
  }
  std::printf("secure %u clear %u\n", unsigned{ports->secure}, unsigned{ports->clear});
  std::fflush(stdout);
  while (true) {
    radio.Run(clock.Now());
    idle.WaitUntil(server.Run(clock.Now()));
  }
}

}  // namespace
}  // namespace linnet

int main() {
  return linnet::Main();
}
