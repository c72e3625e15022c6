// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "provision/qr_code.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/assert.hpp"
#include "base/format.hpp"
#include "base/view.hpp"

namespace linnet::provision {

namespace {

using namespace std::string_view_literals;

constexpr std::size_t kSide = 29;      // modules
constexpr std::size_t kQuiet = 4;      // around it
constexpr std::size_t kMaxText = 53;   // bytes
constexpr std::size_t kDataSize = 55;  // codewords, of which two say mode and length
constexpr std::size_t kCorrectionSize = 15;
constexpr std::size_t kTiming = 6;

/// What every code of this version, level and mask has: finders, timing and alignment patterns, and
/// twice the format 0x77C4 (annex C). Blank is what holds the data.
constexpr std::array<StringView, kSide> kPatterns{
    "#######..            .#######",  //
    "#.....#..            .#.....#",  //
    "#.###.#.#            .#.###.#",  //
    "#.###.#..            .#.###.#",  //
    "#.###.#..            .#.###.#",  //
    "#.....#..            .#.....#",  //
    "#######.#.#.#.#.#.#.#.#######",  //
    "........#            ........",  //
    "###.#####            ##...#..",  //
    "      .                      ",  //
    "      #                      ",  //
    "      .                      ",  //
    "      #                      ",  //
    "      .                      ",  //
    "      #                      ",  //
    "      .                      ",  //
    "      #                      ",  //
    "      .                      ",  //
    "      #                      ",  //
    "      .                      ",  //
    "      #             #####    ",  //
    "........#           #...#    ",  //
    "#######.#           #.#.#    ",  //
    "#.....#.#           #...#    ",  //
    "#.###.#.#           #####    ",  //
    "#.###.#..                    ",  //
    "#.###.#.#                    ",  //
    "#.....#.#                    ",  //
    "#######.#                    ",  //
};

/// One bit a module, from the left: the lowest.
using Rows = std::array<std::uint32_t, kSide>;

/// Which modules of a row the patterns have.
constexpr std::uint32_t TakenIn(std::size_t row) {
  constexpr std::uint32_t kLeft = 0x1FF;
  constexpr std::uint32_t kRight = 0xFFU << 21;
  std::uint32_t taken = row == kTiming ? ~0U : 1U << kTiming;
  if (row < 9) {
    taken |= kLeft | kRight;
  }
  if (row > 20) {
    taken |= kLeft;
  }
  if (row - 20 < 5) {
    taken |= 0x1FU << 20;
  }
  return taken;
}

/// The patterns, and mask 0 where the data will be.
consteval Rows DrawBlank() {
  Rows rows{};
  for (std::size_t row = 0; row < kSide; ++row) {
    for (std::size_t column = 0; column < kSide; ++column) {
      const char module = kPatterns[row][column];
      LINNET_ASSERT((TakenIn(row) >> column & 1) == (module != ' ' ? 1 : 0));
      const bool dark = module == ' ' ? (row + column) % 2 == 0 : module == '#';
      rows[row] |= (dark ? 1U : 0U) << column;
    }
  }
  return rows;
}

constexpr Rows kBlank = DrawBlank();

/// In GF(256) with the polynomial 0x11D.
constexpr std::uint8_t Multiply(std::uint8_t a, unsigned b) {
  unsigned product = 0;
  for (int bit = 0; bit < 8; ++bit) {
    product <<= 1;
    if (product >= 0x100) {
      product ^= 0x11D;
    }
    b <<= 1;
    if ((b & 0x100) != 0) {
      product ^= a;
    }
  }
  return static_cast<std::uint8_t>(product);
}

using Correction = std::array<std::uint8_t, kCorrectionSize>;

/// The coefficients of (x - 1)(x - 2)(x - 4)... below the leading one.
consteval Correction MakeGenerator() {
  Correction generator{};
  generator.back() = 1;
  std::uint8_t root = 1;
  for (std::size_t i = 0; i < kCorrectionSize; ++i) {
    for (std::size_t j = 0; j < kCorrectionSize; ++j) {
      generator[j] = static_cast<std::uint8_t>(Multiply(generator[j], root) ^
                                               (j + 1 < kCorrectionSize ? generator[j + 1] : 0));
    }
    root = Multiply(root, 2);
  }
  return generator;
}

constexpr Correction kGenerator = MakeGenerator();

/// The data, its remainder (Reed-Solomon), and nothing for the modules that are left over.
using Codewords = std::array<std::uint8_t, kDataSize + kCorrectionSize + 1>;

Codewords MakeCodewords(StringView ssid, StringView passphrase) {
  // Half a byte of mode, one of length, the text, half a byte of end: all is shifted by half a
  // byte, and filled up.
  std::array<char, kDataSize + 1> plain;
  plain[0] = 0x4;
  const std::size_t size =
      Format(std::span(plain).subspan(2, kMaxText), "WIFI:T:WPA;S:{};P:{};;", ssid, passphrase)
          .size();
  plain[1] = static_cast<char>(size);
  plain[2 + size] = 0;
  Codewords out{};
  std::uint8_t* const rest = &out[kDataSize];
  for (std::size_t i = 0; i < kDataSize; ++i) {
    const auto high = static_cast<std::uint8_t>(plain[i]);
    const auto low = static_cast<std::uint8_t>(plain[i + 1]);
    const int filler = (i - size) % 2 == 0 ? 0xEC : 0x11;
    out[i] = static_cast<std::uint8_t>(i < size + 2 ? high << 4 | low >> 4 : filler);
    const auto factor = static_cast<std::uint8_t>(out[i] ^ rest[0]);
    for (std::size_t j = 0; j < kCorrectionSize; ++j) {
      rest[j] = static_cast<std::uint8_t>(rest[j + 1] ^ Multiply(kGenerator[j], factor));
    }
  }
  return out;
}

/// Puts the data where the patterns leave room: in pairs of columns from the right, up and down in
/// turn.
void Draw(const Codewords& codewords, std::uint32_t* rows) {
  std::size_t bit = 0;
  for (std::size_t i = 0; i < kSide / 2 * kSide * 2; ++i) {
    const std::size_t pair = i / (kSide * 2);
    const std::size_t place = i % (kSide * 2);
    const std::size_t row = pair % 2 == 0 ? kSide - 1 - place / 2 : place / 2;
    std::size_t column = kSide - 1 - pair * 2 - place % 2;
    column -= column <= kTiming ? 1 : 0;  // That column has no partner.
    if ((TakenIn(row) >> column & 1) == 0) {
      rows[row] ^= (codewords[bit / 8] >> (7 - bit % 8) & 1U) << column;
      ++bit;
    }
  }
}

/// The shortest way to say it is the one that all take.
[[gnu::noinline]] void Say(hal::Console& console, const char* text) {
  console.Write(text);
}

}  // namespace

void PrintWifiQr(StringView ssid, StringView passphrase, hal::Console& console) {
  static constexpr std::array<std::array<char, 4>, 4> kHalves{
      {{" "}, {"\xE2\x96\x80"}, {"\xE2\x96\x84"}, {"\xE2\x96\x88"}}};
  std::array<std::uint32_t, kQuiet + kSide + kQuiet + 1> rows{};
  std::ranges::copy(kBlank, &rows[kQuiet]);
  Draw(MakeCodewords(ssid, passphrase), &rows[kQuiet]);
  for (std::size_t row = 0; row < rows.size(); row += 2) {
    Say(console, "\x1B[30;107m    ");
    for (std::size_t column = 0; column < kSide; ++column) {
      Say(console, kHalves[(rows[row] & 1) + (rows[row + 1] & 1) * 2].data());
      rows[row] >>= 1;
      rows[row + 1] >>= 1;
    }
    Say(console, "    \x1B[0m\r\n");
  }
}

}  // namespace linnet::provision
