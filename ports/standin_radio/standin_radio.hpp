// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Stands in for a Wi-Fi chip on boards that have none: takes a patch as the chip does, and no
// other.
#pragma once

#include <cstdint>
#include <optional>

#include "crypto/sha256.hpp"
#include "hal/radio.hpp"

namespace linnet::standin {

/// Keeps nothing of the patch but its digest: about 200 bytes of RAM. Loses it at PowerOff() and
/// Reset(), boots only what is complete, undamaged and of the required version in all four bytes.
/// Every command ends at the second Poll(), so that a caller that does not wait is found.
class StandinRadio final : public hal::Radio {
 public:
  /// What a command of this kind of chip takes for one image's memory, at most.
  static constexpr std::uint32_t kMaxImage = 0x20000;

  explicit StandinRadio(hal::RadioFirmware required) : required_(required) {}

  [[nodiscard]] hal::RadioFirmware required_firmware() const override { return required_; }
  Status PowerOn() override;
  void PowerOff() override;
  Status Reset() override;
  Status BeginPatch(const hal::RadioPatch& patch) override;
  Status BeginImage(hal::RadioImage image, std::uint32_t length) override;
  Status Write(Bytes chunk) override;
  Status FinishPatch() override;
  Status Boot() override;
  Status Poll() override;
  [[nodiscard]] bool running() const override { return state_ == State::kRunning; }

  /// Faults for tests. Commands are counted from 0 since construction, refused ones included; the
  /// fault stays until another one is set.
  void HangAt(std::uint32_t command) { fault_ = {command, Code::kPending}; }
  void RefuseAt(std::uint32_t command, Code with) { fault_ = {command, with}; }
  void ClearFault() { fault_.reset(); }
  /// From now on no command ends: a chip that is dead.
  void SetSilent(bool silent) { silent_ = silent; }
  [[nodiscard]] std::uint32_t commands() const { return commands_; }
  /// How often firmware has booted.
  [[nodiscard]] std::uint32_t boots() const { return boots_; }

 private:
  enum class State : std::uint8_t { kOff, kOn, kReset, kPatching, kPatched, kRunning };
  struct Fault {
    std::uint32_t command = 0;
    Code code = Code::kPending;
  };

  Status Begin(bool in_order);
  Status Check(const hal::RadioPatch& patch) const;
  void Forget();

  hal::RadioFirmware required_;
  State state_ = State::kOff;
  std::optional<Status> outcome_{};  ///< Of the command that goes on or was the last one.
  std::uint8_t polls_left_ = 0;
  bool hung_ = false;
  bool silent_ = false;
  hal::RadioPatch patch_{};
  std::uint32_t taken_ = 0;       ///< Bytes of the patch, image headers included.
  std::uint32_t image_left_ = 0;  ///< Bytes of the current image still to come.
  std::uint8_t seen_ = 0;         ///< Bit n: image n was begun.
  crypto::Sha256 hash_;
  std::optional<Fault> fault_{};
  std::uint32_t commands_ = 0;
  std::uint32_t boots_ = 0;
};

}  // namespace linnet::standin
