// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "json/writer.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <functional>
#include <string>

#include "base/view.hpp"

namespace linnet::json {
namespace {

using Steps = std::function<void(Writer&)>;

Result<StringView> Write(Span<char> out, const Steps& steps) {
  Writer writer(out);
  steps(writer);
  return writer.Finish();
}

std::string Text(const Steps& steps) {
  std::array<char, 512> out{};
  const auto text = Write(out, steps);
  return text.ok() ? std::string(*text) : std::string(ToString(text.code()));
}

TEST(Writer, WritesEveryKindOfValue) {
  EXPECT_EQ(Text([](Writer& w) {
              w.BeginObject();
              w.Member("text", "a");
              w.Member("least", INT64_MIN);
              w.Member("most", INT64_MAX);
              w.Key("list");
              w.BeginArray();
              w.Bool(true);
              w.Bool(false);
              w.Null();
              w.BeginObject();
              w.EndObject();
              w.BeginArray();
              w.EndArray();
              w.EndArray();
              w.Key("hex");
              w.Hex(AsBytes("\x01\xfe"));
              w.EndObject();
            }),
            R"({"text":"a","least":-9223372036854775808,"most":9223372036854775807,)"
            R"("list":[true,false,null,{},[]],"hex":"01fe"})");
}

TEST(Writer, EscapesWhatMustBe) {
  EXPECT_EQ(Text([](Writer& w) { w.String("\" \\ / \b\f\n\r\t \x01\x1f \x7f \xc3\xa9"); }),
            R"("\" \\ / \b\f\n\r\t \u0001\u001f )"
            "\x7f \xc3\xa9\"");
  EXPECT_EQ(Text([](Writer& w) { w.String(StringView("\0", 1)); }), R"("\u0000")");
  EXPECT_EQ(Text([](Writer& w) {
              w.BeginObject();
              w.Member("a\"b", 1);
              w.EndObject();
            }),
            R"({"a\"b":1})");
}

TEST(Writer, RefusesTextThatIsNotUtf8) {
  for (const char* bad : {"\xff", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "a\xc3"}) {
    EXPECT_EQ(Text([&](Writer& w) { w.String(bad); }), "Malformed") << bad;
  }
}

TEST(Writer, RefusesEveryBreakOfTheStructure) {
  const Steps wrong[] = {
      [](Writer&) {},
      [](Writer& w) { w.Key("a"); },
      [](Writer& w) { w.EndObject(); },
      [](Writer& w) { w.Null(), w.Null(); },
      [](Writer& w) { w.Null(), w.BeginArray(), w.EndArray(); },
      [](Writer& w) { w.BeginObject(); },
      [](Writer& w) { w.BeginObject(), w.Null(), w.EndObject(); },
      [](Writer& w) { w.BeginObject(), w.String("a"), w.EndObject(); },
      [](Writer& w) { w.BeginObject(), w.Hex({}), w.EndObject(); },
      [](Writer& w) { w.BeginObject(), w.BeginArray(), w.EndArray(), w.EndObject(); },
      [](Writer& w) { w.BeginObject(), w.Key("a"), w.EndObject(); },
      [](Writer& w) { w.BeginObject(), w.Key("a"), w.Key("b"), w.Null(), w.EndObject(); },
      [](Writer& w) { w.BeginObject(), w.EndArray(); },
      [](Writer& w) { w.BeginArray(), w.Key("a"), w.Null(), w.EndArray(); },
      [](Writer& w) { w.BeginArray(), w.EndObject(); },
      [](Writer& w) { w.BeginObject(), w.Member("a", 1), w.Null(), w.EndObject(); },
  };
  for (const Steps& steps : wrong) {
    EXPECT_EQ(Text(steps), "FailedPrecondition") << &steps - wrong;
  }
}

TEST(Writer, NeverWritesPastTheBufferAndSaysSo) {
  const Steps steps = [](Writer& w) {
    w.BeginObject();
    w.Member("key", "va\nlue");
    w.Key("list");
    w.BeginArray();
    w.Integer(-12);
    w.Bool(true);
    w.EndArray();
    w.EndObject();
  };
  const std::string whole = Text(steps);
  for (std::size_t size = 0; size <= whole.size() + 1; ++size) {
    std::string out(size + 1, '#');
    const auto text = Write(std::span(out.data(), size), steps);
    EXPECT_EQ(out.back(), '#') << size;
    if (size < whole.size()) {
      EXPECT_EQ(text.code(), Code::kTooLarge) << size;
    } else {
      ASSERT_TRUE(text.ok()) << size;
      EXPECT_EQ(*text, whole);
    }
  }
}

TEST(Writer, KeepsTheFirstError) {
  EXPECT_EQ(Text([](Writer& w) {
              w.String("\xff");
              w.EndObject();
            }),
            "Malformed");
}

TEST(Writer, BoundsItsDepth) {
  const auto nest = [](std::size_t depth) {
    return Text([&](Writer& w) {
      for (std::size_t i = 0; i < depth; ++i) {
        w.BeginArray();
      }
      for (std::size_t i = 0; i < depth; ++i) {
        w.EndArray();
      }
    });
  };
  EXPECT_EQ(nest(Writer::kMaxDepth).size(), 2 * Writer::kMaxDepth);
  EXPECT_EQ(nest(Writer::kMaxDepth + 1), "TooLarge");
}

}  // namespace
}  // namespace linnet::json
