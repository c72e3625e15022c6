// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Copies what runs into the store, so that it can be gone back to: a board flashed with only an
// application needs this before its first update.
#pragma once

#include <cstdint>

#include "base/status.hpp"
#include "crypto/sha256.hpp"
#include "image/source.hpp"
#include "release/boot_control.hpp"
#include "release/store.hpp"

namespace linnet::release {

/// Advances in small steps, so that the loop goes on; a reset in between costs nothing.
class Backup {
 public:
  /// `running` is the execution area, read from its header on. Both outlive this.
  Backup(image::Source& running, Store& store) : running_(running), store_(store) {}

  /// Makes sure that the store holds the release `confirmed`. Call until it no longer returns
  /// kPending. ok: it is there. kMismatch: what runs is another release. kFailedPrecondition: the
  /// store is busy with another part. kResourceExhausted: no room. Otherwise a medium failed.
  Status Step(const crypto::Digest& confirmed);

 private:
  Status Start(const crypto::Digest& confirmed);

  image::Source& running_;
  Store& store_;
  bool started_ = false;
};

}  // namespace linnet::release
