// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Brings one ordered release from a byte source through store, record, reboot and trial to a
// verdict that survives resets.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "base/status.hpp"
#include "base/time.hpp"
#include "base/view.hpp"
#include "image/manifest.hpp"
#include "image/source.hpp"
#include "image/version.hpp"
#include "net/backoff.hpp"
#include "package/device.hpp"
#include "release/backup.hpp"
#include "release/boot_control.hpp"
#include "release/store.hpp"
#include "sched/loop.hpp"
#include "update/fetcher.hpp"
#include "update/file_reader.hpp"
#include "update/notes.hpp"
#include "update/part_writer.hpp"
#include "update/set_check.hpp"
#include "update/types.hpp"
#include "update/workspace.hpp"

namespace linnet::update {

struct Config {
  /// What this board takes: product, places, ids of foreign packages. Its spans outlive the engine.
  package::Device device{};
  FetchLimits fetch{};
  /// How long a release may take to prove itself, from Begin().
  Milliseconds trial_deadline{600000};
  /// While bytes move, progress is told this often, and at every tenth of the release.
  Milliseconds progress_interval{10000};
  Milliseconds reboot_patience{30000};
  /// Resets during one order's download before it counts as a loop and the order fails.
  std::uint16_t max_resumes = 100;
  /// How often the file may become another one during one order.
  std::uint8_t max_changes = 5;
  bool allow_downgrade = false;
};

/// What the engine works with; everything outlives it.
struct Parts {
  release::Store& store;
  release::BootControl& boot_control;
  /// The execution areas by image index, each from its image's first byte; nullptr: none that is
  /// readable from here. The first is the application's, and is there.
  Span<image::Source* const> areas;
  ByteSource& source;
  Memory& memory;
  Observer& observer;
  net::Backoff& backoff;
};

/// One order at a time. Everything that must survive a reset does: what was fetched is in the
/// store, how far the order came is in Memory, what is wanted is in the record; the README says
/// what follows from each combination. Blocks only for the flash operations of the store, for
/// hashing a part, and for the vault.
class Engine final : public sched::Task {
 public:
  Engine(const Config& config, const Parts& parts);

  /// Once after a reset, before anything else; the store is mounted. Decides what is to be done
  /// and announces a verdict that was not acknowledged. Otherwise what the record or the memory
  /// returned: the engine then takes no order, and Begin() may be called again.
  Status Begin(Instant now);

  /// Takes an order. Every verdict about it, at once or later, comes through the observer.
  /// The order that is being worked on may come again, which says that its location is fresh; one
  /// that has a verdict gets that announced again. kFailedPrecondition: another order is being
  /// worked on; offer it again when that has its verdict. kInvalidArgument: no job id, or too long.
  /// Otherwise it could not be noted.
  Status Offer(const Order& order);

  /// The order is no longer wanted. What was fetched for it is dropped; a release that is staged or
  /// on trial for it is given up. Does nothing for another job.
  void Withdraw(StringView job_id);
  /// There is no order at all: what is left of one that was noted is dropped, as by Withdraw(), and
  /// a verdict that nobody awaits any more is forgotten.
  void NoOrder();

  /// Judged while on trial; keeps the last value.
  void SetHealth(const Health& health) { health_ = health; }
  /// Bytes a second on average; 0: as fast as it goes.
  void SetRate(std::uint32_t bytes_per_second) { fetcher_.SetRate(bytes_per_second); }
  /// While held no further range is asked for: the product has something better to do.
  void Hold(bool hold) { fetcher_.Hold(hold); }

  /// The cloud has a verdict of that job; it is forgotten. When that verdict is not the engine's,
  /// which still works on it: as Withdraw().
  void OutcomeReported(StringView job_id);

  Instant Run(Instant now) override;

  [[nodiscard]] Phase phase() const { return phase_; }
  /// Of the order that is noted, whether it is being worked on or waits to be offered again; empty:
  /// there is none.
  [[nodiscard]] StringView job_id() const { return notes_.job_id; }
  [[nodiscard]] Progress progress() const;
  /// Bytes that came over the air for this order since the reset.
  [[nodiscard]] std::uint32_t bytes_received() const { return fetcher_.bytes_received(); }
  /// What the running application names and the store has not; empty: nothing. An order whose
  /// application is the running one brings it.
  [[nodiscard]] PartName missing() const;
  /// A trial or a reset that was asked for takes longer than it may: let the watchdog have it.
  [[nodiscard]] bool overdue(Instant now) const;

 private:
  void SetPhase(Phase phase);
  void Report();
  Status Save();
  void Conclude(Stage stage, const Finding& finding);
  void Announce();
  void Forget();
  void Rest();
  void Reject(const Finding& finding);
  void Fail(const Finding& finding);
  void DropFetched();
  void TellProgress(Instant now);

  void Adopt();
  Instant Check(Instant now);
  Instant ReadFile(Instant now);
  Instant Download(Instant now);
  void Verify();
  void StageCandidate();
  Instant Reboot(Instant now);
  Instant Prove(Instant now);
  void GiveUp(Instant now);

  [[nodiscard]] image::Source& running() const { return *parts_.areas.front(); }
  [[nodiscard]] bool MustAdopt() const;
  [[nodiscard]] Finding JudgeVersion(const image::Version& version) const;
  [[nodiscard]] Finding JudgePlan();
  Instant Plan(Instant now);
  Instant OpenNextPart(Instant now);
  Instant OnPartFetched(Instant now);
  Instant OnFetch(Status status, Instant now);
  Instant OnSinkRefused(Instant now);
  Instant StartAgain(Instant now);
  [[nodiscard]] bool Needs(const package::PlanPart& part) const;
  [[nodiscard]] const package::PlanPart& part() const { return reader_.plan().parts[part_]; }
  /// The order brings what the running release lacks.
  [[nodiscard]] bool Completes(const crypto::Digest& release) const;

  const Config config_;
  const Parts parts_;
  package::Device device_;
  StoreInventory inventory_;
  release::Backup backup_;
  release::ReleaseStatus status_;
  Fetcher fetcher_;
  Workspace workspace_;  // The reader's while reading_, then the writer's.
  FileReader reader_;
  PartWriter writer_;
  image::Manifest running_manifest_;
  Notes notes_;
  Health health_;
  Phase phase_ = Phase::kIdle;
  image::Version running_version_;
  image::Version ordered_version_;
  std::uint32_t ordered_size_ = 0;
  Instant begun_{};
  Instant wait_until_{};
  Instant told_at_{};
  Instant asked_at_ = kNever;  // When the reset was asked for first.
  std::uint32_t total_ = 0;    // Bytes of the parts that were missing,
  std::uint32_t done_ = 0;     // and of those that are whole now.
  std::uint8_t part_ = 0;      // Index of the part being fetched.
  std::uint8_t told_tenth_ = 0;
  std::uint8_t changes_ = 0;
  bool begun_well_ = false;
  bool order_here_ = false;  // The noted order was offered since the reset.
  bool version_ordered_ = false;
  bool reading_ = false;  // The file's head is being read.
  bool asked_ = false;    // For a new location.
  bool cleaned_ = false;  // The store was cleaned for this adoption.
};

}  // namespace linnet::update
