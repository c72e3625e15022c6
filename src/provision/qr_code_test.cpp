// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "provision/qr_code.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <string>

#include "base/crc32.hpp"
#include "base/view.hpp"

namespace linnet::provision {
namespace {

/// Read by ZBar as WIFI:T:WPA;S:lamp-12AB;P:3kf7mq2xw9ht;;
constexpr StringView kDrawing =
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

struct Screen final : hal::Console {
  void Write(StringView text) override { shown += text; }

  std::string shown;
};

constexpr std::size_t kSide = 29;

/// What is printed, one character a module, without the quiet zone, which is looked at here. Lines
/// of text hold two rows.
std::string Draw(StringView ssid, StringView passphrase) {
  constexpr StringView kBegin = "\x1B[30;107m    ";
  constexpr StringView kEnd = "    \x1B[0m\r\n";
  Screen screen;
  PrintWifiQr(ssid, passphrase, screen);

  std::string drawing;
  StringView rest = screen.shown;
  for (std::size_t line = 0; line < 19; ++line) {
    EXPECT_TRUE(rest.starts_with(kBegin)) << line;
    rest.remove_prefix(std::min(rest.size(), kBegin.size()));
    std::string above;
    std::string below;
    for (std::size_t column = 0; column < kSide; ++column) {
      const StringView half = rest.substr(0, rest.starts_with(' ') ? 1 : 3);
      const bool both = half == "\xE2\x96\x88";
      above += both || half == "\xE2\x96\x80" ? '#' : '.';
      below += both || half == "\xE2\x96\x84" ? '#' : '.';
      rest.remove_prefix(half.size());
    }
    for (const std::string& row : {above, below}) {
      drawing += row;
      drawing += '\n';
    }
    EXPECT_TRUE(rest.starts_with(kEnd)) << line;
    rest.remove_prefix(std::min(rest.size(), kEnd.size()));
  }
  EXPECT_EQ(rest, "");
  const std::string empty = std::string(kSide, '.') + '\n';
  const std::string quiet = empty + empty + empty + empty;
  EXPECT_TRUE(drawing.starts_with(quiet));
  EXPECT_TRUE(drawing.ends_with(quiet + empty));
  return drawing.substr(quiet.size(), kSide * empty.size());
}

TEST(QrCodeTest, DrawsWhatAnotherImplementationReads) {
  EXPECT_EQ(Draw("lamp-12AB", "3kf7mq2xw9ht"), kDrawing);
}

TEST(QrCodeTest, TheLongestTextFitsAndALongerOneIsCut) {
  EXPECT_EQ(Crc32(AsBytes(Draw("eighteen-character-12AB", "3kf7mq2xw9ht"))), 0x3F3F826DU)
      << "of what ZBar reads";
  EXPECT_NE(Draw(std::string(32, 's'), std::string(63, 'p')), "");
  EXPECT_NE(Draw("", ""), "");
}

}  // namespace
}  // namespace linnet::provision
