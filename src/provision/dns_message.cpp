// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "provision/dns_message.hpp"

#include "base/endian.hpp"

namespace linnet::provision {

namespace {

constexpr std::uint16_t kResponse = 0x8000;
constexpr std::uint16_t kOperation = 0x7800;
constexpr std::size_t kLongestLabel = 63;
constexpr std::size_t kPointer = 0xC0;

}  // namespace

DnsReader::DnsReader(Bytes message) : message_(message) {
  if (message.size() >= kDnsHeaderSize &&
      (LoadBe16(message.subspan(2)) & (kResponse | kOperation)) == 0) {
    left_ = LoadBe16(message.subspan(4));
  }
}

Status DnsReader::Next(DnsQuestion& out) {
  if (left_ == 0) {
    return Code::kNotFound;
  }
  --left_;
  LINNET_TRY(ReadName(out.name));
  if (message_.size() - at_ < 4) {
    return Code::kMalformed;
  }
  out.id = LoadBe16(message_);
  out.type = static_cast<DnsType>(LoadBe16(message_.subspan(at_)));
  at_ += 4;
  return OkStatus();
}

Status DnsReader::ReadName(DnsName& out) {
  std::size_t at = at_;
  std::size_t lowest = at_;  // A pointer goes to before all that was read, so this ends.
  bool jumped = false;
  out.Clear();
  while (at < message_.size()) {
    const auto size = std::to_integer<std::size_t>(message_[at]);
    if (size >= kPointer && message_.size() - at >= 2) {
      const std::size_t target = LoadBe16(message_.subspan(at)) & 0x3FFF;
      if (target >= lowest) {
        return Code::kMalformed;
      }
      at_ = jumped ? at_ : at + 2;
      jumped = true;
      at = lowest = target;
      continue;
    }
    if (size > kLongestLabel || size >= message_.size() - at ||
        !out.Append(AsText(message_.subspan(at, 1 + size))).ok()) {
      return Code::kMalformed;
    }
    at += 1 + size;
    if (size == 0) {
      at_ = jumped ? at_ : at;
      return OkStatus();
    }
  }
  return Code::kMalformed;
}

}  // namespace linnet::provision
