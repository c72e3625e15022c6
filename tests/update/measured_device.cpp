// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/update/measured_device.hpp"

#include <algorithm>
#include <stdexcept>

namespace linnet::update::testing {

namespace {

using std::chrono::microseconds;

constexpr std::uint32_t kPage = 4096;
/// As the reference board's: what an application may take, a store for two releases, the record.
constexpr boot::testing::BoardShape kBoard{"board",
                                           {64 * kPage, kPage, 4, boot::testing::kOnes},
                                           {256 * kPage, kPage, 1, boot::testing::kOnes},
                                           {2 * kPage, kPage, 4, boot::testing::kOnes}};
constexpr std::uint32_t kRange = 32 * 1024;
constexpr std::size_t kPollsPerSecond = 50;  // The engine asks again after 20 ms.
constexpr std::uint64_t kWord = 4;
constexpr std::uint64_t kProgramPage = 256;

void Require(bool holds, const char* otherwise) {
  if (!holds) {
    throw std::runtime_error(otherwise);
  }
}

AreaCost CostOf(const sim::NorFlash& flash) {
  return {flash.programmed_bytes(), flash.erases()};
}

AreaCost Between(const AreaCost& before, const AreaCost& after) {
  return {after.bytes - before.bytes, after.erases - before.erases};
}

}  // namespace

MeasuredDevice::MeasuredDevice(const SampleRelease& first, const Octets& package)
    : world_(first, kBoard) {
  world_.config.fetch.range_size = kRange;
  world_.config.device.decodes_streams = true;
  world_.source.piece = costs_.link_bytes_per_second / kPollsPerSecond;
  Restart();
  Run();
  Offer(package);
  Run();  // Gets the firmware that it names.
  Require(world_.engine->phase() == Phase::kConfirmed, "an update was not confirmed");
  world_.engine->OutcomeReported("job");
}

std::array<AreaCost, 4> MeasuredDevice::Areas() const {
  return {CostOf(world_.device.execution), CostOf(world_.device.store),
          CostOf(world_.device.record), CostOf(world_.memory.flash)};
}

microseconds MeasuredDevice::FlashTime() const {
  microseconds sum{};
  const std::array<AreaCost, 4> areas = Areas();
  for (std::size_t i = 0; i < areas.size(); ++i) {
    const bool external = i == 1;
    const auto erases = static_cast<std::int64_t>(areas[i].erases);
    const auto writes =
        static_cast<std::int64_t>(areas[i].bytes / (external ? kProgramPage : kWord));
    sum += external ? erases * costs_.external_erase + writes * costs_.external_page
                    : erases * costs_.internal_erase + writes * costs_.internal_word;
  }
  return sum;
}

/// The clock goes on by what has happened since.
void MeasuredDevice::Spend(std::size_t fetches_before, microseconds flash_before) {
  const auto fetches = static_cast<std::int64_t>(world_.source.offsets.size() - fetches_before);
  rest_ += FlashTime() - flash_before + fetches * costs_.round_trip;
  const auto whole = std::chrono::floor<Milliseconds>(rest_);
  world_.now += whole;
  rest_ -= whole;
}

void MeasuredDevice::Offer(const Octets& package) {
  world_.source.file = package;
  world_.observer.reboots_wanted = 0;
  meter_.Run(
      [this] { Require(world_.engine->Offer({.job_id = "job"}).ok(), "an order was not taken"); });
}

void MeasuredDevice::Run(std::size_t delivered) {
  while (world_.source.delivered < delivered && world_.observer.reboots_wanted == 0) {
    const std::size_t fetches = world_.source.offsets.size();
    const microseconds flash = FlashTime();
    Instant next = kNever;
    meter_.Run([this, &next] { next = world_.engine->Run(world_.now); });
    Spend(fetches, flash);
    if (next == kNever || world_.observer.reboots_wanted > 0) {
      return;
    }
    world_.now = std::max(world_.now, next);
  }
}

void MeasuredDevice::Restart() {
  const microseconds flash = FlashTime();
  Require(world_.Start(hal::ResetCause::kSoftware), "the device does not start");
  world_.engine->SetHealth(kHealthy);
  Spend(world_.source.offsets.size(), flash);
}

Measured MeasuredDevice::Install(const Octets& package, std::size_t cut_at) {
  const std::array<AreaCost, 4> before = Areas();
  const Instant begin = world_.now;
  world_.source.delivered = 0;
  static_cast<void>(meter_.TakePeak());
  Offer(package);
  if (cut_at > 0) {
    Run(cut_at);
    Restart();
    Offer(package);
  }
  Run();
  Restart();
  Run();
  Require(world_.engine->phase() == Phase::kConfirmed, "an update was not confirmed");
  Require(world_.observer.outcomes.back() == "job succeeded", "an update did not succeed");
  world_.engine->OutcomeReported("job");
  const std::array<AreaCost, 4> after = Areas();
  return {.air = world_.source.delivered,
          .execution = Between(before[0], after[0]),
          .store = Between(before[1], after[1]),
          .record = Between(before[2], after[2]),
          .notes = Between(before[3], after[3]),
          .time = world_.now - begin,
          .stack = meter_.TakePeak()};
}

}  // namespace linnet::update::testing
