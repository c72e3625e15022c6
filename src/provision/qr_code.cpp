// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "provision/qr_code.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "base/format.hpp"

namespace linnet::provision {

namespace {

using namespace std::string_view_literals;

constexpr std::size_t kDataSize = 55;  // codewords, of which two say mode and length
constexpr std::size_t kCorrectionSize = 15;
constexpr std::size_t kTiming = 6;

/// What every code of this version, level and mask has: finders, timing and alignment patterns, and
/// twice the format 0x77C4 (annex C). Blank is what holds the data.
constexpr std::array<std::string_view, QrCode::kSide> kPatterns{
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

/// Whether the patterns have this module.
constexpr bool IsTaken(std::size_t row, std::size_t column) {
  const bool left = column < 9;
  const bool right = column >= 21;
  return row == kTiming || column == kTiming || (row < 9 && (left || right)) ||
         (row >= 21 && left) || (row - 20 < 5 && column - 20 < 5);
}

/// The patterns, and mask 0 where the data will be.
consteval QrCode::Rows DrawBlank() {
  QrCode::Rows rows{};
  for (std::size_t row = 0; row < QrCode::kSide; ++row) {
    for (std::size_t column = 0; column < QrCode::kSide; ++column) {
      const char module = kPatterns[row][column];
      LINNET_ASSERT(IsTaken(row, column) == (module != ' '));
      const bool dark = module == ' ' ? (row + column) % 2 == 0 : module == '#';
      rows[row] |= (dark ? 1U : 0U) << column;
    }
  }
  return rows;
}

constexpr QrCode::Rows kBlank = DrawBlank();

/// In GF(256) with the polynomial 0x11D.
constexpr std::uint8_t Multiply(std::uint8_t a, std::uint8_t b) {
  unsigned product = 0;
  for (int bit = 7; bit >= 0; --bit) {
    product = (product << 1) ^ ((product >> 7) * 0x11DU);
    product ^= ((b >> bit) & 1U) * a;
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

Codewords MakeCodewords(std::string_view text) {
  // Half a byte of mode, one of length, the text, half a byte of end: all is shifted by half a
  // byte, and filled up.
  std::array<std::uint8_t, kDataSize + 1> plain{0x4, static_cast<std::uint8_t>(text.size())};
  std::ranges::copy(text, plain.begin() + 2);
  Codewords out{};
  std::uint8_t* const rest = &out[kDataSize];
  for (std::size_t i = 0; i < kDataSize; ++i) {
    const int filler = (i - text.size()) % 2 == 0 ? 0xEC : 0x11;
    out[i] =
        static_cast<std::uint8_t>(i < text.size() + 2 ? plain[i] << 4 | plain[i + 1] >> 4 : filler);
    const auto factor = static_cast<std::uint8_t>(out[i] ^ rest[0]);
    for (std::size_t j = 0; j < kCorrectionSize; ++j) {
      rest[j] = static_cast<std::uint8_t>(rest[j + 1] ^ Multiply(kGenerator[j], factor));
    }
  }
  return out;
}

}  // namespace

Status QrCode::Encode(std::string_view text) {
  if (text.size() > kMaxText) {
    return Code::kTooLarge;
  }
  const Codewords codewords = MakeCodewords(text);
  rows_ = kBlank;
  // In pairs of columns from the right, up and down in turn.
  std::size_t bit = 0;
  int row = kSide - 1;
  int step = -1;
  for (int right = kSide - 1; right > 0; right -= 2) {
    if (right == kTiming) {
      --right;
    }
    for (; row >= 0 && row < static_cast<int>(kSide); row += step) {
      for (int column = right; column > right - 2; --column) {
        if (!IsTaken(row, column)) {
          rows_[row] ^= (codewords[bit / 8] >> (7 - bit % 8) & 1U) << column;
          ++bit;
        }
      }
    }
    step = -step;
    row += step;
  }
  return OkStatus();
}

Status EncodeWifi(std::string_view ssid, std::string_view passphrase, QrCode& out) {
  std::array<char, QrCode::kMaxText + 1> text{};
  return out.Encode(Format(text, "WIFI:T:WPA;S:{};P:{};;", ssid, passphrase));
}

void PrintQr(const QrCode& code, hal::Console& console) {
  static constexpr std::array<std::array<char, 4>, 4> kHalves{
      {{" "}, {"\xE2\x96\x80"}, {"\xE2\x96\x84"}, {"\xE2\x96\x88"}}};
  // A quiet zone of four modules around it.
  std::array<std::uint32_t, 4 + QrCode::kSide + 4 + 1> rows{};
  std::ranges::copy(code.rows(), rows.begin() + 4);
  for (std::size_t row = 0; row < rows.size(); row += 2) {
    console.Write("\x1B[30;107m    "sv);
    for (std::size_t column = 0; column < QrCode::kSide; ++column) {
      console.Write(kHalves[(rows[row] >> column & 1) + (rows[row + 1] >> column & 1) * 2].data());
    }
    console.Write("    \x1B[0m\r\n"sv);
  }
}

}  // namespace linnet::provision
