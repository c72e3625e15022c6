// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The keys of WPA2 and WPA3 (IEEE 802.11-2020, 12.7): from a passphrase to the key that signs the
// handshake's messages.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"

namespace linnet::air {

using Mac = std::array<std::uint8_t, 6>;
using Blob = std::vector<std::byte>;
using Pmk = std::array<std::byte, 32>;
using Nonce = std::array<std::byte, 32>;
using Mic = std::array<std::byte, 16>;
using Gtk = std::array<std::byte, 16>;

/// Authentication and key management of a link.
enum class Akm : std::uint8_t { kOpen, kPsk, kSae };

/// 8 to 63 printable characters, or 64 hexadecimal digits, which are the key itself.
bool IsPassphrase(std::string_view passphrase);
/// Requires IsPassphrase().
Pmk PskFrom(std::string_view passphrase, std::string_view ssid);

/// PRF-n of 12.7.1.2, with HMAC-SHA1.
Blob Prf(Bytes key, std::string_view label, Bytes data, std::size_t size);
/// KDF-Hash-n of 12.7.1.7.2, with SHA-256.
Blob Kdf(Bytes key, std::string_view label, Bytes context, std::size_t size);
std::array<std::byte, 32> HmacSha256(Bytes key, Bytes data);

/// What both sides of a handshake derive; `tk` would encrypt the data.
struct Ptk {
  std::array<std::byte, 16> kck{};
  std::array<std::byte, 16> kek{};
  std::array<std::byte, 16> tk{};
};
struct Handshakers {
  Mac authenticator{};
  Mac supplicant{};
  Nonce anonce{};
  Nonce snonce{};
};
Ptk DerivePtk(Akm akm, const Pmk& pmk, const Handshakers& who);

/// HMAC-SHA1-128 (PSK) or AES-128-CMAC (SAE).
Mic ComputeMic(Akm akm, const Ptk& ptk, Bytes message);

/// AES key wrap (RFC 3394). The size is a multiple of 8, at least 16.
Blob WrapKey(const Ptk& ptk, Bytes plain);
/// Nothing: it was not wrapped with this key.
std::optional<Blob> UnwrapKey(const Ptk& ptk, Bytes wrapped);

void FillRandom(MutableBytes out);

Blob BlobOf(Bytes bytes);
Bytes MacBytes(const Mac& mac);
/// "02:4c:69:00:00:01".
std::string ToText(const Mac& mac);
std::optional<Mac> ParseMac(std::string_view text);

}  // namespace linnet::air
