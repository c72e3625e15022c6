// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "wifi/messages.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "base/view.hpp"
#include "wifi/protobuf.hpp"

namespace linnet::wifi {
namespace {

using namespace std::string_view_literals;

hal::AccessPoint Point(StringView ssid, hal::WifiSecurity security, std::int8_t rssi) {
  hal::AccessPoint point{.bssid = {0xF4, 0xCE, 0x36, 0, 0x11, 0x22},
                         .channel = 36,
                         .band = hal::WifiBand::k5GHz,
                         .security = security,
                         .rssi_dbm = rssi};
  EXPECT_TRUE(point.ssid.Assign(ssid).ok());
  return point;
}

// What protoc writes for the vendor's definitions, by hand from the encoding's rules.
constexpr StringView kOneResult =
    "\x0a\x24"                                         // results: 36 bytes
    "\x0a\x17"                                         // wifi: 23 bytes
    "\x0a\x07home-5G"                                  // ssid
    "\x12\x06\xf4\xce\x36\x00\x11\x22"                 // bssid
    "\x18\x02\x20\x24\x28\x03"                         // band 5 GHz, channel 36, auth WPA2_PSK
    "\x10\xc9\xff\xff\xff\xff\xff\xff\xff\xff\x01"sv;  // rssi -55

TEST(Messages, ScanResultsAreTheVendorsBytes) {
  const std::array points{Point("home-5G", hal::WifiSecurity::kWpa2Psk, -55)};
  std::array<std::byte, kMaxScanResultsSize> out;
  const Result<Bytes> bytes = EncodeScanResults(points, out);
  ASSERT_TRUE(bytes.ok());
  EXPECT_EQ(AsText(*bytes), kOneResult);

  std::array<hal::AccessPoint, 4> back;
  ASSERT_EQ(DecodeScanResults(AsBytes(kOneResult), back).value(), 1U);
  EXPECT_EQ(back[0].ssid, "home-5G");
  EXPECT_EQ(back[0].bssid, points[0].bssid);
  EXPECT_EQ(back[0].channel, 36);
  EXPECT_EQ(back[0].band, hal::WifiBand::k5GHz);
  EXPECT_EQ(back[0].security, hal::WifiSecurity::kWpa2Psk);
  EXPECT_EQ(back[0].rssi_dbm, -55);
}

TEST(Messages, TheLongestScanResultsFit) {
  const std::vector points(30, Point(std::string(32, 'x'), hal::WifiSecurity::kWpa3Sae, -128));
  std::array<std::byte, kMaxScanResultsSize> out;
  const Result<Bytes> bytes = EncodeScanResults(points, out);
  ASSERT_TRUE(bytes.ok());
  std::array<hal::AccessPoint, 20> back;
  EXPECT_EQ(DecodeScanResults(*bytes, back).value(), kMaxScanRecords);
  EXPECT_EQ(EncodeScanResults(points, MutableBytes(out).first(100)).code(), Code::kTooLarge);
}

constexpr StringView kConfig =
    "\x0a\x12\x0a\x04home\x12\x06\xf4\xce\x36\x00\x11\x22\x18\x01\x20\x06"  // wifi, without auth
    "\x12\x0a"
    "a good key"sv;

TEST(Messages, AConfigurationIsRead) {
  const Result<Configuration> read = DecodeConfiguration(AsBytes(kConfig));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->network.ssid, "home");
  EXPECT_EQ(read->network.passphrase, "a good key");
  EXPECT_EQ(read->network.minimum_security, hal::WifiSecurity::kWpa2Psk);
  EXPECT_TRUE(read->keep);

