// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Copies what runs into the store, so that it can be gone back to: a board flashed with only an
// application needs this before its first update.
#pragma once

#include <cstdint>

#include "base/status.hpp"
#include "crypto/sha256.hpp"
#include "image/source.hpp"
#include "release/store.hpp"

namespace linnet::release {

class Backup {
 public:
  /// `running` is the application's execution area from its first byte on. Both outlive this.
  Backup(image::Source& running, Store& store) : running_(running), store_(store) {}

  /// Makes sure that the store holds the complete release `confirmed` (`ReleaseStatus::confirmed`),
  /// a few pages a call; after a reset it goes on where it was.
  /// kPending: call again. ok: it is there. kMismatch: what runs is another release.
  /// kFailedPrecondition: the store is busy with another part. kResourceExhausted: no room, clean
  /// the store. kMalformed: what runs is no image. Otherwise a medium failed.
  Status Step(const crypto::Digest& confirmed);

 private:
  Status Start(const crypto::Digest& confirmed);
  Status CopySome();

  image::Source& running_;
  Store& store_;
  std::uint32_t length_ = 0;  // of the image being copied; 0: none
  PartTag tag_ = 0;
};

}  // namespace linnet::release
