// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What a device says about itself, and its JSON.
#pragma once

#include <cstdint>
#include <optional>

#include "base/result.hpp"
#include "base/time.hpp"
#include "base/view.hpp"
#include "hal/network.hpp"
#include "hal/reset.hpp"

namespace linnet::telemetry {

/// Highest use since reset, and what there is; bytes.
struct Watermark {
  std::uint32_t peak = 0;
  std::uint32_t size = 0;
};

struct Metrics {
  Seconds uptime{0};
  std::optional<UnixTime> time{};  ///< Left out while the wall clock is not trusted.
  StringView firmware{};           ///< Version of the running application.
  hal::ResetCause reset = hal::ResetCause::kPowerOn;
  Watermark heap{};  ///< The fixed arena of TLS.
  Watermark stack{};
  hal::LinkState link = hal::LinkState::kDown;
  std::optional<std::int8_t> rssi_dbm{};  ///< Left out while no radio is joined.
  StringView wifi{};                      ///< Its state; empty: left out.
  StringView wifi_reason{};               ///< Why it is not better; empty: left out.
  std::uint32_t dropped = 0;              ///< Records lost since reset because the queue was full.
};

/// Every record is at most this long, whatever the numbers, with a firmware text of 32 bytes.
inline constexpr std::size_t kMaxRecord = 400;

/// Writes the record as one JSON object into `out`: `uptime_s`, `time`, `firmware`, `reset`,
/// `heap` and `stack` as `{"peak","size"}`, `link` as `"down"|"configuring"|"up"`, `rssi_dbm`,
/// `wifi`, `wifi_reason`, `dropped`. kTooLarge: it does not fit. kMalformed: `firmware` is not
/// UTF-8.
Result<StringView> Encode(const Metrics& metrics, Span<char> out);

}  // namespace linnet::telemetry
