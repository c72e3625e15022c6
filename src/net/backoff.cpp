// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "net/backoff.hpp"

#include <algorithm>
#include <array>

#include "base/endian.hpp"

namespace linnet::net {

namespace {

constexpr Milliseconds kShortestFloor = Seconds{1};
// base * 2^20 is beyond every cap; a larger shift could overflow.
constexpr std::uint32_t kMaxShift = 20;

}  // namespace

Instant Backoff::OnFailure(Class cause, Instant now) {
  if (connected_since_ && now - *connected_since_ >= policy_.stable) {
    failures_ = 0;
  }
  connected_since_.reset();
  const Range& range = RangeOf(cause);
  const Milliseconds floor = std::max(range.floor, kShortestFloor);
  const Milliseconds room = std::max(range.cap - floor, Milliseconds{0});
  const Milliseconds grown = range.base * (std::int64_t{1} << std::min(failures_, kMaxShift));
  failures_ = std::min(failures_ + 1, kMaxShift);
  return now + floor + Random(std::min(room, grown));
}

const Backoff::Range& Backoff::RangeOf(Class cause) const {
  switch (cause) {
    case Class::kNetwork:
      return policy_.network;
    case Class::kTakeover:
      return policy_.takeover;
    case Class::kRefused:
      return policy_.refused;
  }
  return policy_.refused;
}

Milliseconds Backoff::Random(Milliseconds ceiling) {
  std::array<std::byte, 4> bytes{};
  if (!entropy_.Fill(bytes).ok()) {
    return ceiling;
  }
  // A fraction of 2^32 of the range: even, and without a division.
  const auto range = static_cast<std::uint64_t>(ceiling.count()) + 1;
  return Milliseconds{static_cast<std::int64_t>((range * LoadLe32(bytes)) >> 32)};
}

}  // namespace linnet::net
