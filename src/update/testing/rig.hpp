// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// An update engine on a simulated device: real store, record, boot and vault; scripted file source,
// observer and memory. Resets are real: every object of the device's software is made anew.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/view.hpp"
#include "boot/testing/simulated_device.hpp"
#include "flash/journal.hpp"
#include "hal/entropy.hpp"
#include "update/engine.hpp"

namespace linnet::update::testing {

using boot::testing::Session;
using boot::testing::SimulatedDevice;
using release::testing::MakeRelease;
using release::testing::SampleRelease;

/// Delivers a piece at each Poll; can fail after a number of bytes of a fetch.
class FakeSource final : public ByteSource {
 public:
  struct Failure {
    std::size_t after = 0;
    Code code = Code::kUnavailable;
  };

  std::vector<std::byte> file;
  std::string etag = "\"v1\"";
  std::size_t piece = 700;
  std::deque<Failure> failures;  ///< One for each of the next fetches.
  bool always_fails = false;
  bool honours_validator = true;
  bool tells_size = true;
  std::vector<std::uint32_t> offsets;  ///< Of all fetches.
  std::size_t delivered = 0;           ///< Bytes, over all.

  Status Fetch(std::uint32_t offset, std::uint32_t length, StringView validator,
               ByteSink& sink) override {
    if (sink_ != nullptr) {
      return Code::kFailedPrecondition;
    }
    offsets.push_back(offset);
    if (always_fails) {
      return Code::kUnavailable;
    }
    failure_ = failures.empty() ? Failure{SIZE_MAX, Code::kOk} : failures.front();
    if (!failures.empty()) {
      failures.pop_front();
    }
    changed_ = honours_validator && !validator.empty() && validator != etag;
    answered_ = etag;
    offset_ = offset;
    left_ = length;
    served_ = 0;
    sink_ = &sink;
    return OkStatus();
  }

  Status Poll(Instant /*now*/) override {
    if (sink_ == nullptr) {
      return Code::kCancelled;
    }
    if (changed_) {
      return End(Code::kMismatch);
    }
    if (failure_.after == 0) {
      return End(failure_.code);
    }
    if (left_ == 0) {
      return End(Code::kOk);
    }
    std::size_t count = std::min({piece, left_, failure_.after});
    if (offset_ >= file.size()) {
      return End(served_ > 0 ? Code::kOk : Code::kOutOfRange);
    }
    count = std::min(count, file.size() - offset_);
    served_ += count;
    const Status status = sink_->OnBytes(offset_, Bytes(file).subspan(offset_, count));
    if (!status.ok()) {
      return End(status);
    }
    delivered += count;
    offset_ += static_cast<std::uint32_t>(count);
    left_ -= count;
    failure_.after -= count;
    return Code::kPending;
  }

  [[nodiscard]] StringView validator() const override { return answered_; }
  [[nodiscard]] std::uint32_t file_size() const override {
    return tells_size ? static_cast<std::uint32_t>(file.size()) : 0;
  }
  void Cancel() override { sink_ = nullptr; }

 private:
  Status End(Status status) {
    sink_ = nullptr;
    return status;
  }

  ByteSink* sink_ = nullptr;
  std::string answered_;
  Failure failure_;
  std::uint32_t offset_ = 0;
  std::size_t left_ = 0;
  std::size_t served_ = 0;
  bool changed_ = false;
};

/// As the device has it: a value in a journal, in flash of its own.
class JournalMemory final : public Memory {
 public:
  static constexpr std::uint16_t kKey = 83;

  explicit JournalMemory(sim::Power& power)
      : flash({2 * 4096, 4096, 4, boot::testing::kOnes}, power) {}

  /// A reset.
  Status Mount() {
    journal_ = std::make_unique<flash::Journal>(flash);
    return journal_->Mount();
  }
  Result<std::size_t> Read(MutableBytes out) override { return journal_->Read(kKey, out); }
  Status Write(Bytes bytes) override {
    return fails ? Status(Code::kDataLoss) : journal_->Write(kKey, bytes);
  }

  sim::NorFlash flash;
  bool fails = false;

