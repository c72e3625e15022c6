// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Copies what runs into the store, so that it can be gone back to: a board flashed with only an
// application needs this before its first update.
#pragma once

#include <array>
#include <cstdint>

#include "base/result.hpp"
#include "base/status.hpp"
#include "base/view.hpp"
#include "crypto/sha256.hpp"
#include "image/source.hpp"
#include "release/boot_control.hpp"
#include "release/store.hpp"

namespace linnet::release {

class Backup {
 public:
  /// `running` is the application's execution area from its first byte on. Both outlive this.
  Backup(image::Source& running, Store& store) : store_(store) { areas_[0] = &running; }
  /// All execution areas, by image index, each from its first byte on; nullptr: not on this board,
  /// or not readable from here. At most kMaxBootImages.
  Backup(Span<image::Source* const> areas, Store& store);

  /// Makes sure that the store holds all boot images of the release `confirmed`
  /// (`ReleaseStatus::confirmed`), a few pages a call; after a reset it goes on where it was. What
  /// the store says it holds is read once and written anew if it is damaged.
  /// kPending: call again. ok: it is there. kMismatch: what runs is another release, or an area
  /// holds another image than that release names. kFailedPrecondition: the store is busy with
  /// another part. kNotFound: an image is missing whose area cannot be read. kResourceExhausted: no
  /// room, clean the store. kMalformed: an area holds no image. Otherwise a medium failed.
  Status Step(const crypto::Digest& confirmed);

 private:
  Status Next(const crypto::Digest& confirmed);
  Status FindWanted(const crypto::Digest& confirmed);
  [[nodiscard]] Result<bool> IsHeld() const;
  Status Start();
  Status CopySome();
  Status Finish();

  std::array<image::Source*, kMaxBootImages> areas_{};
  Store& store_;
  crypto::Digest release_{};  // of which the images before image_ are held
  std::uint8_t image_ = 0;
  crypto::Digest wanted_{};   // the digest of image_
  std::uint32_t length_ = 0;  // of the image being copied; 0: none
  PartTag tag_ = 0;
};

}  // namespace linnet::release
