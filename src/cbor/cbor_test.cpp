// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "base/view.hpp"
#include "cbor/cursor.hpp"
#include "cbor/reader.hpp"
#include "cbor/testing/event_log.hpp"
#include "cbor/writer.hpp"

namespace linnet::cbor {
namespace {

using testing::EventLog;

std::vector<std::byte> FromHex(StringView hex) {
  std::vector<std::byte> out;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    out.push_back(static_cast<std::byte>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  }
  return out;
}

struct Outcome {
  Status status;
  std::string text;
};

Outcome Read(Bytes document, std::size_t piece) {
  EventLog log;
  ReaderBuffer<8> reader(log);
  for (Status status; !document.empty();) {
    const std::size_t size = std::min(piece, document.size());
    status = reader->Feed(document.first(size));
    if (!status.ok()) {
      return {status, log.text};
    }
    document = document.subspan(size);
  }
  return {reader->Finish(), log.text};
}

Outcome ReadHex(StringView hex) {
  return Read(FromHex(hex), hex.size() + 1);
}

// Values of RFC 8949, appendix A.
TEST(Reader, ReadsTheExamplesOfTheSpecification) {
  const std::vector<std::pair<StringView, StringView>> examples = {
      {"00", "0 "},
      {"17", "23 "},
      {"1818", "24 "},
      {"1903e8", "1000 "},
      {"1a000f4240", "1000000 "},
      {"1bffffffffffffffff", "18446744073709551615 "},
      {"20", "-1-0 "},
      {"3903e7", "-1-999 "},
      {"f4", "false "},
      {"f5", "true "},
      {"f6", "null "},
      {"40", "b: "},
      {"4401020304", "b:01020304 "},
      {"60", "t: "},
      {"6449455446", "t:IETF "},
      {"64f0908591", "t:\xf0\x90\x85\x91 "},
      {"80", "[0 ] "},
      {"8301820203820405", "[3 1 [2 2 3 ] [2 4 5 ] ] "},
      {"a0", "{0 } "},
      {"a201020304", "{2 k1 2 k3 4 } "},
      {"a26161016162820203", "{2 kt:a 1 kt:b [2 2 3 ] } "},
      {"826161a161626163", "[2 t:a {1 kt:b t:c } ] "},
  };
  for (const auto& [hex, text] : examples) {
    const auto document = FromHex(hex);
    for (std::size_t piece = 1; piece <= document.size(); ++piece) {
      const Outcome outcome = Read(document, piece);
      EXPECT_TRUE(outcome.status.ok()) << hex;
      EXPECT_EQ(outcome.text, text) << hex;
    }
    Cursor cursor(document);
    EXPECT_TRUE(cursor.Skip().ok() && cursor.at_end()) << hex;
    for (std::size_t size = 0; size < document.size(); ++size) {
      EXPECT_EQ(Read(Bytes(document).first(size), 1).status, Code::kMalformed) << hex << size;
      EXPECT_FALSE(Cursor(Bytes(document).first(size)).Skip().ok()) << hex << size;
    }
  }
}

TEST(Reader, RefusesWhatItDoesNotKnow) {
  for (const char* hex : {"c074", "c11a514b67b0", "f90000", "fa47c35000", "fb3ff199999999999a",
                          "f7", "f0", "f8ff", "5f", "7f", "9f", "bf", "ff"}) {
    EXPECT_EQ(ReadHex(hex).status, Code::kUnsupported) << hex;
    EXPECT_EQ(Cursor(FromHex(hex)).Skip(), Code::kUnsupported) << hex;
  }
  for (const char* hex :
       {"1c", "1d", "1e", "fc", "3d", "5e", "61ff", "62c328", "64c3a9c3", "0000"}) {
    EXPECT_EQ(ReadHex(hex).status, Code::kMalformed) << hex;
  }
}

TEST(Reader, LongTextComesInPartsOfWholeCharacters) {
  std::vector<std::byte> out(200);
  Writer writer(out);
  std::string text;
  for (int i = 0; i < 20; ++i) {
    text += "a\xc3\xa9\xe2\x82\xac";
  }
  writer.Text(text);
  const Result<Bytes> document = writer.Finish();
  ASSERT_TRUE(document.ok());
  for (std::size_t piece = 1; piece < 12; ++piece) {
    EXPECT_EQ(Read(*document, piece).text, "t:" + text + " ");
  }
}

TEST(Reader, AMapAsKeyIsAKey) {
  EXPECT_EQ(ReadHex("a1a1010203").text, "{1 k{1 k1 2 } 3 } ");
}

TEST(Reader, DepthIsBounded) {
  std::string hex;
  for (std::size_t i = 0; i < Reader::kMaxDepth; ++i) {
    hex += "81";
  }
  EXPECT_TRUE(ReadHex(hex + "00").status.ok());
  EXPECT_EQ(ReadHex(hex + "8100").status, Code::kTooLarge);
  EXPECT_EQ(ReadHex("9bffffffffffffffff").status, Code::kTooLarge);
  EXPECT_EQ(ReadHex("bb0000000080000000").status, Code::kTooLarge);
}

TEST(Reader, TheHandlersRefusalStopsIt) {
  class Refuser final : public Handler {
   public:
    Status On(const Event& event) override {
      return event.number == 3 ? Status(Code::kPermissionDenied) : OkStatus();
    }
  } refuser;
  ReaderBuffer<8> reader(refuser);
  EXPECT_EQ(reader->Feed(FromHex("8401020304")), Code::kPermissionDenied);
  EXPECT_EQ(reader->offset(), 4U);
  EXPECT_EQ(reader->Finish(), Code::kPermissionDenied);
  reader->Reset();
  EXPECT_TRUE(reader->Feed(FromHex("820102")).ok());
  EXPECT_TRUE(reader->Finish().ok());
}

TEST(Cursor, TakesWhatIsAskedForAndNothingElse) {
  const auto document = FromHex(
      "a4616138636162430102036163f5616487f6186400202140"
      "60");
  Cursor cursor(document);
  EXPECT_EQ(cursor.BeginArray().code(), Code::kMismatch);
  ASSERT_EQ(cursor.BeginMap().value(), 4U);
  EXPECT_EQ(cursor.Text().value(), "a");
  EXPECT_EQ(cursor.Unsigned().code(), Code::kMismatch);
  EXPECT_EQ(cursor.Integer().value(), -100);
  EXPECT_EQ(cursor.Text().value(), "b");
  EXPECT_TRUE(Equal(cursor.ByteString().value(), FromHex("010203")));
  EXPECT_TRUE(cursor.Skip().ok());
  EXPECT_EQ(cursor.Peek().value(), Kind::kBool);
  EXPECT_TRUE(cursor.Bool().value());
  EXPECT_TRUE(cursor.Skip().ok());
  ASSERT_EQ(cursor.BeginArray().value(), 7U);
  EXPECT_TRUE(cursor.Null().ok());
  EXPECT_EQ(cursor.Integer().value(), 100);
  EXPECT_EQ(cursor.Unsigned().value(), 0U);
  EXPECT_EQ(cursor.Integer().value(), -1);
  EXPECT_EQ(cursor.Integer().value(), -2);
  EXPECT_EQ(cursor.ByteString().value().size(), 0U);
  EXPECT_EQ(cursor.Text().value(), "");
  EXPECT_TRUE(cursor.at_end());
  EXPECT_EQ(cursor.Skip(), Code::kNotFound);
  EXPECT_EQ(cursor.Peek().code(), Code::kNotFound);
}

TEST(Cursor, CountsAreBoundedByTheBytesThatAreLeft) {
  for (const char* hex :
       {"8200", "a100", "a20001", "9b00000001000000000000", "bbffffffffffffffff00",
        "bb800000000000000000", "42aa", "5bffffffffffffffff00", "8281"}) {
    EXPECT_EQ(Cursor(FromHex(hex)).Skip(), Code::kMalformed) << hex;
  }
  const auto number = FromHex("1bffffffffffffffff");
  Cursor cursor(number);
  EXPECT_EQ(cursor.Integer().code(), Code::kOutOfRange);
  EXPECT_EQ(cursor.Unsigned().value(), std::numeric_limits<std::uint64_t>::max());
}

TEST(Writer, MakesTheShortestForms) {
  std::array<std::byte, 100> out{};
  Writer writer(out);
  writer.BeginMap(3);
  writer.Text("a");
  writer.BeginArray(7);
  writer.Unsigned(23);
  writer.Unsigned(24);
  writer.Unsigned(256);
  writer.Unsigned(65536);
  writer.Unsigned(0x100000000);
  writer.Integer(-1);
  writer.Integer(std::numeric_limits<std::int64_t>::min());
  writer.Text("b");
  writer.ByteString(FromHex("ff"));
  writer.Bool(true);
  writer.Null();
  const Result<Bytes> document = writer.Finish();
  ASSERT_TRUE(document.ok());
  EXPECT_TRUE(Equal(*document, FromHex("a3616187171818190100"
                                       "1a00010000"
                                       "1b0000000100000000"
                                       "203b7fffffffffffffff"
                                       "616241ff"
                                       "f5f6")));
}

TEST(Writer, RemembersTheFirstMistake) {
  std::array<std::byte, 8> out{};
  {
    Writer writer(out);
    writer.BeginArray(2);
    writer.Null();
    EXPECT_EQ(writer.Finish().code(), Code::kFailedPrecondition);
    writer.BeginArray(0);
    EXPECT_TRUE(writer.Finish().ok());
    writer.Null();
    EXPECT_EQ(writer.Finish().code(), Code::kFailedPrecondition);
  }
  {
    Writer writer(out);
    EXPECT_EQ(writer.Finish().code(), Code::kFailedPrecondition);
    writer.Text("\xff");
    EXPECT_EQ(writer.Finish().code(), Code::kMalformed);
  }
  {
    Writer writer(out);
    writer.ByteString(std::array<std::byte, 8>{});
    EXPECT_EQ(writer.Finish().code(), Code::kTooLarge);
  }
  std::array<std::byte, 40> large{};
  Writer writer(large);
  for (std::size_t i = 0; i <= Writer::kMaxDepth; ++i) {
    writer.BeginArray(1);
  }
  EXPECT_EQ(writer.Finish().code(), Code::kTooLarge);
}

}  // namespace
}  // namespace linnet::cbor
