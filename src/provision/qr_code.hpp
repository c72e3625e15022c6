// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A QR code (ISO/IEC 18004) of one size, for a text as short as a Wi-Fi network's.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/status.hpp"

namespace linnet::provision {

/// Version 3, error correction L, byte mode, mask 0.
class QrCode {
 public:
  static constexpr std::size_t kSide = 29;     ///< Modules.
  static constexpr std::size_t kMaxText = 53;  ///< Bytes.

  /// kTooLarge.
  Status Encode(std::string_view text);

  [[nodiscard]] bool dark(std::size_t row, std::size_t column) const {
    return dark_[row * kSide + column];
  }

 private:
  void Set(std::size_t row, std::size_t column, bool dark);
  void DrawFinder(std::size_t row, std::size_t column);
  void DrawPatterns();
  void DrawFormat();
  void DrawData(const std::array<std::uint8_t, 70>& codewords);

  std::bitset<kSide * kSide> dark_;
  std::bitset<kSide * kSide> taken_;  // by patterns, not for data
};

/// What phones' cameras understand as a WPA network: "WIFI:T:WPA;S:...;P:...;;". The texts have
/// none of the characters that would need escaping. kTooLarge.
Status EncodeWifi(std::string_view ssid, std::string_view passphrase, QrCode& out);

/// One line of text for the module rows `2 * line` and the one below, with a quiet zone: black on
/// white on any terminal that knows colours. 0 to kQrLines - 1. `out` has kQrLineSize bytes.
inline constexpr std::size_t kQrQuiet = 4;
inline constexpr std::size_t kQrLines = (QrCode::kSide + 2 * kQrQuiet + 1) / 2;
inline constexpr std::size_t kQrLineSize = (QrCode::kSide + 2 * kQrQuiet) * 3 + 16;
std::string_view QrLine(const QrCode& code, std::size_t line, std::span<char> out);

}  // namespace linnet::provision
