// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Records of any length, first in first out, in a fixed memory: the oldest make room.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/status.hpp"

namespace linnet::telemetry {

/// RAM only: a reset loses it. A record that is being sent is pinned: it is never dropped to make
/// room, because its delivery is still under way.
class Queue {
 public:
  /// Each record takes its length and two bytes of `memory`.
  explicit Queue(MutableBytes memory) : memory_(memory) {}

  /// Appends a copy of `record`; drops and counts the oldest unpinned ones until it fits.
  /// kTooLarge: it would not fit an empty queue. kResourceExhausted: not beside the pinned one
  /// either; the record itself is dropped and counted. kInvalidArgument: empty.
  Status Push(Bytes record);
  /// The oldest record, valid until the next call that is not const; requires !empty().
  [[nodiscard]] Bytes front() const;
  /// Pins the oldest record until Pop or Unpin; requires !empty().
  void Pin() { pinned_ = true; }
  void Unpin() { pinned_ = false; }
  /// Removes the oldest record, which was delivered; requires !empty().
  void Pop();

  [[nodiscard]] bool empty() const { return used_ == 0; }
  [[nodiscard]] bool pinned() const { return pinned_; }
  [[nodiscard]] std::size_t count() const { return count_; }
  /// Records lost since construction because there was no room.
  [[nodiscard]] std::uint32_t dropped() const { return dropped_; }

 private:
  [[nodiscard]] std::size_t SizeAt(std::size_t offset) const;
  void RemoveAt(std::size_t offset);

  MutableBytes memory_;
  std::size_t used_ = 0;  ///< Records lie back to back from the start of the memory.
  std::size_t count_ = 0;
  std::uint32_t dropped_ = 0;
  bool pinned_ = false;
};

template <std::size_t kSize>
class QueueBuffer : public Queue {
 public:
  QueueBuffer() : Queue(bytes_) {}

 private:
  std::array<std::byte, kSize> bytes_{};
};

}  // namespace linnet::telemetry
