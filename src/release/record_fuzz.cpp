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

void Decode(Bytes input) {
  RecordData data;
  if (DecodeRecord(input, data).ok()) {
    // Only the reserved byte of each event is not carried over.
    RecordData again;
    LINNET_ASSERT(DecodeRecord(EncodeRecord(data), again).ok());
    LINNET_ASSERT(EncodeRecord(again) == EncodeRecord(data));
  }
}

void Mount(Bytes input) {
  testing::MemoryFlash<kGeometry.size> flash(kGeometry, input);
  Record record(flash);
  LINNET_ASSERT(record.Mount().ok());
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
  linnet::release::Decode(input);
  linnet::release::Mount(input);
  return 0;
}
