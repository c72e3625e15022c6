// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The first byte chooses the cuts, the rest is a document: no cut may change events or outcome, and
// the cursor agrees with the reader about what is one well-formed item.
#include <cstdint>

#include "base/assert.hpp"
#include "cbor/cursor.hpp"
#include "cbor/reader.hpp"
#include "cbor/testing/event_log.hpp"

namespace {

using linnet::Bytes;
using linnet::Status;
using linnet::cbor::ReaderBuffer;
using linnet::cbor::testing::EventLog;

Status Read(Bytes document, std::size_t piece, EventLog& log) {
  ReaderBuffer<8> reader(log);
  while (!document.empty()) {
    const std::size_t size = std::min(piece, document.size());
    if (const Status status = reader->Feed(document.first(size)); !status.ok()) {
      return status;
    }
    document = document.subspan(size);
  }
  return reader->Finish();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  const Bytes document = std::as_bytes(std::span(data, size)).subspan(1);
  EventLog whole;
  EventLog bytes;
  EventLog pieces;
  const Status status = Read(document, size, whole);
  LINNET_ASSERT(Read(document, 1, bytes) == status && bytes.text == whole.text);
  LINNET_ASSERT(Read(document, 1U + data[0] % 16U, pieces) == status && pieces.text == whole.text);
  linnet::cbor::Cursor cursor(document);
  const bool skipped = cursor.Skip().ok() && cursor.at_end();
  LINNET_ASSERT(status.ok() ? skipped : !skipped || status == linnet::Code::kTooLarge);
  return 0;
}
