// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "telemetry/reporter.hpp"

#include <algorithm>
#include <array>

#include "base/assert.hpp"
#include "base/log.hpp"
#include "base/view.hpp"

namespace linnet::telemetry {

namespace {

constexpr const char* kTag = "telemetry";
constexpr Seconds kShortest{1};

}  // namespace

Reporter::Reporter(MetricsSource& source, Queue& queue, Sink& sink, Seconds interval)
    : source_(source), queue_(queue), sink_(sink), interval_(interval) {
  LINNET_ASSERT(interval >= kShortest);
}

Status Reporter::SetInterval(Seconds interval) {
  if (interval < kShortest) {
    return Code::kOutOfRange;
  }
  interval_ = interval;
  return OkStatus();
}

Instant Reporter::Run(Instant now) {
  if (!sampled_ || now - sampled_at_ >= interval_) {
    TakeSample(now);
  }
  const Instant next_sample = sampled_at_ + interval_;
  if (lost_) {
    lost_ = false;
    retry_at_ = now + kRetry;
  }
  if (queue_.empty() || queue_.pinned()) {
    return next_sample;
  }
  if (now >= retry_at_) {
    SendNext(now);
  }
  return queue_.pinned() ? next_sample : std::min(next_sample, retry_at_);
}

void Reporter::TakeSample(Instant now) {
  sampled_ = true;
  sampled_at_ = now;
  Metrics metrics = source_.Sample(now);
  metrics.dropped = queue_.dropped();
  std::array<char, kMaxRecord> text;  // NOLINT(*-member-init): written before it is read
  const Result<StringView> record = Encode(metrics, text);
  const Status status = record.ok() ? queue_.Push(AsBytes(*record)) : record.status();
  if (!status.ok()) {
    log::Warning(kTag, "record not queued: {}", status);
  }
}

void Reporter::SendNext(Instant now) {
  const Result<std::uint16_t> delivery = sink_.Send(queue_.front());
  if (!delivery.ok()) {
    retry_at_ = now + kRetry;
    return;
  }
  delivery_ = *delivery;
  queue_.Pin();
}

void Reporter::OnDelivered(std::uint16_t delivery) {
  if (queue_.pinned() && delivery == delivery_) {
    queue_.Pop();
  }
}

void Reporter::OnLost(std::uint16_t delivery) {
  if (queue_.pinned() && delivery == delivery_) {
    queue_.Unpin();
    lost_ = true;
  }
}

}  // namespace linnet::telemetry
