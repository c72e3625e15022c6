// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "provision/name_server.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/assert.hpp"
#include "base/endian.hpp"

namespace linnet::provision {

namespace {

using namespace std::string_view_literals;

constexpr std::uint16_t kAnswer = 0x8400;     // response, authoritative
constexpr std::uint16_t kRecursion = 0x0180;  // desired and available
constexpr std::uint16_t kInternet = 1;
constexpr std::byte kFlush{0x80};  // this is all that there is (RFC 6762, 10.2)
constexpr std::byte kServiceTtl{120};
constexpr Milliseconds kQuiet{1000};

/// All records of the service as a one-shot query is answered. Names are not compressed, so that
/// they mean the same wherever the records begin. Port, hardware address and address are zero.
constexpr auto kRecords =
    "\x09_services\x07_dns-sd\x04_udp\x05local\0"
    "\0\x0C\0\x01\0\0\0\x0A\0\x12"  // PTR, IN, 10 s, 18 bytes
    "\x05_http\x04_tcp\x05local\0"
    "\x05_http\x04_tcp\x05local\0"
    "\0\x0C\0\x01\0\0\0\x0A\0\x1B"  // PTR
    "\x08wifiprov\x05_http\x04_tcp\x05local\0"
    "\x08wifiprov\x05_http\x04_tcp\x05local\0"
    "\0\x21\0\x01\0\0\0\x0A\0\x16"  // SRV
    "\0\0\0\0\0\0\x08wifiprov\x05local\0"
    "\x08wifiprov\x05_http\x04_tcp\x05local\0"
    "\0\x10\0\x01\0\0\0\x0A\0\x2C"  // TXT
    "\x09txtvers=1\x0Bprotovers=1\x15linkaddr=000000000000"
    "\x08wifiprov\x05local\0"
    "\0\x01\0\x01\0\0\0\x0A\0\x04"  // A
    "\0\0\0\0"sv;

/// Where in it a record's name begins, and where it ends: type, class, time to live, size of data
/// and data follow.
struct Place {
  std::uint16_t name;
  std::uint16_t fields;
};
constexpr std::size_t kClassAt = 2;
constexpr std::size_t kTtlAt = 4;
constexpr std::size_t kSizeAt = 8;
constexpr std::size_t kDataAt = 10;

consteval std::array<Place, 5> FindPlaces() {
  std::array<Place, 5> places{};
  std::size_t at = 0;
  for (Place& place : places) {
    place.name = static_cast<std::uint16_t>(at);
    at = kRecords.find('\0', at) + 1;
    place.fields = static_cast<std::uint16_t>(at);
    at += kDataAt + static_cast<std::size_t>(kRecords[at + kSizeAt + 1]);
  }
  LINNET_ASSERT(at == kRecords.size());
  return places;
}

constexpr auto kPlaces = FindPlaces();
constexpr std::size_t kPortAt = kPlaces[2].fields + kDataAt + 4;
constexpr std::size_t kDigitsAt = kPlaces[4].name - 2 * sizeof(HardwareAddress);
constexpr std::size_t kAddressAt = kPlaces[4].fields + kDataAt;

/// The same name as the question's, A, IN, and five seconds: phones forget it soon, for the name is
/// another one's elsewhere. The address follows.
constexpr auto kNameRecord = "\xC0\x0C\0\x01\0\x01\0\0\0\x05\0\x04"sv;

char ToLower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool IsOurs(std::string_view name) {
  return std::ranges::any_of(kPlaces, [name](const Place& place) {
    return std::ranges::equal(name, kRecords.substr(place.name, place.fields - place.name), {},
                              ToLower);
  });
}

/// The first of a query's questions, or the first one that has a name of ours; also
/// DnsReader::Next's codes.
Status FindQuestion(Bytes query, bool ours, DnsQuestion& out) {
  DnsReader reader(query);
  do {
    LINNET_TRY(reader.Next(out));
  } while (ours && !IsOurs(out.name));
  return OkStatus();
}

/// Puts a header, and the question again behind it (nullptr: none); where the answers come.
std::size_t PutHeader(const DnsQuestion* question, std::uint16_t flags, std::size_t answers,
                      MutableBytes out) {
  LINNET_ASSERT(out.size() >= NameServer::kMaxMessage);
  std::ranges::fill(out.first(kDnsHeaderSize), std::byte{0});
  StoreBe16(flags, out.subspan(2));
  out[7] = static_cast<std::byte>(answers);
  if (question == nullptr) {
    return kDnsHeaderSize;
  }
  StoreBe16(question->id, out);
  out[5] = std::byte{1};
  CopyBytes(AsBytes(question->name), out.subspan(kDnsHeaderSize));
  const std::size_t end = kDnsHeaderSize + question->name.size();
  StoreBe16(static_cast<std::uint16_t>(question->type), out.subspan(end));
  StoreBe16(kInternet, out.subspan(end + 2));
  return end + 4;
}

}  // namespace

Bytes NameServer::Answer(Bytes query, MutableBytes out) const {
  DnsQuestion question;
  if (!FindQuestion(query, false, question).ok()) {
    return {};
  }
  const bool known = question.type == DnsType::kA || question.type == DnsType::kAny;
  std::size_t size = PutHeader(&question, kAnswer | kRecursion, known ? 1 : 0, out);
  if (known) {
    size += CopyBytes(AsBytes(kNameRecord), out.subspan(size));
    size += CopyBytes(std::as_bytes(std::span(self_.octets)), out.subspan(size));
  }
  return out.first(size);
}

Bytes NameServer::AnswerMulticast(Bytes query, bool one_shot, Instant now, MutableBytes out) {
  DnsQuestion question;
  if ((!one_shot && now < quiet_until_) || !FindQuestion(query, true, question).ok()) {
    return {};
  }
  if (one_shot) {
    return PutService(&question, out);
  }
  quiet_until_ = now + kQuiet;
  return Announce(out);
}

Bytes NameServer::Announce(MutableBytes out) const {
  return PutService(nullptr, out);
}

/// All there is to know of the service: to everybody, or to who has asked a one-shot question.
Bytes NameServer::PutService(const DnsQuestion* one_shot, MutableBytes out) const {
  const std::size_t at = PutHeader(one_shot, kAnswer, kPlaces.size(), out);
  const MutableBytes records = out.subspan(at, kRecords.size());
  CopyBytes(AsBytes(kRecords), records);
  StoreBe16(port_, records.subspan(kPortAt));
  for (std::size_t i = 0; i < 2 * sizeof(HardwareAddress); ++i) {
    constexpr auto kDigits = "0123456789ABCDEF"sv;
    const char digit = kDigits[(hardware_[i / 2] >> (i % 2 == 0 ? 4 : 0)) & 15];
    records[kDigitsAt + i] = static_cast<std::byte>(digit);
  }
  CopyBytes(std::as_bytes(std::span(self_.octets)), records.subspan(kAddressAt));
  if (one_shot == nullptr) {
    for (std::size_t i = 0; i < kPlaces.size(); ++i) {
      const MutableBytes fields = records.subspan(kPlaces[i].fields);
      fields[kTtlAt + 3] = kServiceTtl;
      fields[kClassAt] |= i < 2 ? std::byte{0} : kFlush;  // others have such pointers, too
    }
  }
  return out.first(at + records.size());
}

}  // namespace linnet::provision
