// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "provision/qr_code.hpp"

#include <gmock/gmock.h>

#include <string>

#include "base/crc32.hpp"

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
      drawing += (code.rows()[row] >> column & 1) != 0 ? '#' : '.';
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
  ASSERT_TRUE(code.Encode("WIFI:T:WPA;S:eighteen-character-12AB;P:3kf7mq2xw9ht;;").ok());
  EXPECT_EQ(Crc32(AsBytes(Draw(code))), 0x3F3F826DU) << "of what ZBar reads";
  EXPECT_TRUE(code.Encode("").ok());
  EXPECT_EQ(code.Encode(std::string(QrCode::kMaxText + 1, 'a')).code(), Code::kTooLarge);
  EXPECT_EQ(EncodeWifi(std::string(32, 's'), "0123456789", code).code(), Code::kTooLarge);
}

struct Screen final : hal::Console {
  void Write(std::string_view text) override { shown += text; }

  std::string shown;
};

TEST(QrCodeTest, LinesOfTextHoldTwoRowsAndAQuietZone) {
  constexpr std::string_view kBegin = "\x1B[30;107m    ";
  constexpr std::string_view kEnd = "    \x1B[0m\r\n";
  QrCode code;
  ASSERT_TRUE(EncodeWifi("lamp-12AB", "3kf7mq2xw9ht", code).ok());
  Screen screen;
  PrintQr(code, screen);

  std::string drawing;
  std::string_view rest = screen.shown;
  for (std::size_t line = 0; line < 19; ++line) {
    ASSERT_TRUE(rest.starts_with(kBegin)) << line;
    rest.remove_prefix(kBegin.size());
    std::string above;
    std::string below;
    for (std::size_t column = 0; column < QrCode::kSide; ++column) {
      const std::string_view half = rest.substr(0, rest.starts_with(' ') ? 1 : 3);
      const bool both = half == "\xE2\x96\x88";
      above += both || half == "\xE2\x96\x80" ? '#' : '.';
      below += both || half == "\xE2\x96\x84" ? '#' : '.';
      rest.remove_prefix(half.size());
    }
    for (const std::string& row : {above, below}) {
      drawing += row;
      drawing += '\n';
    }
    ASSERT_TRUE(rest.starts_with(kEnd)) << line;
    rest.remove_prefix(kEnd.size());
  }
  EXPECT_EQ(rest, "");
  const std::string empty = std::string(QrCode::kSide, '.') + '\n';
  const std::string quiet = empty + empty + empty + empty;
  EXPECT_EQ(drawing, quiet + std::string(kDrawing) + quiet + empty);
}

}  // namespace
}  // namespace linnet::provision
