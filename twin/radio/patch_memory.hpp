// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The chip's memories for its firmware: take a patch as the chip does, and no other.
#pragma once

#include <cstdint>

#include "base/bytes.hpp"
#include "base/status.hpp"
#include "crypto/sha256.hpp"
#include "hal/radio.hpp"
#include "ports/serial_radio/messages.hpp"

namespace linnet::air {

/// The codes are those that hal::Radio lists. Keeps no byte of the patch, only its digest.
class PatchMemory {
 public:
  static constexpr std::uint32_t kMaxImage = 0x20000;

  /// Forgets everything. `required`: what the driver was compiled for.
  void Clear(hal::RadioFirmware required);
  Status BeginPatch(const hal::RadioPatch& patch);
  Status BeginImage(const serial_radio::BeginImage& image);
  Status Write(Bytes chunk);
  Status Finish();
  /// A whole patch of the required version lies there.
  [[nodiscard]] bool complete() const { return state_ == State::kComplete; }
  [[nodiscard]] std::uint32_t version() const { return patch_.firmware.version; }
  [[nodiscard]] hal::RadioFirmware required() const { return required_; }

 private:
  enum class State : std::uint8_t { kEmpty, kFilling, kComplete };

  hal::RadioFirmware required_{};
  State state_ = State::kEmpty;
  hal::RadioPatch patch_{};
  std::uint32_t taken_ = 0;       ///< Bytes of the patch, the images' heads included.
  std::uint32_t image_left_ = 0;  ///< Bytes of the present image still to come.
  std::uint8_t seen_ = 0;         ///< Bit n: image n was begun.
  crypto::Sha256 hash_;
};

}  // namespace linnet::air
