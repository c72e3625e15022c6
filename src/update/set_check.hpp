// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What a release needs, and whether the store has it.
#pragma once

#include "image/manifest.hpp"
#include "package/device.hpp"
#include "release/store.hpp"
#include "update/finding.hpp"

namespace linnet::update {

/// The store as admission asks for it.
class StoreInventory final : public package::Inventory {
 public:
  explicit StoreInventory(const release::Store& store) : store_(store) {}
  [[nodiscard]] bool Has(const crypto::Digest& identity) const override {
    return store_.Find(identity).ok();
  }

 private:
  const release::Store& store_;
};

/// Of the application `release` in the store. kNotFound: it is not there. Otherwise as
/// image::ReadManifest().
Status ReadManifest(const release::Store& store, const crypto::Digest& release,
                    image::Manifest& out);

/// Before it is staged: the application `release` is of `version`, and everything that it names is
/// in the store, whole and as it is named; Wi-Fi firmware is a sound container of exactly the
/// version that the application names and its driver needs. A part of a kind that `device` has no
/// place for is refused.
Finding CheckStored(const release::Store& store, const crypto::Digest& release,
                    const image::Version& version, const package::Device& device);

/// The first part of that kind that the store does not hold; nullptr: it has all of them.
const image::ManifestEntry* FindMissing(const image::Manifest& manifest, image::ManifestKind kind,
                                        const release::Store& store);

}  // namespace linnet::update
