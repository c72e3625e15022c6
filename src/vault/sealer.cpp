// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "vault/sealer.hpp"
#include "base/view.hpp"

#include "base/assert.hpp"
#include "base/endian.hpp"
#include "crypto/hmac_drbg.hpp"
#include "crypto/wipe.hpp"

namespace linnet::vault {
namespace {

constexpr std::size_t kNonceAt = 4;
constexpr std::size_t kTagAt = 20;
constexpr std::size_t kTagSize = 16;
constexpr std::byte kVersion{1};
// What the key of one content is used for.
constexpr std::byte kStream{1};
constexpr std::byte kTag{2};
static_assert(kTagAt + kTagSize == kSealOverhead);

/// Combines the content with the key's stream: what is sealed opens, and the other way round.
void Cipher(const crypto::Digest& key, MutableBytes content) {
  std::array<std::byte, 5> block{kStream};
  for (std::size_t at = 0; at < content.size(); at += sizeof(crypto::Digest)) {
    StoreLe32(static_cast<std::uint32_t>(at / sizeof(crypto::Digest)),
              MutableBytes(block).subspan(1));
    crypto::Digest stream = crypto::HmacSha256(key, {block});
    for (std::size_t i = 0; i < stream.size() && at + i < content.size(); ++i) {
      content[at + i] ^= stream[i];
    }
    crypto::Wipe(stream);
  }
}

/// Over everything but itself; the nonce is in the key.
crypto::Digest TagOf(const crypto::Digest& key, Bytes sealed) {
  return crypto::HmacSha256(
      key, {Bytes(&kTag, 1), sealed.first(kNonceAt), sealed.subspan(kSealOverhead)});
}

}  // namespace

Status Sealer::KeyOf(StringView purpose, Bytes nonce, crypto::Digest& out) {
  LINNET_ASSERT(purpose.size() <= kMaxPurpose);
  crypto::Digest context{};
  static_assert(sizeof(context) == kMaxPurpose + kNonceSize);
  CopyBytes(AsBytes(purpose), context);
  CopyBytes(nonce, MutableBytes(context).subspan(kMaxPurpose));
  return device_key_.Derive(context, out);
}

/// From a content with a nonce before it to what is sealed, or back; the tag is always that of what
/// is sealed.
Status Sealer::Turn(Direction direction, StringView purpose, MutableBytes sealed) {
  crypto::Digest key;  // NOLINT: written, or not read
  LINNET_TRY(KeyOf(purpose, sealed.subspan(kNonceAt, kNonceSize), key));
  const MutableBytes content = sealed.subspan(kSealOverhead);
  if (direction == Direction::kSeal) {
    Cipher(key, content);
  }
  const crypto::Digest digest = TagOf(key, sealed);
  const Bytes tag = Bytes(digest).first(kTagSize);
  const MutableBytes stored_tag = sealed.subspan(kTagAt, kTagSize);
  Status status;
  if (direction == Direction::kSeal) {
    CopyBytes(tag, stored_tag);
  } else if (EqualConstantTime(tag, stored_tag)) {
    Cipher(key, content);
  } else {
    status = Code::kDataLoss;
  }
  crypto::Wipe(key);
  return status;
}

Status Sealer::Seal(StringView purpose, MutableBytes sealed) {
  if (sealed.size() < kSealOverhead) {
    return Code::kTooLarge;
  }
  StoreLe32(std::to_integer<std::uint32_t>(kVersion), sealed);
  LINNET_TRY(random_.Fill(sealed.subspan(kNonceAt, kNonceSize)));
  return Turn(Direction::kSeal, purpose, sealed);
}

Status Sealer::Open(StringView purpose, MutableBytes sealed) {
  if (sealed.size() < kSealOverhead) {
    return Code::kDataLoss;
  }
  if (LoadLe32(sealed) != std::to_integer<std::uint32_t>(kVersion)) {
    return Code::kUnsupported;
  }
  return Turn(Direction::kOpen, purpose, sealed);
}

}  // namespace linnet::vault
