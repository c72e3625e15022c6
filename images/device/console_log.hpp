// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Log lines on the console: seconds since start, level, tag, text.
#pragma once

#include <array>
#include <string_view>

#include "base/log.hpp"
#include "hal/clock.hpp"
#include "hal/console.hpp"

namespace linnet::device {

class ConsoleLog final : public log::Sink {
 public:
  /// Both outlive this.
  ConsoleLog(hal::Console& console, const hal::Clock& clock) : console_(console), clock_(clock) {}

  void Write(log::Level level, std::string_view tag, std::string_view text) override {
    const std::int64_t now = clock_.Now().time_since_epoch().count();
    const std::int64_t thousandths = now % 1000;
    const std::string_view zeros = thousandths < 10 ? "00" : thousandths < 100 ? "0" : "";
    std::array<char, 64> head;  // NOLINT: written by Format
    console_.Write(Format(head, "[{}.{}{}] {} {}: ", now / 1000, zeros, thousandths,
                          log::ToString(level), tag));
    console_.Write(text);
    console_.Write("\r\n");
  }

 private:
  hal::Console& console_;
  const hal::Clock& clock_;
};

}  // namespace linnet::device
