// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "wifi/network_store.hpp"

#include <array>

#include "base/log.hpp"
#include "base/view.hpp"
#include "crypto/wipe.hpp"

namespace linnet::wifi {
namespace {

constexpr const char* kTag = "wifi";
constexpr StringView kPurpose = "wifi.networks";
constexpr std::byte kSealedFormat{3};
constexpr std::size_t kMaxValue = 1 + vault::kSealOverhead + kMaxNetworksSize;
static_assert(kMaxValue <= settings::kWifiNetworks.maximum);

/// What is stored, with keys of networks before it is sealed: wiped at its end.
struct Value {
  Value() = default;
  ~Value() { crypto::Wipe(bytes); }
  Value(const Value&) = delete;
  Value& operator=(const Value&) = delete;

  std::array<std::byte, kMaxValue> bytes;  // NOLINT: always written before it is read
};

}  // namespace

Status NetworkStore::Load(NetworkList& out) {
  out.Clear();
  Value buffer;
  const Result<Bytes> stored = stored_.Get(settings::kWifiNetworks, buffer.bytes);
  if (!stored.ok()) {
    return stored.code() == Code::kNotFound ? OkStatus() : stored.status();
  }
  MutableBytes value = MutableBytes(buffer.bytes).first(stored->size());
  const bool sealed = value.front() == kSealedFormat;
  Status status;
  if (sealed) {
    value = value.subspan(1);
    status = sealer_.Open(kPurpose, value);
    value = value.subspan(status.ok() ? vault::kSealOverhead : 0);
  }
  if (status.ok()) {
    status = DecodeNetworks(value, out);
  }
  if (!status.ok()) {
    log::Error(kTag, "the stored networks cannot be used: {}", status);
    return status;
  }
  if (!sealed) {
    Status saved = Save(out);
    if (saved.ok()) {
      saved = stored_.Scrub();
    }
    log::Info(kTag, "the stored networks were of an older format; sealing them: {}", saved);
  }
  return OkStatus();
}

Status NetworkStore::Save(const NetworkList& list) {
  Value buffer;
  buffer.bytes[0] = kSealedFormat;
  MutableBytes sealed = MutableBytes(buffer.bytes).subspan(1);
  const Bytes content = EncodeNetworks(list, sealed.subspan(vault::kSealOverhead));
  sealed = sealed.first(vault::kSealOverhead + content.size());
  LINNET_TRY(sealer_.Seal(kPurpose, sealed));
  return stored_.Set(settings::kWifiNetworks, Bytes(buffer.bytes).first(1 + sealed.size()));
}

}  // namespace linnet::wifi
