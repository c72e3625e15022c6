// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "base/crc32.hpp"
#include "base/endian.hpp"
#include "base/fixed_string.hpp"
#include "base/format.hpp"
#include "base/log.hpp"
#include "base/result.hpp"
#include "base/ring.hpp"
#include "base/status.hpp"
#include "base/view.hpp"

namespace linnet {
namespace {

TEST(Status, NamesEveryCode) {
  EXPECT_EQ(ToString(Code::kOk), "Ok");
  EXPECT_EQ(ToString(Code::kPending), "Pending");
  EXPECT_EQ(ToString(Code::kMalformed), "Malformed");
  EXPECT_EQ(ToString(Code::kInternal), "Internal");
  EXPECT_EQ(ToString(static_cast<Code>(200)), "Unknown");
}

Result<int> Half(int value) {
  if (value % 2 != 0) {
    return Code::kInvalidArgument;
  }
  return value / 2;
}

Status HalveTwice(int value, int& out) {
  LINNET_TRY_ASSIGN(const int once, Half(value));
  LINNET_TRY_ASSIGN(out, Half(once));
  return OkStatus();
}

TEST(Result, PassesFailuresOn) {
  int out = 0;
  EXPECT_TRUE(HalveTwice(12, out).ok());
  EXPECT_EQ(out, 3);
  EXPECT_EQ(HalveTwice(6, out).code(), Code::kInvalidArgument);
}

TEST(Crc32, MatchesTheCheckValueAndContinues) {
  const Bytes data = AsBytes("123456789");
  EXPECT_EQ(Crc32(data), 0xCBF43926U);
  EXPECT_EQ(Crc32(data.subspan(4), Crc32(data.first(4))), 0xCBF43926U);
  EXPECT_EQ(Crc32({}), 0U);
}

TEST(Endian, RoundTripsBothOrders) {
  std::array<std::byte, 8> buffer{};
  StoreLe32(0x11223344, buffer);
  EXPECT_EQ(buffer[0], std::byte{0x44});
  EXPECT_EQ(LoadLe32(buffer), 0x11223344U);
  EXPECT_EQ(LoadBe32(buffer), 0x44332211U);
  StoreBe16(0xABCD, buffer);
  EXPECT_EQ(LoadBe16(buffer), 0xABCD);
  EXPECT_EQ(LoadLe16(buffer), 0xCDAB);
  StoreLe64(0x0102030405060708ULL, buffer);
  EXPECT_EQ(LoadLe64(buffer), 0x0102030405060708ULL);
}

TEST(FixedString, NeverCutsSilently) {
  FixedString<4> text;
  EXPECT_TRUE(text.Append("ab").ok());
  EXPECT_EQ(text.Append("cde").code(), Code::kTooLarge);
  EXPECT_EQ(text, "ab");
  EXPECT_EQ(text.Assign("abcde").code(), Code::kTooLarge);
  EXPECT_TRUE(text.Assign("wxyz").ok());
  EXPECT_EQ(text.view(), "wxyz");
}

TEST(Ring, KeepsOrderAcrossTheWrap) {
  Ring<int, 2> ring;
  EXPECT_TRUE(ring.Push(1).ok());
  EXPECT_TRUE(ring.Push(2).ok());
  EXPECT_EQ(ring.Push(3).code(), Code::kResourceExhausted);
  ring.Pop();
  EXPECT_TRUE(ring.Push(3).ok());
  EXPECT_EQ(ring.front(), 2);
  EXPECT_EQ(ring.at(1), 3);
}

TEST(Format, WritesEachKind) {
  std::array<char, 64> out{};
  const std::array<std::byte, 2> bytes{std::byte{0xAB}, std::byte{0x01}};
  EXPECT_EQ(Format(out, "{} {} {:x} {} {} {}", -5, 7U, 255, "text", Bytes(bytes), true),
            "-5 7 ff text ab01 true");
  EXPECT_EQ(Format(out, "{}", INT64_MIN), "-9223372036854775808");
  EXPECT_EQ(Format(out, "{} {}", 1), "1 ?");
  EXPECT_EQ(Format(out, "{} {}", Code::kDataLoss, Milliseconds(12)), "DataLoss 12");
}

TEST(Format, MarksWhatItCuts) {
  std::array<char, 8> out{};
  EXPECT_EQ(Format(out, "0123456789"), "01234...");
  EXPECT_EQ(Format(out, "01234567"), "01234567");
}

class RecordingSink final : public log::Sink {
 public:
  void Write(log::Level level, StringView tag, StringView text) override {
    last = std::string(log::ToString(level)) + "/" + std::string(tag) + ": " + std::string(text);
  }
  std::string last;
};

TEST(Log, FiltersByLevel) {
  RecordingSink sink;
  log::SetSink(&sink);
  log::Info("unit", "value {}", 3);
  EXPECT_EQ(sink.last, "info/unit: value 3");
  log::Debug("unit", "dropped");
  EXPECT_EQ(sink.last, "info/unit: value 3");
  log::SetLevel(log::Level::kDebug);
  log::Debug("unit", "kept");
  EXPECT_EQ(sink.last, "debug/unit: kept");
  log::SetLevel(log::Level::kInfo);
  log::SetSink(nullptr);
}

}  // namespace
}  // namespace linnet
