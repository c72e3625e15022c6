// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "provision/text.hpp"

#include <gmock/gmock.h>

#include <array>
#include <string>

namespace linnet::provision {
namespace {

std::string Escaped(std::string_view text) {
  std::array<std::byte, 256> memory{};
  Text out(memory);
  out.PutEscaped(text);
  return std::string(out.view());
}

TEST(TextTest, EscapesWhatHtmlWouldUnderstand) {
  EXPECT_EQ(Escaped("<b>&\"'"), "&lt;b&gt;&amp;&#34;&#39;");
  EXPECT_EQ(Escaped("Gr\xC3\xBC\xC3\x9F"
                    "e"),
            "Gr\xC3\xBC\xC3\x9F"
            "e");
  EXPECT_EQ(Escaped("a\xC3"), "a\xEF\xBF\xBD");
  EXPECT_EQ(Escaped("\xC3<"), "\xEF\xBF\xBD&lt;") << "no tag hides behind half a character";
  EXPECT_EQ(Escaped(std::string_view("\0\x1F", 2)), "\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(TextTest, NumbersAndDigits) {
  std::array<std::byte, 64> memory{};
  Text out(memory);
  out.PutNumber(0);
  out.Put(" ");
  out.PutNumber(4'294'967'295);
  out.Put(" ");
  out.PutHex("\x01\xAB");
  EXPECT_EQ(out.view(), "0 4294967295 01ab");
}

TEST(TextTest, SaysWhenSomethingDidNotFit) {
  std::array<std::byte, 4> memory{};
  Text out(memory);
  out.Put("abc");
  EXPECT_TRUE(out.fits());
  out.Put("de");
  EXPECT_FALSE(out.fits());
  EXPECT_EQ(out.view(), "abc");
}

TEST(FormTest, FindsAndDecodesValues) {
  std::array<std::byte, 16> memory{};
  EXPECT_EQ(FormValue("n=1&p=a+b%26c&o=", "p", memory).value_or(""), "a b&c");
  EXPECT_EQ(FormValue("n=1&p=x", "n", memory).value_or(""), "1");
  EXPECT_EQ(FormValue("np=1", "p", memory).code(), Code::kNotFound);
  EXPECT_EQ(FormValue("", "p", memory).code(), Code::kNotFound);
  EXPECT_EQ(FormValue("p", "p", memory).code(), Code::kNotFound);
  EXPECT_EQ(FormValue("o=", "o", memory).value_or("x"), "");
}

TEST(FormTest, RefusesWhatIsNotEncodedOrTooLong) {
  std::array<std::byte, 4> memory{};
  EXPECT_EQ(FormValue("p=%4", "p", memory).code(), Code::kMalformed);
  EXPECT_EQ(FormValue("p=%zz", "p", memory).code(), Code::kMalformed);
  EXPECT_EQ(FormValue("p=12345", "p", memory).code(), Code::kTooLarge);
  EXPECT_EQ(FormValue("p=%31234", "p", memory).value_or(""), "1234");
}

TEST(FormTest, HexDigits) {
  std::array<std::byte, 2> memory{};
  EXPECT_EQ(FromHex("4aFf", memory).value_or(""), "\x4A\xFF");
  EXPECT_EQ(FromHex("4a4", memory).code(), Code::kMalformed);
  EXPECT_EQ(FromHex("4x", memory).code(), Code::kMalformed);
  EXPECT_EQ(FromHex("414141", memory).code(), Code::kTooLarge);
}

}  // namespace
}  // namespace linnet::provision
