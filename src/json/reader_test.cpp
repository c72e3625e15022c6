// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "json/reader.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/view.hpp"
#include "json/testing/event_log.hpp"

namespace linnet::json {
namespace {

using testing::EventLog;

struct Outcome {
  Code code;
  std::string events;
  bool operator==(const Outcome&) const = default;
};

template <std::size_t kText = 64>
Outcome Read(const std::vector<StringView>& pieces) {
  EventLog log(kText);
  ReaderBuffer<kText> reader(log);
  for (const StringView piece : pieces) {
    if (const Status status = reader->Feed(AsBytes(piece)); !status.ok()) {
      EXPECT_EQ(reader->Finish(), status) << "a failure stays";
      return {status.code(), log.text};
    }
  }
  return {reader->Finish().code(), log.text};
}

std::string Events(StringView document) {
  const Outcome outcome = Read({document});
  EXPECT_EQ(outcome.code, Code::kOk) << document;
  return outcome.events;
}

TEST(Reader, ReportsEveryKindOfValue) {
  EXPECT_EQ(Events(R"({"a":[1,-2.5e3,true,false,null,"x",{},[]],"b":{"":""}})"),
            "{ k:a [ i:1 n:-2.5e3 true false null s:x { } [ ] ] k:b { k: s: } } ");
  EXPECT_EQ(Events(" \t\r\n { } \n"), "{ } ");
  EXPECT_EQ(Events("0"), "i:0 ");
  EXPECT_EQ(Events("\"top\""), "s:top ");
  EXPECT_EQ(Events("null "), "null ");
}

TEST(Reader, TellsIntegersThatFitFromOtherNumbers) {
  EXPECT_EQ(Events("[9223372036854775807,9223372036854775808]"),
            "[ i:9223372036854775807 n:9223372036854775808 ] ");
  EXPECT_EQ(Events("[-9223372036854775808,-9223372036854775809]"),
            "[ i:-9223372036854775808 n:-9223372036854775809 ] ");
  EXPECT_EQ(Events("[18446744073709551616,99999999999999999999]"),
            "[ n:18446744073709551616 n:99999999999999999999 ] ");
  EXPECT_EQ(Events("[-0,0.0,1E+2,1e-2]"), "[ i:0 n:0.0 n:1E+2 n:1e-2 ] ");
}

TEST(Reader, DecodesEscapes) {
  EXPECT_EQ(Events(R"("\"\\\/\b\f\n\r\t")"), "s:\"\\/\b\f\n\r\t ");
  EXPECT_EQ(Events(R"("\u0041\u00e9\u20AC\ud83d\uDE00\udbff\udfff")"),
            "s:A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf ");
  EXPECT_EQ(Events(R"({"\u006b":"\u0000"})"), std::string("{ k:k s:\0 } ", 12));
}

TEST(Reader, RefusesWhatTheGrammarDoes) {
  const StringView bad[] = {
      "",
      " ",
      "{",
      "[",
      "}",
      "]",
      "[}",
      "{]",
      "[1",
      "[1,",
      "[1,]",
      "[,1]",
      "[1 2]",
      "{,}",
      "{\"a\"}",
      "{\"a\":}",
      "{\"a\":1,}",
      "{\"a\" 1}",
      "{\"a\"::1}",
      "{a:1}",
      "{1:1}",
      "{'a':1}",
      "{\"a\":1 \"b\":2}",
      "{}{}",
      "[] []",
      "1 2",
      "1,",
      "tru",
      "truee",
      "True",
      "TRUE",
      "nul",
      "nan",
      "NaN",
      "Infinity",
      "-Infinity",
      "+1",
      "01",
      "-",
      "-01",
      ".5",
      "1.",
      "1.e1",
      "1e",
      "1e+",
      "1e1.5",
      "0x10",
      "1_000",
      "--1",
      "1-",
      "\"",
      "\"a",
      "\"\\\"",
      "\"\\x\"",
      "\"\\u12\"",
      "\"\\u12g4\"",
      "\"\\U0041\"",
      "\"\t\"",
      "\"\n\"",
      "\"a\x01\"",
      "// c\n1",
      "[1]//",
      "/**/1",
      "[1,\"a\":2]",
      "\xef\xbb\xbf{}",
      "{\"a\":1;}",
      "@",
      "[\"a\",@]",
  };
  for (const StringView document : bad) {
    EXPECT_EQ(Read({document}).code, Code::kMalformed) << document;
  }
  EXPECT_EQ(Read({StringView("\0", 1)}).code, Code::kMalformed);
  EXPECT_EQ(Read({StringView("\"\0\"", 3)}).code, Code::kMalformed);
}

TEST(Reader, RefusesHalvesOfSurrogatePairs) {
  for (const char* bad : {R"("\ud83d")", R"("\ude00")", R"("\ud83dx")", R"("\ud83d\n")",
                          R"("\ud83d\u0041")", R"("\ud83d\ud83d")", R"("\ude00\ud83d")"}) {
    EXPECT_EQ(Read({bad}).code, Code::kMalformed) << bad;
  }
}

TEST(Reader, RefusesWhatIsNotUtf8) {
  const StringView bad[] = {"\"\x80\"",
                            "\"\xc0\xaf\"",
                            "\"\xc1\xbf\"",
                            "\"\xe0\x9f\xbf\"",
                            "\"\xed\xa0\x80\"",
                            "\"\xf0\x8f\xbf\xbf\"",
                            "\"\xf5\x80\x80\x80\"",
                            "\"\xf4\x90\x80\x80\"",
                            "\"\xe2\x82\"",
                            "\"\xe2\x28\xa1\"",
                            "\"\xff\"",
                            "{\"\xfe\":1}"};
  for (const StringView document : bad) {
    EXPECT_EQ(Read({document}).code, Code::kMalformed) << document;
  }
  EXPECT_EQ(Events("\"\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xf0\x90\x80\x80\""),
            "s:\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xf0\x90\x80\x80 ");
}

TEST(Reader, HandsLongTextsOutInPartsOfWholeCharacters) {
  std::string long_text;
  for (int i = 0; i < 2560; ++i) {
    long_text += i % 3 == 0 ? "\xf0\x9f\x98\x80" : i % 3 == 1 ? "a" : "\xe2\x82\xac";
  }
  const std::string document = "{\"" + long_text + "\":\"" + long_text + "\"}";
  EventLog log(32);
  ReaderBuffer<32> reader(log);
  ASSERT_TRUE(reader->Feed(AsBytes(document)).ok());
  ASSERT_TRUE(reader->Finish().ok());
  EXPECT_EQ(log.text, "{ k:" + long_text + " s:" + long_text + " } ");
  EXPECT_GT(log.parts, 2 * long_text.size() / 32);
}

TEST(Reader, GivesAShortTextInOneEvent) {
  EventLog log;
  ReaderBuffer<32> reader(log);
  const std::string document = "\"" + std::string(28, 'x') + "\"";
  ASSERT_TRUE(reader->Feed(AsBytes(document)).ok());
  EXPECT_EQ(log.parts, 1U);
}

TEST(Reader, BoundsNumbersAndDepth) {
  EXPECT_EQ(Read<32>({std::string(32, '1')}).code, Code::kOk);
  EXPECT_EQ(Read<32>({std::string(33, '1')}).code, Code::kTooLarge);
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_EQ(Read({nested(Reader::kMaxDepth)}).code, Code::kOk);
  EXPECT_EQ(Read({nested(Reader::kMaxDepth + 1)}).code, Code::kTooLarge);
}

TEST(Reader, KnowsEachContainerOnTheWayBack) {
  std::string open;
  std::string close;
  std::string events;
  for (std::size_t i = 0; i < Reader::kMaxDepth / 2; ++i) {
    open += "[{\"k\":";
    close += "}]";
    events += "[ { k:k ";
  }
  EXPECT_EQ(Read({open + "1" + close}).code, Code::kOk);
  close[0] = ']';
  EXPECT_EQ(Read({open + "1" + close}).code, Code::kMalformed);
}

TEST(Reader, EverySplitGivesTheSameEvents) {
  const std::string documents[] = {
      R"( {"a":[1,-2.5e3,true,false,null],"é\u00e9\ud83d\ude00\n":{"":"x\"y"}, "n":-0 } )",
      R"([{"state":{"telemetry":{"interval_s":30}}},12345678901234567890, 1e5])",
      R"({"a":1,})",
      "[\"\xe2\x82\xac\xf0\x9f\x98\x80\", \"\xe2\x82\"]",
      R"(["\ud83d\u0041"])",
      "tru ",
      "-12",
  };
  for (const std::string& document : documents) {
    const StringView text = document;
    const Outcome whole = Read<32>({text});
    for (std::size_t i = 0; i <= text.size(); ++i) {
      ASSERT_EQ(Read<32>({text.substr(0, i), text.substr(i)}), whole) << document << " at " << i;
      for (std::size_t j = i; j <= text.size(); j += 3) {
        ASSERT_EQ(Read<32>({text.substr(0, i), text.substr(i, j - i), text.substr(j)}), whole);
      }
    }
    std::vector<StringView> bytes;
    for (std::size_t i = 0; i < text.size(); ++i) {
      bytes.push_back(text.substr(i, 1));
    }
    EXPECT_EQ(Read<32>(bytes), whole) << document;
  }
}

