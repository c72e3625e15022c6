// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "provision/dhcp_server.hpp"

#include <cstring>

namespace linnet::provision {

std::size_t DhcpServer::Answer(Packet& packet, Instant now) {
  if (!IsDhcp(packet) || DhcpServerMeant(packet) != kDhcpSelf) {
    return 0;
  }
  // Its own one, else the one that is free longest.
  const auto hardware = DhcpHardware(packet);
  Lease* lease = leases_.data();
  bool own = false;
  for (Lease& each : leases_) {
    own = each.owned && std::memcmp(&each.hardware, hardware.data(), hardware.size()) == 0;
    if (own || each.until < lease->until) {
      lease = &each;
    }
    if (own) {
      break;
    }
  }
  const auto place = static_cast<DhcpAddress>(lease - leases_.data());
  const DhcpAddress address = kDhcpSelf + kDhcpStep * (1 + place);
  if (!own && lease->until > now) {
    lease = nullptr;  // It is somebody's.
  }
  Milliseconds held = kHold;
  DhcpKind kind = DhcpKind::kOffer;
  bool owned = true;
  switch (DhcpKindOf(packet)) {
    case DhcpKind::kDiscover:
      if (lease == nullptr) {
        return 0;
      }
      break;
    case DhcpKind::kRequest:
      if (lease == nullptr || address != DhcpWanted(packet)) {
        return MakeDhcpReply(DhcpKind::kNak, 0, packet);
      }
      kind = DhcpKind::kAck;
      held = kDhcpLease;
      break;
    case DhcpKind::kDecline:  // Somebody else has it.
    case DhcpKind::kRelease:
      if (!own) {
        return 0;
      }
      owned = false;
      break;
    case DhcpKind::kInform:
      return MakeDhcpReply(DhcpKind::kAck, 0, packet);
    default:  // no client's
      return 0;
  }
  std::memcpy(&lease->hardware, hardware.data(), hardware.size());
  lease->owned = owned;
  lease->until = now + held;
  return owned ? MakeDhcpReply(kind, address, packet) : 0;
}

}  // namespace linnet::provision
