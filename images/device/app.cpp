// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "images/device/app.hpp"

#include "base/log.hpp"
#include "images/device/build_info.hpp"
#include "images/device/config.hpp"

namespace linnet::device {

namespace {

constexpr const char* kTag = "app";
constexpr Seconds kFirstInterval{60};  // Replaced by the stored one before the first sample.

}  // namespace

Instant App::Housekeeping::Run(Instant now) {
  board_.network.Poll();
  if (!update_.overdue(now)) {
    board_.watchdog.Feed();
  }
  return now + kConfig.watchdog_feed;
}

App::App(Board& board, settings::Settings& stored, const Identity& identity,
         const image::Version& version)
    : board_(board),
      stored_(stored),
      version_(image::ToText(version)),
      housekeeping_(board, update_),
      links_(board, identity, ThisBuild().time),
      time_floor_(stored),
      cloud_(board, links_, identity),
      metrics_(board, links_.wall_clock(), version_),
      reporter_(metrics_, queue_, cloud_, kFirstInterval),
      releases_(board),
      shadow_settings_(stored, reporter_, board.led, version_, releases_, board.connectivity),
      shadow_version_(stored),
      shadow_(identity.thing, shadow_settings_, shadow_version_, board.entropy,
              std::span(shadow_slots_).first(shadow_settings_.count())),
      download_(links_.download(), http::Timeouts{}),
      stream_(identity.thing, stream_codec_, board.entropy, download_.memory(),
              kConfig.stream_block),
      update_(board, stored, cloud_, download_, stream_),
      radio_(board.radio, update_.store(), update_.running()),
      state_report_(update_, *radio_, shadow_settings_, shadow_),
      jobs_(identity.thing, update_, board.entropy, job_url_,
            {.step_timeout_minutes = kConfig.job_step_minutes}),
      services_(cloud_, machines_),
      stream_client_(cloud_, stream_) {}

Status App::Start() {
  log::Info(kTag, "release {} ({}), reset by {}", version_.view(), ThisBuild().label,
            hal::ToString(board_.reset.cause()));
  LINNET_TRY(board_.watchdog.Start(kConfig.watchdog_timeout));
  releases_.Start();
  shadow_settings_.Restore();
  links_.wall_clock().RestoreFloor(time_floor_.Load());
  links_.wall_clock().SetFloorKeeper(&time_floor_);
  LINNET_TRY(links_.Start());
  LINNET_TRY(update_.Start(jobs_));
  update_.SetRadio(*radio_);
  update_.SetShadow(shadow_);
  radio_->Begin(board_.clock.Now());
  if (ThisBuild().connects) {
    LINNET_TRY(cloud_.Start(services_, stream_, reporter_));
  }
  if (board_.connectivity != nullptr) {
    // The cloud is tried when there is a network to try it over.
    board_.connectivity->Start(board_, {.stored = stored_,
                                        .links = links_,
                                        .cloud = cloud_,
                                        .firmware = *radio_,
                                        .shadow = shadow_,
                                        .version = version_});
    LINNET_TRY(loop_.Add(*board_.connectivity));
  } else if (ThisBuild().connects) {
    cloud_.client().Start();
  }
  // Who makes work for another task comes before it: what a turn produces leaves in the same turn.
  const std::array<sched::Task*, 10> tasks = {
      &housekeeping_, &links_.time_client(), &*radio_,   &download_,      &update_, &state_report_,
      &reporter_,     &stream_client_,       &services_, &cloud_.client()};
  for (sched::Task* const task : tasks) {
    LINNET_TRY(loop_.Add(*task));
  }
  return OkStatus();
}

void App::RunOnce() {
  const Instant next = loop_.RunOnce(board_.clock.Now());
  board_.idle.WaitUntil(next);
}

}  // namespace linnet::device
