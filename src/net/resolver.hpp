// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Name look-up shared by several streams: host table first, then the network, one name at a time.
#pragma once

#include "base/view.hpp"
#include "hal/network.hpp"
#include "net/host_table.hpp"

namespace linnet::net {

/// `hal::Network::Resolve` forgets a look-up when another name is asked for, so two streams asking
/// in turn would never get an answer. The resolver lets the first one finish.
class Resolver {
 public:
  /// Identifies who asks; the address of the asking object.
  using Client = const void*;

  /// Both must outlive the resolver.
  Resolver(hal::Network& network, const HostTable& hosts) : network_(network), hosts_(hosts) {}

  /// Codes of `hal::Network::Resolve`; kPending also while another client's look-up runs. A client
  /// that got kPending asks again until it gets something else, or calls `Abandon`.
  Result<hal::Ipv4Address> Resolve(Client client, StringView host);
  /// Frees the turn. Harmless if it is not `client`'s.
  void Abandon(Client client);

 private:
  hal::Network& network_;
  const HostTable& hosts_;
  Client turn_ = nullptr;
};

}  // namespace linnet::net
