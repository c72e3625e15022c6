// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Arbitrary answers: read in one piece and byte by byte, both must come to the same end.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/crc32.hpp"
#include "base/view.hpp"
#include "http/response_parser.hpp"

namespace {

using namespace linnet;        // NOLINT
using namespace linnet::http;  // NOLINT

struct Story {
  Code code = Code::kOk;
  bool ended = false;
  std::size_t body = 0;
  std::uint32_t crc = 0;
  friend bool operator==(const Story&, const Story&) = default;
};

Story Read(StringView before, Bytes data, std::size_t piece) {
  std::array<std::byte, 256> line{};
  ResponseParser parser(line);
  Story story;
  Bytes start = AsBytes(before);
  IgnoreStatus(parser.Next(start).status());
  while (!data.empty() && story.code == Code::kOk && !story.ended) {
    Bytes input = data.first(std::min(piece, data.size()));
    data = data.subspan(input.size());
    while (true) {
      const Result<ResponseParser::Event> event = parser.Next(input);
      story.code = event.code();
      story.ended = event.ok() && *event == ResponseParser::Event::kEnd;
      if (!event.ok() || story.ended || *event == ResponseParser::Event::kMore) {
        break;
      }
      story.body += parser.part().size();
      story.crc = Crc32(parser.part(), story.crc);
    }
  }
  return story;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes = std::as_bytes(std::span(data, size));
  // Behind a good beginning the input gets deeper.
  for (const StringView before :
       {"", "HTTP/1.1 206 P\r\n", "HTTP/1.1 200 O\r\nTransfer-Encoding: chunked\r\n\r\n"}) {
    if (!(Read(before, bytes, SIZE_MAX) == Read(before, bytes, 1))) {
      std::abort();
    }
  }
  return 0;
}
