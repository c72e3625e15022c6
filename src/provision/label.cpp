// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "provision/label.hpp"

#include <array>

#include "base/format.hpp"
#include "base/view.hpp"
#include "provision/qr_code.hpp"

namespace linnet::provision {

namespace {

using namespace std::string_view_literals;
constexpr std::size_t kMaxProduct = 18;  // more would not fit the QR code
/// "-12AB", and a passphrase without l, o, 0 and 1.
constexpr std::size_t kDigits = 4;
constexpr std::size_t kLetters = Label{}.passphrase.capacity();
constexpr auto kSymbols = "0123456789ABCDEFabcdefghijkmnpqrstuvwxyz23456789"sv;
static_assert(kSymbols.size() == 16 + 32);

}  // namespace

Status MakeLabel(crypto::Signer& device_key, StringView product, Label& out) {
  crypto::Digest secret;
  LINNET_TRY(device_key.Derive(crypto::Hash(AsBytes("access point 1"sv)), secret));
  std::array<char, 1 + kDigits + kLetters> text{'-'};
  for (std::size_t i = 0; i < kDigits + kLetters; ++i) {
    const auto byte = std::to_integer<std::size_t>(secret[i]);
    text[1 + i] = kSymbols[i < kDigits ? byte % 16 : 16 + byte % 32];
  }
  IgnoreStatus(out.ssid.Assign(product));
  out.ssid.Truncate(kMaxProduct);
  IgnoreStatus(out.ssid.Append({text.data(), 1 + kDigits}));
  IgnoreStatus(out.passphrase.Assign({&text[1 + kDigits], kLetters}));
  return OkStatus();
}

void PrintLabel(const Label& label, hal::Console& console) {
  std::array<char, 160> text;
  console.Write(Format(text, "\r\nTo set up this device, join Wi-Fi \"{}\", passphrase \"{}\":\r\n",
                       label.ssid.view(), label.passphrase.view()));
  PrintWifiQr(label.ssid, label.passphrase, console);
  console.Write(
      "then open https://192.168.0.1 (the page opens by itself on most phones)\r\n\r\n"sv);
}

}  // namespace linnet::provision
