// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "provision/qr_code.hpp"

#include <algorithm>

#include "base/fixed_string.hpp"

namespace linnet::provision {

namespace {

constexpr std::size_t kDataSize = 55;  // codewords, of which two say mode and length
constexpr std::size_t kCorrectionSize = 15;
constexpr std::size_t kFinder = 7;
constexpr std::size_t kTiming = 6;
constexpr std::size_t kAlignment = 22;
/// Level L and mask 0, with its own check bits (ISO/IEC 18004, annex C).
constexpr std::uint16_t kFormat = 0x77C4;

/// In GF(256) with the polynomial 0x11D.
std::uint8_t Multiply(std::uint8_t a, std::uint8_t b) {
  unsigned product = 0;
  for (int bit = 7; bit >= 0; --bit) {
    product = (product << 1) ^ ((product >> 7) * 0x11DU);
    product ^= ((b >> bit) & 1U) * a;
  }
  return static_cast<std::uint8_t>(product);
}

using Correction = std::array<std::uint8_t, kCorrectionSize>;

/// The coefficients of (x - 1)(x - 2)(x - 4)... below the leading one.
Correction Generator() {
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

/// The remainder of the data behind it (Reed-Solomon).
void Correct(std::array<std::uint8_t, kDataSize + kCorrectionSize>& codewords) {
  const Correction generator = Generator();
  Correction rest{};
  for (std::size_t i = 0; i < kDataSize; ++i) {
    const auto factor = static_cast<std::uint8_t>(codewords[i] ^ rest[0]);
    std::shift_left(rest.begin(), rest.end(), 1);
    rest.back() = 0;
    for (std::size_t j = 0; j < kCorrectionSize; ++j) {
      rest[j] = static_cast<std::uint8_t>(rest[j] ^ Multiply(generator[j], factor));
    }
  }
  std::copy(rest.begin(), rest.end(), codewords.begin() + kDataSize);
}

}  // namespace

Status QrCode::Encode(std::string_view text) {
  if (text.size() > kMaxText) {
    return Code::kTooLarge;
  }
  std::array<std::uint8_t, kDataSize + kCorrectionSize> codewords{};
  // Half a byte of mode, one of length, the text, half a byte of end: all is shifted by half a
  // byte.
  std::size_t at = 0;
  std::uint8_t left = 0x4;
  const auto put = [&](std::uint8_t byte) {
    codewords[at++] = static_cast<std::uint8_t>(left << 4 | byte >> 4);
    left = byte & 0xF;
  };
  put(static_cast<std::uint8_t>(text.size()));
  for (const char c : text) {
    put(static_cast<std::uint8_t>(c));
  }
  put(0);
  for (std::uint8_t filler = 0xEC; at < kDataSize; filler ^= 0xEC ^ 0x11) {
    codewords[at++] = filler;
  }
  Correct(codewords);
  dark_.reset();
  taken_.reset();
  DrawPatterns();
  DrawFormat();
  DrawData(codewords);
  return OkStatus();
}

void QrCode::Set(std::size_t row, std::size_t column, bool dark) {
  dark_[row * kSide + column] = dark;
  taken_[row * kSide + column] = true;
}

/// With its white border, as far as it lies inside.
void QrCode::DrawFinder(std::size_t row, std::size_t column) {
  for (std::size_t r = row == 0 ? 0 : row - 1; r < std::min(row + kFinder + 1, kSide); ++r) {
    for (std::size_t c = column == 0 ? 0 : column - 1; c < std::min(column + kFinder + 1, kSide);
         ++c) {
      const auto from_middle = [](std::size_t at, std::size_t begin) {
        const int distance = static_cast<int>(at) - static_cast<int>(begin) - 3;
        return distance < 0 ? -distance : distance;
      };
      const int distance = std::max(from_middle(r, row), from_middle(c, column));
      Set(r, c, distance != 2 && distance != 4);
    }
  }
}

void QrCode::DrawPatterns() {
  for (std::size_t i = 0; i < kSide; ++i) {
    Set(kTiming, i, i % 2 == 0);
    Set(i, kTiming, i % 2 == 0);
  }
  DrawFinder(0, 0);
  DrawFinder(0, kSide - kFinder);
  DrawFinder(kSide - kFinder, 0);
  for (std::size_t r = kAlignment - 2; r <= kAlignment + 2; ++r) {
    for (std::size_t c = kAlignment - 2; c <= kAlignment + 2; ++c) {
      const bool edge =
          r == kAlignment - 2 || r == kAlignment + 2 || c == kAlignment - 2 || c == kAlignment + 2;
      Set(r, c, edge || (r == kAlignment && c == kAlignment));
    }
  }
}

/// Twice, around the finders, from the highest bit on.
void QrCode::DrawFormat() {
  for (std::size_t i = 0; i < 15; ++i) {
    const bool bit = (kFormat >> (14 - i) & 1) != 0;
    const std::size_t near = i < kTiming ? i : i + 1;  // passes over the timing pattern
    if (i < 8) {
      Set(8, i < 7 ? near : 8, bit);
    } else {
      Set(i == 8 ? 7 : 14 - i, 8, bit);
    }
    if (i < 7) {
      Set(kSide - 1 - i, 8, bit);
    } else {
      Set(8, kSide - 15 + i, bit);
    }
  }
  Set(kSide - 8, 8, true);
}

/// In pairs of columns from the right, up and down in turn.
void QrCode::DrawData(const std::array<std::uint8_t, 70>& codewords) {
  std::size_t bit = 0;
  bool up = true;
  for (std::size_t right = kSide - 1; right < kSide; right -= 2, up = !up) {
    if (right == kTiming) {
      --right;
    }
    for (std::size_t i = 0; i < kSide; ++i) {
      const std::size_t row = up ? kSide - 1 - i : i;
      for (const std::size_t column : {right, right - 1}) {
        if (taken_[row * kSide + column]) {
          continue;
        }
        const bool value =
            bit < codewords.size() * 8 && (codewords[bit / 8] >> (7 - bit % 8) & 1) != 0;
        ++bit;
        dark_[row * kSide + column] = value != ((row + column) % 2 == 0);
      }
    }
  }
}

Status EncodeWifi(std::string_view ssid, std::string_view passphrase, QrCode& out) {
  FixedString<QrCode::kMaxText> text;
  for (const std::string_view part :
       {std::string_view("WIFI:T:WPA;S:"), ssid, std::string_view(";P:"), passphrase,
        std::string_view(";;")}) {
    LINNET_TRY(text.Append(part));
  }
  return out.Encode(text);
}

std::string_view QrLine(const QrCode& code, std::size_t line, std::span<char> out) {
  constexpr std::array<std::string_view, 4> kHalves{" ", "\xE2\x96\x80", "\xE2\x96\x84",
                                                    "\xE2\x96\x88"};
  std::size_t size = 0;
  const auto put = [&](std::string_view text) {
    size += text.copy(out.data() + size, out.size() - size);
  };
  const auto dark = [&code](std::size_t row, std::size_t column) {
    return row >= kQrQuiet && row < kQrQuiet + QrCode::kSide && column >= kQrQuiet &&
           column < kQrQuiet + QrCode::kSide && code.dark(row - kQrQuiet, column - kQrQuiet);
  };
  put("\x1B[30;107m");
  for (std::size_t column = 0; column < QrCode::kSide + 2 * kQrQuiet; ++column) {
    put(kHalves[(dark(2 * line, column) ? 1U : 0U) + (dark(2 * line + 1, column) ? 2U : 0U)]);
  }
  put("\x1B[0m");
  return {out.data(), size};
}

}  // namespace linnet::provision
