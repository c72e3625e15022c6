// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Keeps the radio running on exactly the firmware that the running application names.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/view.hpp"
#include "hal/radio.hpp"
#include "image/manifest.hpp"
#include "image/source.hpp"
#include "radio/loader.hpp"
#include "release/store.hpp"
#include "release/store_view.hpp"
#include "sched/loop.hpp"

namespace linnet::radio {

enum class ServiceState : std::uint8_t {
  kStopped,     ///< Begin() was not called.
  kUnnamed,     ///< The application names no firmware: the radio stays off.
  kUnreadable,  ///< What the application names cannot be read; tried again.
  kMissing,     ///< The store has not the firmware that is named; looked for again.
  kLoading,
  kRunning,
  kFailed,  ///< It was loaded in vain: see failure(); tried again where that can help.
};
/// "stopped", "unnamed", "unreadable", "missing", "loading", "running", "failed".
StringView ToString(ServiceState state);

/// Everything else goes on whatever happens here: a device whose firmware is missing says so, and
/// gets it over any link that works.
class FirmwareService final : public sched::Task {
 public:
  static constexpr Milliseconds kLookAgain{5'000};
  static constexpr Milliseconds kRetryAfter{10'000};
  /// Loads of one firmware that end with a chip that hangs or refuses.
  static constexpr std::uint8_t kMaxAttempts = 5;

  /// `running`: the execution area, from the image's first byte. `chunk`: as radio::Loader. All
  /// outlive this.
  FirmwareService(hal::Radio& radio, release::Store& store, image::Source& running,
                  MutableBytes chunk);

  /// Once after a reset, with the store mounted.
  void Begin(Instant now);
  /// Looks for the firmware now: a part has come into the store.
  void Look() { wake_ = Instant{}; }
  Instant Run(Instant now) override;

  [[nodiscard]] ServiceState state() const { return state_; }
  [[nodiscard]] LoadFailure failure() const { return loader_.failure(); }
  /// What the application names; nothing: none, or it is not known.
  [[nodiscard]] const std::optional<image::ManifestEntry>& named() const { return named_; }
  /// The firmware runs, or none is needed.
  [[nodiscard]] bool content() const {
    return state_ == ServiceState::kRunning || state_ == ServiceState::kUnnamed;
  }

 private:
  void SetState(ServiceState state);
  Instant ReadNames(Instant now);
  Instant Find(Instant now);
  Instant Load(Instant now);
  Instant OnFailure(Instant now);
  Instant Wait(ServiceState state, Instant until);

  hal::Radio& radio_;
  release::Store& store_;
  image::Source& running_;
  Loader loader_;
  std::optional<image::ManifestEntry> named_{};
  std::optional<release::FlashSource> source_{};
  ServiceState state_ = ServiceState::kStopped;
  std::uint8_t attempts_ = 0;
  Instant wake_ = kNever;
};

/// A service that owns its chunk.
template <std::size_t kChunkSize>
class FirmwareServiceBuffer {
 public:
  FirmwareServiceBuffer(hal::Radio& radio, release::Store& store, image::Source& running)
      : service_(radio, store, running, chunk_) {}
  FirmwareServiceBuffer(const FirmwareServiceBuffer&) = delete;
  FirmwareServiceBuffer& operator=(const FirmwareServiceBuffer&) = delete;
  FirmwareService& operator*() { return service_; }
  FirmwareService* operator->() { return &service_; }

 private:
  static_assert(kChunkSize > 0 && kChunkSize % 4 == 0);
  std::array<std::byte, kChunkSize> chunk_{};
  FirmwareService service_;
};

}  // namespace linnet::radio
