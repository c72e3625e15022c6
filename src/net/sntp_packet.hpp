// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The SNTP packet (RFC 4330, RFC 5905): a client's request and a server's answer.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace linnet::net {

inline constexpr std::size_t kSntpPacketSize = 48;
inline constexpr std::uint16_t kSntpPort = 123;

/// Seconds since 1900 in 32 bits and a 32-bit fraction; wraps in 2036.
struct NtpTimestamp {
  std::uint32_t seconds = 0;
  std::uint32_t fraction = 0;
  friend bool operator==(const NtpTimestamp&, const NtpTimestamp&) = default;
};

/// Writes a version 4 client request. `nonce` goes into the transmit timestamp, which the server
/// repeats: random, it shows that an answer is for this request, and it does not give away our
/// time.
void EncodeSntpRequest(NtpTimestamp nonce, std::span<std::byte, kSntpPacketSize> out);

struct SntpReply {
  bool kiss_of_death = false;  ///< The server asks not to be asked; `kiss` says why.
  std::array<char, 4> kiss{};  ///< "RATE", "DENY", "RSTR", ...
  NtpTimestamp receive;        ///< When the server got the request.
  NtpTimestamp transmit;       ///< When it sent this.
};

/// kMalformed: no server reply of version 3 or 4. kMismatch: not the answer to `nonce`; a late or a
/// forged one. kUnavailable: the server itself does not know the time.
Result<SntpReply> DecodeSntpReply(Bytes packet, NtpTimestamp nonce);

/// Since 1970, in the era that puts it at or after `floor`.
Milliseconds ToUnixMilliseconds(NtpTimestamp time, UnixTime floor);

}  // namespace linnet::net
