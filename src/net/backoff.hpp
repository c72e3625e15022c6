// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// When to try again: full-jitter exponential back-off that only a stable connection resets.
#pragma once

#include <cstdint>
#include <optional>

#include "base/time.hpp"
#include "hal/entropy.hpp"

namespace linnet::net {

/// One per connection that is to be kept up. The delay after a failure is
/// `floor + rand(0, min(cap - floor, base * 2^n))`; n counts the failures in a row. Because the
/// floor is never below one second, a server sees at most one attempt a second. The randomness must
/// differ between devices and starts, or a fleet comes back in step: it is drawn from the entropy
/// source each time. If that fails the longest delay of the range is taken.
class Backoff {
 public:
  enum class Class : std::uint8_t {
    kNetwork,   ///< Names, TCP, a dropped connection, the server's ordinary goodbye.
    kTakeover,  ///< Somebody else connected with our name: two devices must not fight for it.
    kRefused,   ///< An identity or a right was refused: trying again soon cannot help.
  };
  struct Range {
    Milliseconds floor;
    Milliseconds base;
    Milliseconds cap;
  };
  struct Policy {
    Range network{Seconds{1}, Seconds{1}, Seconds{120}};
    Range takeover{Seconds{30}, Seconds{30}, Seconds{900}};
    Range refused{Seconds{300}, Seconds{60}, Seconds{3600}};
    /// A connection that lasted this long resets n. Not the connect itself: a server that accepts
    /// and drops at once would otherwise be hammered.
    Milliseconds stable = Seconds{60};
  };

  explicit Backoff(hal::Entropy& entropy) : Backoff(entropy, Policy{}) {}
  /// Floors below one second count as one second.
  Backoff(hal::Entropy& entropy, const Policy& policy) : entropy_(entropy), policy_(policy) {}

  /// The connection is up and usable (for MQTT: CONNACK came).
  void OnConnected(Instant now) { connected_since_ = now; }
  /// What the attempts are for has come forward: they count anew.
  void OnProgress() { failures_ = 0; }
  /// An attempt failed, or the connection ended. Returns when the next attempt may start.
  Instant OnFailure(Class cause, Instant now);

  /// Failures in a row, for reports.
  [[nodiscard]] std::uint32_t failures() const { return failures_; }

 private:
  [[nodiscard]] const Range& RangeOf(Class cause) const;
  Milliseconds Random(Milliseconds ceiling);

  hal::Entropy& entropy_;
  Policy policy_;
  std::optional<Instant> connected_since_;
  std::uint32_t failures_ = 0;
};

}  // namespace linnet::net
