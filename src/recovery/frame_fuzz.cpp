// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Any bytes on the line: nothing is read or written out of bounds, and what the writer frames is
// what the reader finds, whatever came before it.
#include <vector>

#include "base/assert.hpp"
#include "recovery/frame.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace linnet;
  const Bytes bytes = std::as_bytes(std::span(data, size));
  std::vector<std::byte> buffer(size + 4);
  recovery::FrameReader reader(buffer);
  for (const std::byte byte : bytes) {
    if (reader.Feed(byte)) {
      LINNET_ASSERT(reader.packet().size() <= size);
    }
  }
  reader.Feed(std::byte{'\n'});
  recovery::FrameWriter writer(bytes.first(std::min<std::size_t>(size, 60000)));
  std::array<std::byte, recovery::kMaxFrameSize> frame;
  bool found = false;
  for (Bytes next = writer.Next(frame); !next.empty(); next = writer.Next(frame)) {
    for (const std::byte byte : next) {
      LINNET_ASSERT(!found);
      found = reader.Feed(byte);
    }
  }
  LINNET_ASSERT(found && Equal(reader.packet(), bytes.first(std::min<std::size_t>(size, 60000))));
  return 0;
}
