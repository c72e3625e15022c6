// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What of the device's state the shadow shows, kept true.
#pragma once

#include "aws/shadow.hpp"
#include "images/device/firmware_update.hpp"
#include "images/device/shadow_settings.hpp"
#include "radio/service.hpp"
#include "sched/loop.hpp"

namespace linnet::device {

/// Looks now and then, and reports what has changed.
class StateReport final : public sched::Task {
 public:
  static constexpr Milliseconds kLookAgain{2'000};

  /// All outlive this.
  StateReport(const FirmwareUpdate& update, const radio::FirmwareService& radio,
              ShadowSettings& settings, aws::Shadow& shadow)
      : update_(update), radio_(radio), settings_(settings), shadow_(shadow) {}

  Instant Run(Instant now) override;

 private:
  const FirmwareUpdate& update_;
  const radio::FirmwareService& radio_;
  ShadowSettings& settings_;
  aws::Shadow& shadow_;
};

}  // namespace linnet::device
