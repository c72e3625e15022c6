// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "provision/server.hpp"

#include <gmock/gmock.h>

#include <memory>
#include <random>
#include <string>

#include "crypto/arena.hpp"
#include "crypto/private_key.hpp"
#include "crypto/testing/test_arena.hpp"
#include "crypto/testing/test_entropy.hpp"
#include "net/wall_clock.hpp"
#include "provision/testing/fake_networks.hpp"
#include "sim/clock.hpp"
#include "sim/network.hpp"
#include "tls/self_signed.hpp"
#include "tls/testing/openssl_client.hpp"

namespace linnet::provision {
namespace {

using testing::FakeNetworks;
using ::testing::HasSubstr;
using testing::Heard;
using ::testing::StartsWith;
using tls::testing::OpenSslClient;

constexpr hal::Ipv4Address kPhone{{192, 168, 0, 2}};
constexpr hal::Ipv4Address kOther{{192, 168, 0, 3}};

/// A phone with OpenSSL, connected to the device.
struct Phone {
  std::shared_ptr<sim::TcpPeer> peer;
  std::unique_ptr<OpenSslClient> tls = std::make_unique<OpenSslClient>();

  void Pump() const {
    std::array<std::byte, 4096> buffer{};
    const std::string arrived = peer->ReadAll();
    if (!arrived.empty()) {
      IgnoreStatus(tls->Write(AsBytes(arrived)).status());
    }
    while (const std::size_t count = tls->Read(buffer).value_or(0)) {
      peer->Send(AsText(Bytes(buffer).first(count)));
    }
  }
};

class ServerTest : public ::testing::Test {
 protected:
  ServerTest() {
    crypto::P256Scalar scalar{};
    scalar.fill(std::byte{0x42});
    EXPECT_TRUE(key_.Load(scalar).ok());
    certificate_ =
        tls::MakeSelfSigned(key_, {.common_name = "lamp", .dns_name = "wifiprov.local"}, memory_)
            .value_or({});
    networks_.SetAround({Heard("Home", -50)});
    server_ = std::make_unique<Server>(
        Server::Parts{.listeners = {&secure_, &clear_}, .sockets = {&first_, &second_}}, networks_,
        SiteConfig{.product = "lamp", .version = "1.0.0", .network = "lamp-AB12"},
        tls::ServerConfig{
            .random = random_, .clock = wall_clock_, .certificate = certificate_, .signer = key_});
    EXPECT_TRUE(server_->Start({}, clock_.Now()).ok());
  }

  void Turn(int turns = 1) {
    for (int i = 0; i < turns; ++i) {
      server_->Run(clock_.Now());
      clock_.Advance(Milliseconds{10});
    }
  }
  Phone Connect(hal::Ipv4Address from = kPhone) {
    Phone phone{network_.ConnectToDevice(443, from)};
    EXPECT_NE(phone.peer, nullptr);
    for (int i = 0; i < 200 && !phone.tls->established(); ++i) {
      phone.Pump();
      Turn();
    }
    return phone;
  }
  std::string Ask(const Phone& phone, const std::string& request, int turns = 60) {
    phone.tls->received().clear();
    if (!request.empty()) {
      phone.tls->Send(request);
    }
    for (int i = 0; i < turns; ++i) {
      phone.Pump();
      Turn();
    }
    phone.Pump();
    return phone.tls->received();
  }
  std::string AskInClear(const std::string& request, hal::Ipv4Address from = kPhone) {
    const auto peer = network_.ConnectToDevice(80, from);
    EXPECT_NE(peer, nullptr);
    peer->Send(request);
    Turn(60);
    return peer->ReadAll();
  }

