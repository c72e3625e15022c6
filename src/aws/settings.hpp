// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The settings that a shadow controls, as the shadow sees them.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/fixed_string.hpp"
#include "base/status.hpp"
#include "base/view.hpp"
#include "json/writer.hpp"

namespace linnet::aws {

/// A desired value.
struct SettingValue {
  enum class Kind : std::uint8_t {
    kInteger,
    kBool,
    kText,   ///< Up to kMaxText bytes.
    kOther,  ///< Anything else: a fraction, a longer text, an array, an object in a setting's
             ///< place.
  };
  static constexpr std::size_t kMaxText = 64;

  Kind kind = Kind::kOther;
  bool boolean = false;
  std::int64_t integer = 0;
  FixedString<kMaxText> text;
};

class Settings {
 public:
  /// How many there are; never changes.
  [[nodiscard]] virtual std::size_t count() const = 0;
  /// Path of setting `index` below desired and reported, such as `telemetry.interval_s`. Constant.
  /// Names of one group stand next to each other; no name is a group of another, and `errors` is
  /// none of them.
  [[nodiscard]] virtual StringView name(std::size_t index) const = 0;
  /// An order, not a state: it is carried out once, its desired value is then removed from the
  /// shadow, and it is never reported; only why it was refused is.
  [[nodiscard]] virtual bool is_order(std::size_t /*index*/) const { return false; }
  /// Applies and persists `value`. Returns "", or why it was refused: constant text such as
  /// "out of range 1..86400"; the setting then keeps its value.
  virtual StringView Apply(std::size_t index, const SettingValue& value) = 0;
  /// Writes the current value: exactly one JSON value.
  virtual void Report(std::size_t index, json::Writer& json) const = 0;

 protected:
  ~Settings() = default;  // nobody deletes through it
};

/// Keeps the version of the shadow document that was applied last, over resets.
class ShadowVersionStore {
 public:
  /// 0: none yet.
  virtual std::int64_t Load() = 0;
  virtual Status Save(std::int64_t version) = 0;

 protected:
  ~ShadowVersionStore() = default;  // nobody deletes through it
};

}  // namespace linnet::aws
