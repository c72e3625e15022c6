// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "telemetry/metrics.hpp"

#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <string>

namespace linnet::telemetry {
namespace {

TEST(Metrics, AreOneObjectOfNamedValues) {
  const Metrics metrics{.uptime = Seconds{61},
                        .time = UnixTime{1700000000},
                        .firmware = "1.2.3+4",
                        .reset = hal::ResetCause::kWatchdog,
                        .heap = {.peak = 30000, .size = 40000},
                        .stack = {.peak = 2000, .size = 8192},
                        .link = hal::LinkState::kUp,
                        .rssi_dbm = -61,
                        .wifi = "checking",
                        .wifi_reason = "captive portal",
                        .dropped = 3};
  std::array<char, kMaxRecord> out{};
  EXPECT_EQ(*Encode(metrics, out),
            R"({"uptime_s":61,"time":1700000000,"firmware":"1.2.3+4","reset":"watchdog",)"
            R"("heap":{"peak":30000,"size":40000},"stack":{"peak":2000,"size":8192},)"
            R"("link":"up","rssi_dbm":-61,"wifi":"checking","wifi_reason":"captive portal",)"
            R"("dropped":3})");
}

TEST(Metrics, LeaveOutWhatIsNotKnown) {
  std::array<char, kMaxRecord> out{};
  EXPECT_EQ(*Encode({}, out),
            R"({"uptime_s":0,"firmware":"","reset":"power-on","heap":{"peak":0,"size":0},)"
            R"("stack":{"peak":0,"size":0},"link":"down","dropped":0})");
}

TEST(Metrics, TheLargestRecordFits) {
  constexpr std::uint32_t kMost = std::numeric_limits<std::uint32_t>::max();
  const std::string firmware(32, 'v');
  const Metrics metrics{.uptime = Seconds::min(),
                        .time = UnixTime{std::numeric_limits<std::int64_t>::min()},
                        .firmware = firmware,
                        .reset = hal::ResetCause::kPowerOn,
                        .heap = {.peak = kMost, .size = kMost},
                        .stack = {.peak = kMost, .size = kMost},
                        .link = hal::LinkState::kConfiguring,
                        .rssi_dbm = std::int8_t{-128},
                        .wifi = "waiting for an address",
                        .wifi_reason = "no answer from the access point",
                        .dropped = kMost};
  std::array<char, kMaxRecord> out{};
  EXPECT_TRUE(Encode(metrics, out).ok());
  EXPECT_EQ(Encode(metrics, std::span(out).first(200)).code(), Code::kTooLarge);
}

}  // namespace
}  // namespace linnet::telemetry
