// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The device application: every module, joined. The only place that knows them all.
#pragma once

#include <array>

#include "aws/client.hpp"
#include "aws/jobs.hpp"
#include "aws/shadow.hpp"
#include "aws/stream_client.hpp"
#include "aws/stream_download.hpp"
#include "http/range_client.hpp"
#include "image/version.hpp"
#include "images/device/board.hpp"
#include "images/device/cloud.hpp"
#include "images/device/config.hpp"
#include "images/device/firmware_update.hpp"
#include "images/device/identity.hpp"
#include "images/device/links.hpp"
#include "images/device/metrics.hpp"
#include "images/device/persistence.hpp"
#include "images/device/release_report.hpp"
#include "images/device/shadow_settings.hpp"
#include "images/device/state_report.hpp"
#include "net/url.hpp"
#include "radio/service.hpp"
#include "release/store.hpp"
#include "sched/loop.hpp"
#include "telemetry/queue.hpp"

namespace linnet::device {

class App {
 public:
  /// All outlive the application. `version` is that of the running release.
  App(Board& board, settings::Settings& stored, const Identity& identity,
      const image::Version& version);

  /// Starts every service. What fails here fails for good: see the log.
  Status Start();
  /// One turn of the loop; sleeps until something is due.
  void RunOnce();

 private:
  /// Drives the network stack, and feeds the watchdog as long as the loop turns and no
  /// release on trial is past its deadline.
  class Housekeeping final : public sched::Task {
   public:
    Housekeeping(Board& board, const FirmwareUpdate& update) : board_(board), update_(update) {}
    Instant Run(Instant now) override;

   private:
    Board& board_;
    const FirmwareUpdate& update_;
  };

  static constexpr std::size_t kTelemetryQueue = 2048;  ///< Bytes: about eight records.

  Board& board_;
  settings::Settings& stored_;
  image::VersionText version_;
  Housekeeping housekeeping_;
  Links links_;
  StoredTimeFloor time_floor_;
  Cloud cloud_;

  Metrics metrics_;
  telemetry::QueueBuffer<kTelemetryQueue> queue_;
  telemetry::Reporter reporter_;

  ReleaseReport releases_;
  ShadowSettings shadow_settings_;
  StoredShadowVersion shadow_version_;
  std::array<aws::ShadowSlot, ShadowSettings::kCount> shadow_slots_{};
  aws::ShadowOver shadow_;

  http::RangeClientBuffer<net::kMaxUrlLength + 256, 2048> download_;
  aws::CborStreamCodec stream_codec_;
  aws::StreamDownload stream_;  ///< In the memory of `download_`: a file comes one way at a time.
  FirmwareUpdate update_;
  radio::FirmwareServiceBuffer<kConfig.radio_chunk> radio_;
  StateReport state_report_;
  std::array<char, net::kMaxUrlLength> job_url_{};
  aws::Jobs jobs_;

  std::array<aws::Machine*, 2> machines_{&shadow_, &jobs_};
  aws::Client services_;
  aws::StreamClient stream_client_;
  sched::Loop loop_;
};

}  // namespace linnet::device
