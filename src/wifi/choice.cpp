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
  const std::int64_t success = known[place].last_success;
  const bool latest = std::ranges::none_of(
      known, [success](const Network& other) { return other.last_success > success; });
  if (latest && success != 0) {
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
  std::size_t place = 0;
  while (place < known.size() && !MayJoin(heard, known[place])) {
    ++place;
  }
  if (place == known.size() || grudges.Excludes(heard.ssid, now)) {
    return;
  }
  const int score = Score(heard, known, place, grudges.Holds(heard.bssid, now));
  for (std::size_t i = 0; i < count_; ++i) {
    if (candidates_[i].access_point.bssid == heard.bssid) {
      if (candidates_[i].score >= score) {
        return;
      }
      RemoveAt(i);
      break;
    }
  }
  if (count_ == kMax) {
    if (candidates_.back().score >= score) {
      return;  // full of better ones
    }
    --count_;
  }
  std::size_t at = count_++;
  for (; at > 0 && candidates_[at - 1].score < score; --at) {
    candidates_[at] = candidates_[at - 1];
  }
  candidates_[at].access_point = heard;
  candidates_[at].network = place;
  candidates_[at].score = score;
}

void Candidates::Remove(std::string_view ssid) {
  for (std::size_t i = count_; i > 0; --i) {
    if (candidates_[i - 1].access_point.ssid == ssid) {
      RemoveAt(i - 1);
    }
  }
}

void Candidates::RemoveAt(std::size_t index) {
  --count_;
  for (; index < count_; ++index) {
    candidates_[index] = candidates_[index + 1];
  }
}

}  // namespace linnet::wifi