  std::array<std::byte, kMaxEncodedConfigurationSize> out;
  Configuration forgotten = *read;
  forgotten.keep = false;
  const Result<Bytes> written =
      EncodeConfiguration(Point("home", hal::WifiSecurity::kWpa3Sae, 0), forgotten, out);
  ASSERT_TRUE(written.ok());
  const Result<Configuration> back = DecodeConfiguration(*written);
  ASSERT_TRUE(back.ok());
  EXPECT_FALSE(back->keep);
  EXPECT_EQ(back->network.minimum_security, hal::WifiSecurity::kWpa3Sae);
}

TEST(Messages, AConfigurationThatCannotBeIsRefusedWithItsReason) {
  const auto code = [](StringView text) { return DecodeConfiguration(AsBytes(text)).code(); };
  constexpr std::size_t kWithoutKey = 20;  // whole, and an open network's
  for (std::size_t size = 0; size < kConfig.size(); size += size + 1 == kWithoutKey ? 2 : 1) {
    EXPECT_NE(code(kConfig.substr(0, size)), Code::kOk) << size;
  }
  EXPECT_EQ(code(""), Code::kMalformed);
  EXPECT_EQ(code("\x12\x08"
                 "12345678"sv),
            Code::kMalformed)
      << "no network";
  EXPECT_EQ(code("\x0a\x06\x0a\x04home\x12\x03"
                 "abc"sv),
            Code::kInvalidArgument)
      << "short key";
  EXPECT_EQ(code("\x0a\x08\x0a\x04home\x28\x05\x12\x08"
                 "12345678"sv),
            Code::kUnsupported)
      << "enterprise";
  EXPECT_EQ(code("\x0a\x08\x0a\x04home\x28\x01\x12\x08"
                 "12345678"sv),
            Code::kUnsupported)
      << "WEP";
  EXPECT_EQ(code(std::string(kMaxConfigurationSize + 1, '\0')), Code::kTooLarge);
  const std::string long_name = "\x0a\x23\x0a\x21" + std::string(33, 'x');
  EXPECT_EQ(code(long_name), Code::kMalformed);
}

TEST(Messages, AnOpenNetworkHasNoKey) {
  const Result<Configuration> read = DecodeConfiguration(AsBytes("\x0a\x08\x0a\x04home\x28\x00"sv));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->network.minimum_security, hal::WifiSecurity::kOpen);
}

TEST(Messages, RequestsOfTheCore) {
  EXPECT_EQ(DecodeRequest(AsBytes("\x08\x01"sv))->operation, Operation::kGetStatus);
  const std::string set =
      "\x08\x04\x5a" + std::string(1, static_cast<char>(kConfig.size())) + std::string(kConfig);
  const Result<Request> request = DecodeRequest(AsBytes(set));
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request->operation, Operation::kSetConfiguration);
  EXPECT_TRUE(DecodeConfiguration(request->configuration).ok());
  EXPECT_EQ(DecodeRequest(AsBytes("\x08\x06"sv)).code(), Code::kUnsupported);
  EXPECT_EQ(DecodeRequest(AsBytes(""sv)).code(), Code::kMalformed);
}

TEST(Messages, ResponsesAndEventsOfTheCore) {
  std::array<std::byte, kMaxResponseSize> out;
  const DeviceStatus online{State::kOnline, Reason::kNone};
  EXPECT_EQ(AsText(*EncodeResponse(Operation::kGetStatus, Answer::kSuccess, &online, out)),
            "\x08\x01\x10\x00\x52\x02\x08\x04"sv);
  EXPECT_EQ(
      AsText(*EncodeResponse(Operation::kSetConfiguration, Answer::kInvalidArgument, nullptr, out)),
      "\x08\x04\x10\x01"sv);
  EXPECT_EQ(AsText(*EncodeStateEvent({State::kWaiting, Reason::kWrongKey}, out)),
            "\x10\x05\x18\x00"sv);
  EXPECT_EQ(AsText(*EncodeStateEvent({State::kIdle, Reason::kNone}, out)), "\x10\x00"sv);
}

TEST(Protobuf, BrokenWireIsRefused) {
  ProtoField field;
  const auto code = [&field](StringView text) {
    ProtoReader reader(AsBytes(text));
    const bool found = reader.Next(field);
    EXPECT_EQ(found, reader.status().ok());
    return reader.status().code();
  };
  EXPECT_EQ(code("\x08"sv), Code::kMalformed) << "no value";
  EXPECT_EQ(code("\x00\x00"sv), Code::kMalformed) << "field 0";
  EXPECT_EQ(code("\x0b"sv), Code::kMalformed) << "group";
  EXPECT_EQ(code("\x0a\x02x"sv), Code::kMalformed) << "beyond the end";
  EXPECT_EQ(code("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"sv), Code::kMalformed) << "65 bits";
  EXPECT_EQ(code("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"sv), Code::kOk);
  EXPECT_EQ(field.value, UINT32_MAX);
  EXPECT_EQ(code("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x81\x00"sv), Code::kMalformed)
      << "eleven bytes";
  EXPECT_EQ(code("\x0d\x01\x00\x00\x00"sv), Code::kOk);
  EXPECT_EQ(field.bytes.size(), 4U) << "stepped over";
  EXPECT_EQ(code("\x0a\x84\x80\x80\x80\x10home"sv), Code::kMalformed) << "4 GiB and 4";
  EXPECT_EQ(code("\x88\x80\x80\x80\x10\x00"sv), Code::kMalformed) << "a field of 30 bits";
  EXPECT_EQ(code("\x0d\x01\x00\x00"sv), Code::kMalformed) << "three bytes of four";
}

}  // namespace
}  // namespace linnet::wifi
