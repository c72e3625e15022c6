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
/// cannot change meanwhile and that was the caller's to name: on the board the veneer sees to that.
class Service final : public vault::Gate {
 public:
  Service(release::BootControl& releases, crypto::Signer& device_key)
      : releases_(releases), device_key_(device_key) {}

  /// kInvalidArgument: no such function, or a request or reply that has not exactly its size.
  Status Call(vault::Function function, Bytes request, MutableBytes reply) override;

 private:
  Status Dispatch(vault::Function function, Bytes request, MutableBytes reply);
  Status Query(MutableBytes reply);
  Status Reject(Bytes request);
  Status Sign(const crypto::Digest& digest, MutableBytes reply);
  Status PublicKey(MutableBytes reply);
  Status Derive(const crypto::Digest& context, MutableBytes reply);

  release::BootControl& releases_;
  crypto::Signer& device_key_;
};

}  // namespace linnet::vault_service
