// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "images/device/firmware_update.hpp"

#include <array>

#include "base/log.hpp"
#include "base/view.hpp"
#include "images/device/config.hpp"
#include "images/device/shadow_settings.hpp"
#include "radio/patch.hpp"

namespace linnet::device {

using namespace std::string_view_literals;

namespace {

constexpr const char* kTag = "firmware";

constexpr Milliseconds kFollowAgain{5000};

/// What the ids of a dfu_multi_image.bin mean here: no network core, so the patch is 1.
constexpr std::array<package::Component, 2> kComponents = {{
    {.id = 0, .kind = release::PartKind::kApplication},
    {.id = 1,
     .kind = release::PartKind::kCompanion,
     .index = image::companion::kWifiFirmware,
     .wrapped = true},
}};

update::Config EngineConfig(const UpdateTable& table, settings::Settings& stored) {
  return {.device = table.device(),
          .fetch = {.range_size = kConfig.download_range},
          .trial_deadline = Seconds{stored.Get(settings::kTrialDeadlineS)}};
}

aws::JobStatus StatusOf(update::Conclusion conclusion) {
  switch (conclusion) {
    case update::Conclusion::kSucceeded:
      return aws::JobStatus::kSucceeded;
    case update::Conclusion::kRejected:
      return aws::JobStatus::kRejected;
    case update::Conclusion::kFailed:
      break;
  }
  return aws::JobStatus::kFailed;
}

}  // namespace

UpdateTable::UpdateTable(Board& board)
    : board_(board.name),
      areas_{
          {{.kind = release::PartKind::kApplication, .size = board.execution_area.geometry().size},
           {.kind = release::PartKind::kBootImage,
            .index = kSecondImage,
            .size = board.second_area.geometry().size},
           {.kind = release::PartKind::kCompanion,
            .index = image::companion::kWifiFirmware,
            .size = radio::kMaxPatchSize}}} {}

package::Device UpdateTable::device() const {
  return {.product = kConfig.product,
          .board = board_,
          .areas = areas_,
          .components = kComponents,
          .decodes_streams = true};
}

FirmwareUpdate::FirmwareUpdate(Board& board, settings::Settings& stored, Cloud& cloud,
                               http::RangeClient& download, aws::StreamDownload& stream)
    : board_(board),
      stored_(stored),
      cloud_(cloud),
      table_(board),
      source_(download, stream),
      memory_(stored),
      control_(board.vault),
      running_(board.execution_area),
      second_(board.second_area),
      store_(board.store_flash),
      backoff_(board.entropy),
      engine_(EngineConfig(table_, stored), {.store = store_,
                                             .boot_control = control_,
                                             .areas = execution_areas_,
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
  if (refresh_wanted_ || (job_waits_ && engine_.phase() == update::Phase::kIdle)) {
    refresh_wanted_ = job_waits_ = false;
    IgnoreStatus(jobs_->Refresh());  // Without a job there is nothing to refresh.
  }
  FollowSettings(now);
  engine_.SetHealth({.connected = cloud_.ready(),
                     .job_readable = job_readable_,
                     .radio = radio_ == nullptr || radio_->content()});
  const Instant next = engine_.Run(now);
  return reboot_wanted_ ? Restart(now) : next;
}

void FirmwareUpdate::FollowSettings(Instant now) {
  if (now < settings_at_ || engine_.phase() != update::Phase::kDownloading) {
    return;
  }
  settings_at_ = now + kFollowAgain;
  engine_.SetRate(stored_.Get(settings::kUpdateRate));
  // The product is a lamp: it is idle when it is dark.
  engine_.Hold(stored_.Get(settings::kUpdateWhenIdle) != 0 && board_.led.on());
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

void FirmwareUpdate::Refuse(update::Fault fault, StringView cause) {
  const std::array<aws::Detail, 2> details = {
      {{"code"sv, update::ToString(fault)}, {"cause"sv, cause}}};
  log::Warning(kTag, "job refused: {}", cause);
  IgnoreStatus(jobs_->Report(aws::JobStatus::kRejected, details));
}

void FirmwareUpdate::OnNoJob() {
  job_readable_ = true;
  engine_.NoOrder();
}

void FirmwareUpdate::OnJob(const aws::Job& job) {
  job_readable_ = true;
  if (const Status status = source_.SetLocation(job); !status.ok()) {
    Refuse(update::Fault::kNotThere, status.code() == Code::kPermissionDenied
                                         ? "the location is not https"sv
                                         : "the location is neither a URL nor a stream"sv);
    return;
  }
  if (source_.over_mqtt()) {
    IgnoreStatus(cloud_.UseStreams());  // Its filter fits, as the stream's topics do.
  }
  const Status status = engine_.Offer({.job_id = job.id, .version = job.version, .size = job.size});
  job_waits_ = !status.ok();
  if (!status.ok()) {
    log::Warning(kTag, "job {} has to wait: {}", job.id, status);
  }
}

void FirmwareUpdate::OnJobGone(StringView id, aws::JobStatus status) {
  log::Warning(kTag, "job {} is no longer ours: {}", id, aws::ToString(status));
  engine_.Withdraw(id);
}

void FirmwareUpdate::OnJobEnded(StringView id, aws::JobStatus status) {
  log::Info(kTag, "job {} is {} in the cloud", id, aws::ToString(status));
  engine_.OutcomeReported(id);
}

void FirmwareUpdate::OnProgress(const update::Progress& progress) {
  const bool verdict_follows =
      progress.phase == update::Phase::kConfirmed || progress.phase == update::Phase::kFailed;
  if (shadow_ != nullptr && (verdict_follows || progress.phase == update::Phase::kStaged)) {
    shadow_->Changed(ShadowSettings::kOutcomes);
  }
  if (progress.job_id.empty() || progress.job_id != jobs_->job_id() || verdict_follows) {
    return;  // Nobody asked.
  }
  std::array<char, 12> percent;  // NOLINT: written by Format
  std::array<char, 12> bytes;    // NOLINT: written by Format
  std::array<char, 12> resumed;  // NOLINT: written by Format
  const image::VersionText from = image::ToText(progress.from);
  const image::VersionText to = image::ToText(progress.to);
  const std::array<aws::Detail, 6> details = {
      {{"phase"sv, update::ToString(progress.phase)},
       {"percent"sv, Format(percent, "{}", progress.percent)},
       {"bytes"sv, Format(bytes, "{}", progress.done)},
       {"resumed"sv, Format(resumed, "{}", progress.resumes)},
       {"from"sv, from},
       {"to"sv, to}}};
  // Before the head of the file was read nobody knows what it brings.
  const bool known = progress.to != image::Version{};
  IgnoreStatus(jobs_->Report(aws::JobStatus::kInProgress,  // The next one says it too.
                             std::span(details).first(known ? 6 : 5)));
}

void FirmwareUpdate::OnOutcome(const update::Outcome& outcome) {
  if (jobs_->job_id() != outcome.job_id) {
    return;  // Its job is not at hand: said again when it is.
  }
  const bool good = outcome.conclusion == update::Conclusion::kSucceeded;
  const image::VersionText running = image::ToText(engine_.progress().from);
  const std::array<aws::Detail, 4> details = {{{"phase"sv, good ? "confirmed"sv : "failed"sv},
                                               {"running"sv, running},
                                               {"code"sv, update::ToString(outcome.fault)},
                                               {"cause"sv, outcome.cause}}};
  IgnoreStatus(jobs_->Report(StatusOf(outcome.conclusion), std::span(details).first(good ? 2 : 4)));
}

}  // namespace linnet::device
