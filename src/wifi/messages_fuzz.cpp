// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Any bytes as any message of provisioning: whatever is read is usable, and can be written again.
#include <array>
#include <cstdint>
#include <span>

#include "base/assert.hpp"
#include "wifi/messages.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace linnet;
  const Bytes message = std::as_bytes(std::span(data, size));
  if (const Result<wifi::Configuration> read = wifi::DecodeConfiguration(message); read.ok()) {
    LINNET_ASSERT(wifi::Check(read->network).ok());
    std::array<std::byte, wifi::kMaxEncodedConfigurationSize> out;
    LINNET_ASSERT(
        wifi::EncodeConfiguration({.security = read->network.minimum_security}, *read, out).ok());
  }
  std::array<hal::AccessPoint, 16> points;
  if (const Result<std::size_t> count = wifi::DecodeScanResults(message, points); count.ok()) {
    std::array<std::byte, wifi::kMaxScanResultsSize> out;
    LINNET_ASSERT(wifi::EncodeScanResults(std::span(points).first(*count), out).ok());
  }
  if (const Result<wifi::Request> request = wifi::DecodeRequest(message); request.ok()) {
    IgnoreStatus(wifi::DecodeConfiguration(request->configuration).status());
  }
  return 0;
}
