// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// All boot images of a release, found and judged together: one image alone is never a release.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/bytes.hpp"
#include "base/view.hpp"
#include "crypto/sha256.hpp"
#include "hal/flash.hpp"
#include "hal/watchdog.hpp"
#include "image/manifest.hpp"
#include "image/verify.hpp"
#include "release/boot_control.hpp"
#include "release/part.hpp"
#include "release/store_view.hpp"
#include "release/verifier.hpp"

namespace linnet::release {

/// An execution area of this board. In a list of them, an image's index is its place; the first is
/// the application's. Nothing is owned.
struct BootImage {
  /// All of the area; the image begins at its start. nullptr: this board has no such image.
  hal::Flash* area = nullptr;
  Verifier* verifier = nullptr;  ///< Whose images it takes: each area may have keys of its own.
};

/// Where the images of a release are looked for.
enum class Places : std::uint8_t {
  kStore,          ///< Only in the store.
  kStoreComplete,  ///< As kStore, and the companions that the release names must be there, too.
  kStoreAndOther,  ///< An image other than the application may also lie in its area already.
  kBoth,           ///< Any image may. For digests that the record names, or that just verified.
  kAreas,          ///< Only in the areas; the store is not read.
};

struct SetSearch {
  Span<const BootImage> images;  ///< At most kMaxBootImages.
  /// By image index: an image with a lower security counter is refused.
  std::span<const std::uint32_t, kMaxBootImages> counter_floor;
  StoreView* store = nullptr;         ///< Mounted when it is needed, unless it is.
  hal::Watchdog* watchdog = nullptr;  ///< Fed while areas are read. May be nullptr.
  MutableBytes scratch;               ///< For hashing; larger is faster.
};

/// One boot image of a release.
struct SetMember {
  crypto::Digest digest{};  ///< All zero: the release names no such image.
  image::Version version{};
  std::uint32_t size = 0;    ///< Of the whole image.
  std::uint32_t hashed = 0;  ///< Of its first bytes, those that the digest covers.
  std::uint32_t counter = 0;
  std::uint32_t offset = 0;  ///< In the store, unless it is in place.
  bool in_place = false;     ///< Its area holds it: nothing needs to be copied.

  [[nodiscard]] bool wanted() const { return IsSet(digest); }
};

struct ImageSet {
  std::array<SetMember, kMaxBootImages> members{};  ///< By image index.
  bool in_place = true;                             ///< All of it is: nothing is to be copied.
};

/// Why a set is refused, and because of which part.
struct [[nodiscard]] SetVerdict {
  image::Verdict verdict;
  std::uint8_t image = 0;  ///< Index of the boot image, or the companion's id.
  bool companion = false;

  [[nodiscard]] bool ok() const { return verdict.ok(); }
  [[nodiscard]] Status status() const { return verdict.status(); }
};

/// Finds every boot image of `release`, and judges the set: each image is in its area with the
/// digest that is wanted, or in the store and verifies (structure, digest, signature by its area's
/// keys, counter, fit); the manifest's versions and lengths are those of the images; and all
/// dependencies are met inside the set. Writes nothing. Only when the verdict is ok is all of `out`
/// good. Of a companion with several copies in the store, one good one is enough.
///
/// Reads each area that is looked into once, unless its digest entry is of another image, and each
/// image that is taken from the store once; headers and entries up to three times.
SetVerdict FindSet(const SetSearch& search, const crypto::Digest& release, Places places,
                   ImageSet& out);

}  // namespace linnet::release
