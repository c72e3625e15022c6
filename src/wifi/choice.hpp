// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Which access point to join: by signal, by what worked before, and by what went wrong lately.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "base/time.hpp"
#include "base/view.hpp"
#include "hal/wifi.hpp"
#include "wifi/networks.hpp"

namespace linnet::wifi {

struct Candidate {
  /// Of what is none: below every other.
  static constexpr int kNone = std::numeric_limits<int>::min();

  hal::AccessPoint access_point{};
  std::size_t network = 0;  ///< Index in what was given to Consider().
  int score = kNone;
};

/// The best access points of one scan, and what is held against access points from before it.
class Candidates {
 public:
  static constexpr std::size_t kMax = 6;

  /// Before a scan.
  void Clear();
  /// Takes it in if one of `known` can join it: same name, a security that is not weaker than that
  /// network's, and a key that was not refused lately. Of the same access point heard twice, the
  /// stronger counts.
  void Consider(const hal::AccessPoint& heard, Span<const Network> known, Instant now);
  /// The best one that is left; nullptr: none is.
  [[nodiscard]] Candidate* Best();
  /// As Best(), which is not left any more.
  bool TakeBest(Candidate& out);
  /// All access points of that network.
  void Remove(std::size_t network);
  /// Since Clear() a network was heard that is left alone for its key.
  [[nodiscard]] bool left_one_alone() const { return left_one_alone_; }

  /// It refused, timed out or led nowhere: until then others are tried before it.
  void Blame(const hal::Bssid& bssid, Instant until);

 private:
  struct Grudge {
    hal::Bssid bssid{};
    Instant until{};
  };
  [[nodiscard]] bool Blamed(const hal::Bssid& bssid, Instant now) const;

  std::array<Candidate, kMax> candidates_{};
  std::array<Grudge, 8> grudges_{};  // the oldest gives way
  std::uint8_t next_grudge_ = 0;
  bool left_one_alone_ = false;
};

}  // namespace linnet::wifi
