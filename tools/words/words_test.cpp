// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <sstream>
#include <stdexcept>

#include "tools/words/pack.hpp"

namespace linnet::words {
namespace {

using ::testing::HasSubstr;

Words ReadText(const std::string& text) {
  std::istringstream in(text);
  return Read(in);
}

std::string Complaint(const std::string& text) {
  try {
    ReadText(text);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

/// The characters of a piece; anything else is a '?'.
std::string Plain(const Piece& piece) {
  std::string text;
  for (const std::uint8_t byte : piece.bytes) {
    text += byte >= kFirstCharacter ? static_cast<char>(byte - kFirstCharacter + ' ') : '?';
  }
  return text;
}

TEST(WordsTest, LinesAreJoinedAndBarsKeepBlanks) {
  const Words words =
      ReadText("# about\n$ who\n= one\n  a\n  |  b |\nc\n= none\n= two_2\n$who!\\n\n");
  ASSERT_EQ(words.pieces.size(), 3U);
  EXPECT_EQ(Plain(words.pieces[0]), "a  b c");
  EXPECT_EQ(Plain(words.pieces[1]), "");
  EXPECT_EQ(Plain(words.pieces[2]), "?!?");
  EXPECT_EQ(words.pieces[2].bytes[0], words.end() + 2);
  EXPECT_EQ(words.pieces[2].bytes[2], words.end() + 1);
  EXPECT_EQ(words.pieces[2].line, 8);
}

TEST(WordsTest, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(Complaint("$ a\n= x\nto $b\n"), "3: piece 'x': '$b' is none of the slots");
  EXPECT_EQ(Complaint("= x\n= y\n= x\n"), "3: piece 'y': there are two of the name 'x'");
  EXPECT_THAT(Complaint("$ a a\n= x\n"), HasSubstr("1: there are two of the name 'a'"));
  EXPECT_THAT(Complaint("= X\n"), HasSubstr("1: 'X' is no name"));
  EXPECT_THAT(Complaint("= x\n\xE2\x80\xA6\n"),
              HasSubstr("2: piece 'x': only characters of ASCII"));
  EXPECT_EQ(Complaint("text\n"), "1: the first text has no name");
  EXPECT_THAT(Complaint("= x\n$ late\n"), HasSubstr("2: piece 'x': slots are named once"));
  EXPECT_THAT(Complaint(""), HasSubstr("there is no piece"));
  std::string slots = "$";
  std::string pieces;
  for (int i = 0; i < 257; ++i) {
    slots += " s" + std::to_string(i);
    pieces += "= p" + std::to_string(i) + "\n";
  }
  EXPECT_THAT(Complaint(slots + "\n= x\n"), HasSubstr("at most 31"));
  EXPECT_EQ(Complaint(pieces), "257: piece 'p256': more than 256 pieces");
}

TEST(WordsTest, WhatIsPackedComesOutAndIsShorter) {
  std::string text = "$ name\n";
  for (int i = 0; i < 200; ++i) {
    text += "= p" + std::to_string(i) + "\n<p>The device's $name is number " +
            std::to_string(i * i * 7919) + ", aaaaaaaa.</p>\n";
  }
  const Words words = ReadText(text);
  const Packed packed = Pack(words);
  const auto out = Unpack(words, packed);
  ASSERT_EQ(out.size(), words.pieces.size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    EXPECT_EQ(out[i], words.pieces[i].bytes) << i;
  }
  EXPECT_LT(packed.bytes.size() * 4, text.size());
  EXPECT_LE(packed.pairs.size(), words.end());
  EXPECT_LE(packed.depth, kMaxDepth);
}

TEST(WordsTest, TheHeaderNamesPiecesAndSlots) {
  const Words words = ReadText("$ ssid\n= see_other\n303 $ssid\n");
  const std::string header = Header("linnet::lamp", words, Pack(words));
  EXPECT_THAT(header, HasSubstr("namespace linnet::lamp {"));
  EXPECT_THAT(header, HasSubstr("enum class Piece : std::uint8_t {\n  kSeeOther,\n};"));
  EXPECT_THAT(header, HasSubstr("enum class Slot : std::uint8_t {\n  kSsid,\n};"));
}

}  // namespace
}  // namespace linnet::words
