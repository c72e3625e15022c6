// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "provision/dhcp_server.hpp"

#include <algorithm>

namespace linnet::provision {

hal::Ipv4Address DhcpServer::AddressOf(const Lease& lease) const {
  hal::Ipv4Address address = self_;
  address.octets[3] = static_cast<std::uint8_t>(self_.octets[3] + 1 + (&lease - leases_.data()));
  return address;
}

DhcpServer::Lease* DhcpServer::Find(const HardwareAddress& hardware) {
  const auto found = std::ranges::find_if(
      leases_, [&](const Lease& lease) { return lease.used && lease.hardware == hardware; });
  return found == leases_.end() ? nullptr : &*found;
}

/// Its own one, else a free one, else the one that has ended first; nullptr: all are in use.
DhcpServer::Lease* DhcpServer::Give(const HardwareAddress& hardware, Instant now) {
  Lease* lease = Find(hardware);
  if (lease == nullptr) {
    lease = &*std::ranges::min_element(
        leases_, {}, [](const Lease& one) { return one.used ? one.until : Instant{}; });
    if (lease->used && lease->until > now) {
      return nullptr;
    }
    *lease = {.hardware = hardware, .until = now, .used = true};
  }
  return lease;
}

Bytes DhcpServer::Answer(Bytes message, Instant now, MutableBytes out) {
  const Result<DhcpRequest> decoded = DecodeDhcp(message);
  if (!decoded.ok() || decoded->server.value_or(self_) != self_) {
    return {};
  }
  const DhcpRequest& request = *decoded;
  Lease* lease = Find(request.hardware);
  switch (request.kind) {
    case DhcpKind::kDiscover:
      return Offer(request, now, out);
    case DhcpKind::kRequest:
      return Confirm(request, now, out);
    case DhcpKind::kInform:
      return EncodeDhcp(request, {.kind = DhcpKind::kAck, .server = self_}, out);
    case DhcpKind::kDecline:
      if (lease != nullptr) {  // Somebody else has it.
        *lease = {.hardware = {}, .until = now + kHold, .used = true};
      }
      return {};
    default:
      if (lease != nullptr) {
        lease->until = now;
      }
      return {};
  }
}

Bytes DhcpServer::Offer(const DhcpRequest& request, Instant now, MutableBytes out) {
  Lease* lease = Give(request.hardware, now);
  if (lease == nullptr) {
    return {};
  }
  lease->until = std::max(lease->until, now + kHold);
  return EncodeDhcp(
      request,
      {.kind = DhcpKind::kOffer, .address = AddressOf(*lease), .server = self_, .lease = kLease},
      out);
}

Bytes DhcpServer::Confirm(const DhcpRequest& request, Instant now, MutableBytes out) {
  const hal::Ipv4Address wanted = request.requested.value_or(request.client);
  Lease* lease = Give(request.hardware, now);
  if (lease == nullptr || AddressOf(*lease) != wanted) {
    return EncodeDhcp(request, {.kind = DhcpKind::kNak, .server = self_}, out);
  }
  lease->until = now + kLease;
  return EncodeDhcp(
      request, {.kind = DhcpKind::kAck, .address = wanted, .server = self_, .lease = kLease}, out);
}

}  // namespace linnet::provision
