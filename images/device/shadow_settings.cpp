// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "images/device/shadow_settings.hpp"

#include <array>

#include "base/log.hpp"
#include "base/view.hpp"

namespace linnet::device {

using namespace std::string_view_literals;

namespace {

constexpr const char* kTag = "settings";
constexpr std::array<StringView, ShadowSettings::kCount> kNames = {"telemetry.interval_s",
                                                                   "log.level",
                                                                   "led",
                                                                   "firmware.version",
                                                                   "firmware.missing",
                                                                   "firmware.second",
                                                                   "firmware.outcomes",
                                                                   "update.rate",
                                                                   "update.when_idle",
                                                                   "radio.state",
                                                                   "wifi",
                                                                   "join.ssid",
                                                                   "join.passphrase"};
constexpr StringView kIntervalRange = "out of range 1..86400";
constexpr StringView kRateRange = "out of range 0..10000000";
constexpr StringView kLevelRange = "out of range 0..3";
static_assert(settings::kTelemetryIntervalS.minimum == 1 &&
              settings::kTelemetryIntervalS.maximum == 86'400);
static_assert(settings::kUpdateRate.minimum == 0 && settings::kUpdateRate.maximum == 10'000'000);
static_assert(settings::kLogLevel.minimum == 0 && settings::kLogLevel.maximum == 3);

/// Whether the integer can be stored at all; the entry's own range is the settings' to judge.
bool FitsU32(std::int64_t value) {
  return value >= 0 && value <= settings::kMaxU32;
}

}  // namespace

void ShadowSettings::Restore() {
  const Seconds interval{stored_.Get(settings::kTelemetryIntervalS)};
  IgnoreStatus(reporter_.SetInterval(interval));  // The entry's range is within the reporter's.
  log::SetLevel(static_cast<log::Level>(stored_.Get(settings::kLogLevel)));
  led_.Set(stored_.Get(settings::kLed) != 0);
}

bool ShadowSettings::SetMissing(const update::PartName& missing) {
  const bool news = missing.view() != missing_.view();
  missing_ = missing;
  return news;
}

bool ShadowSettings::SetRadio(StringView state) {
  const bool news = state != radio_;
  radio_ = state;
  return news;
}

StringView ShadowSettings::name(std::size_t index) const {
  return kNames[index];
}

StringView ShadowSettings::Explain(Status status, StringView when_out_of_range) {
  if (status.ok()) {
    return "";
  }
  return status.code() == Code::kOutOfRange ? when_out_of_range : "could not be stored"sv;
}

StringView ShadowSettings::ApplyInterval(const aws::SettingValue& value) {
  if (value.kind != aws::SettingValue::Kind::kInteger) {
    return "must be a whole number of seconds"sv;
  }
  if (!FitsU32(value.integer)) {
    return kIntervalRange;
  }
  const Status status =
      stored_.Set(settings::kTelemetryIntervalS, static_cast<std::uint32_t>(value.integer));
  if (status.ok()) {
    IgnoreStatus(reporter_.SetInterval(Seconds{value.integer}));
  }
  return Explain(status, kIntervalRange);
}

StringView ShadowSettings::ApplyLogLevel(const aws::SettingValue& value) {
  if (value.kind != aws::SettingValue::Kind::kInteger) {
    return "must be a number: 0 error, 1 warning, 2 info, 3 debug"sv;
  }
  if (!FitsU32(value.integer)) {
    return kLevelRange;
  }
  const auto level = static_cast<std::uint32_t>(value.integer);
  const Status status = stored_.Set(settings::kLogLevel, level);
  if (status.ok()) {
    log::SetLevel(static_cast<log::Level>(level));
  }
  return Explain(status, kLevelRange);
}

StringView ShadowSettings::ApplyLed(const aws::SettingValue& value) {
  if (value.kind != aws::SettingValue::Kind::kBool) {
    return "must be true or false"sv;
  }
  const Status status = stored_.Set(settings::kLed, value.boolean ? 1U : 0U);
  if (status.ok()) {
    led_.Set(value.boolean);
  }
  return Explain(status, "must be true or false"sv);
}

StringView ShadowSettings::ApplyUpdateRate(const aws::SettingValue& value) {
  if (value.kind != aws::SettingValue::Kind::kInteger) {
    return "must be a whole number of bytes a second, 0 for no limit"sv;
  }
  if (!FitsU32(value.integer)) {
    return kRateRange;
  }
  return Explain(stored_.Set(settings::kUpdateRate, static_cast<std::uint32_t>(value.integer)),
                 kRateRange);
}

StringView ShadowSettings::ApplyUpdateWhenIdle(const aws::SettingValue& value) {
  if (value.kind != aws::SettingValue::Kind::kBool) {
    return "must be true or false"sv;
  }
  return Explain(stored_.Set(settings::kUpdateWhenIdle, value.boolean ? 1U : 0U),
                 "must be true or false"sv);
}

/// Never logged, never stored here: what comes of it, `wifi` shows.
StringView ShadowSettings::ApplyJoin(std::size_t index, const aws::SettingValue& value) {
  if (value.kind != aws::SettingValue::Kind::kText) {
    return "must be a text"sv;
  }
  return index == kJoinSsid ? connectivity_->OrderNetwork(value.text)
                            : connectivity_->OrderPassphrase(value.text);
}

StringView ShadowSettings::Apply(std::size_t index, const aws::SettingValue& value) {
  StringView refusal = "read only"sv;
  switch (index) {
    case kTelemetryInterval:
      refusal = ApplyInterval(value);
      break;
    case kLogLevel:
      refusal = ApplyLogLevel(value);
      break;
    case kLed:
      refusal = ApplyLed(value);
      break;
    case kUpdateRate:
      refusal = ApplyUpdateRate(value);
      break;
    case kUpdateWhenIdle:
      refusal = ApplyUpdateWhenIdle(value);
      break;
    case kJoinSsid:
    case kJoinPassphrase:
      refusal = ApplyJoin(index, value);
      break;
    default:
      break;
  }
  if (refusal.empty()) {
    log::Info(kTag, "{} set by the shadow", kNames[index]);
  } else {
    log::Warning(kTag, "{} from the shadow refused: {}", kNames[index], refusal);
  }
  return refusal;
}

void ShadowSettings::Report(std::size_t index, json::Writer& json) const {
  switch (index) {
    case kTelemetryInterval:
      json.Integer(stored_.Get(settings::kTelemetryIntervalS));
      break;
    case kLogLevel:
      json.Integer(stored_.Get(settings::kLogLevel));
      break;
    case kLed:
      json.Bool(led_.on());
      break;
    case kUpdateRate:
      json.Integer(stored_.Get(settings::kUpdateRate));
      break;
    case kUpdateWhenIdle:
      json.Bool(stored_.Get(settings::kUpdateWhenIdle) != 0);
      break;
    case kFirmwareMissing:
      missing_.empty() ? json.Null() : json.String(missing_);
      break;
    case kRadioState:
      json.String(radio_);
      break;
    case kWifi:
      connectivity_->Report(json);
      break;
    case kSecondVersion:
      releases_.WriteSecond(json);
      break;
    case kOutcomes:
      releases_.WriteOutcomes(json);
      break;
    default:
      json.String(firmware_);
      break;
  }
}

}  // namespace linnet::device
