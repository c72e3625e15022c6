// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "net/tcp_stream.hpp"

#include <gtest/gtest.h>

#include "net/testing/fake_network.hpp"

namespace linnet::net {
namespace {

using testing::FakeNetwork;
using testing::FakeTcpSocket;
using testing::kFirstAddress;
using testing::kSecondAddress;
using State = Stream::State;
using SocketState = hal::TcpSocket::State;

class TcpStreamTest : public ::testing::Test {
 protected:
  TcpStreamTest() { network_.names["server"] = kFirstAddress; }

  State Poll(Milliseconds step = Milliseconds{1}) {
    now_ += step;
    return stream_.Poll(now_);
  }
  void OpenFully() {
    ASSERT_TRUE(stream_.Open({"server", 8883}).ok());
    Poll();
    socket_.now = SocketState::kOpen;
    ASSERT_EQ(Poll(), State::kOpen);
  }

  FakeNetwork network_;
  HostTable hosts_;
  Resolver resolver_{network_, hosts_};
  FakeTcpSocket socket_;
  TcpStream stream_{resolver_, socket_};
  Instant now_{};
};

TEST_F(TcpStreamTest, LooksUpConnectsAndCarriesBytes) {
  network_.patience = 3;
  ASSERT_TRUE(stream_.Open({"server", 8883}).ok());
  EXPECT_EQ(stream_.Open({"server", 8883}).code(), Code::kFailedPrecondition);
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(Poll(), State::kOpening);
  }
  EXPECT_EQ(socket_.address, kFirstAddress);
  EXPECT_EQ(socket_.port, 8883);
  EXPECT_EQ(Poll(), State::kOpening);
  socket_.now = SocketState::kOpen;
  EXPECT_EQ(Poll(), State::kOpen);
  EXPECT_EQ(*stream_.Write(AsBytes("hello")), 5U);
  EXPECT_EQ(socket_.written, "hello");
  socket_.readable = "world";
  std::array<std::byte, 8> buffer{};
  EXPECT_EQ(*stream_.Read(buffer), 5U);
  EXPECT_EQ(*stream_.Read(buffer), 0U);
  stream_.Close();
  EXPECT_EQ(socket_.now, SocketState::kClosed);
  EXPECT_EQ(stream_.state(), State::kClosed);
}

TEST_F(TcpStreamTest, TheHostTableAndDottedQuadsNeedNoNetwork) {
  ASSERT_TRUE(hosts_.Add("twin.local=10.0.2.2").ok());
  ASSERT_TRUE(stream_.Open({"TWIN.local", 1}).ok());
  Poll();
  EXPECT_EQ(socket_.address, (hal::Ipv4Address{{10, 0, 2, 2}}));
  stream_.Close();
  ASSERT_TRUE(stream_.Open({"127.0.0.1", 1}).ok());
  Poll();
  EXPECT_EQ(socket_.address, (hal::Ipv4Address{{127, 0, 0, 1}}));
  EXPECT_EQ(network_.questions, 0);
}

TEST_F(TcpStreamTest, SaysWhyItCouldNotOpen) {
  EXPECT_EQ(stream_.Open({"", 1}).code(), Code::kInvalidArgument);
  EXPECT_EQ(stream_.Open({"server", 0}).code(), Code::kInvalidArgument);

  ASSERT_TRUE(stream_.Open({"nobody", 1}).ok());
  EXPECT_EQ(Poll(), State::kFailed);
  EXPECT_EQ(stream_.failure().code(), Code::kNotFound);
  stream_.Close();

  ASSERT_TRUE(stream_.Open({"server", 1}).ok());
  EXPECT_TRUE(stream_.failure().ok());
  Poll();
  socket_.now = SocketState::kFailed;
  socket_.why = Code::kDeadlineExceeded;
  EXPECT_EQ(Poll(), State::kFailed);
  EXPECT_EQ(stream_.failure().code(), Code::kDeadlineExceeded);
  stream_.Close();

  socket_.connect_result = Code::kResourceExhausted;
  ASSERT_TRUE(stream_.Open({"server", 1}).ok());
  EXPECT_EQ(Poll(), State::kFailed);
  EXPECT_EQ(stream_.failure().code(), Code::kResourceExhausted);
}

TEST_F(TcpStreamTest, GivesUpAtItsDeadline) {
  network_.patience = 1'000'000;
  ASSERT_TRUE(stream_.Open({"server", 1}).ok());
  now_ += Seconds{3600};  // The deadline starts with the first Poll.
  EXPECT_EQ(Poll(), State::kOpening);
  EXPECT_EQ(Poll(TcpStream::kDefaultDeadline - Milliseconds{1}), State::kOpening);
  EXPECT_EQ(Poll(), State::kFailed);
  EXPECT_EQ(stream_.failure().code(), Code::kDeadlineExceeded);
}

TEST_F(TcpStreamTest, AnOpenStreamHasNoDeadline) {
  OpenFully();
  EXPECT_EQ(Poll(Seconds{1'000'000}), State::kOpen);
}

TEST_F(TcpStreamTest, DeliversWhatCameBeforeTheBreak) {
  OpenFully();
  socket_.readable = "goodbye";
  socket_.now = SocketState::kFailed;
  socket_.write_result = Code::kUnavailable;
  socket_.read_end = Code::kUnavailable;
  EXPECT_EQ(stream_.Write(AsBytes("x")).code(), Code::kUnavailable);
  EXPECT_EQ(Poll(), State::kOpen);
  std::array<std::byte, 8> buffer{};
  EXPECT_EQ(*stream_.Read(buffer), 7U);
  EXPECT_EQ(stream_.Read(buffer).code(), Code::kUnavailable);
  EXPECT_EQ(stream_.state(), State::kFailed);
}

TEST_F(TcpStreamTest, AnOrderlyEndIsNoFailure) {
  OpenFully();
  socket_.read_end = Code::kClosed;
  std::array<std::byte, 8> buffer{};
  EXPECT_EQ(stream_.Read(buffer).code(), Code::kClosed);
  EXPECT_EQ(stream_.state(), State::kOpen);
}

// The port forgets a look-up when it is asked for another name.
TEST_F(TcpStreamTest, TwoStreamsDoNotTakeEachOthersLookUps) {
  network_.names["other"] = kSecondAddress;
  network_.patience = 5;
  FakeTcpSocket other_socket;
  TcpStream other(resolver_, other_socket);
  ASSERT_TRUE(stream_.Open({"server", 1}).ok());
  ASSERT_TRUE(other.Open({"other", 2}).ok());
  for (int i = 0; i < 20; ++i) {
    Poll();
    other.Poll(now_);
  }
  EXPECT_EQ(socket_.address, kFirstAddress);
  EXPECT_EQ(other_socket.address, kSecondAddress);
}

TEST_F(TcpStreamTest, AClosedStreamGivesItsTurnBack) {
  network_.names["other"] = kSecondAddress;
  network_.patience = 5;
  FakeTcpSocket other_socket;
  TcpStream other(resolver_, other_socket);
  ASSERT_TRUE(stream_.Open({"server", 1}).ok());
  ASSERT_TRUE(other.Open({"other", 2}).ok());
  Poll();
  stream_.Close();
  for (int i = 0; i < 10; ++i) {
    other.Poll(now_);
  }
  EXPECT_EQ(other_socket.address, kSecondAddress);
}

TEST(HostTableTest, RefusesWhatIsNoEntry) {
  HostTable hosts;
  for (const char* line : {"", "a", "=1.2.3.4", "a=", "a=1.2.3", "a=1.2.3.4.5", "a=1.2.3.256",
                           "a=1.2.3.04", "a=1.2.3.-4", "a=1.2.3.4 ", "a b=1.2.3.4"}) {
    EXPECT_EQ(hosts.Add(line).code(), Code::kMalformed) << line;
  }
  EXPECT_EQ(hosts.Add(std::string(63, 'a') + "." + std::string(63, 'b') + ".c=1.2.3.4").code(),
            Code::kTooLarge);
}

TEST(HostTableTest, ReplacesAnEntryAndIsBounded) {
  HostTable hosts;
  for (const char* line : {"a=1.1.1.1", "b=1.1.1.1", "c=1.1.1.1", "d=1.1.1.1", "A=2.2.2.2"}) {
    EXPECT_TRUE(hosts.Add(line).ok()) << line;
  }
  EXPECT_EQ(hosts.Add("e=1.1.1.1").code(), Code::kResourceExhausted);
  EXPECT_EQ(ToText(*hosts.Find("a")), "2.2.2.2");
  EXPECT_FALSE(hosts.Find("e"));
  hosts.Clear();
  EXPECT_FALSE(hosts.Find("a"));
}

}  // namespace
}  // namespace linnet::net
