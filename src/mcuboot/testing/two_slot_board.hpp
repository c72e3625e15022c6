// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A board with stock MCUboot and releases for it: version 1 installed, version 2 in the other
// slots.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/endian.hpp"
#include "image/testing/sample_image.hpp"
#include "image/tlv.hpp"
#include "mcuboot/boot_control.hpp"
#include "mcuboot/testing/loader_model.hpp"
#include "release/testing/caching_verifier.hpp"
#include "sim/nor_flash.hpp"

namespace linnet::mcuboot::testing {

enum class Ties : std::uint8_t { kNone, kFromApplication, kBothWays };

using Bits = std::vector<std::byte>;

inline Bits DependencyOn(std::size_t image, std::uint8_t version) {
  Bits value(12);
  value[0] = static_cast<std::byte>(image);
  value[4] = static_cast<std::byte>(version);
  return value;
}

/// The images of a release by number, the application first.
inline std::vector<Bits> MakeSet(std::size_t count, std::uint8_t version, Ties ties) {
  image::testing::TestKey key;
  std::vector<Bits> files(count);
  image::Manifest manifest;
  std::vector<Bits> values;
  for (std::size_t i = 1; i < count; ++i) {
    const Bits body = image::testing::SampleBody(60, static_cast<std::uint32_t>(10 * i) + version);
    const Bits back = DependencyOn(0, version);
    std::vector<image::TlvItem> items;
    if (ties == Ties::kBothWays) {
      items.push_back({image::tlv::kDependency, back});
    }
    files[i] = image::testing::Signed(
        {.version = {version, 0, 0, 0}, .body = body, .protected_tlvs = items}, key);
    image::MemorySource source(files[i]);
    manifest.entries.at(manifest.count++) = {.kind = image::ManifestKind::kBootImage,
                                             .index = static_cast<std::uint8_t>(i),
                                             .version = {version, 0, 0, 0},
                                             .length = static_cast<std::uint32_t>(files[i].size()),
                                             .digest = image::Inspect(source).value().digest};
    values.push_back(DependencyOn(i, version));
  }
  Bits encoded(manifest.count * image::kManifestEntrySize);
  image::EncodeManifest(manifest, encoded);
  std::vector<image::TlvItem> items{{image::tlv::kManifest, encoded}};
  for (const Bits& value : values) {
    if (ties != Ties::kNone) {
      items.push_back({image::tlv::kDependency, value});
    }
  }
  const Bits body = image::testing::SampleBody(100, version);
  files[0] = image::testing::Signed(
      {.version = {version, 0, 0, 0}, .body = body, .protected_tlvs = items}, key);
  return files;
}

struct Shape {
  std::size_t images = 2;
  std::uint32_t align = 8;
  std::uint32_t unit = 8;
  std::byte erased{0xFF};
  SwapMode mode = SwapMode::kMove;
  Ties ties = Ties::kBothWays;

  [[nodiscard]] std::string name() const {
    return std::to_string(images) + "images-align" + std::to_string(align) + "-unit" +
           std::to_string(unit) + (erased == std::byte{0} ? "-zero" : "-ones") +
           (mode == SwapMode::kOffset ? "-offset" : "-move");
  }
};

class TwoSlotBoard {
 public:
  explicit TwoSlotBoard(const Shape& shape)
      : old_(MakeSet(shape.images, 1, shape.ties)), new_(MakeSet(shape.images, 2, shape.ties)) {
    for (std::size_t i = 0; i < 2 * shape.images; ++i) {
      flashes_.push_back(std::make_unique<sim::NorFlash>(
          hal::FlashGeometry{4096, 512, shape.unit, shape.erased}, power));
    }
    for (std::size_t i = 0; i < shape.images; ++i) {
      slots_.push_back({flashes_[2 * i].get(), flashes_[2 * i + 1].get()});
    }
    setup = {.images = slots_, .layout = {shape.align}, .mode = shape.mode};
    Load();
  }

  /// The factory's state, with the candidate downloaded.
  void Load() {
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      LINNET_ASSERT(FillSlot(*slots_[i].primary, old_[i], 0).ok());
      LINNET_ASSERT(FillSlot(*slots_[i].secondary, new_[i], CandidateOffset(setup, i)).ok());
    }
  }
  void Boot() { LINNET_ASSERT(LoaderModel(setup).Boot().ok()); }

  /// Major versions of what would run, such as "12".
  [[nodiscard]] std::string Running() const {
    std::string text;
    for (const ImageSlots& slots : slots_) {
      text += std::to_string(VersionOf(*slots.primary, 0).major);
    }
    return text;
  }
  [[nodiscard]] crypto::Digest digest(int version) const {
    image::MemorySource source(version == 1 ? old_[0] : new_[0]);
    return image::Inspect(source).value().digest;
  }
  [[nodiscard]] release::ReleaseStatus Query() {
    release::ReleaseStatus status;
    LINNET_ASSERT(control().Query(status).ok());
    return status;
  }
  [[nodiscard]] SlotBootControl control() { return {setup, verifier_}; }
  [[nodiscard]] std::vector<sim::NorFlash*> flashes() const {
    std::vector<sim::NorFlash*> all;
    for (const auto& flash : flashes_) {
      all.push_back(flash.get());
    }
    return all;
  }

  sim::Power power;
  Setup setup;

 private:
  std::vector<Bits> old_;
  std::vector<Bits> new_;
  std::vector<std::unique_ptr<sim::NorFlash>> flashes_;
  std::vector<ImageSlots> slots_;
  std::array<crypto::P256PublicKey, 1> keys_{image::testing::TestKey().public_key()};
  release::SignatureVerifier signatures_{keys_};
  release::testing::CachingVerifier verifier_{signatures_};
};

}  // namespace linnet::mcuboot::testing