 private:
  std::unique_ptr<flash::Journal> journal_;
};

class Recorder final : public Observer {
 public:
  void OnProgress(const Progress& progress) override {
    const std::string name(ToString(progress.phase));
    if (phases.empty() || phases.back() != name) {
      phases.push_back(name);
    }
    percents.push_back(progress.percent);
  }
  void OnOutcome(const Outcome& outcome) override {
    constexpr std::array kNames = {"succeeded", "failed", "rejected"};
    std::string text =
        std::string(outcome.job_id) + " " + kNames[static_cast<std::size_t>(outcome.conclusion)];
    faults.push_back(outcome.fault);
    outcomes.push_back(outcome.cause.empty() ? text : text + ": " + std::string(outcome.cause));
  }
  void OnOrderNeeded() override { ++orders_needed; }
  void OnRebootWanted() override { ++reboots_wanted; }

  std::vector<std::string> phases;
  std::vector<std::string> outcomes;
  std::vector<Fault> faults;
  std::vector<int> percents;
  int orders_needed = 0;
  int reboots_wanted = 0;
};

/// Draws the longest delay.
class LongestDelay final : public hal::Entropy {
 public:
  Status Fill(MutableBytes out) override {
    std::ranges::fill(out, std::byte{0xFF});
    return OkStatus();
  }
};

class World {
 public:
  /// The device has `running` in its execution area and has never been started.
  explicit World(const SampleRelease& running,
                 const boot::testing::BoardShape& shape = boot::testing::kReferenceShape)
      : device(shape), memory(device.power) {
    device.FlashExecutionArea(running.file);
    areas[0].size = device.execution.geometry().size;
    config.device = {.product = "lamp", .board = "sim", .areas = areas};
    config.fetch.range_size = 1000;
  }

  /// A reset. False: boot had nothing to start, or the device could not begin.
  bool Start(hal::ResetCause cause = hal::ResetCause::kPowerOn) {
    Stop();
    session = std::make_unique<Session>(device, cause);
    if (session->decision.start == boot::Decision::Start::kNothing ||
        !session->store.Mount().ok() || !memory.Mount().ok()) {
      return false;
    }
    running_.clear();
    running_.reserve(device.images.size());
    running_areas_.clear();
    for (const release::BootImage& image : device.images) {
      running_areas_.push_back(&running_.emplace_back(*image.area));
    }
    backoff_ = std::make_unique<net::Backoff>(entropy_);
    engine = std::make_unique<Engine>(config, Parts{.store = session->store,
                                                    .boot_control = session->control,
                                                    .areas = running_areas_,
                                                    .source = source,
                                                    .memory = memory,
                                                    .observer = observer,
                                                    .backoff = *backoff_});
    observer.reboots_wanted = 0;
    return engine->Begin(now).ok();
  }

  std::vector<sim::NorFlash*> flashes() {
    std::vector<sim::NorFlash*> all = device.flashes();
    all.push_back(&memory.flash);
    return all;
  }

  void Stop() {
    engine.reset();
    session.reset();
    source.Cancel();
  }

  Status Offer(const SampleRelease& release, StringView job = "job-1", StringView version = {}) {
    source.file = release.file;
    return engine->Offer({.job_id = job,
                          .version = version,
                          .size = static_cast<std::uint32_t>(release.file.size())});
  }

  /// Until the engine waits for somebody else, wants a reset, or power is gone.
  void Run(Milliseconds limit = Seconds(100000)) {
    const Instant end = now + limit;
    while (now < end && observer.reboots_wanted == 0 && device.power.on()) {
      const Instant next = engine->Run(now);
      if (next == kNever || observer.reboots_wanted > 0) {
        return;
      }
      now = std::min(end, std::max(now, next));
    }
  }
  /// Until the engine is in that phase.
  bool RunTo(Phase phase) {
    for (int i = 0; i < 100000 && engine->phase() != phase; ++i) {
      now = std::max(now, std::min(engine->Run(now), now + Seconds(10)));
    }
    return engine->phase() == phase;
  }

  SimulatedDevice device;
  FakeSource source;
  JournalMemory memory;
  Recorder observer;
  std::array<package::Area, 2> areas{
      {{release::PartKind::kApplication, 0, 0},
       {release::PartKind::kCompanion, image::companion::kWifiFirmware, 0x20000}}};
  Config config;
  Instant now{Milliseconds(1000)};
  std::unique_ptr<Session> session;
  std::unique_ptr<Engine> engine;

 private:
  LongestDelay entropy_;
  std::vector<release::FlashSource> running_;
  std::vector<image::Source*> running_areas_;
  std::unique_ptr<net::Backoff> backoff_;
};

inline constexpr Health kHealthy{.connected = true, .job_readable = true, .application = true};

}  // namespace linnet::update::testing
