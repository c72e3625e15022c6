// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "provision/dns_message.hpp"

#include <algorithm>
#include <array>

#include "base/endian.hpp"

namespace linnet::provision {

namespace {

constexpr std::uint16_t kResponse = 0x8000;
constexpr std::uint16_t kOperation = 0x7800;
constexpr std::uint16_t kRecursionDesired = 0x0100;
constexpr std::size_t kLongestLabel = 63;
constexpr std::size_t kPointer = 0xC0;

char ToNameCharacter(std::byte byte) {
  const char c = std::to_integer<char>(byte);
  if (c >= 'A' && c <= 'Z') {
    return static_cast<char>(c - 'A' + 'a');
  }
  return c <= ' ' || c == '.' || c > '~' ? '?' : c;
}

}  // namespace

Status DnsReader::Begin() {
  if (message_.size() < kDnsHeaderSize) {
    return Code::kMalformed;
  }
  id_ = LoadBe16(message_);
  const std::uint16_t flags = LoadBe16(message_.subspan(2));
  left_ = LoadBe16(message_.subspan(4));
  recursion_desired_ = (flags & kRecursionDesired) != 0;
  at_ = kDnsHeaderSize;
  return (flags & (kResponse | kOperation)) == 0 ? OkStatus() : Status(Code::kUnsupported);
}

Result<DnsQuestion> DnsReader::Next() {
  if (left_ == 0) {
    return Code::kNotFound;
  }
  --left_;
  DnsQuestion question;
  LINNET_TRY(ReadName(question.name));
  if (message_.size() - at_ < 4) {
    return Code::kMalformed;
  }
  question.type = static_cast<DnsType>(LoadBe16(message_.subspan(at_)));
  at_ += 4;
  question.end = at_;
  return question;
}

Status DnsReader::ReadName(DnsName& out) {
  std::size_t at = at_;
  std::size_t lowest = at_;  // A pointer goes to before all that was read, so this ends.
  bool jumped = false;
  while (at < message_.size()) {
    const auto size = std::to_integer<std::size_t>(message_[at++]);
    if (size == 0) {
      at_ = jumped ? at_ : at;
      return OkStatus();
    }
    if (size >= kPointer && at < message_.size()) {
      const std::size_t target =
          (size - kPointer) << 8 | std::to_integer<std::size_t>(message_[at++]);
      if (target >= lowest) {
        return Code::kMalformed;
      }
      at_ = jumped ? at_ : at;
      jumped = true;
      at = lowest = target;
      continue;
    }
    if (size > kLongestLabel || size > message_.size() - at ||
        (!out.empty() && !out.Append('.').ok())) {
      return Code::kMalformed;
    }
    for (const std::byte byte : message_.subspan(at, size)) {
      if (!out.Append(ToNameCharacter(byte)).ok()) {
        return Code::kMalformed;
      }
    }
    at += size;
  }
  return Code::kMalformed;
}

void DnsWriter::Copy(Bytes bytes) {
  if (failed_ || bytes.size() > out_.size() - size_) {
    failed_ = true;
    return;
  }
  size_ += CopyBytes(bytes, out_.subspan(size_));
}

void DnsWriter::Number(std::uint16_t value) {
  std::array<std::byte, 2> bytes{};
  StoreBe16(value, bytes);
  Copy(bytes);
}

void DnsWriter::Header(std::uint16_t id, std::uint16_t flags, std::uint16_t questions,
                       std::uint16_t answers) {
  for (const std::uint16_t word :
       {id, flags, questions, answers, std::uint16_t{0}, std::uint16_t{0}}) {
    Number(word);
  }
}

void DnsWriter::Name(std::string_view dotted) {
  while (!dotted.empty()) {
    const std::string_view label = dotted.substr(0, dotted.find('.'));
    const auto size = static_cast<std::byte>(label.size());
    Copy(std::span(&size, 1));
    Copy(AsBytes(label));
    dotted.remove_prefix(std::min(label.size() + 1, dotted.size()));
  }
  constexpr std::byte kRoot{0};
  Copy(std::span(&kRoot, 1));
}

void DnsWriter::Record(DnsType type, std::uint16_t record_class, std::uint32_t ttl_s,
                       std::size_t size) {
  Number(static_cast<std::uint16_t>(type));
  Number(record_class);
  Number(static_cast<std::uint16_t>(ttl_s >> 16));
  Number(static_cast<std::uint16_t>(ttl_s));
  Number(static_cast<std::uint16_t>(size));
}

Result<Bytes> DnsWriter::Finish() const {
  return failed_ ? Result<Bytes>(Code::kTooLarge) : Result<Bytes>(out_.first(size_));
}

}  // namespace linnet::provision
