// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Where a device keeps the networks that it knows: one setting, sealed by the vault.
// docs/formats/wifi-networks.md has the bits.
#pragma once

#include "base/status.hpp"
#include "settings/settings.hpp"
#include "vault/sealer.hpp"
#include "wifi/networks.hpp"

namespace linnet::wifi {

class NetworkStore {
 public:
  /// Both outlive this.
  NetworkStore(settings::Settings& stored, vault::Sealer& sealer)
      : stored_(stored), sealer_(sealer) {}

  /// What is stored; nothing is an empty list. What an older version stored without a seal is
  /// sealed now, or the next time when that fails. `out` is empty on every failure, which is in the
  /// log: kUnsupported, a newer version stored it; kDataLoss, damaged or another device's;
  /// kFailedPrecondition, the vault has no key.
  Status Load(NetworkList& out);

  /// After a power loss the list is the old or the new one. As vault::Sealer::Seal() and
  /// settings::Settings::Set().
  Status Save(const NetworkList& list);

 private:
  settings::Settings& stored_;
  vault::Sealer& sealer_;
};

}  // namespace linnet::wifi
