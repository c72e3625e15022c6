// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "provision/name_server.hpp"

#include <algorithm>
#include <array>

namespace linnet::provision {

namespace {

constexpr std::uint16_t kAnswer = 0x8400;     // response, authoritative
constexpr std::uint16_t kRecursion = 0x0180;  // desired and available
constexpr std::uint16_t kInternet = 1;
constexpr std::uint16_t kFlush = 0x8000;  // this is all that there is (RFC 6762, 10.2)
constexpr std::uint16_t kSamePointer = 0xC000 + kDnsHeaderSize;
/// Phones forget it soon: the name is another one's elsewhere.
constexpr std::uint32_t kNameTtl = 5;
constexpr std::uint32_t kServiceTtl = 120;
constexpr std::uint32_t kOneShotTtl = 10;
constexpr Milliseconds kQuiet{1000};
constexpr std::uint16_t kRecords = 5;

using namespace std::string_view_literals;
constexpr auto kTextBegin =
    "\x09"
    "txtvers=1"
    "\x0B"
    "protovers=1"
    "\x15"
    "linkaddr="sv;

bool IsOurs(std::string_view name) {
  return name == kHostName || name == kServiceType || name == kInstance || name == kServiceTypes;
}

}  // namespace

Bytes NameServer::Answer(Bytes query, MutableBytes out) const {
  DnsReader reader(query);
  if (!reader.Begin().ok()) {
    return {};
  }
  const Result<DnsQuestion> question = reader.Next();
  if (!question.ok()) {
    return {};
  }
  const bool known = question->type == DnsType::kA || question->type == DnsType::kAny;
  DnsWriter writer(out);
  writer.Header(reader.id(), kAnswer | kRecursion, 1, known ? 1 : 0);
  writer.Copy(query.subspan(kDnsHeaderSize, question->end - kDnsHeaderSize));
  if (known) {
    writer.Number(kSamePointer);
    writer.Record(DnsType::kA, kInternet, kNameTtl, self_.octets.size());
    writer.Copy(std::as_bytes(std::span(self_.octets)));
  }
  return writer.Finish().value_or({});
}

Bytes NameServer::AnswerMulticast(Bytes query, bool one_shot, Instant now, MutableBytes out) {
  DnsReader reader(query);
  if (!reader.Begin().ok() || (!one_shot && now < quiet_until_)) {
    return {};
  }
  while (true) {
    const Result<DnsQuestion> question = reader.Next();
    if (!question.ok()) {
      return {};
    }
    if (!IsOurs(question->name)) {
      continue;
    }
    if (!one_shot) {
      quiet_until_ = now + kQuiet;
      return Announce(out);
    }
    DnsWriter writer(out);
    writer.Header(reader.id(), kAnswer, 1, kRecords);
    writer.Name(question->name);
    writer.Number(static_cast<std::uint16_t>(question->type));
    writer.Number(kInternet);
    PutRecords(writer, true);
    return writer.Finish().value_or({});
  }
}

Bytes NameServer::Announce(MutableBytes out) const {
  DnsWriter writer(out);
  writer.Header(0, kAnswer, 0, kRecords);
  PutRecords(writer, false);
  return writer.Finish().value_or({});
}

void NameServer::PutRecords(DnsWriter& out, bool one_shot) const {
  const std::uint32_t ttl = one_shot ? kOneShotTtl : kServiceTtl;
  const std::uint16_t unique = kInternet | (one_shot ? 0 : kFlush);
  out.Name(kServiceTypes);
  out.Record(DnsType::kPtr, kInternet, ttl, DnsWriter::NameSize(kServiceType));
  out.Name(kServiceType);
  out.Name(kServiceType);
  out.Record(DnsType::kPtr, kInternet, ttl, DnsWriter::NameSize(kInstance));
  out.Name(kInstance);
  out.Name(kInstance);
  constexpr std::size_t kPriorityWeightPort = 6;
  out.Record(DnsType::kSrv, unique, ttl, kPriorityWeightPort + DnsWriter::NameSize(kHostName));
  out.Number(0);
  out.Number(0);
  out.Number(port_);
  out.Name(kHostName);
  std::array<char, 2 * sizeof(HardwareAddress)> digits{};
  for (std::size_t i = 0; i < digits.size(); ++i) {
    constexpr auto kDigits = "0123456789ABCDEF"sv;
    digits[i] = kDigits[(hardware_[i / 2] >> (i % 2 == 0 ? 4 : 0)) & 15];
  }
  out.Name(kInstance);
  out.Record(DnsType::kTxt, unique, ttl, kTextBegin.size() + digits.size());
  out.Copy(AsBytes(kTextBegin));
  out.Copy(std::as_bytes(std::span(digits)));
  out.Name(kHostName);
  out.Record(DnsType::kA, unique, ttl, self_.octets.size());
  out.Copy(std::as_bytes(std::span(self_.octets)));
}

}  // namespace linnet::provision
