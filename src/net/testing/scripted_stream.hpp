// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A stream whose other end is the test: it decides when it opens, what arrives, in which pieces,
// and when it breaks.
#pragma once

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "base/view.hpp"
#include "net/stream.hpp"

namespace linnet::net::testing {

class ScriptedStream final : public Stream {
 public:
  // What the test sets.
  int polls_until_open = 1;
  Status open_failure;                 ///< Not ok: opening fails with it.
  std::size_t read_limit = SIZE_MAX;   ///< Bytes a Read gives at most.
  std::size_t write_limit = SIZE_MAX;  ///< Bytes a Write takes at most.
  std::set<std::size_t> read_breaks;   ///< Counted over all reads: no Read goes across these.
  std::set<std::size_t> write_breaks;  ///< The same for Write.
  bool stutter = false;                ///< Every other Read and Write gives and takes nothing.
  bool blocked = false;                ///< Write takes nothing.

  // What the test sees.
  std::string written;  ///< By the device, not taken by the test yet.
  int opens = 0;
  int closes = 0;
  std::vector<std::string> hosts;

  /// Bytes for the device; a peer that has ended the stream sends no more.
  void Feed(StringView bytes) {
    if (!ended_) {
      arriving_ += bytes;
    }
  }
  /// The peer ends the stream behind what was fed.
  void EndByPeer() { ended_ = true; }
  /// The connection breaks now; what was fed and not read is lost.
  void Break(Status status) {
    arriving_.clear();
    failure_ = status;
    state_ = State::kFailed;
  }
  std::string TakeWritten() { return std::exchange(written, {}); }
  [[nodiscard]] std::size_t bytes_read() const { return read_; }
  [[nodiscard]] std::size_t bytes_written() const { return written_count_; }

  Status Open(const Endpoint& endpoint) override {
    if (state_ != State::kClosed) {
      return Code::kFailedPrecondition;
    }
    ++opens;
    hosts.emplace_back(endpoint.host);
    arriving_.clear();
    written.clear();
    ended_ = false;
    polls_ = 0;
    state_ = State::kOpening;
    return OkStatus();
  }

  State Poll(Instant /*now*/) override {
    if (state_ == State::kOpening && ++polls_ >= polls_until_open) {
      failure_ = open_failure;
      state_ = open_failure.ok() ? State::kOpen : State::kFailed;
    }
    return state_;
  }

  [[nodiscard]] State state() const override { return state_; }
  [[nodiscard]] Status failure() const override { return failure_; }

  Result<std::size_t> Read(MutableBytes out) override {
    if (state_ != State::kOpen) {
      return state_ == State::kFailed ? failure_ : Status(Code::kFailedPrecondition);
    }
    if (arriving_.empty()) {
      return ended_ ? Result<std::size_t>(Code::kClosed) : std::size_t{0};
    }
    const std::size_t count =
        Piece(std::min({out.size(), arriving_.size(), read_limit}), read_, read_breaks, read_turn_);
    CopyBytes(AsBytes(arriving_).first(count), out);
    arriving_.erase(0, count);
    read_ += count;
    return count;
  }

  Result<std::size_t> Write(Bytes data) override {
    if (state_ != State::kOpen) {
      return state_ == State::kFailed ? failure_ : Status(Code::kFailedPrecondition);
    }
    if (blocked) {
      return std::size_t{0};
    }
    const std::size_t count =
        Piece(std::min(data.size(), write_limit), written_count_, write_breaks, write_turn_);
    written += AsText(data.first(count));
    written_count_ += count;
    return count;
  }

  void Close() override {
    closes += state_ == State::kClosed ? 0 : 1;
    state_ = State::kClosed;
  }

 private:
  std::size_t Piece(std::size_t count, std::size_t position, const std::set<std::size_t>& breaks,
                    bool& turn) {
    turn = !turn;
    if (stutter && turn) {
      return 0;
    }
    const auto next = breaks.upper_bound(position);
    return next == breaks.end() ? count : std::min(count, *next - position);
  }

  std::string arriving_;
  Status failure_;
  std::size_t read_ = 0;
  std::size_t written_count_ = 0;
  int polls_ = 0;
  State state_ = State::kClosed;
  bool ended_ = false;
  bool read_turn_ = false;
  bool write_turn_ = false;
};

}  // namespace linnet::net::testing
