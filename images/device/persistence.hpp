// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What modules keep over a reset, bound to entries of the settings.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "net/wall_clock.hpp"
#include "settings/settings.hpp"
#include "update/types.hpp"

namespace linnet::device {

/// The update engine's memory.
class UpdateMemory final : public update::Memory {
 public:
  explicit UpdateMemory(settings::Settings& stored) : stored_(stored) {}

  Result<std::size_t> Read(MutableBytes out) override {
    LINNET_TRY_ASSIGN(const Bytes value, stored_.Get(settings::kUpdateState, out));
    return value.size();
  }
  Status Write(Bytes value) override { return stored_.Set(settings::kUpdateState, value); }

 private:
  settings::Settings& stored_;
};

/// The time that has certainly passed.
class StoredTimeFloor final : public net::WallClock::FloorKeeper {
 public:
  explicit StoredTimeFloor(settings::Settings& stored) : stored_(stored) {}

  [[nodiscard]] UnixTime Load() { return {stored_.Get(settings::kTimeFloor)}; }
  void KeepFloor(UnixTime floor) override {
    IgnoreStatus(stored_.Set(settings::kTimeFloor, floor.seconds));  // Tried again a day later.
  }

 private:
  settings::Settings& stored_;
};

}  // namespace linnet::device
