// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The fakes' own tests: a fake that is kinder than hardware hides defects.
#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>

#include "sim/board.hpp"
#include "sim/clock.hpp"
#include "sim/network.hpp"
#include "sim/nor_flash.hpp"

namespace linnet::sim {
namespace {

constexpr hal::FlashGeometry kGeometry{4096, 1024, 4, std::byte{0xFF}};

std::vector<std::byte> Fill(std::size_t size, int value) {
  return std::vector<std::byte>(size, static_cast<std::byte>(value));
}

std::vector<std::byte> ReadBack(NorFlash& flash, std::uint32_t offset, std::size_t size) {
  std::vector<std::byte> out(size);
  EXPECT_TRUE(flash.Read(offset, out).ok());
  return out;
}

TEST(NorFlash, ReadsErasedThenWhatWasProgrammedAcrossPages) {
  for (const int erased : {0xFF, 0x00}) {
    NorFlash flash({4096, 1024, 4, static_cast<std::byte>(erased)});
    EXPECT_EQ(ReadBack(flash, 0, 4096), Fill(4096, erased));
    EXPECT_TRUE(flash.Program(1020, Fill(8, 0x5A)).ok());
    EXPECT_EQ(ReadBack(flash, 1020, 8), Fill(8, 0x5A));
    EXPECT_EQ(ReadBack(flash, 1016, 4), Fill(4, erased));
    EXPECT_TRUE(flash.ErasePage(1024).ok());
    EXPECT_EQ(ReadBack(flash, 1020, 4), Fill(4, 0x5A));
    EXPECT_EQ(ReadBack(flash, 1024, 4), Fill(4, erased));
    EXPECT_EQ(flash.page_erases(1), 1U);
    EXPECT_EQ(flash.page_erases(0), 0U);
  }
}

TEST(NorFlash, RefusesBadArguments) {
  NorFlash flash(kGeometry);
  std::array<std::byte, 8> out{};
  EXPECT_EQ(flash.Read(4092, out).code(), Code::kOutOfRange);
  EXPECT_EQ(flash.Read(0xFFFFFFFC, out).code(), Code::kOutOfRange);
  EXPECT_EQ(flash.Program(4092, out).code(), Code::kOutOfRange);
  EXPECT_EQ(flash.Program(2, out).code(), Code::kInvalidArgument);
  EXPECT_EQ(flash.Program(0, Fill(6, 0)).code(), Code::kInvalidArgument);
  EXPECT_EQ(flash.ErasePage(4096).code(), Code::kOutOfRange);
  EXPECT_EQ(flash.ErasePage(4).code(), Code::kInvalidArgument);
}

TEST(NorFlash, ReportsASecondProgramOfAUnit) {
  NorFlash flash(kGeometry);
  std::string violation;
  flash.SetViolationHandler([&](const std::string& what) { violation = what; });
  EXPECT_TRUE(flash.Program(8, Fill(4, 0xFF)).ok());
  EXPECT_TRUE(violation.empty());
  EXPECT_TRUE(flash.Program(4, Fill(8, 0)).ok());
  EXPECT_NE(violation.find("the unit at 8"), std::string::npos) << violation;
  EXPECT_DEATH(
      {
        flash.SetViolationHandler(nullptr);
        IgnoreStatus(flash.Program(4, Fill(4, 0)));
      },
      "flash rule broken");
}

TEST(NorFlash, IsDeadFromTheCutUntilPowerReturns) {
  NorFlash flash(kGeometry);
  flash.power().PlanCut({1, CutMode::kBefore, 0});
  EXPECT_TRUE(flash.Program(0, Fill(4, 1)).ok());
  EXPECT_EQ(flash.Program(4, Fill(4, 2)).code(), Code::kUnavailable);
  std::array<std::byte, 4> out{};
  EXPECT_EQ(flash.Read(0, out).code(), Code::kUnavailable);
  EXPECT_EQ(flash.ErasePage(0).code(), Code::kUnavailable);
  flash.power().On();
  EXPECT_EQ(ReadBack(flash, 0, 8)[0], std::byte{1});
  EXPECT_EQ(ReadBack(flash, 4, 4), Fill(4, 0xFF));
  EXPECT_TRUE(flash.Program(4, Fill(4, 2)).ok());
}

/// The bytes of a 16-byte program that was cut.
std::vector<std::byte> CutProgram(NorFlash& flash, CutMode mode, std::uint32_t seed) {
  flash.power().ResetCount();
  flash.power().PlanCut({0, mode, seed});
  EXPECT_EQ(flash.Program(0, Fill(16, 0)).code(), Code::kUnavailable);
  flash.power().On();
  return ReadBack(flash, 0, 16);
}

TEST(NorFlash, TearsAtAnyByteAndAnyBit) {
  std::set<std::size_t> prefixes;
  std::set<std::vector<std::byte>> subsets;
  for (std::uint32_t seed = 0; seed < 64; ++seed) {
    NorFlash prefix(kGeometry);
    const auto bytes = CutProgram(prefix, CutMode::kTornPrefix, seed);
    const auto done = std::count(bytes.begin(), bytes.end(), std::byte{0});
    EXPECT_EQ(bytes[static_cast<std::size_t>(done) - 1], std::byte{0});
    prefixes.insert(static_cast<std::size_t>(done));
    NorFlash bits(kGeometry);
    subsets.insert(CutProgram(bits, CutMode::kTornBits, seed));
  }
  EXPECT_GE(prefixes.size(), 12U);
  EXPECT_TRUE(prefixes.contains(1));
  EXPECT_TRUE(prefixes.contains(15));
  EXPECT_GE(subsets.size(), 60U);
}

TEST(NorFlash, AfterLeavesTheWholeOperation) {
  NorFlash flash(kGeometry);
  EXPECT_EQ(CutProgram(flash, CutMode::kAfter, 0), Fill(16, 0));
}

TEST(NorFlash, NoisyBytesChangeUntilErased) {
  NorFlash flash(kGeometry);
  EXPECT_TRUE(flash.Program(16, Fill(4, 7)).ok());
  const auto first = CutProgram(flash, CutMode::kUnstableBits, 0);
  EXPECT_NE(first, ReadBack(flash, 0, 16));
  EXPECT_EQ(ReadBack(flash, 16, 4), Fill(4, 7));
  EXPECT_TRUE(flash.ErasePage(0).ok());
  EXPECT_EQ(ReadBack(flash, 0, 20), Fill(20, 0xFF));
}

TEST(NorFlash, FlippingBytesKeepTheirReadingForASession) {
  NorFlash flash(kGeometry);
  CutProgram(flash, CutMode::kUnstableSession, 3);
  std::set<std::vector<std::byte>> readings;
  for (int session = 0; session < 16; ++session) {
    const auto reading = ReadBack(flash, 0, 16);
    EXPECT_EQ(reading, ReadBack(flash, 0, 16));
    readings.insert(reading);
    flash.power().On();
  }
  EXPECT_EQ(readings.size(), 2U);
  EXPECT_TRUE(readings.contains(Fill(16, 0)));
  EXPECT_TRUE(readings.contains(Fill(16, 0xFF)));
}

TEST(NorFlash, UnreadableBytesFailUntilErased) {
  NorFlash flash(kGeometry);
  flash.power().PlanCut({0, CutMode::kUnreadable, 0});
  EXPECT_EQ(flash.Program(8, Fill(8, 0)).code(), Code::kUnavailable);
  flash.power().On();
  std::array<std::byte, 4> out{};
  EXPECT_TRUE(flash.Read(4, out).ok());
  EXPECT_EQ(flash.Read(5, out).code(), Code::kDataLoss);
  EXPECT_EQ(flash.Read(12, out).code(), Code::kDataLoss);
  EXPECT_TRUE(flash.Read(16, out).ok());
  EXPECT_TRUE(flash.ErasePage(0).ok());
  EXPECT_EQ(ReadBack(flash, 0, 32), Fill(32, 0xFF));
}

TEST(NorFlash, ATornUnitOrPageMustBeErasedBeforeUse) {
  for (const CutMode mode : {CutMode::kTornBits, CutMode::kUnstableSession, CutMode::kTornPrefix}) {
    for (const bool erase : {false, true}) {
      NorFlash flash(kGeometry);
      int violations = 0;
      flash.SetViolationHandler([&](const std::string&) { ++violations; });
      flash.power().PlanCut({0, mode, 0});
      EXPECT_EQ((erase ? flash.ErasePage(0) : flash.Program(0, Fill(4, 0xFF))).code(),
                Code::kUnavailable);
      flash.power().On();
      EXPECT_TRUE(flash.Program(0, Fill(4, 1)).ok());
      EXPECT_EQ(violations, 1);
      EXPECT_TRUE(flash.ErasePage(0).ok());
      EXPECT_TRUE(flash.Program(0, Fill(4, 1)).ok());
      EXPECT_EQ(violations, 1);
    }
  }
}

TEST(NorFlash, SettingAllBitsOfATornUnitMakesItStable) {
  for (const CutMode mode :
       {CutMode::kTornBits, CutMode::kUnstableSession, CutMode::kUnstableBits}) {
    NorFlash flash(kGeometry);
    int violations = 0;
    flash.SetViolationHandler([&](const std::string&) { ++violations; });
    flash.power().PlanCut({0, mode, 3});
    EXPECT_EQ(flash.Program(0, Fill(8, 0x5A)).code(), Code::kUnavailable);
    flash.power().On();
    EXPECT_TRUE(flash.Program(0, Fill(4, 0)).ok());
    EXPECT_EQ(violations, 0);
    for (int session = 0; session < 8; ++session) {
      EXPECT_EQ(ReadBack(flash, 0, 4), Fill(4, 0));
      flash.power().On();
    }
    EXPECT_TRUE(flash.Program(0, Fill(4, 0)).ok()) << "once only";
    EXPECT_EQ(violations, 1);
  }
}

TEST(NorFlash, OneSupplyCutsEveryFlash) {
  Power power;
  NorFlash a(kGeometry, power);
  NorFlash b(kGeometry, power);
  power.PlanCut({1, CutMode::kAfter, 0});
  EXPECT_TRUE(a.ErasePage(0).ok());
  EXPECT_EQ(b.ErasePage(0).code(), Code::kUnavailable);
  EXPECT_EQ(a.ErasePage(0).code(), Code::kUnavailable);
  EXPECT_EQ(power.operations(), 2U);
}

TEST(NorFlash, FailsOneOperationWithPowerOn) {
  NorFlash flash(kGeometry);
  flash.FailOperation(1, Code::kDataLoss);
  EXPECT_TRUE(flash.Program(0, Fill(4, 0)).ok());
  EXPECT_EQ(flash.Program(4, Fill(4, 0)).code(), Code::kDataLoss);
  EXPECT_TRUE(flash.Program(8, Fill(4, 0)).ok());
}

TEST(NorFlash, SnapshotsAreIndependentOfLaterChanges) {
  NorFlash flash(kGeometry);
  EXPECT_TRUE(flash.Program(0, Fill(4, 1)).ok());
  const NorFlash::Snapshot snapshot = flash.Save();
  EXPECT_TRUE(flash.ErasePage(0).ok());
  flash.Restore(snapshot);
  EXPECT_EQ(ReadBack(flash, 0, 4), Fill(4, 1));
  EXPECT_EQ(flash.page_erases(0), 0U);
  EXPECT_TRUE(flash.Program(4, Fill(4, 2)).ok());
  flash.Restore(snapshot);
  EXPECT_EQ(ReadBack(flash, 4, 4), Fill(4, 0xFF));
}

TEST(Board, WatchdogExpiresInVirtualTime) {
  Clock clock;
  Watchdog watchdog(clock);
  EXPECT_EQ(watchdog.Start(Milliseconds(0)).code(), Code::kOutOfRange);
  EXPECT_TRUE(watchdog.Start(Milliseconds(100)).ok());
  clock.Advance(Milliseconds(99));
  watchdog.Feed();
  clock.Advance(Milliseconds(99));
  EXPECT_FALSE(watchdog.expired());
  clock.Advance(Milliseconds(1));
  watchdog.Feed();
  EXPECT_TRUE(watchdog.expired());
}

TEST(Board, ResetThrowsAndChangesTheCause) {
  Reset reset;
  EXPECT_EQ(reset.cause(), hal::ResetCause::kPowerOn);
  EXPECT_THROW(reset.Now(), ResetRequest);
  EXPECT_EQ(reset.cause(), hal::ResetCause::kSoftware);
}

constexpr hal::Ipv4Address kServer{{10, 0, 2, 2}};

TEST(Network, ConnectsAndCarriesBytesWithDelayAndLimits) {
  Clock clock;
  Network network(clock);
  network.SetBehaviour({1, 2, 3, Milliseconds(10)});
  Listener& listener = network.Listen(kServer, 8883);
  TcpSocket socket(network);
  EXPECT_TRUE(socket.Connect(kServer, 8883).ok());
  EXPECT_EQ(socket.state(), hal::TcpSocket::State::kConnecting);
  EXPECT_EQ(listener.Accept(), nullptr);
  clock.Advance(Milliseconds(10));
  EXPECT_EQ(socket.state(), hal::TcpSocket::State::kOpen);
  const auto peer = listener.Accept();
  ASSERT_NE(peer, nullptr);
  EXPECT_EQ(*socket.Write(AsBytes("abcd")), 2U);
  EXPECT_EQ(*socket.Write(AsBytes("cd")), 1U);
  EXPECT_EQ(*socket.Write(AsBytes("d")), 0U);
  EXPECT_EQ(peer->ReadAll(), "");
  clock.Advance(Milliseconds(10));
  EXPECT_EQ(peer->ReadAll(), "abc");
  peer->Send("xyz");
  peer->Close();
  clock.Advance(Milliseconds(10));
  std::array<std::byte, 8> out{};
  EXPECT_EQ(*socket.Read(out), 1U);
  EXPECT_EQ(out[0], std::byte{'x'});
  EXPECT_EQ(*socket.Read(out), 1U);
  EXPECT_EQ(*socket.Read(out), 1U);
  EXPECT_EQ(socket.Read(out).code(), Code::kClosed);
  socket.Close();
  EXPECT_EQ(socket.state(), hal::TcpSocket::State::kClosed);
}

TEST(Network, RefusesIgnoresResetsAndLosesTheLink) {
  Clock clock;
  Network network(clock);
  TcpSocket socket(network);
  EXPECT_TRUE(socket.Connect(kServer, 1).ok());
  EXPECT_EQ(socket.state(), hal::TcpSocket::State::kFailed);
  EXPECT_EQ(socket.failure().code(), Code::kUnavailable);
  EXPECT_EQ(socket.Connect(kServer, 1).code(), Code::kFailedPrecondition);
  socket.Close();
  Listener& listener = network.Listen(kServer, 1);
  listener.SetPolicy(Listener::Policy::kIgnore);
  EXPECT_TRUE(socket.Connect(kServer, 1).ok());
  clock.Advance(Milliseconds(100'000));
  EXPECT_EQ(socket.state(), hal::TcpSocket::State::kConnecting);
  socket.Close();
  listener.SetPolicy(Listener::Policy::kAccept);
  EXPECT_TRUE(socket.Connect(kServer, 1).ok());
  listener.Accept()->Abort();
  std::array<std::byte, 4> out{};
  EXPECT_EQ(socket.Read(out).code(), Code::kUnavailable);
  EXPECT_EQ(socket.state(), hal::TcpSocket::State::kFailed);
  socket.Close();
  EXPECT_TRUE(socket.Connect(kServer, 1).ok());
  network.SetLink(hal::LinkState::kDown);
  EXPECT_EQ(socket.state(), hal::TcpSocket::State::kFailed);
  socket.Close();
  EXPECT_EQ(socket.Connect(kServer, 1).code(), Code::kUnavailable);
}

TEST(Network, BoundsSockets) {
  Clock clock;
  Network network(clock);
  network.SetSocketLimit(1);
  UdpSocket udp(network);
  EXPECT_TRUE(udp.Open().ok());
  TcpSocket tcp(network);
  EXPECT_EQ(tcp.Connect(kServer, 1).code(), Code::kResourceExhausted);
  udp.Close();
  EXPECT_TRUE(tcp.Connect(kServer, 1).ok());
}

TEST(Network, ResolvesNamesAfterTheirDelay) {
  Clock clock;
  Network network(clock);
  network.AddName("broker.example", kServer, Milliseconds(50));
  network.FailName("gone.example", Code::kUnavailable);
  EXPECT_EQ(network.Resolve("broker.example").code(), Code::kPending);
  clock.Advance(Milliseconds(50));
  EXPECT_EQ(*network.Resolve("broker.example"), kServer);
  EXPECT_EQ(network.Resolve("gone.example").code(), Code::kUnavailable);
  EXPECT_EQ(network.Resolve("none.example").code(), Code::kNotFound);
  EXPECT_EQ(network.Resolve("").code(), Code::kInvalidArgument);
  EXPECT_EQ(*network.Resolve("10.0.2.2"), kServer);
  EXPECT_EQ(network.Resolve("10.0.2.256").code(), Code::kNotFound);
  EXPECT_EQ(network.Resolve("10.0.2").code(), Code::kNotFound);
}

TEST(Network, AnswersDatagrams) {
  Clock clock;
  Network network(clock);
  network.SetBehaviour({.delay = Milliseconds(5)});
  network.Serve(kServer, 123, [](Bytes request) {
    return std::vector<std::byte>(request.size() * 2, std::byte{9});
  });
  UdpSocket socket(network);
  EXPECT_EQ(socket.SendTo(kServer, 123, AsBytes("ab")).code(), Code::kUnavailable);
  EXPECT_TRUE(socket.Open().ok());
  EXPECT_TRUE(socket.SendTo(kServer, 123, AsBytes("ab")).ok());
  std::array<std::byte, 3> out{};
  EXPECT_EQ(socket.ReceiveFrom(out).code(), Code::kPending);
  clock.Advance(Milliseconds(10));
  const auto datagram = socket.ReceiveFrom(out);
  ASSERT_TRUE(datagram.ok());
  EXPECT_EQ(datagram->size, 3U);
  EXPECT_EQ(datagram->port, 123);
  EXPECT_EQ(datagram->from, kServer);
}

}  // namespace
}  // namespace linnet::sim
