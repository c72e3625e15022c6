// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Any input: paths stay inside their buffer, are the same for every cut, and what is accepted is
// what the plain reader accepts.
#include <cstdint>
#include <cstdlib>

#include "json/path_reader.hpp"
#include "json/testing/event_log.hpp"

namespace {

using linnet::Bytes;
using linnet::Status;
using linnet::json::testing::EventLog;
using linnet::json::testing::PathLog;

Status Read(Bytes document, std::size_t piece, PathLog& log) {
  linnet::json::PathReaderBuffer<32, 24> reader;
  reader->Begin(log);
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
  const Bytes document = std::as_bytes(std::span(data, size));
  PathLog whole;
  PathLog bytes;
  const Status status = Read(document, size, whole);
  if (Read(document, 1, bytes) != status || bytes.text != whole.text) {
    std::abort();
  }
  EventLog log;
  linnet::json::ReaderBuffer<32> reader(log);
  Status plain = reader->Feed(document);
  if (plain.ok()) {
    plain = reader->Finish();
  }
  return plain == status ? 0 : (std::abort(), 1);
}
