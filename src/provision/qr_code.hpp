// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A QR code (ISO/IEC 18004) of one size, for a text as short as a Wi-Fi network's.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/status.hpp"
#include "hal/console.hpp"

namespace linnet::provision {

/// Version 3, error correction L, byte mode, mask 0.
class QrCode {
 public:
  static constexpr std::size_t kSide = 29;     ///< Modules.
  static constexpr std::size_t kMaxText = 53;  ///< Bytes.

  /// One bit a module, from the left: the lowest.
  using Rows = std::array<std::uint32_t, kSide>;

  /// kTooLarge.
  Status Encode(std::string_view text);

  [[nodiscard]] const Rows& rows() const { return rows_; }

 private:
  Rows rows_{};
};

/// What phones' cameras understand as a WPA network: "WIFI:T:WPA;S:...;P:...;;". The texts have
/// none of the characters that would need escaping. kTooLarge.
Status EncodeWifi(std::string_view ssid, std::string_view passphrase, QrCode& out);

/// Two rows in a line of text, with a quiet zone: black on white on any terminal that knows
/// colours.
void PrintQr(const QrCode& code, hal::Console& console);

}  // namespace linnet::provision
