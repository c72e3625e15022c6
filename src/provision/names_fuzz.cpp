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
  constexpr HardwareAddress kHardware{1, 2, 3, 4, 5, 6};
  NameServer server(kHardware);
  for (const bool multicast : {false, true}) {
    Packet packet;
    packet.size = CopyBytes(std::as_bytes(std::span(data, size)),
                            MutableBytes(packet.memory).first(Packet::kMaxReceived));
    const std::size_t answer = server.Answer(multicast, packet);
    if (answer > packet.memory.size() || (answer != 0 && answer < 12)) {
      std::abort();
    }
  }
  return 0;
}
