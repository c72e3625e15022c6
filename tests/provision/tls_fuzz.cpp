// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What a client can do to the server of the device's own network below and above TLS: any bytes as
// records, a handshake of which bytes were changed on the way, any bytes behind it, with its keys
// or without. Afterwards the server has its memory back, and serves the next one.
//
// Everything is the same each time, the random numbers of both sides too.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/rand.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "crypto/private_key.hpp"
#include "crypto/testing/test_arena.hpp"
#include "crypto/testing/test_entropy.hpp"
#include "net/wall_clock.hpp"
#include "provision/server.hpp"
#include "provision/testing/fake_networks.hpp"
#include "sim/clock.hpp"
#include "sim/network.hpp"
#include "tls/self_signed.hpp"
#include "tls/testing/openssl_client.hpp"

using namespace linnet;             // NOLINT
using namespace linnet::provision;  // NOLINT

namespace {

constexpr hal::Ipv4Address kPhone{{192, 168, 0, 2}};

void Require(bool holds) {
  if (!holds) {
    std::abort();
  }
}

std::uint32_t g_openssl = 1;  // NOLINT: its random numbers

void MakeOpenSslRepeatable() {
  static const RAND_METHOD kMethod = {
      .seed = nullptr,
      .bytes =
          [](unsigned char* out, int size) {
            for (int i = 0; i < size; ++i) {
              g_openssl = g_openssl * 1664525U + 1013904223U;
              out[i] = static_cast<unsigned char>(g_openssl >> 24);
            }
            return 1;
          },
      .cleanup = nullptr,
      .add = nullptr,
      .pseudorand = nullptr,
      .status = [] { return 1; },
  };
  RAND_set_rand_method(&kMethod);
  g_openssl = 1;
}

/// The key and its certificate are made once.
struct Identity {
  Identity() {
    crypto::P256Scalar scalar{};
    scalar.fill(std::byte{0x42});
    Require(key.Load(scalar).ok());
    certificate =
        tls::MakeSelfSigned(key, {.common_name = "lamp", .dns_name = "wifiprov.local"}, memory)
            .value_or({});
  }
  crypto::testing::TestEntropy entropy;
  crypto::Random random{entropy};
  crypto::PrivateKey key{random};
  std::array<std::byte, tls::kMaxSelfSignedSize> memory{};
  Bytes certificate;
};

class Device {
 public:
  explicit Device(Identity& identity)
      : server_({.listeners = {&secure_, &clear_}, .sockets = {&first_, &second_}}, networks_,
                {.product = "lamp", .version = "1.0.0", .network = "lamp-AB12"},
                {.random = random_,
                 .clock = wall_clock_,
                 .certificate = identity.certificate,
                 .signer = identity.key}) {
    networks_.SetAround({provision::testing::Heard("Home", -50)});
    Require(server_.Start({}, clock_.Now()).ok());
  }

  void Turn(int turns) {
    for (int i = 0; i < turns; ++i) {
      server_.Run(clock_.Now());
      clock_.Advance(Milliseconds{10});
      if (networks_.trial().state == Trial::State::kGoing) {
        networks_.End(wifi::Reason::kWrongKey);
      }
    }
  }
  std::shared_ptr<sim::TcpPeer> Connect(std::uint16_t port) {
    return network_.ConnectToDevice(port, kPhone);
  }
  /// After whatever came.
  void MustServe() {
    Turn(110);
    const auto peer = Connect(80);
    Require(peer != nullptr);
    peer->Send("GET / HTTP/1.1\r\n\r\n");
    Turn(60);
    Require(peer->ReadAll().starts_with("HTTP/1.1 200 "));
    peer->Abort();
    Turn(110);
  }

 private:
  sim::Clock clock_;
  net::WallClock wall_clock_{clock_, {1'750'000'000}};
  crypto::testing::TestEntropy entropy_;
  crypto::Random random_{entropy_};
  sim::Network network_{clock_};
  sim::TcpListener secure_{network_};
  sim::TcpListener clear_{network_};
  sim::TcpSocket first_{network_};
  sim::TcpSocket second_{network_};
  provision::testing::FakeNetworks networks_;
  Server server_;
};

/// The next byte of the input; 0 when there are no more.
std::uint8_t Take(Bytes& input) {
  if (input.empty()) {
    return 0;
  }
  const auto first = std::to_integer<std::uint8_t>(input[0]);
  input = input.subspan(1);
  return first;
}

/// Pieces of the input as they are; a byte in front of each says how long it is.
void SendBytes(Device& device, Bytes input) {
  const auto peer = device.Connect(443);
  Require(peer != nullptr);
  while (!input.empty()) {
    const std::size_t size = std::min<std::size_t>(Take(input) * 4U, input.size());
    peer->Send(AsText(input.first(size)));
    input = input.subspan(size);
    device.Turn(3);
  }
  peer->Abort();
}

/// A handshake, up to three bytes of which are others when they arrive; the rest of the input
/// follows as a request, or as records of its own.
void Shake(Device& device, bool as_request, Bytes input) {
  struct Change {
    std::size_t at;
    std::uint8_t by;
  };
  std::array<Change, 3> changes{};
  const std::size_t count = Take(input) % (changes.size() + 1);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t high = Take(input) % 4U;
    changes[i] = {high * 256U + Take(input), Take(input)};
  }
  const auto peer = device.Connect(443);
  Require(peer != nullptr);
  tls::testing::OpenSslClient client;
  std::size_t sent = 0;
  const auto pump = [&] {
    const std::string arrived = peer->ReadAll();
    if (!arrived.empty()) {
      IgnoreStatus(client.Write(AsBytes(arrived)).status());
    }
    std::array<std::byte, 4096> buffer{};
    const std::size_t size = client.Read(buffer).value_or(0);
    for (const Change& change : std::span(changes).first(count)) {
      if (change.at >= sent && change.at < sent + size) {
        buffer[change.at - sent] ^= std::byte{change.by};
      }
    }
    sent += size;
    peer->Send(AsText(Bytes(buffer).first(size)));
    device.Turn(1);
  };
  for (int i = 0; i < 30 && !client.established(); ++i) {
    pump();
  }
  if (as_request && client.established() && !input.empty()) {
    client.Send(AsText(input));
  } else {
    client.SendRaw(input);
  }
  for (int i = 0; i < 10; ++i) {
    pump();
  }
  peer->Abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Identity identity;
  MakeOpenSslRepeatable();
  const std::size_t before = crypto::Arena::installed().in_use();
  {
    Device device(identity);
    device.Turn(1);
    const std::size_t idle = crypto::Arena::installed().in_use();
    Bytes input = std::as_bytes(std::span(data, size));
    const std::uint8_t mode = Take(input) % 3;
    if (mode == 0) {
      SendBytes(device, input);
    } else {
      Shake(device, mode == 1, input);
    }
    device.MustServe();
    Require(crypto::Arena::installed().in_use() == idle);
  }
  Require(crypto::Arena::installed().in_use() == before);
  return 0;
}
