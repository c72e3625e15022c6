// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A Wi-Fi chip whose firmware is loaded into its RAM at each power-up: power, reset, patch, boot.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/status.hpp"
#include "base/time.hpp"

namespace linnet::hal {

/// The memories that a patch fills; each exactly once. The values are those of the patch container.
enum class RadioImage : std::uint8_t {
  kUmacPrimary = 0,
  kUmacSecondary = 1,
  kLmacPrimary = 2,
  kLmacSecondary = 3,
};
inline constexpr std::size_t kRadioImageCount = 4;

/// What the driver was compiled for.
struct RadioFirmware {
  /// family << 24 | major << 16 | minor << 8 | patch. Driver and patch must agree in all four.
  std::uint32_t version = 0;
  /// Feature bits that the patch must have; it may have more.
  std::uint32_t features = 0;
  friend bool operator==(const RadioFirmware&, const RadioFirmware&) = default;
};

/// The head of the patch that is about to come. A chip that checks less than all of it ignores the
/// rest.
struct RadioPatch {
  RadioFirmware firmware{};
  std::uint32_t length = 0;            ///< Bytes behind the container's header: see src/radio.
  std::array<std::byte, 32> digest{};  ///< SHA-256 over these bytes.
  friend bool operator==(const RadioPatch&, const RadioPatch&) = default;
};

/// One command at a time. A command that returns ok has begun; Poll() says how it ends. A refusal
/// may come from the command itself or from Poll(), and is the same then. The order is
///
///   PowerOn, Reset, BeginPatch, { BeginImage, Write... } for each image, FinishPatch, Boot
///
/// and Reset goes back to that place from any later one. kFailedPrecondition from every command:
/// out of order, or the one before has not ended.
///
/// What a port must do:
///  - no call blocks for longer than it takes to move one chunk over its bus;
///  - a command ends within kRadioCommandLimit or never: whoever waits stops then and turns the
///    chip off;
///  - firmware that is incomplete, damaged or of another version never runs.
/// What Linnet never does:
///  - touch a chunk before the command that took it has ended;
///  - write chunks of a length that is no multiple of 4, except the last one of an image.
class Radio {
 public:
  /// The only firmware that this driver works with. Always the same answer.
  [[nodiscard]] virtual RadioFirmware required_firmware() const = 0;

  virtual Status PowerOn() = 0;
  /// At once and from any state: ends the command, and the chip forgets its firmware.
  virtual void PowerOff() = 0;

  /// Stops the chip's processors and makes it ready for a patch.
  virtual Status Reset() = 0;
  /// kMismatch: another version than required. kUnsupported: a feature is missing.
  virtual Status BeginPatch(const RadioPatch& patch) = 0;
  /// `length` bytes for that memory follow. kMalformed: it has come before, or it has none.
  /// kTooLarge: it does not fit that memory.
  virtual Status BeginImage(RadioImage image, std::uint32_t length) = 0;
  /// The next bytes of the image; at least one. kOutOfRange: more than its length.
  virtual Status Write(Bytes chunk) = 0;
  /// All images are there. kMalformed: one is not, or is not complete. kDataLoss: the content does
  /// not have the patch's digest (a chip that does not check it fails to boot).
  virtual Status FinishPatch() = 0;
  /// Starts the firmware and waits for its sign of life. kUnavailable: there was none.
  virtual Status Boot() = 0;

  /// How the last command ended; kPending: not yet. kUnavailable from every command: the chip does
  /// not answer. kFailedPrecondition: there was no command since PowerOff().
  virtual Status Poll() = 0;

  /// The firmware has booted and is alive.
  [[nodiscard]] virtual bool running() const = 0;

 protected:
  ~Radio() = default;  // nobody deletes through it
};

inline constexpr Milliseconds kRadioCommandLimit{3'000};

}  // namespace linnet::hal
