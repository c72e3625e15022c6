// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Settings of a test: any names, each an integer that begins as its index.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "aws/settings.hpp"
#include "base/view.hpp"

namespace linnet::aws::testing {

/// Refuses what is not an integer from 0 to 999, and remembers every call.
class FakeSettings final : public Settings {
 public:
  explicit FakeSettings(std::vector<std::string> names) : names_(std::move(names)) {
    for (std::size_t i = 0; i < names_.size(); ++i) {
      values.push_back(static_cast<std::int64_t>(i));
    }
  }

  [[nodiscard]] std::size_t count() const override { return names_.size(); }
  [[nodiscard]] StringView name(std::size_t index) const override { return names_[index]; }

  [[nodiscard]] bool is_order(std::size_t index) const override { return index == order; }
  StringView Apply(std::size_t index, const SettingValue& value) override {
    calls.push_back(names_[index] + "=" + Text(value));
    if (value.kind != SettingValue::Kind::kInteger) {
      return "not an integer";
    }
    if (value.integer < 0 || value.integer > 999) {
      return "out of range 0..999";
    }
    values[index] = value.integer;
    return "";
  }

  void Report(std::size_t index, json::Writer& json) const override {
    if (padding.empty()) {
      json.Integer(values[index]);
    } else {
      json.String(padding);
    }
  }

  /// The calls since the last time, as `name=value` joined by spaces.
  std::string TakeCalls() {
    std::string all;
    for (const std::string& call : std::exchange(calls, {})) {
      all.append(all.empty() ? "" : " ").append(call);
    }
    return all;
  }

  std::size_t order = SIZE_MAX;  ///< Which of them is one.
  std::vector<std::int64_t> values;
  std::vector<std::string> calls;
  std::string padding;  ///< When set, what every setting reports.

 private:
  static std::string Text(const SettingValue& value) {
    switch (value.kind) {
      case SettingValue::Kind::kInteger:
        return std::to_string(value.integer);
      case SettingValue::Kind::kBool:
        return value.boolean ? "true" : "false";
      case SettingValue::Kind::kText:
        return "'" + std::string(value.text.view()) + "'";
      case SettingValue::Kind::kOther:
        return "other";
    }
    return "?";
  }

  std::vector<std::string> names_;
};

class FakeVersionStore final : public ShadowVersionStore {
 public:
  std::int64_t Load() override { return version; }
  Status Save(std::int64_t value) override {
    ++saves;
    version = value;
    return OkStatus();
  }
  std::int64_t version = 0;
  int saves = 0;
};

}  // namespace linnet::aws::testing
