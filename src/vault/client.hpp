// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The vault as the application sees it: a signer and a boot control, over any gate.
#pragma once

#include "base/bytes.hpp"
#include "base/status.hpp"
#include "crypto/signer.hpp"
#include "release/boot_control.hpp"
#include "vault/gate.hpp"

namespace linnet::vault {

/// Signs with the device key, which never leaves the vault.
class Signer final : public crypto::Signer {
 public:
  explicit Signer(Gate& gate) : gate_(gate) {}
  Status Sign(const crypto::Digest& digest, crypto::P256Signature& out) override;
  Status PublicKey(crypto::P256PublicKey& out) override;
  Status Derive(const crypto::Digest& context, crypto::Digest& out) override;

 private:
  Gate& gate_;
};

class ReleaseControl final : public release::BootControl {
 public:
  explicit ReleaseControl(Gate& gate) : gate_(gate) {}
  Status Query(release::ReleaseStatus& out) override;
  Status Stage(const crypto::Digest& release) override;
  Status Accept(const crypto::Digest& release) override;
  Status Reject(const crypto::Digest& release, release::RejectReason reason) override;
  Status MarkGolden(const crypto::Digest& release) override;
  Status RestoreGolden() override;

 private:
  Gate& gate_;
};

}  // namespace linnet::vault
