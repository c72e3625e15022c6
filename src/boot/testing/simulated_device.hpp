// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A device of flashes, boot, vault and store, without network: starts, runs, loses power.
#pragma once

#include <array>
#include <memory>
#include <string_view>
#include <vector>

#include "boot/boot.hpp"
#include "hal/reset.hpp"
#include "image/testing/sample_image.hpp"
#include "release/backup.hpp"
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
  std::string_view name;
  hal::FlashGeometry execution;
  hal::FlashGeometry store;
  hal::FlashGeometry record;
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
      : execution(shape.execution, power), store(shape.store, power), record(shape.record, power) {}

  std::vector<sim::NorFlash*> flashes() { return {&execution, &store, &record}; }

  /// As a programmer on the desk would.
  void FlashExecutionArea(Bytes image) {
    for (std::uint32_t at = 0; at < execution.geometry().size;
         at += execution.geometry().page_size) {
      LINNET_ASSERT(execution.ErasePage(at).ok());
    }
    execution.Poke(0, image);
  }

  sim::Power power;
  sim::NorFlash execution;
  sim::NorFlash store;
  sim::NorFlash record;
  std::vector<crypto::P256PublicKey> keys{image::testing::TestKey(1).public_key()};
  release::SignatureVerifier signatures{keys};
  release::testing::CachingVerifier verifier{signatures};
  vault_service::Budget budget;
};

class NoKey : public crypto::Signer {
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
        record(device.record),
        view_(device.store),
        images_{BootImage{&device.execution, "application"}},
        decision(
            Boot({&record, &view_, &device.verifier, images_, nullptr, cause, scratch_}).Run()),
        service_({&record, &view_, &device.verifier, device.execution.geometry().size,
                  decision.running, device.budget}),
        gate_(service_, no_key_),
        control(gate_),
        store(device.store) {}

  [[nodiscard]] bool Runs(const release::testing::SampleRelease& release) const {
    return decision.start != Decision::Start::kNothing && decision.running == release.digest;
  }
  /// Whether the execution area holds exactly that image now.
  [[nodiscard]] bool Holds(const release::testing::SampleRelease& release) const {
    std::vector<std::byte> found(release.file.size());
    return device_.execution.Read(0, found).ok() && found == release.file;
  }
  release::ReleaseStatus Query() {
    release::ReleaseStatus status;
    IgnoreStatus(control.Query(status));
    return status;
  }

  /// Downloads from wherever an earlier start left off, in pieces of odd size.
  Status Download(const release::testing::SampleRelease& release, release::PartTag tag) {
    LINNET_TRY(store.Begin(release::PartKind::kApplication,
                           static_cast<std::uint32_t>(release.file.size()), tag));
    while (store.position() < release.file.size()) {
      const Bytes rest = Bytes(release.file).subspan(store.position());
      LINNET_TRY(store.Write(rest.first(std::min<std::size_t>(rest.size(), 333))));
    }
    return store.Finish(release.digest);
  }

  Status BackUp() {
    release::FlashSource running(device_.execution);
    release::Backup backup(running, store);
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
    LINNET_TRY(store.Clean(Query(), tag));
    if (!store.Find(release.digest).ok()) {
      LINNET_TRY(Download(release, tag));
    }
    return control.Stage(release.digest);
  }

 private:
  SimulatedDevice& device_;

 public:
  release::Record record;

 private:
  release::StoreView view_;
  std::array<BootImage, 1> images_;
  std::array<std::byte, kScratchSize> scratch_{};

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
