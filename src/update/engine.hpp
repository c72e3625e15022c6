// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Brings one ordered release from a byte source through store, record, reboot and trial to a
// verdict that survives resets.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/bytes.hpp"
#include "base/status.hpp"
#include "base/time.hpp"
#include "image/source.hpp"
#include "net/backoff.hpp"
#include "release/boot_control.hpp"
#include "release/store.hpp"
#include "sched/loop.hpp"
#include "update/types.hpp"

namespace linnet::update {

struct Config {
  /// Bytes of the execution area: what an application image, TLVs included, must fit.
  std::uint32_t area_size = 0;
  /// Bytes asked for at once: what a broken connection costs at most.
  std::uint32_t range_size = 32768;
  /// How long a release may take to prove itself, from Begin().
  Milliseconds trial_deadline{600000};
  /// Failed fetches in a row, without one new byte, before the order fails.
  std::uint8_t fetch_attempts = 10;
  /// While bytes move, progress is told this often, and at every tenth of the file.
  Milliseconds progress_interval{10000};
  Milliseconds reboot_patience{30000};
  bool allow_downgrade = false;
};

/// What the engine works with; everything outlives it.
struct Parts {
  release::Store& store;
  release::BootControl& boot_control;
  image::Source& running;  ///< The execution area, from the image's first byte.
  ByteSource& source;
  Memory& memory;
  Observer& observer;
  net::Backoff& backoff;
};

class Engine;

}  // namespace linnet::update
