// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Starts the emulated board for each test, and judges its console.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <sstream>
#include <thread>

#include "tests/board/on_board.hpp"
#include "tests/conformance/echo_servers.hpp"
#include "tools/board/smp_client.hpp"

namespace linnet::board_test {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

/// Sends `data` to whoever connects first, and ends the stream.
class OneStream {
 public:
  explicit OneStream(std::string data) : file_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(bind(file_, generic, size), 0);
    EXPECT_EQ(listen(file_, 1), 0);
    EXPECT_EQ(getsockname(file_, generic, &size), 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this, data = std::move(data)] { Serve(data); });
  }
  ~OneStream() {
    shutdown(file_, SHUT_RDWR);
    thread_.join();
    close(file_);
  }
  OneStream(const OneStream&) = delete;
  OneStream& operator=(const OneStream&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  void Serve(const std::string& data) const {
    const int connection = accept(file_, nullptr, nullptr);
    std::size_t sent = 0;
    ssize_t count = 1;
    while (sent < data.size() && count > 0) {
      count = send(connection, data.data() + sent, data.size() - sent, MSG_NOSIGNAL);
      sent += count > 0 ? static_cast<std::size_t>(count) : 0;
    }
    close(connection);
  }

  int file_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

TEST_F(OnBoard, EveryConformanceSuiteHolds) {
  const conformance::EchoServers peers;
  const std::uint16_t forwarded = conformance::EchoServers::free_port();
  options_.forwards.push_back({forwarded, kListenPort});
  Flash({.scenario = Scenario::kConformance,
         .tcp_echo = peers.tcp_port(),
         .udp_echo = peers.udp_port(),
         .refusing = peers.refusing_port(),
         .caller = conformance::EchoServers::CallOnDatagram(forwarded)});
  const std::string said = RunToEnd();
  EXPECT_THAT(said, HasSubstr(" passed, 0 failed")) << said;
  EXPECT_THAT(said, HasSubstr("and console reaches its end")) << said;
}

TEST_F(OnBoard, ResetsAreToldApartAndFaultsArePrinted) {
  Flash({.scenario = Scenario::kResets});
  // Virtual time jumps over the minute in which nobody feeds the watchdog.
  options_.icount_shift = 4;
  options_.network = false;
  Emulator board(options_);
  for (const char* text :
       {"boot: reset by power-on", "test: started by power-on", "boot: reset by software",
        "test: started by software", "error assert: app_main.cpp:", "boot: reset by assert",
        "test: started by assert", "test: done", "boot: reset by watchdog",
        "test: started by watchdog"}) {
    board.WaitFor(text, kPatience);
  }
  // Secure flash is read: an attribution unit violation (SFSR.AUVIOL).
  EXPECT_THAT(
      board.WaitFor("boot: reset by fault", kPatience),
      AllOf(HasSubstr("fault in the application"), HasSubstr(" pc=8001"), HasSubstr(" sfsr=8 ")));
  // The stack overflows (UFSR.STKOF of the Non-secure side).
  EXPECT_THAT(board.WaitFor("boot: reset by fault", kPatience), HasSubstr(" cfsr_ns=100000 "));
  // A unit is programmed twice.
  EXPECT_THAT(board.WaitFor("boot: reset by fault", kPatience),
              HasSubstr("error flash: a unit was programmed twice, at offset 5800"));
}

TEST_F(OnBoard, TheGatewayServesItsCallerAndNobodyElsesMemory) {
  Flash({.scenario = Scenario::kGateway});
  const std::string said = RunToEnd();
  EXPECT_THAT(said, HasSubstr(" passed, 0 failed")) << said;
  EXPECT_THAT(said, Not(HasSubstr("fault in"))) << said;
}

TEST_F(OnBoard, WithoutEntropyNothingIsMadeUp) {
  Flash({.scenario = Scenario::kNoEntropy});
  options_.entropy = false;
  const std::string said = RunToEnd();
  EXPECT_THAT(said, HasSubstr("entropy: Unavailable, 00000000000000000000000000000000")) << said;
  EXPECT_THAT(said, HasSubstr("network: Unavailable")) << said;
}

TEST_F(OnBoard, AStreamArrivesWholeHoweverLongItIs) {
  std::string data(3'000'000, '\0');
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < data.size(); ++i) {
    data[i] = static_cast<char>(i * 7 + i / 1009);
    sum = sum * 31 + static_cast<std::uint8_t>(data[i]);
  }
  std::ostringstream expected;
  expected << "stream ended with Closed: " << data.size() << " bytes, sum " << std::hex << sum;
  const OneStream server(std::move(data));
  Flash({.scenario = Scenario::kThroughput, .tcp_echo = server.port()});
  EXPECT_THAT(RunToEnd(), HasSubstr(expected.str()));
}

