// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "base/words.hpp"

#include <gtest/gtest.h>

#include "base/view.hpp"

namespace linnet {
namespace {

TEST(Words, TakesWhatIsInFrontOfAnEnd) {
  StringView text = "a=b=";
  EXPECT_EQ(TakeWord(text, '='), "a");
  EXPECT_EQ(TakeWord(text, '='), "b");
  EXPECT_EQ(text, "");
  EXPECT_NE(text.data(), nullptr) << "an empty word is left";
  EXPECT_EQ(TakeWord(text, '='), "");
  EXPECT_EQ(text.data(), nullptr);
}

TEST(Words, FindsWholeWordsOnly) {
  constexpr const char* kWords = "get|update|up";
  EXPECT_EQ(IndexOf("get", kWords), 0U);
  EXPECT_EQ(IndexOf("update", kWords), 1U);
  EXPECT_EQ(IndexOf("up", kWords), 2U);
  for (const char* none : {"", "ge", "gett", "pdate", "get|update", "|", "up|"}) {
    EXPECT_EQ(IndexOf(none, kWords), 3U) << none;
  }
  EXPECT_EQ(IndexOf("", "a||b"), 1U);
}

TEST(Words, GivesThemBack) {
  constexpr const char* kWords = "get|update|up";
  EXPECT_EQ(WordAt(0, kWords), "get");
  EXPECT_EQ(WordAt(1, kWords), "update");
  EXPECT_EQ(WordAt(2, kWords), "up");
  EXPECT_EQ(WordAt(3, kWords), "");
  EXPECT_EQ(WordAt(9, kWords), "");
  EXPECT_EQ(WordAt(1, StringView(kWords)), "update");
}

}  // namespace
}  // namespace linnet
