// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "aws/exchange.hpp"

#include <array>

#include "base/endian.hpp"
#include "base/format.hpp"
#include "base/view.hpp"

namespace linnet::aws {

namespace {

// An answer proves that the service works, however short the time since the last failure.
constexpr net::Backoff::Policy kPolicy{.stable = Milliseconds{0}};

}  // namespace

Exchange::Exchange(hal::Entropy& entropy) : entropy_(entropy), backoff_(entropy, kPolicy) {}

void Exchange::Reset() {
  in_flight_ = false;
  failed_ = false;
  retry_at_ = Instant::min();
}

bool Exchange::Ready(Instant now) {
  if (in_flight_ && now >= deadline_) {
    Fail();
  }
  if (failed_) {
    failed_ = false;
    retry_at_ = backoff_.OnFailure(net::Backoff::Class::kNetwork, now);
  }
  return !in_flight_ && now >= retry_at_;
}

StringView Exchange::Begin(Instant now) {
  if (count_ == 0) {
    std::array<std::byte, 4> random{};
    // Without randomness, tokens repeat after a restart: at worst a late answer passes for a new
    // one.
    IgnoreStatus(entropy_.Fill(random));
    nonce_ = LoadLe32(random);
  }
  std::array<char, 24> text{};
  IgnoreStatus(token_.Assign(Format(text, "{:x}-{}", nonce_, ++count_)));
  in_flight_ = true;
  begun_ = now;
  deadline_ = now + kDeadline;
  return token_;
}

bool Exchange::Matches(StringView token) const {
  return in_flight_ && token == token_.view();
}

void Exchange::Succeed() {
  in_flight_ = false;
  backoff_.OnConnected(begun_);
}

void Exchange::Fail() {
  in_flight_ = false;
  failed_ = true;
}

Instant Exchange::wake() const {
  if (failed_) {
    return Instant::min();
  }
  return in_flight_ ? deadline_ : retry_at_;
}

}  // namespace linnet::aws
