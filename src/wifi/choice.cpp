// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "wifi/choice.hpp"

#include <algorithm>

#include "base/view.hpp"

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
  return open == network.passphrase.empty() && heard.security >= network.minimum_security;
}

int Score(const hal::AccessPoint& heard, Span<const Network> known, std::size_t place,
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

void Candidates::Clear() {
  left_one_alone_ = false;
  for (Candidate& candidate : candidates_) {
    candidate.score = Candidate::kNone;
  }
}

void Candidates::Consider(const hal::AccessPoint& heard, Span<const Network> known, Instant now) {
  const std::size_t place = IndexOf(known, heard.ssid);
  if (place == known.size() || !MayJoin(heard, known[place])) {
    return;
  }
  if (known[place].left_alone_until > now) {
    left_one_alone_ = true;
    return;
  }
  const int score = Score(heard, known, place, Blamed(heard.bssid, now));
  Candidate* slot = candidates_.data();  // its own, or else the worst
  for (Candidate& candidate : candidates_) {
    if (candidate.access_point.bssid == heard.bssid) {
      slot = &candidate;
      break;
    }
    if (candidate.score < slot->score) {
      slot = &candidate;
    }
  }
  if (score > slot->score) {
    slot->access_point = heard;
    slot->network = place;
    slot->score = score;
  }
}

Candidate* Candidates::Best() {
  const auto best = std::ranges::max_element(candidates_, {}, &Candidate::score);
  return best->score == Candidate::kNone ? nullptr : &*best;
}

bool Candidates::TakeBest(Candidate& out) {
  Candidate* const best = Best();
  if (best == nullptr) {
    return false;
  }
  out = *best;
  best->score = Candidate::kNone;
  return true;
}

void Candidates::Remove(std::size_t network) {
  for (Candidate& candidate : candidates_) {
    if (candidate.network == network) {
      candidate.score = Candidate::kNone;
    }
  }
}

void Candidates::Blame(const hal::Bssid& bssid, Instant until) {
  Grudge& grudge = grudges_[next_grudge_++ % grudges_.size()];
  grudge.bssid = bssid;
  grudge.until = until;
}

bool Candidates::Blamed(const hal::Bssid& bssid, Instant now) const {
  return std::ranges::any_of(
      grudges_, [&](const Grudge& grudge) { return grudge.bssid == bssid && grudge.until > now; });
}

}  // namespace linnet::wifi
