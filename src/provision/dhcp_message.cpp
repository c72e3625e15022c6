// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "provision/dhcp_message.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "base/endian.hpp"

namespace linnet::provision {

namespace {

namespace at {
constexpr std::size_t kTransaction = 4;
constexpr std::size_t kFlags = 10;
constexpr std::size_t kClient = 12;
constexpr std::size_t kYours = 16;
constexpr std::size_t kServer = 20;
constexpr std::size_t kHardware = 28;
constexpr std::size_t kCookie = 236;
constexpr std::size_t kOptions = 240;
}  // namespace at

enum Option : std::uint8_t {
  kPad = 0,
  kMask = 1,
  kRouter = 3,
  kNameServer = 6,
  kRequestedAddress = 50,
  kLeaseTime = 51,
  kMessageKind = 53,
  kServerId = 54,
  kEnd = 255,
};

constexpr std::uint32_t kCookie = 0x63825363;
constexpr std::uint16_t kBroadcast = 0x8000;

hal::Ipv4Address LoadAddress(Bytes from) {
  hal::Ipv4Address address;
  CopyBytes(from.first(address.octets.size()), std::as_writable_bytes(std::span(address.octets)));
  return address;
}

void TakeOption(std::uint8_t option, Bytes value, DhcpRequest& out, std::uint8_t& kind) {
  if (option == kMessageKind && value.size() == 1) {
    kind = std::to_integer<std::uint8_t>(value[0]);
  } else if (option == kRequestedAddress && value.size() == 4) {
    out.requested = LoadAddress(value);
  } else if (option == kServerId && value.size() == 4) {
    out.server = LoadAddress(value);
  }
}

Status ReadOptions(Bytes rest, DhcpRequest& out, std::uint8_t& kind) {
  while (!rest.empty()) {
    const auto option = std::to_integer<std::uint8_t>(rest[0]);
    rest = rest.subspan(1);
    if (option == kEnd) {
      break;
    }
    if (option == kPad) {
      continue;
    }
    const std::size_t size = rest.empty() ? 0 : std::to_integer<std::size_t>(rest[0]);
    if (size + 1 > rest.size()) {
      return Code::kMalformed;
    }
    TakeOption(option, rest.subspan(1, size), out, kind);
    rest = rest.subspan(1 + size);
  }
  return OkStatus();
}

class OptionWriter {
 public:
  explicit OptionWriter(MutableBytes out) : out_(out) {}

  void Put(std::uint8_t option, Bytes value) {
    out_[size_++] = static_cast<std::byte>(option);
    out_[size_++] = static_cast<std::byte>(value.size());
    size_ += CopyBytes(value, out_.subspan(size_));
  }
  void Put(std::uint8_t option, const hal::Ipv4Address& address) {
    Put(option, std::as_bytes(std::span(address.octets)));
  }
  void End() { out_[size_] = static_cast<std::byte>(kEnd); }

 private:
  MutableBytes out_;
  std::size_t size_ = 0;
};

}  // namespace

Result<DhcpRequest> DecodeDhcp(Bytes message) {
  if (message.size() < at::kOptions || message[0] != std::byte{1} ||
      LoadBe32(message.subspan(at::kCookie)) != kCookie) {
    return Code::kMalformed;
  }
  DhcpRequest request;
  // Ethernet addresses of six bytes.
  if (message[1] != std::byte{1} || message[2] != std::byte{6}) {
    return Code::kUnsupported;
  }
  request.transaction = LoadBe32(message.subspan(at::kTransaction));
  request.client = LoadAddress(message.subspan(at::kClient));
  CopyBytes(message.subspan(at::kHardware, request.hardware.size()),
            std::as_writable_bytes(std::span(request.hardware)));
  std::uint8_t kind = 0;
  LINNET_TRY(ReadOptions(message.subspan(at::kOptions), request, kind));
  request.kind = static_cast<DhcpKind>(kind);
  switch (request.kind) {
    case DhcpKind::kDiscover:
    case DhcpKind::kRequest:
    case DhcpKind::kDecline:
    case DhcpKind::kRelease:
    case DhcpKind::kInform:
      return request;
    default:
      return kind == 0 ? Code::kMalformed : Code::kUnsupported;
  }
}

Bytes EncodeDhcp(const DhcpRequest& request, const DhcpReply& reply, MutableBytes out) {
  LINNET_ASSERT(out.size() >= kDhcpReplySize);
  out = out.first(kDhcpReplySize);
  std::ranges::fill(out, std::byte{0});
  out[0] = std::byte{2};
  out[1] = std::byte{1};
  out[2] = std::byte{6};
  StoreBe32(request.transaction, out.subspan(at::kTransaction));
  StoreBe16(kBroadcast, out.subspan(at::kFlags));
  const auto put = [&out](std::size_t where, const auto& value) {
    CopyBytes(std::as_bytes(std::span(value)), out.subspan(where));
  };
  put(at::kClient, request.client.octets);
  put(at::kYours, reply.address.octets);
  put(at::kServer, reply.server.octets);
  put(at::kHardware, request.hardware);
  StoreBe32(kCookie, out.subspan(at::kCookie));
  OptionWriter options(out.subspan(at::kOptions));
  const auto kind = static_cast<std::byte>(reply.kind);
  options.Put(kMessageKind, std::span(&kind, 1));
  options.Put(kServerId, reply.server);
  if (reply.kind != DhcpKind::kNak) {
    options.Put(kMask, hal::Ipv4Address{{255, 255, 255, 0}});
    options.Put(kRouter, reply.server);
    options.Put(kNameServer, reply.server);
  }
  if (reply.lease.count() != 0) {
    std::array<std::byte, 4> lease{};
    StoreBe32(static_cast<std::uint32_t>(reply.lease.count()), lease);
    options.Put(kLeaseTime, lease);
  }
  options.End();
  return out;
}

}  // namespace linnet::provision
