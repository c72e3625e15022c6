// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The one place where the application's sizes and times are chosen.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/time.hpp"
#include "base/view.hpp"

namespace linnet::device {

struct Config {
  /// Bytes for mbedTLS: two sessions with the longest records that there are, one of them in a
  /// handshake, and the parsed roots. tls_test holds it to that. Much of it are pointers.
  std::size_t tls_arena;
  Milliseconds watchdog_timeout;
  Milliseconds watchdog_feed;
  /// Bytes of Wi-Fi firmware that are moved to the chip at once.
  std::size_t radio_chunk;
  /// As release packages name it.
  StringView product;
  /// Minutes of silence after which the cloud gives a begun job up.
  std::uint32_t job_step_minutes;
  /// Bytes asked for in one HTTP range.
  std::uint32_t download_range;
  /// Bytes of one block of a file that comes over MQTT.
  std::uint32_t stream_block;
  /// How long a restart waits for the last reports to leave.
  Milliseconds restart_patience;
};

inline constexpr Config kConfig{
    .tls_arena = std::size_t{14} * 1024 * sizeof(void*),
    .watchdog_timeout = Seconds{30},
    .watchdog_feed = Seconds{5},
    .radio_chunk = 512,
    .product = "lamp",
    .job_step_minutes = 60,
    .download_range = std::uint32_t{32} * 1024,
    .stream_block = 1024,
    .restart_patience = Seconds{3},
};

}  // namespace linnet::device
