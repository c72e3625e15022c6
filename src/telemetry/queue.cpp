// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "telemetry/queue.hpp"

#include <algorithm>
#include <limits>

#include "base/assert.hpp"
#include "base/endian.hpp"

namespace linnet::telemetry {

namespace {

constexpr std::size_t kLengthSize = 2;

}  // namespace

std::size_t Queue::SizeAt(std::size_t offset) const {
  return kLengthSize + LoadLe16(memory_.subspan(offset, kLengthSize));
}

Bytes Queue::front() const {
  LINNET_ASSERT(!empty());
  return memory_.subspan(kLengthSize, SizeAt(0) - kLengthSize);
}

Status Queue::Push(Bytes record) {
  if (record.empty()) {
    return Code::kInvalidArgument;
  }
  const std::size_t size = kLengthSize + record.size();
  if (record.size() > std::numeric_limits<std::uint16_t>::max() || size > memory_.size()) {
    return Code::kTooLarge;
  }
  const std::size_t first_free_to_go = pinned_ ? SizeAt(0) : 0;
  if (first_free_to_go + size > memory_.size()) {
    ++dropped_;
    return Code::kResourceExhausted;
  }
  while (memory_.size() - used_ < size) {
    RemoveAt(first_free_to_go);
    ++dropped_;
  }
  StoreLe16(static_cast<std::uint16_t>(record.size()), memory_.subspan(used_, kLengthSize));
  CopyBytes(record, memory_.subspan(used_ + kLengthSize));
  used_ += size;
  ++count_;
  return OkStatus();
}

void Queue::Pop() {
  LINNET_ASSERT(!empty());
  pinned_ = false;
  RemoveAt(0);
}

void Queue::RemoveAt(std::size_t offset) {
  const std::size_t size = SizeAt(offset);
  CopyBytes(memory_.first(used_).subspan(offset + size), memory_.subspan(offset));
  used_ -= size;
  --count_;
}

}  // namespace linnet::telemetry
