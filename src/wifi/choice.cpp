// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "wifi/choice.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace linnet::wifi {
namespace {

// In dB, on top of the signal.
constexpr int kFor5GHz = 5;
constexpr int kForLastSuccess = 10;
constexpr int kAgainstEachPlace = 4;
constexpr int kAgainstGrudge = 200;  // more than any signal makes up for

/// Nobody gets a key, or a device without one, by opening a weaker network of the same name.
bool MayJoin(const hal::AccessPoint& heard, const Network& network) {
  const bool open = heard.security == hal::WifiSecurity::kOpen;
  return heard.ssid == network.ssid.view() && open == network.passphrase.empty() &&
         heard.security >= network.minimum_security;
}

int Score(const hal::AccessPoint& heard, std::span<const Network> known, std::size_t place,
          bool grudge) {
  int score = heard.rssi_dbm - kAgainstEachPlace * static_cast<int>(place);
  if (heard.band == hal::WifiBand::k5GHz) {
    score += kFor5GHz;
  }
  const auto latest = std::ranges::max_element(known, {}, &Network::last_success);
  if (latest->last_success != 0 && static_cast<std::size_t>(latest - known.begin()) == place) {
    score += kForLastSuccess;
  }
  return grudge ? score - kAgainstGrudge : score;
}

}  // namespace

void Grudges::AgainstNetwork(std::string_view ssid, Instant until) {
  ForgetNetwork(ssid);
  auto oldest = std::ranges::min_element(networks_, {}, &NetworkGrudge::until);
  LINNET_ASSERT(oldest->ssid.Assign(ssid).ok());
  oldest->until = until;
}

void Grudges::AgainstAccessPoint(const hal::Bssid& bssid, Instant until) {
  const auto same = std::ranges::find(access_points_, bssid, &AccessPointGrudge::bssid);
  const auto oldest = std::ranges::min_element(access_points_, {}, &AccessPointGrudge::until);
  *(same != access_points_.end() ? same : oldest) = {bssid, until};
}

void Grudges::ForgetNetwork(std::string_view ssid) {
  for (NetworkGrudge& grudge : networks_) {
    if (grudge.ssid == ssid) {
      grudge = {};
    }
  }
}

void Grudges::Clear() {
  *this = {};
}

bool Grudges::Excludes(std::string_view ssid, Instant now) const {
  return std::ranges::any_of(networks_, [&](const NetworkGrudge& grudge) {
    return grudge.ssid == ssid && grudge.until > now;
  });
}

bool Grudges::Holds(const hal::Bssid& bssid, Instant now) const {
  return std::ranges::any_of(access_points_, [&](const AccessPointGrudge& grudge) {
    return grudge.bssid == bssid && grudge.until > now;
  });
}

Instant Grudges::NextPardon(Instant now) const {
  Instant next = kNever;
  for (const NetworkGrudge& grudge : networks_) {
    if (grudge.until > now) {
      next = std::min(next, grudge.until);
    }
  }
  return next;
}

void Candidates::Consider(const hal::AccessPoint& heard, std::span<const Network> known,
                          const Grudges& grudges, Instant now) {
  const auto network =
      std::ranges::find_if(known, [&](const Network& one) { return MayJoin(heard, one); });
  if (network == known.end() || grudges.Excludes(heard.ssid, now)) {
    return;
  }
  const auto place = static_cast<std::size_t>(network - known.begin());
  const Candidate candidate{heard, place,
                            Score(heard, known, place, grudges.Holds(heard.bssid, now))};
  for (std::size_t i = 0; i < count_; ++i) {
    if (candidates_[i].access_point.bssid == heard.bssid) {
      if (candidates_[i].score >= candidate.score) {
        return;
      }
      RemoveAt(i);
      break;
    }
  }
  const auto end = candidates_.begin() + static_cast<std::ptrdiff_t>(count_);
  const auto at = std::find_if(candidates_.begin(), end, [&](const Candidate& other) {
    return other.score < candidate.score;
  });
  if (at == candidates_.end()) {
    return;  // full of better ones
  }
  count_ = std::min(count_ + 1, kMax);
  std::move_backward(at, candidates_.begin() + static_cast<std::ptrdiff_t>(count_) - 1,
                     candidates_.begin() + static_cast<std::ptrdiff_t>(count_));
  *at = candidate;
}

Candidate Candidates::TakeBest() {
  LINNET_ASSERT(!empty());
  const Candidate best = candidates_[0];
  RemoveAt(0);
  return best;
}

void Candidates::RemoveAt(std::size_t index) {
  const auto first = candidates_.begin() + static_cast<std::ptrdiff_t>(index);
  std::move(first + 1, candidates_.begin() + static_cast<std::ptrdiff_t>(count_), first);
  --count_;
}

}  // namespace linnet::wifi