  sim::Clock clock_;
  net::WallClock wall_clock_{clock_, {1'750'000'000}};
  crypto::testing::TestEntropy entropy_;
  crypto::Random random_{entropy_};
  crypto::PrivateKey key_{random_};
  std::array<std::byte, tls::kMaxSelfSignedSize> memory_{};
  Bytes certificate_;
  sim::Network network_{clock_};
  sim::TcpListener secure_{network_};
  sim::TcpListener clear_{network_};
  sim::TcpSocket first_{network_};
  sim::TcpSocket second_{network_};
  FakeNetworks networks_;
  std::unique_ptr<Server> server_;
};

constexpr const char* kGetPage = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

TEST_F(ServerTest, ServesThePageOverTlsOnAConnectionThatStays) {
  const Phone phone = Connect();
  ASSERT_TRUE(phone.tls->established());
  EXPECT_THAT(Ask(phone, kGetPage), StartsWith("HTTP/1.1 200 OK"));
  EXPECT_THAT(Ask(phone, "GET /prov/networks HTTP/1.1\r\nHost: a\r\n\r\n"), HasSubstr("Home"));
  EXPECT_THAT(Ask(phone, "GET /x HTTP/1.1\r\nConnection: close\r\n\r\n"),
              HasSubstr("Connection: close"));
}

TEST_F(ServerTest, TheAnswerOfAConfigurationWaitsForTheTrial) {
  wifi::Configuration configuration;
  IgnoreStatus(configuration.network.ssid.Assign("Home"));
  IgnoreStatus(configuration.network.passphrase.Assign("correct horse"));
  std::array<std::byte, wifi::kMaxEncodedConfigurationSize> memory{};
  const Bytes body =
      wifi::EncodeConfiguration(networks_.heard()[0], configuration, memory).value_or({});
  const Phone phone = Connect();
  EXPECT_EQ(Ask(phone, "POST /prov/configure HTTP/1.1\r\nContent-Length: " +
                           std::to_string(body.size()) + "\r\n\r\n" + std::string(AsText(body))),
            "");
  ASSERT_EQ(networks_.tried.size(), 1U);
  networks_.End(wifi::Reason::kNone);
  EXPECT_THAT(Ask(phone, ""), StartsWith("HTTP/1.1 200 OK"));
}

TEST_F(ServerTest, InClearItShowsTheWay) {
  EXPECT_THAT(AskInClear("GET /generate_204 HTTP/1.1\r\nHost: x\r\n\r\n"),
              HasSubstr("https://192.168.0.1/"));
}

TEST_F(ServerTest, ASecondClientIsToldToWaitUntilTheFirstIsGone) {
  const Phone first = Connect();
  Ask(first, kGetPage);
  const Phone second = Connect(kOther);
  EXPECT_THAT(Ask(second, kGetPage), StartsWith("HTTP/1.1 503 "));
  first.peer->Close();
  second.peer->Close();
  Turn(200);
  EXPECT_THAT(AskInClear("GET / HTTP/1.1\r\n\r\n", kOther), HasSubstr("Retry-After: 30"));
  clock_.Advance(Server::kClientTime);
  const Phone again = Connect(kOther);
  EXPECT_THAT(Ask(again, kGetPage), StartsWith("HTTP/1.1 200 OK"));
}

TEST_F(ServerTest, MoreConnectionsThanThereAreTakeThePlaceOfIdleOnes) {
  std::vector<Phone> phones;
  for (int i = 0; i < 6; ++i) {
    phones.push_back(Connect());
    ASSERT_TRUE(phones.back().tls->established()) << i;
  }
  EXPECT_THAT(Ask(phones.back(), kGetPage), StartsWith("HTTP/1.1 200 OK"));
}

TEST_F(ServerTest, SilentAndSlowClientsAreCutOff) {
  std::vector<std::shared_ptr<sim::TcpPeer>> peers;
  for (int i = 0; i < 2; ++i) {
    peers.push_back(network_.ConnectToDevice(80, kPhone));
    peers.back()->Send("GET / HT");
    Turn(3);
  }
  EXPECT_EQ(network_.ConnectToDevice(80, kPhone)->state(), hal::TcpSocket::State::kOpen);
  Turn(1600);
  for (const auto& peer : peers) {
    std::array<std::byte, 8> buffer{};
    EXPECT_FALSE(peer->Read(buffer).ok());
  }
  const Phone phone = Connect();
  EXPECT_TRUE(phone.tls->established());
}

TEST_F(ServerTest, NonsenseIsRefusedAndEndsTheConnection) {
  EXPECT_THAT(AskInClear("nonsense\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(AskInClear("POST / HTTP/1.1\r\nContent-Length: 9999\r\n\r\n"),
              StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(AskInClear("GET /" + std::string(5000, 'a') + " HTTP/1.1\r\n\r\n"),
              StartsWith("HTTP/1.1 431 "));
}

/// Whatever comes, in TLS records, behind them or in clear: the server goes on, and has all of its
/// memory back.
TEST_F(ServerTest, AnyBytesLeaveTheServerAsItWas) {
  std::mt19937 random(11);  // NOLINT: the same each time
  Turn();
  const std::size_t before = crypto::Arena::installed().in_use();
  const auto garble = [&random](std::string text) {
    for (int i = 0; i < 3 && !text.empty(); ++i) {
      text[random() % text.size()] = static_cast<char>(random());
    }
    return text;
  };
  for (int round = 0; round < 120; ++round) {
    std::string bytes = garble(
        "POST /prov/configure HTTP/1.1\r\nContent-Length: 12\r\n\r\n"
        "\x0A\x06\x0A\x04Home\x12\x02xx");
    if (round % 3 == 0) {
      const Phone phone = Connect();
      if (phone.tls->established()) {
        Ask(phone, bytes, 8);
      }
      phone.tls->SendRaw(AsBytes(bytes));
      phone.Pump();
      Turn(2);
      phone.peer->Abort();
    } else {
      const auto peer = network_.ConnectToDevice(round % 3 == 1 ? 443 : 80, kPhone);
      ASSERT_NE(peer, nullptr);
      peer->Send(round % 3 == 1 ? "\x16\x03\x03" + bytes : bytes);
      Turn(4);
      peer->Abort();
    }
    if (networks_.trial().state == Trial::State::kGoing) {
      networks_.End(wifi::Reason::kWrongKey);
    }
    Turn(110);
    ASSERT_EQ(crypto::Arena::installed().in_use(), before) << round;
  }
  const Phone phone = Connect();
  EXPECT_THAT(Ask(phone, kGetPage), StartsWith("HTTP/1.1 200 OK"));
}

}  // namespace
}  // namespace linnet::provision
