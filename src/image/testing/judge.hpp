// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Small images, taken apart and put together again, and what Verify() says of them.
#pragma once

#include <utility>
#include <vector>

#include "base/view.hpp"
#include "image/testing/sample_image.hpp"
#include "image/tlv.hpp"
#include "image/verify.hpp"

namespace linnet::image::testing {

using Image = std::vector<std::byte>;
using Keys = std::vector<crypto::P256PublicKey>;

inline constexpr std::uint32_t kArea = 0x10000;
inline constexpr std::uint32_t kBodyEnd = 32 + 64;  // of Small()

inline Image Small() {
  return SampleImage({1, 2, 3, 4}, 64);
}

inline Verdict Judge(Source& source, const Policy& policy, Info& info,
                     std::size_t scratch_size = 64) {
  std::vector<std::byte> scratch(scratch_size);
  return Verify(source, policy, scratch, info);
}

inline Reason Judge(const Image& image, Policy policy = {}) {
  static const Keys trusted{TestKey(1).public_key()};  // NOLINT(bugprone-dynamic*): slow to make
  policy.keys = trusted;
  policy.area_size = policy.area_size == 0 ? kArea : policy.area_size;
  MemorySource source(image);
  Info info;
  return Judge(source, policy, info).reason;
}

// The TLVs behind the protected area, replaced.
inline Image WithUnprotected(Image image, const std::vector<std::pair<std::uint16_t, Image>>& items,
                             std::uint32_t begin = kBodyEnd) {
  image.resize(begin);
  Image area;
  const auto put16 = [&area](std::size_t value) {
    area.push_back(static_cast<std::byte>(value));
    area.push_back(static_cast<std::byte>(value >> 8));
  };
  std::size_t size = kTlvInfoSize;
  for (const auto& [type, value] : items) {
    size += kTlvEntrySize + value.size();
  }
  put16(kUnprotectedTlvMagic);
  put16(size);
  for (const auto& [type, value] : items) {
    put16(type);
    put16(value.size());
    area.insert(area.end(), value.begin(), value.end());
  }
  image.insert(image.end(), area.begin(), area.end());
  return image;
}

// What the TLVs of an image say.
struct Parts {
  Image digest;
  Image key_hash;
  Image signature;
};

inline Parts PartsOf(const Image& image, std::uint32_t begin = kBodyEnd) {
  const auto at = [&](std::size_t offset, std::size_t size) {
    const Bytes bytes = Bytes(image).subspan(begin + offset, size);
    return Image(bytes.begin(), bytes.end());
  };
  return {at(8, 32), at(44, 32), at(80, image.size() - begin - 80)};
}

inline Image WrongSignature(Image signature) {
  signature.back() ^= std::byte{1};
  return signature;
}

inline Reason JudgeProtected(Span<const TlvItem> items) {
  TestKey key;
  const Image body = SampleBody(64);
  return Judge(Signed({.body = body, .protected_tlvs = items}, key));
}

}  // namespace linnet::image::testing
