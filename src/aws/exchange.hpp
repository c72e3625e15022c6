// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// One request at a time, with a token that its answer repeats, a deadline, and a back-off.
#pragma once

#include <cstdint>

#include "base/fixed_string.hpp"
#include "base/time.hpp"
#include "base/view.hpp"
#include "hal/entropy.hpp"
#include "net/backoff.hpp"

namespace linnet::aws {

/// Answers arrive on topics that others may share, so only the client token tells whose they are.
/// Functions without a time take effect when Ready is asked next.
class Exchange {
 public:
  /// How long an answer may take.
  static constexpr Milliseconds kDeadline{20000};

  explicit Exchange(hal::Entropy& entropy);

  /// A new connection: nothing is in flight, and nothing needs to wait.
  void Reset();
  /// A request may be begun now. An answer that did not come in time counts as failed.
  [[nodiscard]] bool Ready(Instant now);
  /// Begins one (Ready has said so) and returns its token, valid until the next.
  StringView Begin(Instant now);
  /// Whether a request with this token waits for its answer.
  [[nodiscard]] bool Matches(StringView token) const;
  [[nodiscard]] bool in_flight() const { return in_flight_; }
  /// The answer has come, and the service works.
  void Succeed();
  /// The request is over without success: the next waits for a delay that grows.
  void Fail();
  /// When Ready may change its mind by itself.
  [[nodiscard]] Instant wake() const;

 private:
  hal::Entropy& entropy_;
  net::Backoff backoff_;
  FixedString<24> token_;
  std::uint32_t nonce_ = 0;  ///< Differs between devices and starts.
  std::uint32_t count_ = 0;
  Instant deadline_{};
  Instant begun_{};
  Instant retry_at_ = Instant::min();
  bool in_flight_ = false;
  bool failed_ = false;  ///< Not yet turned into a delay.
};

}  // namespace linnet::aws
