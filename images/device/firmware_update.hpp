// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Joins jobs, downloads and the update engine, which do not know each other.
#pragma once

#include <string_view>

#include "aws/jobs.hpp"
#include "images/device/board.hpp"
#include "images/device/cloud.hpp"
#include "images/device/http_source.hpp"
#include "images/device/persistence.hpp"
#include "net/backoff.hpp"
#include "radio/service.hpp"
#include "release/store.hpp"
#include "release/store_view.hpp"
#include "sched/loop.hpp"
#include "update/engine.hpp"
#include "vault/client.hpp"

namespace linnet::device {

/// A job becomes an order, the engine's progress and verdict become the job's status, and a release
/// on trial is healthy when it is connected and has read its job, or that there is none.
class FirmwareUpdate final : public sched::Task, public aws::JobListener, private update::Observer {
 public:
  /// All outlive this.
  FirmwareUpdate(Board& board, settings::Settings& stored, Cloud& cloud,
                 http::RangeClient& download);

  /// Mounts the store and finds out what the last reset left. `jobs` outlives this.
  Status Start(aws::Jobs& jobs);
  /// A release on trial must bring the radio up, too. Outlives this.
  void SetRadio(const radio::FirmwareService& radio) { radio_ = &radio; }
  /// The store, mounted by Start(), and what runs.
  [[nodiscard]] release::Store& store() { return store_; }
  [[nodiscard]] image::Source& running() { return running_; }
  Instant Run(Instant now) override;

 private:
  void OnJob(const aws::Job& job) override;
  void OnNoJob() override { job_readable_ = true; }
  void OnJobGone(std::string_view id, aws::JobStatus status) override;
  void OnJobEnded(std::string_view id, aws::JobStatus status) override;

  void OnProgress(const update::Progress& progress) override;
  void OnOutcome(const update::Outcome& outcome) override;
  void OnOrderNeeded() override { refresh_wanted_ = true; }
  void OnRebootWanted() override { reboot_wanted_ = true; }

  void Refuse(std::string_view cause);
  Instant Restart(Instant now);

  Board& board_;
  Cloud& cloud_;
  aws::Jobs* jobs_ = nullptr;
  const radio::FirmwareService* radio_ = nullptr;
  HttpSource source_;
  UpdateMemory memory_;
  vault::ReleaseControl control_;
  release::FlashSource running_;
  release::Store store_;
  net::Backoff backoff_;
  update::Engine engine_;
  Instant restart_at_ = kNever;
  bool job_readable_ = false;
  bool refresh_wanted_ = false;
  bool reboot_wanted_ = false;
};

}  // namespace linnet::device
