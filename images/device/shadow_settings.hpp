// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The settings that the owner controls through the shadow, and what is reported beside them.
#pragma once

#include <cstddef>
#include <cstdint>

#include "aws/settings.hpp"
#include "base/view.hpp"
#include "hal/led.hpp"
#include "images/device/connectivity.hpp"
#include "images/device/release_report.hpp"
#include "settings/settings.hpp"
#include "telemetry/reporter.hpp"
#include "update/finding.hpp"

namespace linnet::device {

/// Order and names are what `reported` and `desired` show.
class ShadowSettings final : public aws::Settings {
 public:
  enum Index : std::size_t {
    kTelemetryInterval,
    kLogLevel,
    kLed,
    kFirmwareVersion,
    kFirmwareMissing,
    kSecondVersion,
    kOutcomes,
    kUpdateRate,
    kUpdateWhenIdle,
    kRadioState,
    kWifi,  ///< From here on only with a connectivity.
    kJoinSsid,
    kJoinPassphrase,
    kCount
  };

  /// All outlive this; `connectivity` may be nullptr. `firmware` is the running release's version
  /// as text.
  ShadowSettings(settings::Settings& stored, telemetry::Reporter& reporter, hal::Led& led,
                 StringView firmware, const ReleaseReport& releases, Connectivity* connectivity)
      : stored_(stored),
        reporter_(reporter),
        led_(led),
        firmware_(firmware),
        releases_(releases),
        connectivity_(connectivity) {}

  /// Puts the stored values into force; once, at start.
  void Restore();

  /// What the running application names and nobody has; empty: nothing. True: that is news.
  bool SetMissing(const update::PartName& missing);
  /// A constant text. True: that is news.
  bool SetRadio(StringView state);

  [[nodiscard]] std::size_t count() const override {
    return connectivity_ == nullptr ? kWifi : kCount;
  }
  [[nodiscard]] bool is_order(std::size_t index) const override { return index >= kJoinSsid; }
  [[nodiscard]] StringView name(std::size_t index) const override;
  StringView Apply(std::size_t index, const aws::SettingValue& value) override;
  void Report(std::size_t index, json::Writer& json) const override;

 private:
  StringView ApplyInterval(const aws::SettingValue& value);
  StringView ApplyLogLevel(const aws::SettingValue& value);
  StringView ApplyLed(const aws::SettingValue& value);
  StringView ApplyUpdateRate(const aws::SettingValue& value);
  StringView ApplyUpdateWhenIdle(const aws::SettingValue& value);
  StringView ApplyJoin(std::size_t index, const aws::SettingValue& value);
  static StringView Explain(Status status, StringView when_out_of_range);

  settings::Settings& stored_;
  telemetry::Reporter& reporter_;
  hal::Led& led_;
  StringView firmware_;
  update::PartName missing_;
  StringView radio_ = "stopped";
  const ReleaseReport& releases_;
  Connectivity* const connectivity_;
};

/// The version of the shadow that was applied last.
class StoredShadowVersion final : public aws::ShadowVersionStore {
 public:
  explicit StoredShadowVersion(settings::Settings& stored) : stored_(stored) {}
  std::int64_t Load() override { return stored_.Get(settings::kShadowVersion); }
  Status Save(std::int64_t version) override {
    return stored_.Set(settings::kShadowVersion, version);
  }

 private:
  settings::Settings& stored_;
};

}  // namespace linnet::device
