// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "vault_service/service.hpp"

#include <algorithm>
#include <cstring>

#include "crypto/wipe.hpp"

namespace linnet::vault_service {
namespace {

using vault::Function;

struct Shape {
  Function function;
  std::size_t request_size;
  std::size_t reply_size;
};

constexpr std::array<Shape, 9> kShapes = {
    Shape{Function::kQuery, 0, sizeof(release::ReleaseStatus)},
    Shape{Function::kStage, sizeof(crypto::Digest), 0},
    Shape{Function::kAccept, sizeof(crypto::Digest), 0},
    Shape{Function::kReject, sizeof(vault::RejectRequest), 0},
    Shape{Function::kSign, sizeof(crypto::Digest), sizeof(crypto::P256Signature)},
    Shape{Function::kPublicKey, 0, sizeof(crypto::P256PublicKey)},
    Shape{Function::kMarkGolden, sizeof(crypto::Digest), 0},
    Shape{Function::kRestoreGolden, 0, 0},
    Shape{Function::kDerive, sizeof(crypto::Digest), sizeof(crypto::Digest)},
};

bool IsWellFormed(Function function, Bytes request, MutableBytes reply) {
  for (const Shape& shape : kShapes) {
    if (shape.function == function) {
      return request.size() == shape.request_size && reply.size() == shape.reply_size;
    }
  }
  return false;
}

/// The sizes were checked before. What is no digest is ignored by its function.
crypto::Digest ReadDigest(Bytes request) {
  crypto::Digest digest{};
  CopyBytes(request.first(std::min(request.size(), digest.size())), digest);
  return digest;
}

}  // namespace

Status Service::Call(Function function, Bytes request, MutableBytes reply) {
  if (!IsWellFormed(function, request, reply)) {
    return Code::kInvalidArgument;
  }
  return Dispatch(function, request, reply);
}

Status Service::Dispatch(Function function, Bytes request, MutableBytes reply) {
  const crypto::Digest digest = ReadDigest(request);
  switch (function) {
    case Function::kQuery:
      return Query(reply);
    case Function::kStage:
      return releases_.Stage(digest);
    case Function::kAccept:
      return releases_.Accept(digest);
    case Function::kReject:
      return Reject(request);
    case Function::kSign:
      return Sign(digest, reply);
    case Function::kPublicKey:
      return PublicKey(reply);
    case Function::kMarkGolden:
      return releases_.MarkGolden(digest);
    case Function::kRestoreGolden:
      return releases_.RestoreGolden();
    case Function::kDerive:
      return Derive(digest, reply);
  }
  return Code::kInvalidArgument;
}

Status Service::Query(MutableBytes reply) {
  release::ReleaseStatus status;
  LINNET_TRY(releases_.Query(status));
  std::memcpy(reply.data(), &status, sizeof(status));
  return OkStatus();
}

Status Service::Reject(Bytes request) {
  vault::RejectRequest reject;
  std::memcpy(&reject, request.data(), sizeof(reject));
  return releases_.Reject(reject.release, reject.reason);
}

Status Service::Sign(const crypto::Digest& digest, MutableBytes reply) {
  crypto::P256Signature signature{};
  LINNET_TRY(device_key_.Sign(digest, signature));
  CopyBytes(signature, reply);
  return OkStatus();
}

Status Service::PublicKey(MutableBytes reply) {
  crypto::P256PublicKey key{};
  LINNET_TRY(device_key_.PublicKey(key));
  CopyBytes(key, reply);
  return OkStatus();
}

Status Service::Derive(const crypto::Digest& context, MutableBytes reply) {
  crypto::Digest secret{};
  const Status status = device_key_.Derive(context, secret);
  CopyBytes(secret, reply);
  crypto::Wipe(secret);
  return status;
}

}  // namespace linnet::vault_service
