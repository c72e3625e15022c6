// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Samples the device's metrics at an interval and hands the records to a sink, one at a time.
#pragma once

#include <cstdint>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "sched/loop.hpp"
#include "telemetry/metrics.hpp"
#include "telemetry/queue.hpp"

namespace linnet::telemetry {

class MetricsSource {
 public:
  /// The views in it live until the next call. `dropped` is filled in by the reporter.
  virtual Metrics Sample(Instant now) = 0;

 protected:
  ~MetricsSource() = default;  // nobody deletes through it
};

/// Where records go. Taken is not delivered: the sink's owner later calls OnDelivered or OnLost.
class Sink {
 public:
  /// Takes a copy of `record` and names the delivery (for MQTT the packet identifier). Any failure
  /// means "not taken"; the reporter asks again a little later, or at once after Wake.
  virtual Result<std::uint16_t> Send(Bytes record) = 0;

 protected:
  ~Sink() = default;  // nobody deletes through it
};

/// A record leaves the queue when the sink's owner says that it was delivered, not before: what is
/// under way when the connection breaks is sent again.
class Reporter final : public sched::Task {
 public:
  /// How long a full or offline sink is left alone.
  static constexpr Milliseconds kRetry{1000};

  /// The first sample is taken by the first Run. `interval` is at least one second.
  Reporter(MetricsSource& source, Queue& queue, Sink& sink, Seconds interval);

  Instant Run(Instant now) override;
  /// From now on; the next sample comes this long after the last one. kOutOfRange: under 1 s.
  Status SetInterval(Seconds interval);

  /// The record named `delivery` has arrived. Others (old ones, other publishers') are ignored.
  void OnDelivered(std::uint16_t delivery);
  /// It will not arrive (refused, given up): it is sent again, after a pause.
  void OnLost(std::uint16_t delivery);
  /// The sink takes records again: do not wait for the retry.
  void Wake() { retry_at_ = Instant::min(); }

  [[nodiscard]] Seconds interval() const { return interval_; }

 private:
  void TakeSample(Instant now);
  void SendNext(Instant now);

  MetricsSource& source_;
  Queue& queue_;
  Sink& sink_;
  Seconds interval_;
  Instant sampled_at_{};
  Instant retry_at_ = Instant::min();
  bool sampled_ = false;
  bool lost_ = false;  ///< A delivery failed since the last Run; the retry waits from there.
  std::uint16_t delivery_ = 0;
};

}  // namespace linnet::telemetry
