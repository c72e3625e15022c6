// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Any bytes as sealed content: none of them opens.
#include <cstdint>
#include <span>
#include <vector>

#include "base/assert.hpp"
#include "vault/sealer.hpp"

namespace {

class NoEntropy : public linnet::crypto::EntropySource {
 public:
  linnet::Status Fill(linnet::MutableBytes /*out*/) override { return linnet::Code::kUnavailable; }
};

/// A vault with one key.
class Key : public linnet::crypto::Signer {
 public:
  linnet::Status Sign(const linnet::crypto::Digest& /*digest*/,
                      linnet::crypto::P256Signature& /*out*/) override {
    return linnet::Code::kFailedPrecondition;
  }
  linnet::Status PublicKey(linnet::crypto::P256PublicKey& /*out*/) override {
    return linnet::Code::kFailedPrecondition;
  }
  linnet::Status Derive(const linnet::crypto::Digest& context,
                        linnet::crypto::Digest& out) override {
    out = linnet::crypto::Hash(context);
    return linnet::OkStatus();
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace linnet;
  NoEntropy entropy;
  crypto::Random random(entropy);
  Key key;
  const Bytes given = std::as_bytes(std::span(data, size));
  std::vector<std::byte> sealed(given.begin(), given.end());
  LINNET_ASSERT(!vault::Sealer(key, random).Open("fuzz", sealed).ok());
  return 0;
}
