// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "provision/core.hpp"

#include <gmock/gmock.h>

#include <array>
#include <string>

#include "provision/testing/fake_networks.hpp"

namespace linnet::provision {
namespace {

using namespace std::string_literals;
using testing::FakeNetworks;
using testing::Heard;

class CoreTest : public ::testing::Test {
 protected:
  std::string Handle(const std::string& request) {
    return std::string(AsText(core_.Handle(AsBytes(request), memory_)));
  }
  /// "": none.
  std::string Event() { return std::string(AsText(core_.NextEvent(memory_).value_or({}))); }
  static std::string SetConfiguration(const std::string& passphrase, const std::string& more = "") {
    const std::string info = "\x0A\x04Home\x12\x00\x20\x06\x28\x03"s;
    const std::string config = "\x0A"s + static_cast<char>(info.size()) + info + "\x12" +
                               static_cast<char>(passphrase.size()) + passphrase + more;
    return "\x08\x04\x5A"s + static_cast<char>(config.size()) + config;
  }

  FakeNetworks networks_;
  Core core_{networks_, networks_};
  std::array<std::byte, Core::kMaxMessage> memory_{};
};

TEST_F(CoreTest, SaysItsState) {
  networks_.now = {wifi::State::kOnline, wifi::Reason::kNone};
  EXPECT_EQ(Handle("\x08\x01"), "\x08\x01\x10\x00\x52\x02\x08\x04"s);
}

TEST_F(CoreTest, ReportsWhatAScanHeardOnceItHasEnded) {
  EXPECT_EQ(Handle("\x08\x02"), "\x08\x02\x10\x00"s);
  EXPECT_TRUE(networks_.scan_wanted());
  networks_.OnScanBegun();
  EXPECT_EQ(Event(), "");
  networks_.OnHeard(Heard("Home", -50));
  networks_.OnHeard(Heard("Cafe", -60));
  EXPECT_EQ(Event(), "");
  networks_.OnScanEnded();
  EXPECT_THAT(Event(), ::testing::HasSubstr("Home"));
  EXPECT_THAT(Event(), ::testing::HasSubstr("Cafe"));
  EXPECT_EQ(Event(), "");
}

TEST_F(CoreTest, StopsReporting) {
  networks_.SetAround({Heard("Home", -50)});
  Handle("\x08\x02");
  EXPECT_EQ(Handle("\x08\x03"), "\x08\x03\x10\x00"s);
  EXPECT_EQ(Event(), "");
}

TEST_F(CoreTest, ReportsHowATrialGoesOnAndWhyItFailed) {
  EXPECT_EQ(Handle(SetConfiguration("wrong horse")), "\x08\x04\x10\x00"s);
  ASSERT_EQ(networks_.tried.size(), 1U);
  EXPECT_EQ(Event(), "\x10\x01") << "authentication";
  EXPECT_EQ(Event(), "");
  networks_.End(wifi::Reason::kWrongKey);
  EXPECT_EQ(Event(), "\x10\x05\x18\x00"s) << "failed, of the key";
  EXPECT_EQ(Event(), "");
}

TEST_F(CoreTest, RefusesWhatCannotWork) {
  EXPECT_EQ(Handle(SetConfiguration("short")), "\x08\x04\x10\x01"s);
  EXPECT_EQ(Handle(SetConfiguration("correct horse", "\x20\x01")), "\x08\x04\x10\x01"s)
      << "not to be kept";
  EXPECT_EQ(Handle("\x08\x04"), "\x08\x04\x10\x02"s) << "nothing to set";
  EXPECT_EQ(Handle("\x08\x09"), "\x08\x01\x10\x01"s) << "an operation that nobody knows";
  EXPECT_EQ(Handle("\xFF"), "\x08\x01\x10\x02"s);
  networks_.Give("Home");
  EXPECT_EQ(Handle(SetConfiguration("correct horse")), "\x08\x04\x10\x03"s);
}

TEST_F(CoreTest, Forgets) {
  EXPECT_EQ(Handle("\x08\x05"), "\x08\x05\x10\x00"s);
  EXPECT_EQ(networks_.forgotten, 1);
}

}  // namespace
}  // namespace linnet::provision
