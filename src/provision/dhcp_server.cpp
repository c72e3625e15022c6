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
      leases_, [&](const Lease& lease) { return lease.owned && lease.hardware == hardware; });
  return found == leases_.end() ? nullptr : &*found;
}

/// Its own one, else the one that is free longest; nullptr: all are in use.
DhcpServer::Lease* DhcpServer::Give(const HardwareAddress& hardware, Instant now) {
  Lease* lease = Find(hardware);
  if (lease == nullptr) {
    lease = &*std::ranges::min_element(leases_, {}, &Lease::until);
    if (lease->until > now) {
      return nullptr;
    }
    *lease = {.hardware = hardware, .until = now, .owned = true};
  }
  return lease;
}

Bytes DhcpServer::Answer(Bytes message, Instant now, MutableBytes out) {
  DhcpRequest request{.server = self_};
  if (!DecodeDhcp(message, request).ok() || request.server != self_) {
    return {};
  }
  DhcpReply reply{.kind = DhcpKind::kAck, .server = self_};
  switch (request.kind) {
    case DhcpKind::kDiscover:
    case DhcpKind::kRequest: {
      Lease* lease = Give(request.hardware, now);
      const hal::Ipv4Address address = lease != nullptr ? AddressOf(*lease) : hal::Ipv4Address{};
      if (request.kind == DhcpKind::kDiscover) {
        if (lease == nullptr) {
          return {};
        }
        lease->until = std::max(lease->until, now + kHold);
        reply = {DhcpKind::kOffer, address, self_};
      } else if (lease == nullptr || address != request.wanted) {
        reply.kind = DhcpKind::kNak;
      } else {
        lease->until = now + kDhcpLease;
        reply.address = address;
      }
      break;
    }
    case DhcpKind::kDecline:  // Somebody else has it.
    case DhcpKind::kRelease:
      if (Lease* lease = Find(request.hardware); lease != nullptr) {
        lease->owned = request.kind == DhcpKind::kRelease;
        lease->until = lease->owned ? now : now + kHold;
      }
      return {};
    case DhcpKind::kInform:
      break;
    default:  // no client's
      return {};
  }
  return EncodeDhcp(request, reply, out);
}

}  // namespace linnet::provision
