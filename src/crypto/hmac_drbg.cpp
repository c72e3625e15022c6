// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "crypto/hmac_drbg.hpp"

#include <algorithm>

#include "crypto/wipe.hpp"

namespace linnet::crypto {
namespace {

constexpr std::size_t kBlockSize = 64;

// Feeds the key, padded to a block, each byte combined with `pad`.
void FeedKey(Sha256& hash, const Digest& key, std::byte pad) {
  std::array<std::byte, kBlockSize> block;
  block.fill(pad);
  std::ranges::transform(key, block, block.begin(), [](std::byte a, std::byte b) { return a ^ b; });
  hash.Update(block);
  Wipe(block);
}

}  // namespace

// One hash object for both rounds: Finish() leaves nothing of the key in it.
Digest HmacSha256(const Digest& key, std::initializer_list<Bytes> parts) {
  Sha256 hash;
  FeedKey(hash, key, std::byte{0x36});
  for (const Bytes part : parts) {
    hash.Update(part);
  }
  const Digest inner = hash.Finish();
  FeedKey(hash, key, std::byte{0x5C});
  hash.Update(inner);
  return hash.Finish();
}

HmacDrbg::~HmacDrbg() {
  Wipe(key_);
  Wipe(value_);
}

void HmacDrbg::Seed(Bytes seed) {
  key_.fill(std::byte{0});
  value_.fill(std::byte{1});
  Mix(seed);
}

void HmacDrbg::Mix(Bytes more) {
  constexpr std::array kRounds{std::byte{0}, std::byte{1}};
  for (const std::byte& round : kRounds) {
    key_ = HmacSha256(key_, {value_, Bytes(&round, 1), more});
    value_ = HmacSha256(key_, {value_});
    if (more.empty()) {
      return;
    }
  }
}

void HmacDrbg::Generate(MutableBytes out) {
  while (!out.empty()) {
    value_ = HmacSha256(key_, {value_});
    out = out.subspan(CopyBytes(value_, out));
  }
  Mix({});
}

}  // namespace linnet::crypto
