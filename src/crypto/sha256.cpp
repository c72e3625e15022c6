// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "crypto/sha256.hpp"

#include <algorithm>
#include <bit>

#include "base/endian.hpp"

namespace linnet::crypto {
namespace {

/// The first 32 bits of the fractions of the cube roots of the first 64 primes.
constexpr std::array<std::uint32_t, 64> kRoundConstants = {
    0x428A2F98, 0x71374491, 0xB5C0FBCF, 0xE9B5DBA5, 0x3956C25B, 0x59F111F1, 0x923F82A4, 0xAB1C5ED5,
    0xD807AA98, 0x12835B01, 0x243185BE, 0x550C7DC3, 0x72BE5D74, 0x80DEB1FE, 0x9BDC06A7, 0xC19BF174,
    0xE49B69C1, 0xEFBE4786, 0x0FC19DC6, 0x240CA1CC, 0x2DE92C6F, 0x4A7484AA, 0x5CB0A9DC, 0x76F988DA,
    0x983E5152, 0xA831C66D, 0xB00327C8, 0xBF597FC7, 0xC6E00BF3, 0xD5A79147, 0x06CA6351, 0x14292967,
    0x27B70A85, 0x2E1B2138, 0x4D2C6DFC, 0x53380D13, 0x650A7354, 0x766A0ABB, 0x81C2C92E, 0x92722C85,
    0xA2BFE8A1, 0xA81A664B, 0xC24B8B70, 0xC76C51A3, 0xD192E819, 0xD6990624, 0xF40E3585, 0x106AA070,
    0x19A4C116, 0x1E376C08, 0x2748774C, 0x34B0BCB5, 0x391C0CB3, 0x4ED8AA4A, 0x5B9CCA4F, 0x682E6FF3,
    0x748F82EE, 0x78A5636F, 0x84C87814, 0x8CC70208, 0x90BEFFFA, 0xA4506CEB, 0xBEF9A3F7, 0xC67178F2};

constexpr std::size_t kLengthAt = 56;  ///< Of the message, in bits, in its last block.

constexpr std::size_t kRounds = kRoundConstants.size();

std::uint32_t Mix(std::uint32_t word, int a, int b, std::uint32_t c) {
  return std::rotr(word, a) ^ std::rotr(word, b) ^ c;
}

}  // namespace

void Sha256::Begin() {
  // The first 32 bits of the fractions of the square roots of the first 8 primes.
  state_ = {0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A,
            0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19};
  size_ = 0;
}

// The eight working variables a to h are a window that moves down through `memory` by one word each
// round, so that none of them is ever copied to the next.
void Sha256::Compress() {
  std::array<std::uint32_t, kRounds> words;                // NOLINT: filled below
  std::array<std::uint32_t, kRounds + kStateSize> memory;  // NOLINT: filled below
  for (std::size_t i = 0; i < kBlockSize / 4; ++i) {
    words[i] = LoadBe32(Bytes(block_).subspan(4 * i));
  }
  for (std::size_t i = kBlockSize / 4; i < kRounds; ++i) {
    words[i] = words[i - 16] + Mix(words[i - 15], 7, 18, words[i - 15] >> 3) + words[i - 7] +
               Mix(words[i - 2], 17, 19, words[i - 2] >> 10);
  }
  std::uint32_t* v = memory.data() + kRounds;
  std::ranges::copy(state_, v);
  for (std::size_t i = 0; i < kRounds; ++i, --v) {
    const std::uint32_t first = v[7] + Mix(v[4], 6, 11, std::rotr(v[4], 25)) +
                                (v[6] ^ (v[4] & (v[5] ^ v[6]))) + kRoundConstants[i] + words[i];
    v[3] += first;
    v[-1] =
        first + Mix(v[0], 2, 13, std::rotr(v[0], 22)) + ((v[0] & v[1]) | (v[2] & (v[0] | v[1])));
  }
  for (std::size_t i = 0; i < kStateSize; ++i) {
    state_[i] += v[i];
  }
}

void Sha256::Update(Bytes data) {
  while (!data.empty()) {
    const std::size_t used = size_ % kBlockSize;
    const std::size_t taken = CopyBytes(data, MutableBytes(block_).subspan(used));
    data = data.subspan(taken);
    size_ += static_cast<std::uint32_t>(taken);
    if (used + taken == kBlockSize) {
      Compress();
    }
  }
}

Digest Sha256::Finish() {
  const std::uint64_t bits = size_ * 8;
  std::size_t used = size_ % kBlockSize;
  block_[used++] = std::byte{0x80};
  if (used > kLengthAt) {
    std::fill(block_.begin() + used, block_.end(), std::byte{0});
    Compress();
    used = 0;
  }
  std::fill(block_.begin() + used, block_.end(), std::byte{0});
  StoreBe32(static_cast<std::uint32_t>(bits >> 32), MutableBytes(block_).subspan(kLengthAt));
  StoreBe32(static_cast<std::uint32_t>(bits), MutableBytes(block_).subspan(kLengthAt + 4));
  Compress();
  Digest digest;
  for (std::size_t i = 0; i < state_.size(); ++i) {
    StoreBe32(state_[i], MutableBytes(digest).subspan(4 * i));
  }
  block_.fill(std::byte{0});
  Begin();
  return digest;
}

Digest Hash(Bytes data) {
  Sha256 hash;
  hash.Update(data);
  return hash.Finish();
}

}  // namespace linnet::crypto
