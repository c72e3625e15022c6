// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Everything that is Secure besides boot: takes the calls that come through the gate.
#pragma once

#include "base/bytes.hpp"
#include "base/status.hpp"
#include "crypto/signer.hpp"
#include "release/boot_control.hpp"
#include "vault/gate.hpp"

namespace linnet::vault_service {

/// Checks function and sizes, and passes on. `request` and `reply` must be memory that the caller
/// cannot change meanwhile and that is the caller's to touch: on the board the veneer sees to that.
class Service : public vault::Gate {
 public:
  Service(release::BootControl& releases, crypto::Signer& device_key)
      : releases_(releases), device_key_(device_key) {}

  Status Call(vault::Function function, Bytes request, MutableBytes reply) override;

 private:
  Status Query(MutableBytes reply);
  Status Reject(Bytes request);
  Status Sign(Bytes request, MutableBytes reply);
  Status PublicKey(MutableBytes reply);

  release::BootControl& releases_;
  crypto::Signer& device_key_;
};

}  // namespace linnet::vault_service