TEST_F(OnBoard, WithNothingToRunItSaysSoAndWaits) {
  FlashFile::Create(options_.flash_file);
  Emulator board(options_);
  board.WaitFor("nothing to run: flash a signed application; waiting", kPatience);
  EXPECT_EQ(board.ReadConsole(seconds(2)), "\r\n");
  EXPECT_TRUE(board.Running());
}

TEST_F(OnBoard, WhatDoesNotVerifyNeverRuns) {
  std::vector<std::byte> changed = SignedApp("TEST-ONLY-release.pem");
  changed[changed.size() / 2] ^= std::byte{1};
  const std::pair<std::vector<std::byte>, const char*> refused[] = {
      {SignedApp("TEST-ONLY-other.pem"), "no signature by a trusted key"},
      {changed, "the content does not match its digest"}};
  for (const auto& [image, reason] : refused) {
    Flash({.scenario = Scenario::kGateway}, image);
    const std::string said = Emulator(options_).WaitFor("nothing to run", kPatience);
    EXPECT_THAT(said, HasSubstr(reason)) << said;
    EXPECT_THAT(said, Not(HasSubstr("starting the application"))) << said;
    std::filesystem::remove(options_.flash_file);
  }
}

// An empty board; power goes in the middle of the upload; a foreign image is refused, a good one
// runs.
TEST_F(OnBoard, RecoversOverItsConsole) {
  options_.boot_elf = ImageFolder() / "images/boot/boot-recovery.elf";
  FlashFile::Create(options_.flash_file);
  const std::vector<std::byte> image = SignedApp("TEST-ONLY-release.pem");
  {
    Emulator board(options_);
    board.WaitFor("waiting for a signed image", kPatience);
    board::SmpClient client(board::SerialSocket(options_.flash_file), kPatience);
    EXPECT_EQ(client.Echo("are you there"), "are you there");
    EXPECT_TRUE(client.List().empty());
    EXPECT_THROW(client.Upload(0, image,
                               [&](std::size_t done) {
                                 if (done > image.size() / 2) {
                                   board.Cut();
                                 }
                               }),
                 board::Error);
  }
  Emulator board(options_);
  board.WaitFor("waiting for a signed image", kPatience);
  board::SmpClient client(board::SerialSocket(options_.flash_file), kPatience);
  const auto none = [](std::size_t /*done*/) {};
  try {
    client.Upload(0, SignedApp("TEST-ONLY-other.pem"), none);
    ADD_FAILURE() << "a foreign image was taken";
  } catch (const board::Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("no signature by a trusted key"));
  }
  EXPECT_THROW(client.Upload(2, image, none), board::Error);  // this board has two images
  const std::vector<std::byte> second = SignedSecond();
  client.Upload(1, second, none);
  client.Upload(0, image, none);
  const std::vector<board::ListedImage> images = client.List();
  ASSERT_EQ(images.size(), 2U);
  EXPECT_EQ(images[0].version, "1.2.3");
  EXPECT_EQ(images[1].image, 1U);
  EXPECT_EQ(images[1].version, "4.5.6");
  client.Reset();
  EXPECT_THAT(board.WaitFor("starting the application", kPatience),
              HasSubstr("info boot: release "));
}

TEST_F(OnBoard, TheBannerNamesATestKey) {
  FlashFile::Create(options_.flash_file);
  EXPECT_THAT(Emulator(options_).WaitFor("nothing to run", kPatience),
              HasSubstr("built with a test key"));
}

TEST_F(OnBoard, AKillIsAPowerCut) {
  Flash({.scenario = Scenario::kGateway});
  for (int i = 0; i < 3; ++i) {
    Emulator board(options_);
    EXPECT_THAT(board.WaitFor("test: done", kPatience), HasSubstr("boot: reset by power-on"));
    board.Cut();
  }
}

}  // namespace
}  // namespace linnet::board_test
