// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Loads a patch into the chip: chunk by chunk through one buffer, checked while it passes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "base/status.hpp"
#include "base/time.hpp"
#include "base/view.hpp"
#include "crypto/sha256.hpp"
#include "hal/radio.hpp"
#include "image/source.hpp"
#include "radio/patch.hpp"

namespace linnet::radio {

enum class LoadState : std::uint8_t {
  kIdle,       ///< Nothing was begun; the chip is off.
  kPowering,   ///< Waits for the chip to answer.
  kResetting,  ///< Its processors are being stopped.
  kOpening,    ///< It is told what comes.
  kOpenImage,  ///< It is told the next image's type and length.
  kWriting,    ///< A chunk is on its way.
  kFinishing,  ///< Everything is there.
  kBooting,    ///< Waits for the firmware's sign of life.
  kRunning,    ///< The firmware is alive.
  kFailed,     ///< The chip is off; failure() says why.
};
StringView ToString(LoadState state);

enum class LoadFailure : std::uint8_t {
  kNone,
  kUnreadable,      ///< The source could not be read.
  kMalformed,       ///< It is no patch container.
  kOtherVersion,    ///< Not the version that the driver needs.
  kMissingFeature,  ///< The patch lacks a feature that the driver needs.
  kDamaged,         ///< The content is not what its digest, or the release's, says.
  kRefused,         ///< The chip refused a command.
  kSilent,          ///< The chip did not answer in time.
};
/// One clause for a log or a report.
StringView ToText(LoadFailure failure);

/// Reads each byte once, and gives it to the chip and to two hashes: the container's own and that
/// of the whole file. The firmware is started only when both are right. On any failure the chip is
/// turned off.
class Loader {
 public:
  /// `chunk` is the only buffer: its size is a multiple of 4; 512 is good. Neither is owned.
  Loader(hal::Radio& radio, MutableBytes chunk);

  /// Begins to load, whatever was before. `source` outlives it. `digest`: SHA-256 of the whole
  /// container as the release names it; without, only the container's own is checked. What is wrong
  /// with the patch is seen here already, where it can be; the state then is kFailed.
  void Start(image::Source& source, const std::optional<crypto::Digest>& digest, Instant now);

  /// Goes one command further; blocks for no more than reading one chunk and moving it.
  /// kPending: call again. ok: the firmware runs. Any other: failed, as failure() says.
  Status Poll(Instant now);

  /// Turns the chip off.
  void Stop();

  [[nodiscard]] LoadState state() const { return state_; }
  [[nodiscard]] LoadFailure failure() const { return failure_; }
  /// Of the patch that was started last; its version is 0 when it could not be read.
  [[nodiscard]] const PatchHeader& header() const { return patch_.header; }

 private:
  void SetState(LoadState state);
  Status Fail(LoadFailure failure);
  /// Enters `next` when its command was taken.
  Status Command(Status begun, LoadState next, Instant now);
  LoadFailure Open(image::Source& source);
  Status Next(Instant now);
  Status OpenImage(Instant now);
  Status WriteChunk(Instant now);
  Status Close(Instant now);

  hal::Radio& radio_;
  MutableBytes chunk_;
  image::Source* source_ = nullptr;
  std::optional<crypto::Digest> wanted_{};
  Patch patch_{};
  LoadState state_ = LoadState::kIdle;
  LoadFailure failure_ = LoadFailure::kNone;
  Instant deadline_{};
  std::uint8_t image_ = 0;     ///< Index of the image being written.
  std::uint32_t written_ = 0;  ///< Bytes of it.
  crypto::Sha256 content_hash_;
  crypto::Sha256 file_hash_;
};

/// A loader that owns its buffer.
template <std::size_t kChunkSize>
class LoaderBuffer {
 public:
  explicit LoaderBuffer(hal::Radio& radio) : loader_(radio, chunk_) {}
  LoaderBuffer(const LoaderBuffer&) = delete;
  LoaderBuffer& operator=(const LoaderBuffer&) = delete;
  Loader& operator*() { return loader_; }
  Loader* operator->() { return &loader_; }

 private:
  static_assert(kChunkSize > 0 && kChunkSize % 4 == 0);
  std::array<std::byte, kChunkSize> chunk_{};
  Loader loader_;
};

}  // namespace linnet::radio
