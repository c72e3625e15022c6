// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Any bytes in the record's region: mounting it ends in a record that makes sense, or in none.
#include <algorithm>
#include <array>

#include "base/assert.hpp"
#include "release/record.hpp"
#include "release/testing/memory_flash.hpp"

namespace linnet::release {
namespace {

constexpr hal::FlashGeometry kGeometry{2048, 1024, 4, std::byte{0xFF}};

/// What passes the check contradicts nothing, and can be told to the application.
void Check(Bytes input) {
  RecordData data;
  CopyBytes(input, std::as_writable_bytes(std::span(&data, 1)));
  if (CheckRecord(data, input.size()).ok()) {
    LINNET_ASSERT(IsSet(data.confirmed));
    AddEvent(data, data.confirmed, 0, Outcome::kAdopted);
    DropCandidate(data);
    LINNET_ASSERT(CheckRecord(data, sizeof(data)).ok());
  }
}

void Mount(Bytes input) {
  testing::MemoryFlash<kGeometry.size> flash(kGeometry, input);
  Record record(flash);
  LINNET_ASSERT(record.Mount().ok());
  ReleaseStatus status;
  record.Describe(status);
  LINNET_ASSERT(status.event_count <= kMaxEvents);
  RecordData data;
  data.state = ReleaseState::kReady;
  data.confirmed.fill(std::byte{1});
  LINNET_ASSERT(record.Write(data).ok());
  Record again(flash);
  LINNET_ASSERT(again.Mount().ok() && again.exists());
  LINNET_ASSERT(again.data().confirmed == data.confirmed);
}

}  // namespace
}  // namespace linnet::release

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const linnet::Bytes input = std::as_bytes(std::span(data, size));
  linnet::release::Check(input);
  linnet::release::Mount(input);
  return 0;
}
