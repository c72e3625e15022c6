// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "net/wall_clock.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace linnet::net {

namespace {

constexpr const char* kTag = "time";

Milliseconds FromUnix(UnixTime time) {
  return Seconds{time.seconds};
}

UnixTime ToUnix(Milliseconds since_epoch) {
  return {since_epoch.count() / 1000};
}

}  // namespace

WallClock::WallClock(const hal::Clock& clock, UnixTime build_time)
    : clock_(clock), floor_(build_time) {
  at_zero_ = FromUnix(floor_) - clock_.Now().time_since_epoch();
}

void WallClock::RestoreFloor(UnixTime kept) {
  if (verified_ || kept <= floor_ || kept.seconds - floor_.seconds > kMaxAhead.count()) {
    return;
  }
  floor_ = kept;
  at_zero_ = FromUnix(floor_) - clock_.Now().time_since_epoch();
}

Status WallClock::SetVerified(Milliseconds since_epoch) {
  const UnixTime time = ToUnix(since_epoch);
  if (time < floor_ || time.seconds - floor_.seconds > kMaxAhead.count()) {
    log::Warning(kTag, "refused {}: floor {}", time.seconds, floor_.seconds);
    return Code::kOutOfRange;
  }
  at_zero_ = since_epoch - clock_.Now().time_since_epoch();
  answer_ = since_epoch;
  verified_ = true;
  return OkStatus();
}

void WallClock::Prove() {
  if (!verified_) {
    return;
  }
  proven_ = std::max(proven_, at_zero_ + clock_.Now().time_since_epoch());
  if (!kept_at_ || answer_ - *kept_at_ >= kKeepInterval) {
    kept_at_ = answer_;
    floor_ = ToUnix(answer_);
    if (keeper_ != nullptr) {
      keeper_->KeepFloor(floor_);
    }
  }
}

UnixTime WallClock::Now() const {
  return ToUnix(std::max(proven_, at_zero_ + clock_.Now().time_since_epoch()));
}

}  // namespace linnet::net
