// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "base/endian.hpp"
#include "base/view.hpp"
#include "net/sntp_client.hpp"
#include "net/testing/fake_network.hpp"
#include "net/testing/manual_clock.hpp"

namespace linnet::net {
namespace {

using testing::FakeNetwork;
using testing::FakeUdpSocket;
using testing::kFirstAddress;
using testing::kSecondAddress;

constexpr UnixTime kBuild{1'750'000'000};
constexpr std::int64_t kToday = 1'800'000'000;
constexpr std::uint32_t kEpoch = 2'208'988'800U;

using Packet = std::array<std::byte, kSntpPacketSize>;

// A good answer to `request`, telling the Unix time `seconds`.
Packet Answer(Bytes request, std::int64_t seconds) {
  Packet packet{};
  packet[0] = std::byte{(4 << 3) | 4};
  packet[1] = std::byte{2};
  CopyBytes(request.subspan(40, 8), MutableBytes(packet).subspan(24));
  const auto ntp = static_cast<std::uint32_t>(seconds) + kEpoch;
  StoreBe32(ntp, MutableBytes(packet).subspan(32));
  StoreBe32(ntp, MutableBytes(packet).subspan(40));
  return packet;
}

Packet Request() {
  Packet request{};
  EncodeSntpRequest({0x12345678, 0x9ABCDEF0}, request);
  return request;
}
constexpr NtpTimestamp kNonce{0x12345678, 0x9ABCDEF0};

TEST(SntpPacketTest, ARequestTellsNothingButItsNonce) {
  const Packet request = Request();
  EXPECT_EQ(request[0], std::byte{0x23});
  for (std::size_t i = 1; i < 40; ++i) {
    EXPECT_EQ(request[i], std::byte{0}) << i;
  }
  EXPECT_EQ(LoadBe32(Bytes(request).subspan(40)), 0x12345678U);
}

TEST(SntpPacketTest, ReadsAnAnswer) {
  const auto reply = DecodeSntpReply(Answer(Request(), kToday), kNonce);
  ASSERT_TRUE(reply.ok());
  EXPECT_FALSE(reply->kiss_of_death);
  EXPECT_EQ(ToUnixMilliseconds(reply->transmit, kBuild), Seconds{kToday});
}

TEST(SntpPacketTest, RefusesWhatIsNoAnswerToUs) {
  const Packet good = Answer(Request(), kToday);
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_EQ(DecodeSntpReply(Bytes(good).first(size), kNonce).code(), Code::kMalformed);
  }
  for (const int first : {(4 << 3) | 3, (4 << 3) | 5, (2 << 3) | 4, (5 << 3) | 4}) {
    Packet packet = good;
    packet[0] = static_cast<std::byte>(first);
    EXPECT_EQ(DecodeSntpReply(packet, kNonce).code(), Code::kMalformed) << first;
  }
  for (std::size_t i = 24; i < 32; ++i) {
    Packet packet = good;
    packet[i] ^= std::byte{1};
    EXPECT_EQ(DecodeSntpReply(packet, kNonce).code(), Code::kMismatch) << i;
  }
}

TEST(SntpPacketTest, RefusesAServerThatDoesNotKnow) {
  Packet unsynchronized = Answer(Request(), kToday);
  unsynchronized[0] |= std::byte{0xC0};
  EXPECT_EQ(DecodeSntpReply(unsynchronized, kNonce).code(), Code::kUnavailable);
  Packet stratum = Answer(Request(), kToday);
  stratum[1] = std::byte{16};
  EXPECT_EQ(DecodeSntpReply(stratum, kNonce).code(), Code::kUnavailable);
  Packet zero = Answer(Request(), kToday);
  std::fill(zero.begin() + 40, zero.end(), std::byte{0});
  EXPECT_EQ(DecodeSntpReply(zero, kNonce).code(), Code::kUnavailable);
}

TEST(SntpPacketTest, TheEraFollowsFromTheFloor) {
  constexpr std::int64_t kWrap = 2'085'978'496;  // 2036-02-07T06:28:16Z, when the counter is zero
  EXPECT_EQ(ToUnixMilliseconds({0xFFFFFFFF, 0x80000000}, kBuild),
            Seconds{kWrap - 1} + Milliseconds{500});
  EXPECT_EQ(ToUnixMilliseconds({0, 0}, kBuild), Seconds{kWrap});
  EXPECT_EQ(ToUnixMilliseconds({1000, 0}, {kWrap + 5}), Seconds{kWrap + 1000});
  const auto ntp = static_cast<std::uint32_t>(kBuild.seconds) + kEpoch;
  EXPECT_EQ(ToUnixMilliseconds({ntp, 0}, kBuild), Seconds{kBuild.seconds});
}

class CountingEntropy final : public hal::Entropy {
 public:
  Status Fill(MutableBytes out) override {
    for (std::byte& byte : out) {
      byte = static_cast<std::byte>(++count_);
    }
    return OkStatus();
  }

