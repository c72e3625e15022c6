// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "wifi/network_store.hpp"

#include <array>

#include "base/log.hpp"
#include "crypto/wipe.hpp"

namespace linnet::wifi {
namespace {

constexpr const char* kTag = "wifi";
constexpr std::string_view kPurpose = "wifi.networks";
constexpr std::byte kSealedFormat{3};
constexpr std::size_t kMaxValue = 1 + vault::kSealOverhead + kMaxNetworksSize;
static_assert(kMaxValue <= settings::kWifiNetworks.maximum);

/// Memory for keys of networks: wiped at its end.
template <std::size_t kSize>
struct Secret {
  Secret() = default;
  ~Secret() { crypto::Wipe(bytes); }
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;

  std::array<std::byte, kSize> bytes;  // NOLINT: always written before it is read
};

}  // namespace

Status NetworkStore::Load(NetworkList& out) {
  out.Clear();
  Secret<kMaxValue> buffer;
  const Result<Bytes> value = stored_.Get(settings::kWifiNetworks, buffer.bytes);
  if (!value.ok()) {
    return value.code() == Code::kNotFound ? OkStatus() : Status(value.code());
  }
  const bool sealed = value->front() == kSealedFormat;
  const Status status = sealed ? Open(value->subspan(1), out) : DecodeNetworks(*value, out);
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

Status NetworkStore::Open(Bytes value, NetworkList& out) {
  Secret<kMaxNetworksSize> list;
  LINNET_TRY_ASSIGN(const Bytes content, sealer_.Open(kPurpose, value, list.bytes));
  return DecodeNetworks(content, out);
}

Status NetworkStore::Save(const NetworkList& list) {
  Secret<kMaxNetworksSize> content;
  std::array<std::byte, kMaxValue> value;  // NOLINT: written below
  value[0] = kSealedFormat;
  LINNET_TRY_ASSIGN(const Bytes sealed, sealer_.Seal(kPurpose, EncodeNetworks(list, content.bytes),
                                                     MutableBytes(value).subspan(1)));
  return stored_.Set(settings::kWifiNetworks, Bytes(value).first(1 + sealed.size()));
}

}  // namespace linnet::wifi
