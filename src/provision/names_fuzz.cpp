// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Arbitrary queries: whatever comes is answered within bounds, or not at all.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "provision/name_server.hpp"

using namespace linnet;             // NOLINT
using namespace linnet::provision;  // NOLINT

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes query = std::as_bytes(std::span(data, size));
  NameServer server({{192, 168, 0, 1}}, {1, 2, 3, 4, 5, 6}, 443);
  std::array<std::byte, NameServer::kMaxMessage> out{};
  for (const Bytes answer :
       {server.Answer(query, out), server.AnswerMulticast(query, true, Instant{Seconds{1}}, out),
        server.AnswerMulticast(query, false, Instant{Seconds{1}}, out)}) {
    if (!answer.empty() && answer.size() < kDnsHeaderSize) {
      std::abort();
    }
  }
  return 0;
}
