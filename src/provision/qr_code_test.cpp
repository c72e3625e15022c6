// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "provision/qr_code.hpp"

#include <gmock/gmock.h>

#include <array>
#include <string>

namespace linnet::provision {
namespace {

/// Read by ZBar as WIFI:T:WPA;S:lamp-12AB;P:3kf7mq2xw9ht;;
constexpr std::string_view kDrawing =
    "#######...#....#.#.##.#######\n"
    "#.....#..#...###...#..#.....#\n"
    "#.###.#.#..#..#.#..##.#.###.#\n"
    "#.###.#..#..#....###..#.###.#\n"
    "#.###.#..#..##.#......#.###.#\n"
    "#.....#...###..###.##.#.....#\n"
    "#######.#.#.#.#.#.#.#.#######\n"
    "........#..#.###.#.#.........\n"
    "###.#####...####.##.###...#..\n"
    "#......###.##.#...###.##.###.\n"
    "#.#...###.#####..##.#..#.####\n"
    "#.#.#..####.###.##...###.#.##\n"
    "#.##..#.#.##..#..##..#####.##\n"
    "#...##...###....###..##..###.\n"
    "..#..###.##..#..###..#.#...##\n"
    "....##.....#...#.###.#.##....\n"
    "..##..#####.#..#.#...###.##..\n"
    ".##.#..#.#.###..#....###...#.\n"
    "#.########.##.#.###...###.###\n"
    ".#.#.#..##..###..####..#.#..#\n"
    "#.##.####..#..#..#.#######.##\n"
    "........##.#..#..#.##...###..\n"
    "#######.#....#...#.##.#.#..##\n"
    "#.....#.##.#...#.#.##...#...#\n"
    "#.###.#.#.#.#....##.#########\n"
    "#.###.#...####..####...#...##\n"
    "#.###.#.#..##.#..#..#..###..#\n"
    "#.....#.###.#######.#.##...#.\n"
    "#######.##.#..####.####.#####\n";

std::string Draw(const QrCode& code) {
  std::string drawing;
  for (std::size_t row = 0; row < QrCode::kSide; ++row) {
    for (std::size_t column = 0; column < QrCode::kSide; ++column) {
      drawing += code.dark(row, column) ? '#' : '.';
    }
    drawing += '\n';
  }
  return drawing;
}

TEST(QrCodeTest, DrawsWhatAnotherImplementationReads) {
  QrCode code;
  ASSERT_TRUE(EncodeWifi("lamp-12AB", "3kf7mq2xw9ht", code).ok());
  EXPECT_EQ(Draw(code), kDrawing);
}

TEST(QrCodeTest, TheLongestTextFitsAndALongerOneDoesNot) {
  QrCode code;
  EXPECT_TRUE(code.Encode(std::string(QrCode::kMaxText, 'a')).ok());
  EXPECT_TRUE(code.Encode("").ok());
  EXPECT_EQ(code.Encode(std::string(QrCode::kMaxText + 1, 'a')).code(), Code::kTooLarge);
  EXPECT_EQ(EncodeWifi(std::string(32, 's'), "0123456789", code).code(), Code::kTooLarge);
}

TEST(QrCodeTest, LinesOfTextHoldTwoRowsAndAQuietZone) {
  QrCode code;
  ASSERT_TRUE(code.Encode("x").ok());
  std::array<char, kQrLineSize> memory{};
  const std::string empty(QrLine(code, 0, memory));
  EXPECT_EQ(empty, "\x1B[30;107m" + std::string(QrCode::kSide + 2 * kQrQuiet, ' ') + "\x1B[0m");
  // The first line of the finders: dark above; below, dark only at their sides.
  const std::string first(QrLine(code, kQrQuiet / 2, memory));
  EXPECT_THAT(first, ::testing::StartsWith("\x1B[30;107m    \xE2\x96\x88\xE2\x96\x80"));
  for (std::size_t line = 0; line < kQrLines; ++line) {
    EXPECT_LE(QrLine(code, line, memory).size(), memory.size());
  }
}

}  // namespace
}  // namespace linnet::provision
