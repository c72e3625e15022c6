// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "image/version.hpp"

#include <gtest/gtest.h>

#include <string>

namespace linnet::image {
namespace {

TEST(Version, Text) {
  EXPECT_EQ(ToText(Version{1, 2, 3, 4}), "1.2.3+4");
  EXPECT_EQ(ToText(Version{1, 2, 3, 0}), "1.2.3");
  EXPECT_EQ(ToText(Version{255, 255, 65535, 4294967295}), "255.255.65535+4294967295");
}

TEST(Version, ParsesWhatItWrites) {
  for (const Version& version :
       {Version{}, Version{1, 2, 3, 4}, Version{255, 255, 65535, 4294967295}}) {
    const Result<Version> parsed = ParseVersion(ToText(version));
    ASSERT_TRUE(parsed.ok());
    EXPECT_EQ(*parsed, version);
  }
}

TEST(Version, MissingPartsAreZero) {
  EXPECT_EQ(*ParseVersion("7"), (Version{7, 0, 0, 0}));
  EXPECT_EQ(*ParseVersion("7.8"), (Version{7, 8, 0, 0}));
  EXPECT_EQ(*ParseVersion("7.8.9"), (Version{7, 8, 9, 0}));
}

TEST(Version, RefusesOtherText) {
  for (const char* text : {"", ".", "1.", "1..2", "1.2.3.4", "1.2.3+", "1+2", "1.2+3", "v1", "-1",
                           "+1", " 1", "1 ", "1.2.3+4x", "1.0x2"}) {
    EXPECT_EQ(ParseVersion(text).code(), Code::kMalformed) << text;
  }
  for (const char* text : {"256", "1.256", "1.2.65536", "1.2.3+4294967296",
                           "99999999999999999999999999999999999999"}) {
    EXPECT_EQ(ParseVersion(text).code(), Code::kOutOfRange) << text;
  }
}

TEST(Version, IsOrderedFieldByField) {
  EXPECT_LT((Version{1, 255, 65535, 9}), (Version{2, 0, 0, 0}));
  EXPECT_LT((Version{1, 1, 65535, 9}), (Version{1, 2, 0, 0}));
  EXPECT_LT((Version{1, 1, 1, 9}), (Version{1, 1, 2, 0}));
  EXPECT_LT((Version{1, 1, 1, 1}), (Version{1, 1, 1, 2}));
}

}  // namespace
}  // namespace linnet::image
