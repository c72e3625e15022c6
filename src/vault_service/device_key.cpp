// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "vault_service/device_key.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "crypto/wipe.hpp"
#include "release/snapshot_log.hpp"

namespace linnet::vault_service {
namespace {

constexpr std::byte kVersion{1};
constexpr std::byte kP256DeviceKey{1};
constexpr std::size_t kKeyAt = 4;
using Content = std::array<std::byte, kKeyAt + sizeof(crypto::P256Scalar)>;

release::SnapshotLog::Area AreaOf(const hal::Flash& region) {
  return {0, region.geometry().size / 2};
}

Status Decode(Bytes content, crypto::PrivateKey& out) {
  if (content[0] != kVersion || content[1] != kP256DeviceKey) {
    return Code::kUnsupported;
  }
  crypto::P256Scalar key;
  CopyBytes(content.subspan(kKeyAt), key);
  const Status status = out.Load(key);
  crypto::Wipe(key);
  return status.ok() ? status : Status(Code::kDataLoss);
}

/// No older key is left behind, and one bank may be lost.
Status WriteBothBanks(hal::Flash& region, Bytes content) {
  release::SnapshotLog log(region, AreaOf(region));
  const Status mounted = log.Mount();
  if (!mounted.ok() && mounted != Code::kNotFound) {
    return mounted;
  }
  LINNET_TRY(log.AppendRolling(content));
  return log.AppendRolling(content);
}

}  // namespace

Status WriteDeviceKey(hal::Flash& region, const crypto::PrivateKey& key) {
  crypto::P256Scalar scalar;
  LINNET_TRY(key.Export(scalar));
  Content content{};
  content[0] = kVersion;
  content[1] = kP256DeviceKey;
  CopyBytes(scalar, MutableBytes(content).subspan(kKeyAt));
  const Status status = WriteBothBanks(region, content);
  crypto::Wipe(scalar);
  crypto::Wipe(content);
  return status;
}

Status LoadDeviceKey(hal::Flash& region, crypto::PrivateKey& out) {
  out.Clear();
  release::SnapshotLog log(region, AreaOf(region));
  Content content{};
  const Status loaded = log.Load(content);
  if (loaded == Code::kNotFound) {
    return log.damaged() ? Code::kDataLoss : Code::kFailedPrecondition;
  }
  if (loaded == Code::kTooLarge || (loaded.ok() && log.size() != content.size())) {
    return Code::kUnsupported;
  }
  const Status status = loaded.ok() ? Decode(content, out) : loaded;
  crypto::Wipe(content);
  return status;
}

}  // namespace linnet::vault_service
