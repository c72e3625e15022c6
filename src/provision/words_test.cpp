// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "provision/words.hpp"

#include <gmock/gmock.h>

#include <array>
#include <string>

namespace linnet::provision {
namespace {

std::string Written(Piece piece) {
  std::array<std::byte, 4096> memory{};
  Writer out(memory);
  out.Set(Slot::kProduct, "<lamp>");
  out.Set(Slot::kVersion, "1.0.0");
  out.Put(piece);
  EXPECT_TRUE(out.fits());
  return std::string(out.view());
}

TEST(WriterTest, PiecesComeOutFromTheFirstToTheLast) {
  EXPECT_EQ(Written(Piece::kNone), "");
  EXPECT_EQ(Written(Piece::kHttp), "HTTP/1.1 ");
  EXPECT_EQ(Written(Piece::kSeeOther), "303 See Other\r\nLocation: /");
  EXPECT_EQ(Written(Next(Piece::kSeeOther)), "400 no valid WifiConfig");
  EXPECT_EQ(Written(Piece::kTooOften),
            "That was often.</b><p>Wait half a minute, then try again.</div>");
}

TEST(WriterTest, ValuesComeIntoTheirSlots) {
  EXPECT_EQ(Written(Piece::kFoot),
            "<footer><p><small>&#x3c;lamp&#x3e;, version 1.0.0</small></footer></main>");
}

TEST(WriterTest, SaysWhenAPieceDoesNotFit) {
  std::array<std::byte, 4> memory{};
  Writer out(memory);
  out.Put(Piece::kHttp);
  EXPECT_FALSE(out.fits());
}

}  // namespace
}  // namespace linnet::provision
