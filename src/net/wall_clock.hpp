// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The calendar time: never before what is known for sure, verified once a time server has answered.
#pragma once

#include <cstdint>
#include <optional>

#include "base/status.hpp"
#include "base/time.hpp"
#include "hal/clock.hpp"

namespace linnet::net {

/// Without a time server the clock runs from its floor: the later of the build time and the last
/// time that was proven and kept. The true time is never before that, so "expired" can always be
/// decided; "not yet valid" only when `time_verified()`.
class WallClock {
 public:
  /// Keeps the floor over a reset. Called at most once per `kKeepInterval` of proven time.
  class FloorKeeper {
   public:
    virtual void KeepFloor(UnixTime floor) = 0;

   protected:
    ~FloorKeeper() = default;  // nobody deletes through it
  };

  /// Bounds the wear: a day's old floor is as good for judging certificates.
  static constexpr Milliseconds kKeepInterval = Seconds{24 * 3600};
  /// Times further ahead of the floor than this are refused: a wrong floor could never be undone.
  static constexpr Seconds kMaxAhead{std::int64_t{30} * 365 * 24 * 3600};

  /// `clock` must outlive this.
  WallClock(const hal::Clock& clock, UnixTime build_time);

  /// Raises the floor to what was kept; a lower one, or one over `kMaxAhead` in front of the build
  /// time, changes nothing. Before the first `SetVerified`.
  void RestoreFloor(UnixTime kept);
  /// nullptr: none. Not owned.
  void SetFloorKeeper(FloorKeeper* keeper) { keeper_ = keeper; }

  /// The time as a time server says it is right now, since 1970-01-01 UTC. It does not bind: a
  /// server may be wrong, and the next answer may lie before this one.
  /// kOutOfRange: before the floor or over `kMaxAhead` in front of it; nothing changes.
  Status SetVerified(Milliseconds since_epoch);
  /// Somebody whose certificate is trusted was found valid at this time: it is good enough to be
  /// the floor. Does nothing before a time server has answered.
  void Prove();

  /// Never before a time that was proven: after a correction backwards to before that it stands
  /// until the time has caught up.
  [[nodiscard]] UnixTime Now() const;
  [[nodiscard]] bool time_verified() const { return verified_; }
  [[nodiscard]] UnixTime floor() const { return floor_; }

 private:
  const hal::Clock& clock_;
  FloorKeeper* keeper_ = nullptr;
  UnixTime floor_;
  /// The calendar time at the monotonic clock's zero.
  Milliseconds at_zero_{0};
  Milliseconds answer_{0};  ///< The last one of a time server.
  Milliseconds proven_{0};  ///< The last time that was.
  std::optional<Milliseconds> kept_at_;
  bool verified_ = false;
};

}  // namespace linnet::net
