// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "net/sntp_packet.hpp"

#include <algorithm>

#include "base/endian.hpp"

namespace linnet::net {

namespace {

constexpr std::size_t kReferenceId = 12;
constexpr std::size_t kOriginate = 24;
constexpr std::size_t kReceive = 32;
constexpr std::size_t kTransmit = 40;

constexpr std::byte kClientVersion4{(4 << 3) | 3};
constexpr unsigned kModeServer = 4;
constexpr unsigned kLeapUnsynchronized = 3;
constexpr unsigned kMaxStratum = 15;
// From 1900-01-01 to 1970-01-01.
constexpr std::uint32_t kUnixEpochInNtp = 2208988800U;

NtpTimestamp LoadTimestamp(Bytes packet, std::size_t at) {
  return {LoadBe32(packet.subspan(at)), LoadBe32(packet.subspan(at + 4))};
}

}  // namespace

void EncodeSntpRequest(NtpTimestamp nonce, std::span<std::byte, kSntpPacketSize> out) {
  std::fill(out.begin(), out.end(), std::byte{0});
  out[0] = kClientVersion4;
  StoreBe32(nonce.seconds, out.subspan(kTransmit));
  StoreBe32(nonce.fraction, out.subspan(kTransmit + 4));
}

Result<SntpReply> DecodeSntpReply(Bytes packet, NtpTimestamp nonce) {
  if (packet.size() < kSntpPacketSize) {
    return Code::kMalformed;
  }
  const auto first = std::to_integer<unsigned>(packet[0]);
  const unsigned version = (first >> 3) & 7U;
  if ((first & 7U) != kModeServer || (version != 3 && version != 4)) {
    return Code::kMalformed;
  }
  if (LoadTimestamp(packet, kOriginate) != nonce) {
    return Code::kMismatch;
  }
  SntpReply reply;
  const auto stratum = std::to_integer<unsigned>(packet[1]);
  if (stratum == 0) {
    reply.kiss_of_death = true;
    std::transform(packet.begin() + kReferenceId, packet.begin() + kReferenceId + 4,
                   reply.kiss.begin(), [](std::byte b) { return static_cast<char>(b); });
    return reply;
  }
  reply.receive = LoadTimestamp(packet, kReceive);
  reply.transmit = LoadTimestamp(packet, kTransmit);
  const bool synchronized = (first >> 6) != kLeapUnsynchronized && stratum <= kMaxStratum;
  if (!synchronized || reply.transmit == NtpTimestamp{}) {
    return Code::kUnavailable;
  }
  return reply;
}

Milliseconds ToUnixMilliseconds(NtpTimestamp time, UnixTime floor) {
  // The difference in 32-bit arithmetic is the same in every era.
  const std::uint32_t floor_ntp = static_cast<std::uint32_t>(floor.seconds) + kUnixEpochInNtp;
  const std::int64_t seconds = floor.seconds + (time.seconds - floor_ntp);
  const auto fraction = static_cast<std::int64_t>((std::uint64_t{time.fraction} * 1000) >> 32);
  return Milliseconds{seconds * 1000 + fraction};
}

}  // namespace linnet::net
