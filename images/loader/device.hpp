// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A device directory under the loader: boots, runs, resets, until it is switched off.
#pragma once

#include <array>
#include <csignal>
#include <optional>
#include <string>
#include <utility>

#include "base/status.hpp"
#include "base/view.hpp"
#include "boot/boot.hpp"
#include "crypto/ecdsa.hpp"
#include "crypto/private_key.hpp"
#include "crypto/random.hpp"
#include "hal/entropy.hpp"
#include "ports/linux/directory_lock.hpp"
#include "ports/linux/file_flash.hpp"
#include "release/image_set.hpp"
#include "release/record.hpp"
#include "release/store_view.hpp"
#include "release/verifier.hpp"

namespace linnet::loader {

class Device {
 public:
  /// Releases signed by one of `keys` are accepted.
  Device(std::string directory, Span<const crypto::P256PublicKey> keys)
      : directory_(std::move(directory)), verifier_(keys) {}

  /// Opens the flash files and locks the directory. kAlreadyExists: another loader runs this
  /// device, or somebody writes it. Otherwise codes of FileFlash::Open.
  Status Open();
  /// Boots and runs the device again and again. Ends when `stop` is set by a signal handler, when
  /// the application switches off (both ok), or with kNotFound when nothing verifies.
  Status Run(const volatile std::sig_atomic_t& stop);

 private:
  class Entropy final : public crypto::EntropySource {
   public:
    Status Fill(MutableBytes out) override;
  };

  boot::Decision Boot(hal::ResetCause cause);
  Result<int> RunApplication(const boot::Decision& decision, hal::ResetCause cause,
                             const volatile std::sig_atomic_t& stop);

  std::string directory_;
  posix::DirectoryLock lock_;
  posix::FileFlash application_;
  posix::FileFlash second_;
  posix::FileFlash record_region_;
  posix::FileFlash vault_region_;
  posix::FileFlash store_region_;
  // Made by Open(): they look at their regions' geometry.
  std::optional<release::Record> record_;
  std::optional<release::StoreView> store_;
  release::SignatureVerifier verifier_;
  std::array<release::BootImage, 2> images_{{{&application_, &verifier_}, {&second_, &verifier_}}};
  Entropy entropy_;
  crypto::Random random_{entropy_};
};

}  // namespace linnet::loader
