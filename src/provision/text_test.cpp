// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "provision/text.hpp"

#include <gmock/gmock.h>

#include <array>
#include <span>
#include <string>

#include "base/view.hpp"

namespace linnet::provision {
namespace {

std::string Escaped(StringView text) {
  std::array<std::byte, 256> memory{};
  Text out(memory);
  out.PutEscaped(text);
  return std::string(out.view());
}

TEST(TextTest, EscapesWhatHtmlWouldUnderstand) {
  EXPECT_EQ(Escaped("<b>&\"'"), "&#x3c;b&#x3e;&#x26;&#x22;&#x27;");
  EXPECT_EQ(Escaped("Gr\xC3\xBC\xC3\x9F"
                    "e"),
            "Gr\xC3\xBC\xC3\x9F"
            "e");
  EXPECT_EQ(Escaped("a\xC3"), "a\xEF\xBF\xBD");
  EXPECT_EQ(Escaped("\xC3<"), "\xEF\xBF\xBD&#x3c;") << "no tag hides behind half a character";
  EXPECT_EQ(Escaped(StringView("\0\x1F", 2)), "\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(TextTest, SaysWhenSomethingDidNotFit) {
  std::array<std::byte, 4> memory{};
  Text out(memory);
  out.Put("abc");
  EXPECT_TRUE(out.fits());
  out.Put("de");
  EXPECT_FALSE(out.fits());
  EXPECT_EQ(out.view(), "abcd");
}

TEST(UrlTest, DecodesValues) {
  std::array<std::byte, 4> memory{};
  EXPECT_EQ(FromUrl("a+%26c", memory), "a &c");
  EXPECT_EQ(FromUrl("", memory), "");
  EXPECT_EQ(FromUrl("%31234", memory), "1234");
  EXPECT_EQ(FromUrl("%4", memory), "%4");
  EXPECT_EQ(FromUrl("%zz1", memory).size(), 2U);
  EXPECT_EQ(FromUrl("12345", memory), "1234");
}

TEST(UrlTest, DecodesInPlace) {
  std::string text = "%2541%25%42";
  const auto memory = std::as_writable_bytes(std::span(text));
  const StringView once = FromUrl(text, memory);
  EXPECT_EQ(once, "%41%B");
  EXPECT_EQ(FromUrl(once.substr(0, 3), memory), "A");
}

TEST(UrlTest, BytesInAUrlComeBack) {
  std::array<std::byte, 6> memory{};
  Text out(memory);
  out.PutUrl("\x4A\xFF");
  EXPECT_EQ(out.view(), "%4a%ff");
  std::array<std::byte, 2> bytes{};
  EXPECT_EQ(FromUrl(out.view(), bytes), "\x4A\xFF");
  EXPECT_EQ(FromUrl("%41%41%41", bytes), "AA");
}

}  // namespace
}  // namespace linnet::provision
