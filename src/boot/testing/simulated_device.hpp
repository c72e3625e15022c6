// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A device of flashes, boot, vault and store, without network: starts, runs, loses power.
#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

#include "base/view.hpp"
#include "boot/boot.hpp"
#include "hal/reset.hpp"
#include "image/testing/sample_image.hpp"
#include "release/backup.hpp"
#include "release/image_set.hpp"
#include "release/record.hpp"
#include "release/store.hpp"
#include "release/store_view.hpp"
#include "release/testing/caching_verifier.hpp"
#include "release/testing/sample_release.hpp"
#include "sim/nor_flash.hpp"
#include "sim/power.hpp"
#include "vault/client.hpp"
#include "vault_service/release_service.hpp"
#include "vault_service/service.hpp"

namespace linnet::boot::testing {

struct BoardShape {
  StringView name;
  hal::FlashGeometry execution;
  hal::FlashGeometry store;
  hal::FlashGeometry record;
  /// The areas of further boot images, by index from 1 on; size 0: there is none.
  std::array<hal::FlashGeometry, 3> others{};
};

inline constexpr std::byte kOnes{0xFF};
inline constexpr std::byte kZeros{0x00};

/// The reference board's pages and units, with as little of them as the tests need.
inline constexpr BoardShape kReferenceShape = {"reference",
                                               {4 * 4096, 4096, 4, kOnes},
                                               {10 * 4096, 4096, 1, kOnes},
                                               {2 * 4096, 4096, 4, kOnes}};

/// What outlives a start: the flashes, and what is fused into the device.
class SimulatedDevice {
 public:
  explicit SimulatedDevice(const BoardShape& shape)
      : execution(shape.execution, power), store(shape.store, power), record(shape.record, power) {
    images.push_back({&execution, &verifier});
    for (const hal::FlashGeometry& geometry : shape.others) {
      if (geometry.size != 0) {
        others.push_back(std::make_unique<sim::NorFlash>(geometry, power));
        images.push_back({others.back().get(), &verifier});
      }
    }
  }
  SimulatedDevice(const SimulatedDevice&) = delete;
  SimulatedDevice& operator=(const SimulatedDevice&) = delete;

  std::vector<sim::NorFlash*> flashes() {
    std::vector<sim::NorFlash*> all = {&execution, &store, &record};
    for (const auto& other : others) {
      all.push_back(other.get());
    }
    return all;
  }
  sim::NorFlash& area(std::size_t index) { return index == 0 ? execution : *others.at(index - 1); }

  /// As a programmer on the desk would.
  void FlashExecutionArea(Bytes image, std::size_t index = 0) {
    sim::NorFlash& flash = area(index);
    for (std::uint32_t at = 0; at < flash.geometry().size; at += flash.geometry().page_size) {
      LINNET_ASSERT(flash.ErasePage(at).ok());
    }
    flash.Poke(0, image);
  }
  /// All boot images of it.
  void FlashRelease(const release::testing::SampleRelease& release) {
    FlashExecutionArea(release.file);
    for (const release::testing::SamplePart& part : release.parts) {
      if (part.entry.kind == image::ManifestKind::kBootImage) {
        FlashExecutionArea(part.file, part.entry.index);
      }
    }
  }

  sim::Power power;
  sim::NorFlash execution;
  sim::NorFlash store;
  sim::NorFlash record;
  std::vector<std::unique_ptr<sim::NorFlash>> others;
  std::vector<crypto::P256PublicKey> keys{image::testing::TestKey(1).public_key()};
  release::SignatureVerifier signatures{keys};
  release::testing::CachingVerifier verifier{signatures};
  std::vector<release::BootImage> images;  ///< By image index.
  vault_service::Budget budget;
};

class NoKey final : public crypto::Signer {
 public:
  Status Sign(const crypto::Digest& /*digest*/, crypto::P256Signature& /*out*/) override {
    return Code::kFailedPrecondition;
  }
  Status PublicKey(crypto::P256PublicKey& /*out*/) override { return Code::kFailedPrecondition; }
};

/// One start: from reset through boot to an application that may use the store and the vault.
class Session {
 public:
  explicit Session(SimulatedDevice& device, hal::ResetCause cause = hal::ResetCause::kPowerOn)
      : device_(device),
        scratch_(std::max<std::size_t>(kScratchSize, device.execution.geometry().page_size / 2)),
        record(device.record),
        view_(device.store),
        decision(Boot({&record, &view_, device.images, nullptr, cause, scratch_}).Run()),
        service_({&record, &view_, device.images, decision.running, device.budget}),
        gate_(service_, no_key_),
        control(gate_),
        store(device.store) {}

