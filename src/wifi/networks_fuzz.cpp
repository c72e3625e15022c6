// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Any bytes as stored networks: what is accepted is stored again as it was read.
#include <array>
#include <cstdint>
#include <span>

#include "base/assert.hpp"
#include "wifi/networks.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace linnet;
  const Bytes stored = std::as_bytes(std::span(data, size));
  wifi::NetworkList list;
  if (!wifi::DecodeNetworks(stored, list).ok()) {
    LINNET_ASSERT(list.size() == 0);
    return 0;
  }
  std::array<std::byte, wifi::kMaxNetworksSize> again;
  const Bytes written = wifi::EncodeNetworks(list, again);
  if (stored[0] == written[0]) {
    LINNET_ASSERT(Equal(stored, written));
  }
  for (const wifi::Network& network : list.view()) {
    LINNET_ASSERT(wifi::Check(network).ok());
  }
  return 0;
}
