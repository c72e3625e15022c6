// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "aws/stream_codec.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "base/view.hpp"

namespace linnet::aws {
namespace {

using Field = StreamAnswer::Field;

const CborStreamCodec kCbor;
const JsonStreamCodec kJson;
constexpr StreamQuestion kQuestion{.token = "t1", .file = 2};

struct Reading {
  std::string message;
  Status status;
  StreamAnswer answer;
};

Reading Read(const StreamCodec& codec, StringView text) {
  Reading reading{.message = std::string(text), .status = {}, .answer = {}};
  reading.status =
      codec.Read(std::as_writable_bytes(std::span(reading.message)), kQuestion, reading.answer);
  return reading;
}

std::string Hex(StringView text) {
  constexpr StringView kDigits = "0123456789abcdef";
  std::string hex;
  for (const unsigned char c : text) {
    hex += {kDigits[c >> 4], kDigits[c & 15]};
  }
  return hex;
}

std::string FromHex(StringView hex) {
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

TEST(StreamCodec, WritesRequests) {
  std::array<char, 128> out{};
  const StreamGet get{
      .token = "t1", .version = 7, .file = 2, .block_size = 1024, .first = 300, .bitmap = 0x800013};
  EXPECT_EQ(kJson.WriteGet(get, out).value(),
            R"({"b":"EwCA","c":"t1","f":2,"l":1024,"o":300,"s":7})");
  EXPECT_EQ(Hex(kCbor.WriteGet(get, out).value()),
            "a6616243130080616362743161660261"
            "6c190400616f19012c617307");
  EXPECT_EQ(kJson.WriteDescribe("t1", out).value(), R"({"c":"t1"})");
  EXPECT_EQ(Hex(kCbor.WriteDescribe("t1", out).value()), "a16163627431");
  std::array<char, 8> small{};
  EXPECT_EQ(kJson.WriteGet(get, small).code(), Code::kTooLarge);
  EXPECT_EQ(kCbor.WriteGet(get, small).code(), Code::kTooLarge);
}

TEST(StreamCodec, BitmapsAreAsShortAsTheyCanBe) {
  const std::pair<std::uint32_t, std::string> table[] = {
      {1, "01"}, {0x80, "80"}, {0x100, "0001"}, {0xFFFFFFFF, "ffffffff"}, {0, "00"}};
  for (const auto& [bits, bytes] : table) {
    std::array<std::byte, 4> out{};
    EXPECT_EQ(Hex(AsText(EncodeBitmap(bits, out))), bytes);
  }
}

TEST(StreamCodec, ReadsBlocks) {
  // {c: "t1", f: 2, i: 5, l: 3, p: h'6162ff', x: [{}]}
  const Reading cbor = Read(kCbor, FromHex("a66163627431616602616905616c036170436162ff617881a0"));
  const Reading json = Read(kJson, R"({"c":"t1","f":2,"i":5,"l":3,"p":"YWL\/","x":[{}]})");
  for (const Reading* reading : {&cbor, &json}) {
    ASSERT_TRUE(reading->status.ok());
    EXPECT_TRUE(reading->answer.ours);
    EXPECT_EQ(reading->answer.file(), 2U);
    EXPECT_EQ(reading->answer.block(), 5U);
    EXPECT_EQ(AsText(reading->answer.payload), "ab\xff");
    EXPECT_FALSE(reading->answer.Has(Field::kVersion));
    EXPECT_FALSE(reading->answer.Has(Field::kError));
  }
}

TEST(StreamCodec, ReadsLongPayloadsOfJson) {
  for (std::size_t size = 0; size < 200; ++size) {
    std::string text;
    std::string content;
    for (std::size_t i = 0; i + 2 < size; i += 3) {
      text += "QUJD";
      content += "ABC";
    }
    text += size % 3 == 1 ? "QQ==" : size % 3 == 2 ? "QUI=" : "";
    content += size % 3 == 1 ? "A" : size % 3 == 2 ? "AB" : "";
    const Reading reading = Read(kJson, R"({"p":")" + text + R"("})");
    ASSERT_TRUE(reading.status.ok()) << size;
    EXPECT_EQ(AsText(reading.answer.payload), content);
  }
}

TEST(StreamCodec, ReadsDescriptions) {
  // {s: 7, d: "text", r: [{f: 0, z: 1}, {z: 70000, f: 2}]}
  const Reading cbor = Read(kCbor, FromHex("a36173076164647465787461"
                                           "7282a2616600617a01a2617a1a00011170616602"));
  const Reading json =
      Read(kJson, R"({"s":7,"d":"text","r":[{"f":0,"z":1},{"z":70000,"f":2,"y":{"f":1}}]})");
  for (const Reading* reading : {&cbor, &json}) {
    ASSERT_TRUE(reading->status.ok());
    EXPECT_EQ(reading->answer.version(), 7U);
    EXPECT_EQ(reading->answer.size(), 70000U);
    EXPECT_FALSE(reading->answer.Has(Field::kToken));
  }
  EXPECT_EQ(Read(kJson, R"({"s":1,"r":[{"f":3,"z":9}]})").answer.size(), 0U);
  EXPECT_EQ(Read(kCbor, FromHex("a1617280")).answer.size(), 0U);
}

TEST(StreamCodec, ReadsRejectionsOfBothShapes) {
  const std::pair<std::string, StreamError> table[] = {
      {R"({"o":"VersionMismatch","m":"x","c":"t1"})", StreamError::kVersionMismatch},
      {R"({"code":"ETagMismatch","message":"x"})", StreamError::kETagMismatch},
      {R"({"o":"ResourceNotFound"})", StreamError::kNotFound},
      {R"({"o":"OffsetOutOfBounds"})", StreamError::kOffset},
      {R"({"o":"Unauthorized"})", StreamError::kUnauthorized},
      {R"({"o":"InternalError"})", StreamError::kInternal},
      {R"({"o":"BlockSizeOutOfBounds"})", StreamError::kRequest},
      {R"({"o":"BlockCountLimitExceeded"})", StreamError::kRequest},
  };
  for (const auto& [text, error] : table) {
    const Reading reading = Read(kJson, text);
    ASSERT_TRUE(reading.status.ok()) << text;
    EXPECT_TRUE(reading.answer.Has(Field::kError));
    EXPECT_EQ(reading.answer.error, error) << text;
  }
  EXPECT_FALSE(Read(kJson, R"({"o":"X","clientToken":"t2"})").answer.ours);
  EXPECT_TRUE(Read(kJson, R"({"o":"X","clientToken":"t1"})").answer.ours);
  // {o: "InternalError", c: "t1"}
  const Reading cbor = Read(kCbor, FromHex("a2616f6d496e7465726e616c4572726f7261"
                                           "63627431"));
  EXPECT_EQ(cbor.answer.error, StreamError::kInternal);
  EXPECT_TRUE(cbor.answer.ours);
}

TEST(StreamCodec, RefusesWhatIsNotSound) {
  for (const char* text : {"",
                           "{",
                           "[]",
                           "1",
                           R"({"f":-1})",
                           R"({"f":1.5})",
                           R"({"f":"1"})",
                           R"({"i":4294967296})",
                           R"({"p":1})",
                           R"({"p":"Y"})",
                           R"({"p":"YW=I"})",
                           R"({"p":"Y==="})",
                           R"({"p":"YW J"})",
                           R"({"p":["YWJj"]})",
                           R"({"c":1})",
                           R"({"f":1,"f":1})",
                           R"({"p":"","p":""})",
                           R"({"r":1})",
                           R"({"r":[1]})",
                           R"({"r":[{"f":2,"z":-1}]})",
                           R"({"r":[{"f":2,"z":4294967296}]})",
                           R"({"o":null})",
                           R"({"f":{}})"}) {
    EXPECT_FALSE(Read(kJson, text).status.ok()) << text;
  }
  for (const char* hex :
       {"", "a1", "80", "a16166", "a1616620", "a1616661", "a161661b0000000100000000", "a1617061",
        "a1617041", "a2616601616601", "a161730161", "a1617201", "a1617281a161", "bf616601ff",
        "a161634102", "a16173f97e00"}) {
    EXPECT_FALSE(Read(kCbor, FromHex(hex)).status.ok()) << hex;
  }
}

TEST(StreamCodec, MessagesFitWhatTheyAreSaidToNeed) {
  const std::string token(19, 't');
  for (const std::size_t block : {256, 1024, 131072}) {
    const std::string head = R"({"c":")" + token + R"(","f":255,"l":131072,"i":98304,"p":""})";
    EXPECT_LE(head.size() + (block + 2) / 3 * 4, kJson.MessageSize(block));
    EXPECT_LE(5 * 2 + 9 + 2 + 5 + 5 + 5 + block, kCbor.MessageSize(block));
  }
}

}  // namespace
}  // namespace linnet::aws
