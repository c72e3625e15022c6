// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "net/resolver.hpp"

#include "base/view.hpp"

namespace linnet::net {

Result<hal::Ipv4Address> Resolver::Resolve(Client client, StringView host) {
  if (const auto fixed = hosts_.Find(host)) {
    Abandon(client);
    return *fixed;
  }
  if (const auto quad = ParseIpv4(host); quad.ok()) {
    Abandon(client);
    return quad;
  }
  if (turn_ != nullptr && turn_ != client) {
    return Code::kPending;
  }
  turn_ = client;
  const auto answer = network_.Resolve(host);
  if (answer.code() != Code::kPending) {
    turn_ = nullptr;
  }
  return answer;
}

void Resolver::Abandon(Client client) {
  if (turn_ == client) {
    turn_ = nullptr;
  }
}

}  // namespace linnet::net
