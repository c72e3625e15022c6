// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "images/device/firmware_update.hpp"

#include <array>

#include "base/log.hpp"
#include "images/device/config.hpp"

namespace linnet::device {

namespace {

constexpr std::string_view kTag = "firmware";

update::Config EngineConfig(Board& board, settings::Settings& stored) {
  return {.area_size = board.execution_area.geometry().size,
          .range_size = kConfig.download_range,
          .trial_deadline = Seconds{stored.Get(settings::kTrialDeadlineS)}};
}

}  // namespace

FirmwareUpdate::FirmwareUpdate(Board& board, settings::Settings& stored, Cloud& cloud,
                               http::RangeClient& download)
    : board_(board),
      cloud_(cloud),
      source_(download),
      memory_(stored),
      control_(board.vault),
      running_(board.execution_area),
      store_(board.store_flash),
      backoff_(board.entropy),
      engine_(EngineConfig(board, stored), {.store = store_,
                                            .boot_control = control_,
                                            .running = running_,
                                            .source = source_,
                                            .memory = memory_,
                                            .observer = *this,
                                            .backoff = backoff_}) {}

Status FirmwareUpdate::Start(aws::Jobs& jobs) {
  jobs_ = &jobs;
  if (const Status status = store_.Mount(); !status.ok()) {
    log::Error(kTag, "the release store cannot be used: {}", status);
    return status;
  }
  return engine_.Begin(board_.clock.Now());
}

Instant FirmwareUpdate::Run(Instant now) {
  if (refresh_wanted_) {
    refresh_wanted_ = false;
    IgnoreStatus(jobs_->Refresh());  // Without a job there is nothing to refresh.
  }
  engine_.SetHealth({.connected = cloud_.ready(),
                     .job_readable = job_readable_,
                     .application = radio_ == nullptr || radio_->content()});
  const Instant next = engine_.Run(now);
  return reboot_wanted_ ? Restart(now) : next;
}

Instant FirmwareUpdate::Restart(Instant now) {
  if (restart_at_ == kNever) {
    restart_at_ = now + kConfig.restart_patience;  // The last report is on its way.
    log::Info(kTag, "restarting in {} ms", kConfig.restart_patience);
    cloud_.client().Stop();
  }
  if (now >= restart_at_ || cloud_.client().state() == mqtt::Client::State::kStopped) {
    board_.reset.Now();
  }
  return now + Milliseconds{20};
}

void FirmwareUpdate::Refuse(std::string_view cause) {
  const std::array<aws::Detail, 1> details = {{{"cause", cause}}};
  log::Warning(kTag, "job refused: {}", cause);
  IgnoreStatus(jobs_->Report(aws::JobStatus::kRejected, details));
}

void FirmwareUpdate::OnJob(const aws::Job& job) {
  job_readable_ = true;
  if (const Status status = source_.SetLocation(job.url); !status.ok()) {
    Refuse(status.code() == Code::kPermissionDenied ? "the location is not https"
                                                    : "the location is not a URL");
    return;
  }
  if (job.size == 0) {
    Refuse("the job document has no size");
    return;
  }
  const Status status = engine_.Offer(
      {.job_id = job.id, .version = job.version, .size = job.size, .identity = source_.identity()});
  if (!status.ok()) {
    log::Warning(kTag, "job {} has to wait: {}", job.id, status);
  }
}

void FirmwareUpdate::OnJobGone(std::string_view id, aws::JobStatus status) {
  log::Warning(kTag, "job {} is no longer ours: {}", id, aws::ToString(status));
  engine_.Withdraw(id);
}

void FirmwareUpdate::OnJobEnded(std::string_view id, aws::JobStatus status) {
  log::Info(kTag, "job {} is {} in the cloud", id, aws::ToString(status));
  engine_.OutcomeReported(id);
}

void FirmwareUpdate::OnProgress(const update::Progress& progress) {
  if (progress.job_id.empty() || progress.phase == update::Phase::kConfirmed ||
      progress.phase == update::Phase::kFailed) {
    return;  // Nobody asked, or the verdict follows.
  }
  std::array<char, 12> percent;  // NOLINT: written by Format
  std::array<char, 12> bytes;    // NOLINT: written by Format
  const std::array<aws::Detail, 3> details = {{{"phase", update::ToString(progress.phase)},
                                               {"percent", Format(percent, "{}", progress.percent)},
                                               {"bytes", Format(bytes, "{}", progress.done)}}};
  IgnoreStatus(jobs_->Report(aws::JobStatus::kInProgress, details));  // The next one says it too.
}

void FirmwareUpdate::OnOutcome(const update::Outcome& outcome) {
  aws::JobStatus status = aws::JobStatus::kSucceeded;
  if (outcome.conclusion == update::Conclusion::kFailed) {
    status = aws::JobStatus::kFailed;
  } else if (outcome.conclusion == update::Conclusion::kRejected) {
    status = aws::JobStatus::kRejected;
  }
  const std::string_view phase =
      outcome.conclusion == update::Conclusion::kSucceeded ? "confirmed" : "failed";
  const std::array<aws::Detail, 2> details = {{{"phase", phase}, {"cause", outcome.cause}}};
  const std::size_t count = outcome.cause.empty() ? 1 : 2;
  IgnoreStatus(jobs_->Report(status, std::span(details).first(count)));
}

}  // namespace linnet::device
