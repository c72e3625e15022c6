// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "provision/label.hpp"

#include <algorithm>
#include <array>

#include "base/format.hpp"
#include "provision/qr_code.hpp"

namespace linnet::provision {

namespace {

using namespace std::string_view_literals;
constexpr std::size_t kMaxProduct = 18;  // more would not fit the QR code
constexpr std::size_t kDigits = 4;
constexpr auto kHex = "0123456789ABCDEF"sv;
/// Without l, o, 0 and 1.
constexpr auto kLetters = "abcdefghijkmnpqrstuvwxyz23456789"sv;
static_assert(kLetters.size() == 32);

}  // namespace

Status MakeLabel(crypto::Signer& device_key, std::string_view product, Label& out) {
  crypto::Digest secret{};
  LINNET_TRY(device_key.Derive(crypto::Hash(AsBytes("access point 1"sv)), secret));
  out = {};
  IgnoreStatus(out.ssid.Append(product.substr(0, kMaxProduct)));
  IgnoreStatus(out.ssid.Append('-'));
  for (std::size_t i = 0; i < kDigits; ++i) {
    IgnoreStatus(out.ssid.Append(kHex[std::to_integer<std::size_t>(secret[i]) % kHex.size()]));
  }
  for (std::size_t i = 0; i < out.passphrase.capacity(); ++i) {
    const auto byte = std::to_integer<std::size_t>(secret[kDigits + i]);
    IgnoreStatus(out.passphrase.Append(kLetters[byte % kLetters.size()]));
  }
  return OkStatus();
}

void PrintLabel(const Label& label, hal::Console& console) {
  std::array<char, 160> text{};
  console.Write(Format(text, "\r\nTo set up this device, join Wi-Fi \"{}\", passphrase \"{}\":\r\n",
                       label.ssid.view(), label.passphrase.view()));
  QrCode code;
  if (EncodeWifi(label.ssid, label.passphrase, code).ok()) {
    PrintQr(code, console);
  }
  console.Write(
      "then open https://192.168.0.1 (the page opens by itself on most phones)\r\n\r\n"sv);
}

}  // namespace linnet::provision
