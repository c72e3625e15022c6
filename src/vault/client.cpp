// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "vault/client.hpp"

#include <cstring>

namespace linnet::vault {

Status Signer::Sign(const crypto::Digest& digest, crypto::P256Signature& out) {
  return gate_.Call(Function::kSign, digest, out);
}

Status Signer::PublicKey(crypto::P256PublicKey& out) {
  return gate_.Call(Function::kPublicKey, {}, out);
}

Status Signer::Derive(const crypto::Digest& context, crypto::Digest& out) {
  return gate_.Call(Function::kDerive, context, out);
}

Status ReleaseControl::Query(release::ReleaseStatus& out) {
  std::array<std::byte, sizeof(release::ReleaseStatus)> reply;
  LINNET_TRY(gate_.Call(Function::kQuery, {}, reply));
  std::memcpy(&out, reply.data(), sizeof(out));
  return OkStatus();
}

Status ReleaseControl::Stage(const crypto::Digest& release) {
  return gate_.Call(Function::kStage, release, {});
}

Status ReleaseControl::Accept(const crypto::Digest& release) {
  return gate_.Call(Function::kAccept, release, {});
}

Status ReleaseControl::Reject(const crypto::Digest& release, release::RejectReason reason) {
  RejectRequest request;
  request.release = release;
  request.reason = reason;
  std::array<std::byte, sizeof(RejectRequest)> bytes;
  std::memcpy(bytes.data(), &request, sizeof(request));
  return gate_.Call(Function::kReject, bytes, {});
}

Status ReleaseControl::MarkGolden(const crypto::Digest& release) {
  return gate_.Call(Function::kMarkGolden, release, {});
}

Status ReleaseControl::RestoreGolden() {
  return gate_.Call(Function::kRestoreGolden, {}, {});
}

}  // namespace linnet::vault
