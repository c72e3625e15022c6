// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Joins jobs, downloads and the update engine, which do not know each other.
#pragma once

#include <array>

#include "aws/jobs.hpp"
#include "aws/shadow.hpp"
#include "base/view.hpp"
#include "images/device/board.hpp"
#include "images/device/cloud.hpp"
#include "images/device/file_source.hpp"
#include "images/device/persistence.hpp"
#include "net/backoff.hpp"
#include "package/device.hpp"
#include "radio/service.hpp"
#include "release/store.hpp"
#include "release/store_view.hpp"
#include "sched/loop.hpp"
#include "update/engine.hpp"
#include "vault/client.hpp"

namespace linnet::device {

/// What this product takes from update files; its spans live as long as the object.
class UpdateTable {
 public:
  explicit UpdateTable(Board& board);
  [[nodiscard]] package::Device device() const;

 private:
  StringView board_;
  std::array<package::Area, 3> areas_;
};

/// A job becomes an order, the engine's progress and verdict become the job's status, and a release
/// on trial is healthy when it is connected and has read its job, or that there is none.
class FirmwareUpdate final : public sched::Task, public aws::JobListener, private update::Observer {
 public:
  /// All outlive this.
  FirmwareUpdate(Board& board, settings::Settings& stored, Cloud& cloud,
                 http::RangeClient& download, aws::StreamDownload& stream);

  /// Mounts the store and finds out what the last reset left. `jobs` outlives this.
  Status Start(aws::Jobs& jobs);
  /// A release on trial must bring the radio up, too. Outlives this.
  void SetRadio(const radio::FirmwareService& radio) { radio_ = &radio; }
  /// What the outcome log says is reported there again when it has changed. Outlives this.
  void SetShadow(aws::Shadow& shadow) { shadow_ = &shadow; }
  /// The store, mounted by Start(), and what runs.
  [[nodiscard]] release::Store& store() { return store_; }
  [[nodiscard]] image::Source& running() { return running_; }
  /// What the running application names and the store has not; empty: nothing.
  [[nodiscard]] update::PartName missing() const { return engine_.missing(); }
  Instant Run(Instant now) override;
  /// Time for the watchdog: what was to end by itself did not.
  [[nodiscard]] bool overdue(Instant now) const { return engine_.overdue(now); }

 private:
  void OnJob(const aws::Job& job) override;
  void OnNoJob() override;
  void OnJobGone(StringView id, aws::JobStatus status) override;
  void OnJobEnded(StringView id, aws::JobStatus status) override;

  void OnProgress(const update::Progress& progress) override;
  void OnOutcome(const update::Outcome& outcome) override;
  void OnOrderNeeded() override { refresh_wanted_ = true; }
  void OnRebootWanted() override { reboot_wanted_ = true; }

  void Refuse(update::Fault fault, StringView cause);
  void FollowSettings(Instant now);
  Instant Restart(Instant now);

  Board& board_;
  settings::Settings& stored_;
  Cloud& cloud_;
  aws::Jobs* jobs_ = nullptr;
  UpdateTable table_;
  const radio::FirmwareService* radio_ = nullptr;
  aws::Shadow* shadow_ = nullptr;
  FileSource source_;
  UpdateMemory memory_;
  vault::ReleaseControl control_;
  release::FlashSource running_;
  release::FlashSource second_;
  std::array<image::Source*, 2> execution_areas_{&running_, &second_};
  release::Store store_;
  net::Backoff backoff_;
  update::Engine engine_;
  Instant restart_at_ = kNever;
  bool job_readable_ = false;
  bool refresh_wanted_ = false;
  bool reboot_wanted_ = false;
  bool job_waits_ = false;  ///< The job at hand was not taken yet.
  Instant settings_at_{};
};

}  // namespace linnet::device
