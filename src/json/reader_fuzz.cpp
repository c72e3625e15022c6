// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The first byte chooses the cuts, the rest is a document: no cut may change events or outcome.
#include <cstdint>
#include <cstdlib>

#include "json/reader.hpp"
#include "json/testing/event_log.hpp"

namespace {

using linnet::Bytes;
using linnet::Status;
using linnet::json::ReaderBuffer;
using linnet::json::testing::EventLog;

constexpr std::size_t kText = 32;

Status Read(Bytes document, std::size_t piece, std::size_t grow, EventLog& log) {
  ReaderBuffer<kText> reader(log);
  while (!document.empty()) {
    const std::size_t size = std::min(piece, document.size());
    if (const Status status = reader->Feed(document.first(size)); !status.ok()) {
      return status;
    }
    document = document.subspan(size);
    piece += grow;
  }
  return reader->Finish();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  const Bytes document = std::as_bytes(std::span(data, size)).subspan(1);
  EventLog whole(kText);
  EventLog bytes(kText);
  EventLog pieces(kText);
  const Status status = Read(document, size, 0, whole);
  if (Read(document, 1, 0, bytes) != status ||
      Read(document, 1U + data[0] % 16U, data[0] / 16U, pieces) != status ||
      bytes.text != whole.text || pieces.text != whole.text) {
    std::abort();
  }
  return 0;
}
