// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "provision/name_server.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/endian.hpp"
#include "base/view.hpp"
#include "hal/wifi.hpp"

namespace linnet::provision {

namespace {

using namespace std::string_view_literals;

constexpr std::size_t kHeaderSize = 12;
constexpr std::byte kNoQuery{0xF8};        // a response, or another operation
constexpr std::uint16_t kAnswer = 0x8580;  // response, authoritative; recursion desired, available
constexpr std::uint16_t kTypeA = 1;
constexpr std::uint8_t kLongestLabel = 63;  // a greater size is a pointer's
constexpr std::size_t kLongestName = 255;
constexpr Milliseconds kQuiet{1000};

/// Marks in the records.
constexpr std::uint8_t kFlush = 0x80;    // this is all that there is (RFC 6762, 10.2)
constexpr std::uint8_t kTtl = 0x81;      // seconds to live
constexpr std::uint8_t kPointer = 0x82;  // to the name at the place that follows
constexpr std::uint8_t kDigit = 0x83;    // of the hardware address

/// What everybody is told (RFC 6762): all records of the service, and in front of them the header
/// of a response. Marks stand for what differs by who hears it.
constexpr auto kService =
    "\0\0\x84\0\0\0\0\x05\0\0\0\0"
    "\x09_services\x07_dns-sd\x04_udp\x05local\0"
    "\0\x0C\0\x01\0\0\0\x81\0\x0D"  // PTR, IN, 13 bytes: others have it, too
    "\x05_http\x04_tcp\x82\x23"
    "\x82\x34"
    "\0\x0C\0\x01\0\0\0\x81\0\x0B"  // PTR
    "\x08wifiprov\x82\x34"
    "\x82\x4D"
    "\0\x21\x80\x01\0\0\0\x81\0\x16"  // SRV; its name is not to be compressed (18.14)
    "\0\0\0\0\x01\xBB\x08wifiprov\x05local\0"
    "\x82\x4D"
    "\0\x10\x80\x01\0\0\0\x81\0\x2C"  // TXT
    "\x09txtvers=1\x0Bprotovers=1"
    "\x15linkaddr=\x83\x83\x83\x83\x83\x83\x83\x83\x83\x83\x83\x83"
    "\x82\x6A"
    "\0\x01\x80\x01\0\0\0\x81\0\x04"  // A
    "\xC0\xA8\0\x01"sv;
static_assert(Packet::kMaxReceived + kService.size() - kHeaderSize <= sizeof(Packet::memory));
constexpr std::size_t kNameRecord = kService.size() - 16;  // the last one: A
static_assert(hal::kAccessPointAddress == hal::Ipv4Address{{192, 168, 0, 1}});

/// A name is told by its letters' sum: of who meets one of ours by chance, we say too much.
constexpr std::uint32_t Mix(std::uint32_t sum, std::uint8_t byte) {
  return sum * 31 + (byte | 0x20U);  // No matter which letters are capital.
}

constexpr std::uint32_t SumOf(StringView name) {
  std::uint32_t sum = 0;
  for (const char c : name) {
    sum = Mix(sum, static_cast<std::uint8_t>(c));
  }
  return sum;
}

constexpr std::array<std::uint32_t, 4> kOurNames{
    SumOf("\x09_services\x07_dns-sd\x04_udp\x05local"sv),
    SumOf("\x05_http\x04_tcp\x05local"sv),
    SumOf("\x08wifiprov\x05_http\x04_tcp\x05local"sv),
    SumOf("\x08wifiprov\x05local"sv),
};

bool IsOurs(std::uint32_t sum) {
  for (const std::uint32_t ours : kOurNames) {
    if (ours == sum) {
      return true;
    }
  }
  return false;
}

/// Reads over the name at `at`, which is behind it then. False: it is too long, or does not end.
bool ReadName(Bytes message, std::size_t& at, std::uint32_t& sum) {
  std::size_t behind = 0;
  std::size_t next = at;
  std::size_t label = at;  // The next one.
  sum = 0;
  // Pointers count, too: so it ends.
  for (std::size_t i = 0; i < kLongestName && next + 1 < message.size(); ++i) {
    const auto byte = std::to_integer<std::uint8_t>(message[next]);
    if (next == label) {
      if (byte > kLongestLabel) {
        behind = behind == 0 ? next + 2 : behind;
        next = label = LoadBe16(message.subspan(next)) & 0x3FFF;
        continue;
      }
      label += 1U + byte;
      if (byte == 0) {
        at = behind == 0 ? label : behind;
        return true;
      }
    }
    ++next;
    sum = Mix(sum, byte);
  }
  return false;
}

}  // namespace

std::size_t NameServer::Answer(bool multicast, Packet& packet) {
  const Bytes query = packet.bytes();
  if (query.size() < kHeaderSize || (query[2] & kNoQuery) != std::byte{0}) {
    return 0;
  }
  bool known = false;
  std::size_t end = kHeaderSize;
  auto left = std::to_integer<std::uint8_t>(query[5]);  // More do not fit, as if there were none.
  do {
    std::uint32_t sum = 0;
    if (!ReadName(query, end, sum) || query.size() - end < 4) {
      return 0;
    }
    known = known || (multicast ? IsOurs(sum) : LoadBe16(query.subspan(end)) == kTypeA);
    end += 4;
  } while (--left != 0);
  // Number and questions stay as they came.
  std::uint8_t answers = known ? 1 : 0;
  std::size_t from = known ? kNameRecord : kService.size();
  std::size_t shift = kHeaderSize - static_cast<std::uint8_t>(kService[kNameRecord + 1]);
  if (multicast) {
    if (!known) {
      return 0;
    }
    announcements_ = std::max<std::uint8_t>(announcements_, 1);
    answers = 5;
    from = kHeaderSize;
    shift = end - kHeaderSize;
  }
  const MutableBytes header(packet.memory);
  StoreBe16(kAnswer, header.subspan(2));
  header[6] = std::byte{0};
  header[7] = static_cast<std::byte>(answers);
  std::memset(&header[8], 0, 4);
  return end + Put(from, shift, &packet.memory[end]);
}

std::size_t NameServer::Announce(Packet& packet, Instant now) {
  if (announcements_ == 0 || now < quiet_until_) {
    return 0;
  }
  --announcements_;
  quiet_until_ = now + kQuiet;
  return Put(0, 0, packet.memory.data());
}

std::size_t NameServer::Put(std::size_t from, std::size_t shift, std::byte* out) const {
  const bool everybody = from == 0;
  const std::byte* const begin = out;
  unsigned digits = 0;
  for (std::size_t i = from; i < kService.size(); ++i) {
    auto byte = static_cast<std::uint8_t>(kService[i]);
    if (byte == kFlush) {
      byte = everybody ? kFlush : 0;
    } else if (byte == kTtl) {
      byte = everybody ? 120 : 5;
    } else if (byte == kDigit) {
      byte = hardware_[digits / 2];
      byte = digits++ % 2 == 0 ? byte >> 4 : byte & 15;
      byte = static_cast<std::uint8_t>(byte < 10 ? '0' + byte : 'A' - 10 + byte);
    } else if (byte == kPointer) {
      const std::size_t place = static_cast<std::uint8_t>(kService[++i]) + shift;
      *out++ = static_cast<std::byte>(0xC0 | place >> 8);
      byte = static_cast<std::uint8_t>(place);
    }
    *out++ = static_cast<std::byte>(byte);
  }
  return static_cast<std::size_t>(out - begin);
}

}  // namespace linnet::provision
