// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Arbitrary requests: read in one piece and byte by byte, both must come to the same end.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/crc32.hpp"
#include "http/request_parser.hpp"

namespace {

using namespace linnet;        // NOLINT
using namespace linnet::http;  // NOLINT

struct Story {
  Code code = Code::kPending;
  std::size_t left = 0;
  std::uint32_t crc = 0;
  friend bool operator==(const Story&, const Story&) = default;
};

Story Read(Bytes data, std::size_t piece) {
  std::array<std::byte, RequestParser::kTexts + 300> memory{};
  RequestParser parser(memory);
  Story story;
  while (!data.empty() && story.code == Code::kPending) {
    Bytes input = data.first(std::min(piece, data.size()));
    const std::size_t given = input.size();
    story.code = parser.Next(input).code();
    data = data.subspan(given - input.size());
  }
  story.left = data.size();
  if (story.code == Code::kOk) {
    const IncomingRequest& request = parser.request();
    story.crc = Crc32(parser.body(), Crc32(AsBytes(request.target), Crc32(AsBytes(request.host))));
  }
  return story;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes = std::as_bytes(std::span(data, size));
  if (!(Read(bytes, SIZE_MAX) == Read(bytes, 1))) {
    std::abort();
  }
  return 0;
}
