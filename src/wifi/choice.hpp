// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Which access point to join: by signal, by what worked before, and by what went wrong lately.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/assert.hpp"
#include "base/time.hpp"
#include "hal/wifi.hpp"
#include "wifi/networks.hpp"

namespace linnet::wifi {

/// What is held against an access point, or a whole network, until a moment.
class Grudges {
 public:
  /// Its key was refused: no access point of that name is tried before `until`.
  void AgainstNetwork(std::string_view ssid, Instant until);
  /// It refused, timed out or led nowhere: others are tried before it.
  void AgainstAccessPoint(const hal::Bssid& bssid, Instant until);
  /// Somebody gave new credentials, or asked to try again.
  void ForgetNetwork(std::string_view ssid);

  [[nodiscard]] bool Excludes(std::string_view ssid, Instant now) const;
  [[nodiscard]] bool Holds(const hal::Bssid& bssid, Instant now) const;
  /// When the first excluded network may be tried again; kNever: none is excluded.
  [[nodiscard]] Instant NextPardon(Instant now) const;

 private:
  struct NetworkGrudge {
    hal::Ssid ssid{};
    Instant until{};
  };
  struct AccessPointGrudge {
    hal::Bssid bssid{};
    Instant until{};
  };
  std::array<NetworkGrudge, kMaxNetworks> networks_{};
  std::array<AccessPointGrudge, 8> access_points_{};  // the oldest gives way
};

struct Candidate {
  hal::AccessPoint access_point{};
  std::size_t network = 0;  ///< Index in what was given to Consider().
  int score = 0;
};

/// The best access points of one scan, best first.
class Candidates {
 public:
  static constexpr std::size_t kMax = 6;

  void Clear() { count_ = 0; }
  /// Takes it in if one of `known` can join it: same name, and a security that is not weaker than
  /// that network's. Of the same access point heard twice, the stronger counts.
  void Consider(const hal::AccessPoint& heard, std::span<const Network> known,
                const Grudges& grudges, Instant now);
  /// All access points of that name.
  void Remove(std::string_view ssid);
  [[nodiscard]] std::span<const Candidate> view() const {
    return std::span(candidates_).first(count_);
  }
  [[nodiscard]] bool empty() const { return count_ == 0; }
  /// Both require !empty().
  [[nodiscard]] const Candidate& best() const { return candidates_[0]; }
  void DropBest() {
    LINNET_ASSERT(!empty());
    RemoveAt(0);
  }

 private:
  void RemoveAt(std::size_t index);

  std::array<Candidate, kMax> candidates_{};
  std::size_t count_ = 0;
};

}  // namespace linnet::wifi