 private:
  unsigned count_ = 0;
};

class SntpClientTest : public ::testing::Test {
 protected:
  SntpClientTest() {
    network_.names["one"] = kFirstAddress;
    network_.names["two"] = kSecondAddress;
    EXPECT_TRUE(client_.AddServer({"one", 123}).ok());
    EXPECT_TRUE(client_.AddServer({"two", 1230}).ok());
  }

  void RunFor(Milliseconds duration, Milliseconds step = Milliseconds{50}) {
    for (Milliseconds passed{0}; passed < duration; passed += step) {
      clock_.Advance(step);
      client_.Run(clock_.Now());
    }
  }
  /// Runs until another request has been sent.
  void AwaitRequest() {
    const std::size_t before = socket_.sent.size();
    for (int i = 0; i < 10'000 && socket_.sent.size() == before; ++i) {
      RunFor(Milliseconds{50});
    }
    ASSERT_GT(socket_.sent.size(), before);
  }
  void Reply(std::int64_t seconds, hal::Ipv4Address from, std::uint16_t port) {
    const Packet packet = Answer(socket_.sent.back().data, seconds);
    socket_.waiting.push_back({from, port, {packet.begin(), packet.end()}});
  }
  void ReplyKiss(StringView kiss) {
    Packet packet = Answer(socket_.sent.back().data, 0);
    packet[1] = std::byte{0};
    CopyBytes(AsBytes(kiss), MutableBytes(packet).subspan(12));
    const auto& request = socket_.sent.back();
    socket_.waiting.push_back({request.address, request.port, {packet.begin(), packet.end()}});
  }