TEST(Reader, SaysWhereItFailed) {
  EventLog log;
  ReaderBuffer<32> reader(log);
  EXPECT_TRUE(reader->Feed(AsBytes("[1,")).ok());
  EXPECT_FALSE(reader->Feed(AsBytes("  x y]")).ok());
  EXPECT_EQ(reader->offset(), 6U) << "the word is known to be wrong where it ends";
}

class Refusing final : public Handler {
 public:
  Status On(const Event& event) override {
    ++calls;
    return event.kind == Kind::kNull ? Code::kCancelled : Code::kOk;
  }
  int calls = 0;
};

TEST(Reader, StopsWhenTheHandlerDoesUntilReset) {
  Refusing handler;
  ReaderBuffer<32> reader(handler);
  EXPECT_EQ(reader->Feed(AsBytes("[1,null,2]")).code(), Code::kCancelled);
  EXPECT_EQ(handler.calls, 3);
  EXPECT_EQ(reader->Feed(AsBytes("]")).code(), Code::kCancelled);
  EXPECT_EQ(reader->Finish().code(), Code::kCancelled);
  EXPECT_EQ(handler.calls, 3);
  reader->Reset();
  EXPECT_TRUE(reader->Feed(AsBytes("[]")).ok());
  EXPECT_TRUE(reader->Finish().ok());
}

TEST(Reader, ResetForgetsHalfReadCharacters) {
  EventLog log;
  ReaderBuffer<32> reader(log);
  for (const char* half : {"\"\xf0\x9f", "\"\\ud83d", "\"\\u00", "{\"a\":[", "12"}) {
    EXPECT_TRUE(reader->Feed(AsBytes(half)).ok());
    reader->Reset();
    log.text.clear();
    EXPECT_TRUE(reader->Feed(AsBytes("[\"\\u0041\xc3\xa9\"]")).ok()) << half;
    EXPECT_TRUE(reader->Finish().ok());
    EXPECT_EQ(log.text, "[ s:A\xc3\xa9 ] ") << half;
    reader->Reset();
  }
}

}  // namespace
}  // namespace linnet::json
