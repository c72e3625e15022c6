// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// EAPOL-Key messages (IEEE 802.11-2020, 12.7.2), and what the handshake carries in them.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "twin/air/keys.hpp"

namespace linnet::air {

/// Bits of the key information. The lowest three say how the MIC is made.
namespace key_info {
inline constexpr std::uint16_t kMicIsHmacSha1 = 2;
inline constexpr std::uint16_t kMicIsOfAkm = 0;
inline constexpr std::uint16_t kVersionMask = 7;
inline constexpr std::uint16_t kPairwise = 1U << 3;
inline constexpr std::uint16_t kInstall = 1U << 6;
inline constexpr std::uint16_t kAck = 1U << 7;
inline constexpr std::uint16_t kMic = 1U << 8;
inline constexpr std::uint16_t kSecure = 1U << 9;
inline constexpr std::uint16_t kEncrypted = 1U << 12;
}  // namespace key_info

struct KeyMessage {
  std::uint16_t info = 0;
  std::uint16_t key_length = 0;
  std::uint64_t replay = 0;
  Nonce nonce{};
  Mic mic{};
  Blob data{};
};

inline constexpr std::size_t kKeyMessageSize = 99;  ///< Without data.
inline constexpr std::size_t kMaxKeyData = 512;

Blob Serialize(const KeyMessage& message);
/// kMalformed: another kind of message, a length that does not fit. Bytes behind it are padding.
Result<KeyMessage> ParseKeyMessage(Bytes bytes);

/// Puts the MIC into a copy of it.
Blob Sign(Akm akm, const Ptk& ptk, KeyMessage message);
bool IsSigned(Akm akm, const Ptk& ptk, const KeyMessage& message);

/// The RSN element of who offers or wants these: CCMP, and for SAE protected management frames.
Blob RsnElement(const std::vector<Akm>& akms);

/// What message 3 carries, before it is wrapped.
struct KeyData {
  Blob rsn{};  ///< The whole element.
  std::optional<Gtk> gtk{};
};
Blob SerializeKeyData(const KeyData& data);
/// kMalformed: an element that does not fit.
Result<KeyData> ParseKeyData(Bytes bytes);

}  // namespace linnet::air