  testing::ManualClock clock_{Instant(Seconds{10})};
  FakeNetwork network_;
  HostTable hosts_;
  Resolver resolver_{network_, hosts_};
  FakeUdpSocket socket_;
  CountingEntropy entropy_;
  WallClock wall_{clock_, kBuild};
  SntpClient client_{network_, resolver_, socket_, entropy_, wall_};
};

TEST_F(SntpClientTest, SetsTheClockAndThenAsksRarely) {
  AwaitRequest();
  Reply(kToday, kFirstAddress, 123);
  RunFor(Seconds{1});
  EXPECT_TRUE(wall_.time_verified());
  EXPECT_NEAR(static_cast<double>(wall_.Now().seconds), kToday, 1.0);
  RunFor(SntpClient::kResyncInterval - Seconds{60}, Seconds{10});
  EXPECT_EQ(socket_.sent.size(), 1U);
  EXPECT_FALSE(socket_.open);
  RunFor(Seconds{120}, Seconds{1});
  EXPECT_GT(socket_.sent.size(), 1U);
}

TEST_F(SntpClientTest, AddsHalfOfTheTripsTime) {
  AwaitRequest();
  Reply(kToday, kFirstAddress, 123);
  clock_.Advance(Milliseconds{2000});
  client_.Run(clock_.Now());
  EXPECT_EQ(wall_.Now().seconds, kToday + 1);
}

TEST_F(SntpClientTest, AsksTheNextServerWhenOneIsSilent) {
  AwaitRequest();
  EXPECT_EQ(socket_.sent.back().address, kFirstAddress);
  AwaitRequest();
  EXPECT_EQ(socket_.sent.back().address, kSecondAddress);
  EXPECT_EQ(socket_.sent.back().port, 1230);
  Reply(kToday, kSecondAddress, 1230);
  RunFor(Seconds{1});
  EXPECT_TRUE(wall_.time_verified());
}

TEST_F(SntpClientTest, IgnoresForgedAnswersAndTakesTheTrueOne) {
  AwaitRequest();
  Reply(kToday + 86'400, kSecondAddress, 123);
  Reply(kToday + 86'400, kFirstAddress, 124);
  Packet wrong_nonce = Answer(socket_.sent.back().data, kToday + 86'400);
  wrong_nonce[24] ^= std::byte{0xFF};
  socket_.waiting.push_back({kFirstAddress, 123, {wrong_nonce.begin(), wrong_nonce.end()}});
  Reply(kToday, kFirstAddress, 123);
  RunFor(Seconds{1});
  EXPECT_NEAR(static_cast<double>(wall_.Now().seconds), kToday, 2.0);
}

TEST_F(SntpClientTest, EveryRequestHasANewNonce) {
  AwaitRequest();
  AwaitRequest();
  EXPECT_NE(socket_.sent[0].data, socket_.sent[1].data);
}

TEST_F(SntpClientTest, ATimeThatCannotBeIsNotBelieved) {
  AwaitRequest();
  Reply(kBuild.seconds + WallClock::kMaxAhead.count() + 86'400, kFirstAddress, 123);
  RunFor(Seconds{1});
  EXPECT_FALSE(wall_.time_verified());
  EXPECT_EQ(socket_.sent.back().address, kSecondAddress);
}

TEST_F(SntpClientTest, RestsAServerThatAsksForIt) {
  AwaitRequest();
  ReplyKiss("RATE");
  AwaitRequest();
  EXPECT_EQ(socket_.sent.back().address, kSecondAddress);
  ReplyKiss("DENY");
  const std::size_t before = socket_.sent.size();
  RunFor(SntpClient::kRateRest - Seconds{60}, Seconds{1});
  EXPECT_EQ(socket_.sent.size(), before);
  RunFor(Seconds{3600}, Seconds{1});
  ASSERT_GT(socket_.sent.size(), before);
  for (std::size_t i = before; i < socket_.sent.size(); ++i) {
    EXPECT_EQ(socket_.sent[i].address, kFirstAddress);
  }
}

TEST_F(SntpClientTest, PausesGrowWhenNobodyAnswers) {
  RunFor(Seconds{3600}, Milliseconds{100});
  // 4, 8, 16 ... 1024 s with jitter, two requests a round: far fewer than one every 3 s.
  EXPECT_LE(socket_.sent.size(), 2U * 12U);
  EXPECT_GE(socket_.sent.size(), 2U * 8U);
}

TEST_F(SntpClientTest, WaitsForTheLink) {
  network_.state = hal::LinkState::kDown;
  RunFor(Seconds{100});
  EXPECT_TRUE(socket_.sent.empty());
  network_.state = hal::LinkState::kUp;
  RunFor(Seconds{2});
  EXPECT_EQ(socket_.sent.size(), 1U);
}

TEST_F(SntpClientTest, ARequestToSyncIsHeardButNotTooOften) {
  AwaitRequest();
  Reply(kToday, kFirstAddress, 123);
  RunFor(Seconds{1});
  for (int i = 0; i < 10; ++i) {
    client_.RequestSync();
    RunFor(Seconds{1});
  }
  EXPECT_EQ(socket_.sent.size(), 1U);
  RunFor(Seconds{5});
  EXPECT_EQ(socket_.sent.size(), 2U);
}

TEST_F(SntpClientTest, WithoutServersItSleeps) {
  SntpClient idle(network_, resolver_, socket_, entropy_, wall_);
  EXPECT_EQ(idle.Run(clock_.Now()), kNever);
}

}  // namespace
}  // namespace linnet::net
