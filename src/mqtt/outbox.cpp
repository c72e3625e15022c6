// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "mqtt/outbox.hpp"

#include <algorithm>
#include <cstring>
#include <type_traits>

#include "base/assert.hpp"

namespace linnet::mqtt {

static_assert(std::is_trivially_copyable_v<Outbox::Record>);

Result<MutableBytes> Outbox::Append(const Record& record) {
  const std::size_t size = kOverhead + record.size;
  if (size > memory_.size()) {
    return Code::kTooLarge;
  }
  if (size > free()) {
    return Code::kResourceExhausted;
  }
  const std::size_t at = used_;
  used_ += size;
  Store(at, record);
  return packet(at);
}

Outbox::Record Outbox::Load(std::size_t at) const {
  LINNET_ASSERT(at + kOverhead <= used_);
  Record record;
  std::memcpy(&record, memory_.data() + at, sizeof(record));
  return record;
}

void Outbox::Store(std::size_t at, const Record& record) {
  LINNET_ASSERT(at + kOverhead <= used_);
  std::memcpy(memory_.data() + at, &record, sizeof(record));
}

MutableBytes Outbox::packet(std::size_t at) {
  return memory_.subspan(at + kOverhead, Load(at).size);
}

void Outbox::Remove(std::size_t at) {
  const std::size_t next = Next(at);
  std::memmove(memory_.data() + at, memory_.data() + next, used_ - next);
  used_ -= next - at;
}

std::size_t Outbox::Find(std::uint16_t packet_id) const {
  std::size_t at = begin();
  while (at != end() && Load(at).packet_id != packet_id) {
    at = Next(at);
  }
  return at;
}

}  // namespace linnet::mqtt
