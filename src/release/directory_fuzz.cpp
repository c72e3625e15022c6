// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Any bytes as the store's directory: every part that is offered lies within the region, none
// shares a page with another, and the store can be written.
#include <algorithm>
#include <array>

#include "base/assert.hpp"
#include "release/store.hpp"
#include "release/store_view.hpp"
#include "release/testing/memory_flash.hpp"

namespace linnet::release {
namespace {

constexpr std::uint32_t kPage = 512;
constexpr hal::FlashGeometry kGeometry{2 * 4096 + 32 * kPage, kPage, 1, std::byte{0xFF}};
using Flash = testing::MemoryFlash<kGeometry.size>;

void CheckView(Flash& flash) {
  StoreView view(flash);
  LINNET_ASSERT(view.Mount().ok());
  for (std::size_t i = 0; i < view.part_count(); ++i) {
    const Part* part = view.PartAt(i);
    std::byte byte{};
    if (part != nullptr) {
      LINNET_ASSERT(view.Open(*part).Read(part->length - 1, MutableBytes(&byte, 1)).ok());
    }
  }
}

void CheckStore(Flash& flash) {
  Store store(flash);
  LINNET_ASSERT(store.Mount().ok());
  std::array<bool, kGeometry.size / kPage> taken{};
  for (std::size_t i = 0; i < store.part_count(); ++i) {
    const Part part = store.PartAt(i);
    LINNET_ASSERT(part.offset >= FirstPartOffset(kGeometry));
    for (std::uint32_t at = 0; at < part.length; at += kPage) {
      bool& page = taken.at((part.offset + at) / kPage);
      LINNET_ASSERT(!page);
      page = true;
    }
  }
  const std::uint32_t room = store.LargestFree();
  constexpr PartTag kTag = 0x1234'5678'9ABC'DEF0;
  if (room != 0 && !store.FindPartial(kTag).ok()) {
    LINNET_ASSERT(store.Begin(PartKind::kCompanion, room, kTag).ok());
  }
}

/// A table with a right CRC, so that the entries themselves are reached.
void PlantTable(Flash& flash, Bytes input) {
  SnapshotLog log(flash, {0, 4096});
  IgnoreStatus(log.Mount());
  DirectoryTable table;
  const std::size_t count = std::min(input.size() / sizeof(Part), kMaxParts);
  table.version = 1;
  table.count = static_cast<std::uint8_t>(count);
  CopyBytes(input.first(count * sizeof(Part)), std::as_writable_bytes(std::span(table.parts)));
  const Bytes bytes = std::as_bytes(std::span(&table, 1));
  LINNET_ASSERT(log.Append(bytes.first(8 + count * sizeof(Part))).ok());
}

}  // namespace
}  // namespace linnet::release

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace linnet::release;  // NOLINT: a fuzz target's only function outside
  const linnet::Bytes input = std::as_bytes(std::span(data, size));
  static Flash raw(kGeometry, {});
  raw.Reset(input);
  CheckView(raw);
  CheckStore(raw);
  static Flash planted(kGeometry, {});
  planted.Reset({});
  PlantTable(planted, input);
  CheckView(planted);
  CheckStore(planted);
  return 0;
}
