// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Brings one ordered release from a byte source through store, record, reboot and trial to a
// verdict that survives resets.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/bytes.hpp"
#include "base/status.hpp"
#include "base/time.hpp"
#include "image/header.hpp"
#include "image/source.hpp"
#include "image/version.hpp"
#include "net/backoff.hpp"
#include "release/backup.hpp"
#include "release/boot_control.hpp"
#include "release/store.hpp"
#include "sched/loop.hpp"
#include "update/notes.hpp"
#include "update/types.hpp"

namespace linnet::update {

struct Config {
  /// Bytes of the execution area: what an application image, TLVs included, must fit.
  std::uint32_t area_size = 0;
  /// Bytes asked for at once: what a broken connection costs at most.
  std::uint32_t range_size = 32768;
  /// How long a release may take to prove itself, from Begin().
  Milliseconds trial_deadline{600000};
  /// Failed fetches in a row, without one new byte, before the order fails.
  std::uint8_t fetch_attempts = 10;
  /// While bytes move, progress is told this often, and at every tenth of the file.
  Milliseconds progress_interval{10000};
  Milliseconds reboot_patience{30000};
  bool allow_downgrade = false;
};

/// What the engine works with; everything outlives it.
struct Parts {
  release::Store& store;
  release::BootControl& boot_control;
  image::Source& running;  ///< The execution area, from the image's first byte.
  ByteSource& source;
  Memory& memory;
  Observer& observer;
  net::Backoff& backoff;
};

/// One order at a time. Everything that must survive a reset does: what was fetched is in the
/// store, how far the order came is in Memory, what is wanted is in the record; the README says
/// what follows from each combination. Blocks only for the flash operations of the store and for
/// the vault.
class Engine final : public sched::Task, private ByteSink {
 public:
  Engine(const Config& config, const Parts& parts);

  /// Once after a reset, before anything else; the store is mounted. Decides what is to be done
  /// and announces a verdict that was not acknowledged. Otherwise what the record or the memory
  /// returned: the engine then takes no order, and Begin() may be called again.
  Status Begin(Instant now);

  /// Takes an order. Every verdict about it, at once or later, comes through the observer.
  /// The order that is being worked on may come again, which says that its location is fresh; one
  /// that has a verdict gets that announced again. kFailedPrecondition: another order is being
  /// worked on. kInvalidArgument: no job id, or too long. Otherwise it could not be noted.
  Status Offer(const Order& order);

  /// The order is no longer wanted. What was fetched for it is dropped; a release that is staged or
  /// on trial for it is given up. Does nothing for another job.
  void Withdraw(std::string_view job_id);

  /// Judged while on trial; keeps the last value.
  void SetHealth(const Health& health) { health_ = health; }

  /// The cloud has the verdict of that job; it is forgotten.
  void OutcomeReported(std::string_view job_id);

  Instant Run(Instant now) override;

  [[nodiscard]] Phase phase() const { return phase_; }
  /// Of the order that is noted, whether it is being worked on or waits to be offered again; empty:
  /// there is none.
  [[nodiscard]] std::string_view job_id() const { return notes_.job_id; }
  [[nodiscard]] Progress progress() const;

 private:
  void SetPhase(Phase phase);
  void Report();
  Status Save();
  void Conclude(Stage stage, std::string_view cause);
  void Announce();
  void Forget();
  void Rest();

  void Adopt();
  Instant Check(Instant now);
  Instant Download(Instant now);
  void Verify();
  void StageCandidate();
  Instant Reboot(Instant now);
  Instant Prove(Instant now);

  [[nodiscard]] bool MustAdopt() const;
  /// kPermissionDenied: not wanted; `refusal_` says why.
  Status JudgeVersion(const image::Version& version);
  Status Refuse(std::string_view cause);
  Status OpenPart();
  Status OnBytes(std::uint32_t offset, Bytes data) override;
  Status InspectHead(Bytes data);
  Instant StartFetch(Instant now);
  Instant AfterFetch(Status status, Instant now);
  Instant Keep(Instant now);
  Instant Retry(Status status, Instant now);
  void Reject(std::string_view cause);
  void Fail(std::string_view cause);
  void DropFetched();
  void TellProgress(Instant now);

  const Config config_;
  const Parts parts_;
  release::Backup backup_;
  release::ReleaseStatus status_;
  Notes notes_;
  Health health_;
  Phase phase_ = Phase::kIdle;
  image::Version running_version_;
  image::Version ordered_version_;
  FixedString<kMaxCause> refusal_;  // Why the bytes that came are not wanted; empty: they are.
  std::array<std::byte, image::kHeaderSize> head_{};
  std::size_t head_size_ = 0;
  Instant begun_{};
  Instant wait_until_{};
  Instant told_at_{};
  std::uint32_t failed_at_ = 0;  // Position at the last failure.
  std::uint8_t failures_ = 0;    // In a row, at that position.
  std::uint8_t told_tenth_ = 0;
  bool begun_well_ = false;
  bool order_here_ = false;  // The noted order was offered since the reset.
  bool version_ordered_ = false;
  bool fetching_ = false;
  bool order_needed_ = false;
  bool cleaned_ = false;  // The store was cleaned for this adoption.
};

}  // namespace linnet::update
