// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "image/writer.hpp"

#include <algorithm>
#include <limits>

#include "base/endian.hpp"
#include "image/tlv.hpp"

namespace linnet::image {
namespace {

constexpr std::size_t kMaxUnprotectedSize =
    kTlvInfoSize + 3 * kTlvEntrySize + 2 * sizeof(crypto::Digest) + crypto::kMaxSignatureDerSize;

// As imgtool fills: most flash need not be programmed there.
constexpr std::byte kErased{0xFF};

std::size_t ProtectedSize(const Content& content) {
  std::size_t size = content.protected_tlvs.empty() ? 0 : kTlvInfoSize;
  for (const TlvItem& item : content.protected_tlvs) {
    size += kTlvEntrySize + item.value.size();
  }
  return size;
}

// Writes from front to back into memory that is known to be large enough.
class Pen {
 public:
  explicit Pen(MutableBytes out) : out_(out) {}

  void Put(Bytes bytes) {
    std::ranges::copy(bytes, out_.subspan(size_, bytes.size()).begin());
    size_ += bytes.size();
  }
  void PutPair(std::size_t first, std::size_t second) {
    std::array<std::byte, 4> bytes;
    StoreLe16(static_cast<std::uint16_t>(first), bytes);
    StoreLe16(static_cast<std::uint16_t>(second), MutableBytes(bytes).subspan(2));
    Put(bytes);
  }
  void PutTlv(std::uint16_t type, Bytes value) {
    PutPair(type, value.size());
    Put(value);
  }
  void EraseUpTo(std::size_t offset) {
    std::ranges::fill(out_.subspan(size_, offset - size_), kErased);
    size_ = offset;
  }
  [[nodiscard]] Bytes written() const { return out_.first(size_); }

 private:
  MutableBytes out_;
  std::size_t size_ = 0;
};

Status CheckRanges(const Content& content) {
  constexpr std::size_t kMax16 = std::numeric_limits<std::uint16_t>::max();
  constexpr std::size_t kMaxBody = std::numeric_limits<std::uint32_t>::max() - 4 * kMax16;
  const bool values_fit = std::ranges::all_of(
      content.protected_tlvs, [](const TlvItem& item) { return item.value.size() <= kMax16; });
  if (content.header_size < kHeaderSize || !values_fit || ProtectedSize(content) > kMax16 ||
      content.body.size() > kMaxBody) {
    return Code::kOutOfRange;
  }
  return OkStatus();
}

}  // namespace

std::size_t MaxImageSize(const Content& content) {
  return content.header_size + content.body.size() + ProtectedSize(content) + kMaxUnprotectedSize;
}

Result<std::size_t> WriteImage(const Content& content, crypto::Signer& signer, MutableBytes out) {
  LINNET_TRY(CheckRanges(content));
  if (out.size() < MaxImageSize(content)) {
    return Code::kTooLarge;
  }
  const Header header{.load_address = content.load_address,
                      .header_size = content.header_size,
                      .protected_size = static_cast<std::uint16_t>(ProtectedSize(content)),
                      .body_size = static_cast<std::uint32_t>(content.body.size()),
                      .flags = content.flags,
                      .version = content.version};
  Pen pen(out);
  pen.Put(EncodeHeader(header));
  pen.EraseUpTo(content.header_size);
  pen.Put(content.body);
  if (!content.protected_tlvs.empty()) {
    pen.PutPair(kProtectedTlvMagic, header.protected_size);
    for (const TlvItem& item : content.protected_tlvs) {
      pen.PutTlv(item.type, item.value);
    }
  }
  const crypto::Digest digest = crypto::Hash(pen.written());
  crypto::P256PublicKey key;
  crypto::P256Signature signature;
  LINNET_TRY(signer.PublicKey(key));
  LINNET_TRY(signer.Sign(digest, signature));
  std::array<std::byte, crypto::kMaxSignatureDerSize> der;
  const std::size_t der_size = crypto::EncodeSignatureDer(signature, der);
  pen.PutPair(kUnprotectedTlvMagic,
              kTlvInfoSize + 3 * kTlvEntrySize + 2 * digest.size() + der_size);
  pen.PutTlv(tlv::kSha256, digest);
  pen.PutTlv(tlv::kKeyHash, crypto::KeyHash(key));
  pen.PutTlv(tlv::kEcdsa, Bytes(der).first(der_size));
  return pen.written().size();
}

}  // namespace linnet::image
