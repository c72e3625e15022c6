// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Gets stretches of the ordered file, range by range, through everything that a network does.
#pragma once

#include <cstdint>

#include "base/fixed_string.hpp"
#include "base/time.hpp"
#include "net/backoff.hpp"
#include "update/types.hpp"

namespace linnet::update {

struct FetchLimits {
  /// Bytes asked for at once: what a broken connection costs at most.
  std::uint32_t range_size = 32768;
  /// Failed fetches in a row, without one new byte, before it is given up. A new byte begins the
  /// back-off anew, too.
  std::uint8_t attempts = 10;
  /// Failed fetches in all, for one file.
  std::uint16_t budget = 200;
};

/// One file at a time, in as many stretches as are wanted. While it gets them it keeps the file the
/// same: the first validator that the source tells is required from then on.
class Fetcher final : private ByteSink {
 public:
  Fetcher(const FetchLimits& limits, ByteSource& source, net::Backoff& backoff)
      : limits_(limits), source_(source), backoff_(backoff) {}

  /// Another file, or the same from scratch: budget and validator are new.
  void BeginFile();
  /// The file's first bytes may be of another content from now on; the budget stays.
  void ForgetContent();
  /// Bytes [offset, end) go to `sink`, in order. `end` may lie behind the end of the file while
  /// that is not known yet; what is behind is left out.
  void Begin(std::uint32_t offset, std::uint32_t end, ByteSink& sink);
  /// ok: all has come. kPending: see wake(). kMismatch: the file is another one now; call
  /// ForgetContent() and begin again. kCancelled: the sink refused; Begin() again, or leave it.
  /// kNotFound, kOutOfRange (shorter than wanted), kUnsupported (ranges are not served): final.
  /// kUnavailable: attempts or budget are used up; last_failure() says with what.
  Status Run(Instant now);
  /// A failure of the caller's own that is tried again like one of the network: as Run().
  Status Retry(Status failure, Instant now);
  void Stop();

  /// When Run() wants to be called again; kNever: after LocationRenewed().
  [[nodiscard]] Instant wake() const { return wake_; }
  /// The location has expired; a new one is awaited.
  [[nodiscard]] bool location_needed() const { return location_needed_; }
  void LocationRenewed() { location_needed_ = false; }
  /// Bytes of the whole file; 0: not known.
  [[nodiscard]] std::uint32_t file_size() const { return file_size_; }
  [[nodiscard]] std::uint32_t position() const { return position_; }
  [[nodiscard]] Status last_failure() const { return last_failure_; }
  [[nodiscard]] std::uint8_t failures() const { return failures_; }
  [[nodiscard]] std::uint32_t bytes_received() const { return bytes_received_; }

  /// Bytes a second on average, from one range to the next; 0: as fast as it goes.
  void SetRate(std::uint32_t bytes_per_second) { rate_ = bytes_per_second; }
  /// No range is begun while held; one that has begun comes to its end.
  void Hold(bool hold) { held_ = hold; }

 private:
  static constexpr Milliseconds kPollAgain{20};
  static constexpr Milliseconds kHoldAgain{1000};

  Status OnBytes(std::uint32_t offset, Bytes data) override;
  Status StartRange(Instant now);
  Status AfterRange(Status status, Instant now);
  Status Keep(Instant now);
  void Pace(Instant now);

  const FetchLimits limits_;
  ByteSource& source_;
  net::Backoff& backoff_;
  ByteSink* sink_ = nullptr;
  FixedString<kMaxValidator> validator_;
  std::uint32_t position_ = 0;
  std::uint32_t end_ = 0;
  std::uint32_t file_size_ = 0;
  std::uint32_t failed_at_ = 0;  // Position at the last failure.
  std::uint32_t range_begin_ = 0;
  std::uint32_t bytes_received_ = 0;
  std::uint32_t rate_ = 0;
  std::uint16_t failures_in_all_ = 0;
  std::uint8_t failures_ = 0;  // In a row, at that position.
  bool fetching_ = false;
  bool sink_refused_ = false;
  bool location_needed_ = false;
  bool held_ = false;
  Status last_failure_;
  Instant range_begun_{};
  Instant not_before_ = Instant::min();
  Instant wake_{};
};

}  // namespace linnet::update