  [[nodiscard]] bool Runs(const release::testing::SampleRelease& release) const {
    return decision.start != Decision::Start::kNothing && decision.running == release.digest;
  }
  /// Whether the execution areas hold exactly its images now.
  [[nodiscard]] bool Holds(const release::testing::SampleRelease& release) const {
    bool holds = Holds(0, release.file);
    for (const release::testing::SamplePart& part : release.parts) {
      holds = holds && (part.entry.kind != image::ManifestKind::kBootImage ||
                        Holds(part.entry.index, part.file));
    }
    return holds;
  }
  [[nodiscard]] bool Holds(std::size_t index, const std::vector<std::byte>& file) const {
    std::vector<std::byte> found(file.size());
    return device_.area(index).Read(0, found).ok() && found == file;
  }
  release::ReleaseStatus Query() {
    release::ReleaseStatus status;
    IgnoreStatus(control.Query(status));
    return status;
  }

  /// Downloads from wherever an earlier start left off, in pieces of odd size.
  Status Download(const std::vector<std::byte>& file, release::PartKind kind,
                  const crypto::Digest& digest, release::PartTag tag) {
    LINNET_TRY(store.Begin(kind, static_cast<std::uint32_t>(file.size()), tag));
    const std::size_t piece = std::max(333U, store.region().geometry().page_size / 24 + 1);
    while (store.position() < file.size()) {
      const Bytes rest = Bytes(file).subspan(store.position());
      LINNET_TRY(store.Write(rest.first(std::min(rest.size(), piece))));
    }
    return store.Finish(digest);
  }
  /// The application only.
  Status Download(const release::testing::SampleRelease& release, release::PartTag tag) {
    return Download(release.file, release::PartKind::kApplication, release.digest, tag);
  }
  /// All of it that is not there yet: the application, then what that names.
  Status DownloadAll(const release::testing::SampleRelease& release, release::PartTag tag) {
    if (!store.Find(release.digest).ok()) {
      LINNET_TRY(Download(release, tag));
    }
    for (const release::testing::SamplePart& part : release.parts) {
      if (!store.Find(part.entry.digest).ok()) {
        LINNET_TRY(Download(part.file, static_cast<release::PartKind>(part.entry.kind),
                            part.entry.digest, tag + 1 + part.entry.index));
      }
    }
    return OkStatus();
  }

  Status BackUp() {
    std::vector<release::FlashSource> sources;
    std::vector<image::Source*> areas;
    sources.reserve(device_.images.size());
    for (const release::BootImage& image : device_.images) {
      sources.emplace_back(*image.area);
      areas.push_back(&sources.back());
    }
    release::Backup backup(areas, store);
    Status status = Code::kPending;
    while (status == Code::kPending) {
      status = backup.Step(record.data().confirmed);
    }
    return status;
  }

  /// What an application does about an update that it was told to make.
  Status Update(const release::testing::SampleRelease& release, release::PartTag tag) {
    LINNET_TRY(store.Mount());
    if (BackUp() == Code::kResourceExhausted) {
      LINNET_TRY(store.Clean(Query(), tag));
      LINNET_TRY(BackUp());
    }
    LINNET_TRY(store.Clean(Query(), tag, release.digest));
    LINNET_TRY(DownloadAll(release, tag));
    return control.Stage(release.digest);
  }

 private:
  SimulatedDevice& device_;
  std::vector<std::byte> scratch_;

 public:
  release::Record record;

 private:
  release::StoreView view_;

 public:
  Decision decision;

 private:
  vault_service::ReleaseService service_;
  NoKey no_key_;
  vault_service::Service gate_;

 public:
  vault::ReleaseControl control;
  release::Store store;
};

}  // namespace linnet::boot::testing
