// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What is this port's own, beside what tests/conformance checks on every port.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>

#include "base/view.hpp"
#include "ports/linux/devices.hpp"
#include "ports/linux/exit_codes.hpp"
#include "ports/linux/file_flash.hpp"
#include "ports/linux/posix_network.hpp"
#include "ports/linux/sockets.hpp"

namespace linnet::posix {
namespace {

constexpr hal::FlashGeometry kGeometry{.size = 4096, .page_size = 1024, .program_unit = 4};
constexpr hal::Ipv4Address kLoopback{{127, 0, 0, 1}};
using State = hal::TcpSocket::State;

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = "/tmp/linnet-port-XXXXXX";
    path_ = mkdtemp(pattern.data());
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  [[nodiscard]] std::string File(const char* name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

/// Calls `done` until it is true or a generous deadline is over.
template <typename Condition>
testing::AssertionResult Eventually(Condition done) {
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!done()) {
    if (std::chrono::steady_clock::now() > give_up) {
      return testing::AssertionFailure() << "it never came";
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return testing::AssertionSuccess();
}

/// A server on a port of its own, with the one connection it accepts.
class Listener {
 public:
  Listener() {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(listen(listener_, 1), 0);
    EXPECT_EQ(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    port_ = ntohs(address.sin_port);
  }
  ~Listener() {
    Stop();
    Hang();
  }
  void Accept() { connection_ = accept(listener_, nullptr, nullptr); }
  void Say(StringView text) {
    ASSERT_EQ(send(connection_, text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
  }
  void Hang() {
    close(connection_);
    connection_ = -1;
  }
  /// Ends the connection with a reset instead of an orderly end.
  void Reset() {
    const linger now = {.l_onoff = 1, .l_linger = 0};
    setsockopt(connection_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    Hang();
  }
  void Stop() {
    close(listener_);
    listener_ = -1;
  }
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  int listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int connection_ = -1;
  std::uint16_t port_ = 0;
};

TEST(FileFlashTest, KeepsItsContentOverProcesses) {
  const TemporaryFolder folder;
  const std::array data = {std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4}};
  {
    FileFlash flash;
    ASSERT_TRUE(flash.Open(folder.File("f"), kGeometry).ok());
    ASSERT_TRUE(flash.Program(1024, data).ok());
  }
  FileFlash flash;
  ASSERT_TRUE(flash.Open(folder.File("f"), kGeometry).ok());
  std::array<std::byte, 8> got{};
  ASSERT_TRUE(flash.Read(1020, got).ok());
  EXPECT_TRUE(Equal(Bytes(got).subspan(4), data));
  EXPECT_EQ(got[3], std::byte{0xFF});
}

TEST(FileFlashTest, RefusesAFileOfAnotherSizeAndBadGeometry) {
  const TemporaryFolder folder;
  {
    FileFlash flash;
    ASSERT_TRUE(flash.Open(folder.File("f"), kGeometry).ok());
  }
  hal::FlashGeometry larger = kGeometry;
  larger.size *= 2;
  FileFlash other;
  EXPECT_EQ(other.Open(folder.File("f"), larger).code(), Code::kInvalidArgument);
  FileFlash nowhere;
  EXPECT_EQ(nowhere.Open(folder.File("no/such/folder"), kGeometry).code(), Code::kUnavailable);
  FileFlash odd;
  EXPECT_EQ(odd.Open(folder.File("g"), {.size = 4096, .page_size = 1024, .program_unit = 3}).code(),
            Code::kInvalidArgument);
  std::array<std::byte, 1> byte{};
  FileFlash closed;
  EXPECT_EQ(closed.Read(0, byte).code(), Code::kFailedPrecondition);
}

TEST(FileFlashTest, WindowsSeeTheirPartOfOneFile) {
  const TemporaryFolder folder;
  const std::array data = {std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4}};
  FileFlash whole;
  FileFlash window;
  ASSERT_TRUE(whole.Open(folder.File("f"), kGeometry).ok());
  ASSERT_TRUE(window.Open(folder.File("f"), kGeometry, {.start = 1024, .size = 2048}).ok());
  EXPECT_EQ(window.geometry().size, 2048U);
  ASSERT_TRUE(window.Program(2044, data).ok());
  EXPECT_EQ(window.Program(2048, data).code(), Code::kOutOfRange);
  EXPECT_EQ(window.ErasePage(2048).code(), Code::kOutOfRange);
  std::array<std::byte, 4> got{};
  ASSERT_TRUE(whole.Read(3068, got).ok());
  EXPECT_EQ(got, data);
  ASSERT_TRUE(window.ErasePage(1024).ok());
  ASSERT_TRUE(whole.Read(3068, got).ok());
  EXPECT_EQ(got[0], std::byte{0xFF});
  FileFlash outside;
  EXPECT_EQ(outside.Open(folder.File("f"), kGeometry, {.start = 3072, .size = 2048}).code(),
            Code::kInvalidArgument);
}

TEST(FileFlashDeathTest, ProgrammingAUnitTwiceIsABrokenInvariant) {
  const TemporaryFolder folder;
  FileFlash flash;
  ASSERT_TRUE(flash.Open(folder.File("f"), kGeometry).ok());
  const std::array data = {std::byte{0xF0}, std::byte{0}, std::byte{0}, std::byte{0}};
  ASSERT_TRUE(flash.Program(0, data).ok());
  EXPECT_DEATH(IgnoreStatus(flash.Program(0, data)), "assert failed");
}

TEST(ResetTest, EndsTheProcessWithTheAgreedCode) {
  ProcessReset reset(hal::ResetCause::kWatchdog);
  EXPECT_EQ(reset.cause(), hal::ResetCause::kWatchdog);
  EXPECT_EXIT(reset.Now(), testing::ExitedWithCode(kExitSoftwareReset), "");
}

TEST(WatchdogDeathTest, EndsAProcessThatDoesNotFeedIt) {
  EXPECT_EXIT(
      {
        AlarmWatchdog watchdog;
        watchdog.Feed();  // Before the start it does nothing.
        IgnoreStatus(watchdog.Start(Milliseconds(30)));
        for (;;) {
          pause();
        }
      },
      testing::ExitedWithCode(kExitWatchdog), "not fed");
}

TEST(WatchdogTest, RefusesTimesItCannotMeasure) {
  AlarmWatchdog watchdog;
  EXPECT_EQ(watchdog.Start(Milliseconds(0)).code(), Code::kOutOfRange);
  EXPECT_EQ(watchdog.Start(AlarmWatchdog::kLongest + Milliseconds(1)).code(), Code::kOutOfRange);
}

TEST(StackStatsTest, KnowsThatTheStackGrew) {
  const StackStats stack;
  const std::uint32_t before = stack.stack_peak();
  std::array<volatile char, 1 << 20> large;
  for (std::size_t i = 0; i < large.size(); i += 1024) {
    large[i] = 1;
  }
  EXPECT_GE(stack.stack_peak(), before);
  EXPECT_GE(stack.stack_peak(), 1U << 20);
  EXPECT_GT(stack.stack_size(), 1U << 20);
}

TEST(SocketTest, ReadsWhatWasSaidBeforeAReset) {
  WatchList watched;
  Listener server;
  PosixTcpSocket client(watched);
  ASSERT_TRUE(client.Connect(kLoopback, server.port()).ok());
  EXPECT_EQ(client.Connect(kLoopback, server.port()).code(), Code::kFailedPrecondition);
  server.Accept();
  ASSERT_TRUE(Eventually([&] { return client.state() == State::kOpen; }));
  server.Say("goodbye");
  server.Hang();
  std::array<std::byte, 32> buffer{};
  std::string got;
  ASSERT_TRUE(Eventually([&] {
    const auto read = client.Read(buffer);
    got += read.ok() ? AsText(Bytes(buffer).first(*read)) : "";
    return read.code() == Code::kClosed;
  }));
  EXPECT_EQ(got, "goodbye");
  EXPECT_EQ(client.state(), State::kOpen);
  client.Close();
  EXPECT_EQ(client.state(), State::kClosed);
  EXPECT_TRUE(watched.files().empty());
}

TEST(SocketTest, SaysThatAConnectionWasResetOrRefused) {
  WatchList watched;
  Listener server;
  PosixTcpSocket client(watched);
  ASSERT_TRUE(client.Connect(kLoopback, server.port()).ok());
  server.Accept();
  ASSERT_TRUE(Eventually([&] { return client.state() == State::kOpen; }));
  server.Reset();
  std::array<std::byte, 32> buffer{};
  EXPECT_TRUE(Eventually([&] { return client.Read(buffer).code() == Code::kUnavailable; }));
  EXPECT_EQ(client.state(), State::kFailed);
  EXPECT_EQ(client.failure().code(), Code::kUnavailable);
  client.Close();
  server.Stop();
  ASSERT_TRUE(client.Connect(kLoopback, server.port()).ok());
  EXPECT_TRUE(Eventually([&] { return client.state() == State::kFailed; }));
  EXPECT_EQ(client.failure().code(), Code::kUnavailable);
  EXPECT_TRUE(watched.files().empty()) << "a broken socket does not keep the loop awake";
}

TEST(SocketTest, TakesWhatFitsAndTellsTheIdleLoopWhenThereIsRoomAgain) {
  WatchList watched;
  Listener server;
  PosixTcpSocket client(watched);
  ASSERT_TRUE(client.Connect(kLoopback, server.port()).ok());
  server.Accept();
  ASSERT_TRUE(Eventually([&] { return client.state() == State::kOpen; }));
  const std::vector<std::byte> block(1 << 16);
  bool full = false;
  for (int i = 0; i < 10'000 && !full; ++i) {
    const auto taken = client.Write(block);
    ASSERT_TRUE(taken.ok());
    full = *taken < block.size();
  }
  EXPECT_TRUE(full);
  ASSERT_EQ(watched.files().size(), 1U);
  EXPECT_NE(watched.files()[0].events & POLLOUT, 0);
}

TEST(SocketTest, DatagramsComeBackWithTheirSender) {
  WatchList watched;
  PosixUdpSocket one(watched);
  PosixUdpSocket two(watched);
  ASSERT_TRUE(one.Open().ok());
  ASSERT_TRUE(two.Open().ok());
  sockaddr_in bound = {};
  socklen_t size = sizeof bound;
  ASSERT_EQ(getsockname(watched.files()[1].fd, reinterpret_cast<sockaddr*>(&bound), &size), 0);
  std::array<std::byte, 4> buffer{};
  EXPECT_EQ(two.ReceiveFrom(buffer).code(), Code::kPending);
  ASSERT_TRUE(one.SendTo(kLoopback, ntohs(bound.sin_port), AsBytes("longer than four")).ok());
  Result<hal::UdpSocket::Datagram> got = Code::kPending;
  ASSERT_TRUE(Eventually([&] { return (got = two.ReceiveFrom(buffer)).ok(); }));
  EXPECT_EQ(got->size, 4U);
  EXPECT_EQ(got->from, kLoopback);
  EXPECT_NE(got->port, 0);
}

TEST(NetworkTest, LooksUpWithoutBlocking) {
  WatchList watched;
  PosixNetwork network(watched);
  EXPECT_EQ(*network.Resolve("10.0.2.2"), (hal::Ipv4Address{{10, 0, 2, 2}}));
  EXPECT_EQ(network.Resolve("").code(), Code::kInvalidArgument);
  EXPECT_EQ(network.Resolve(std::string(254, 'a')).code(), Code::kInvalidArgument);
  Result<hal::Ipv4Address> answer = Code::kPending;
  ASSERT_TRUE(Eventually([&] {
    answer = network.Resolve("localhost");
    return answer.code() != Code::kPending;
  }));
  EXPECT_EQ(*answer, kLoopback);
  EXPECT_TRUE(watched.files().empty());
}

TEST(IdleTest, WakesUpWhenSomethingArrives) {
  WatchList watched;
  const SteadyClock clock;
  PollIdle idle(watched, clock);
  Listener server;
  PosixTcpSocket client(watched);
  ASSERT_TRUE(client.Connect(kLoopback, server.port()).ok());
  server.Accept();
  ASSERT_TRUE(Eventually([&] { return client.state() == State::kOpen; }));
  server.Say("x");
  idle.WaitUntil(kNever);  // Would never return otherwise.
  std::array<std::byte, 8> buffer{};
  EXPECT_EQ(client.Read(buffer).value_or(0), 1U);
  const Instant before = clock.Now();
  idle.WaitUntil(before + Milliseconds(20));
  EXPECT_GE(clock.Now(), before + Milliseconds(20));
}

}  // namespace
}  // namespace linnet::posix
