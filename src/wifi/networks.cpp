// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "wifi/networks.hpp"

#include <algorithm>
#include <type_traits>

#include "base/assert.hpp"
#include "base/byte_reader.hpp"
#include "base/byte_writer.hpp"
#include "base/endian.hpp"
#include "base/view.hpp"
#include "crypto/wipe.hpp"

namespace linnet::wifi {
namespace {

constexpr std::uint8_t kFormat = 2;
/// Had neither security nor last success.
constexpr std::uint8_t kFirstFormat = 1;
constexpr std::size_t kMinPassphrase = 8;

bool IsHexDigit(char c) {
  const int letter = c | 0x20;  // small
  return (c >= '0' && c <= '9') || (letter >= 'a' && letter <= 'f');
}

/// IEEE 802.11, annex J.4: a passphrase, or the 256-bit key itself.
bool IsKey(StringView text) {
  for (const char c : text) {
    if (text.size() == kMaxPassphrase ? !IsHexDigit(c) : c < ' ' || c > '~') {
      return false;
    }
  }
  return text.size() >= kMinPassphrase;
}

StringView ReadText(ByteReader& reader) {
  return AsText(reader.Take(reader.U8()));
}

void WriteText(ByteWriter& writer, StringView text) {
  writer.U8(static_cast<std::uint8_t>(text.size()));
  writer.Raw(AsBytes(text));
}

Status ReadNetwork(ByteReader& reader, std::uint8_t format, Network& out) {
  Wipe(out);
  LINNET_TRY(out.ssid.Assign(ReadText(reader)));
  LINNET_TRY(out.passphrase.Assign(ReadText(reader)));
  std::uint8_t security = out.passphrase.empty() ? 0 : 1;
  if (format != kFirstFormat) {
    security = reader.U8();
    if (const Bytes success = reader.Take(sizeof(out.last_success)); !success.empty()) {
      out.last_success = static_cast<std::int64_t>(LoadLe64(success));
    }
  }
  if (security > static_cast<std::uint8_t>(hal::WifiSecurity::kWpa3Sae)) {
    return Code::kMalformed;
  }
  out.minimum_security = static_cast<hal::WifiSecurity>(security);
  return Check(out);
}

}  // namespace

Status Check(const Network& network) {
  const bool open = network.minimum_security == hal::WifiSecurity::kOpen;
  const bool key = open ? network.passphrase.empty() : IsKey(network.passphrase);
  return key && !network.ssid.empty() ? OkStatus() : Status(Code::kInvalidArgument);
}

void Wipe(Network& network) {
  static_assert(std::is_trivially_copyable_v<Network>);  // and zeros are what it is made of
  crypto::Wipe(std::as_writable_bytes(std::span(&network, 1)));
}

std::size_t IndexOf(Span<const Network> networks, StringView ssid) {
  std::size_t index = 0;
  while (index < networks.size() && !(networks[index].ssid == ssid)) {
    ++index;
  }
  return index;
}

const Network* NetworkList::Find(StringView ssid) const {
  const std::size_t index = IndexOf(ssid);
  return index < count_ ? &networks_[index] : nullptr;
}

std::size_t NetworkList::Oldest() const {
  std::size_t oldest = 0;
  for (std::size_t i = 0; i < count_; ++i) {
    // Of equals the last one: it is preferred least.
    if (networks_[i].last_success <= networks_[oldest].last_success) {
      oldest = i;
    }
  }
  return oldest;
}

void NetworkList::Prefer(const Network& network) {
  std::size_t at = IndexOf(network.ssid);
  if (at == kMaxNetworks) {
    at = Oldest();
  } else if (at == count_) {
    ++count_;
  }
  for (; at > 0; --at) {
    networks_[at] = networks_[at - 1];
  }
  networks_[0] = network;
}

Status NetworkList::Remove(StringView ssid) {
  const std::size_t index = IndexOf(ssid);
  if (index == count_) {
    return Code::kNotFound;
  }
  --count_;
  for (std::size_t i = index; i < count_; ++i) {
    networks_[i] = networks_[i + 1];
  }
  Wipe(networks_[count_]);
  return OkStatus();
}

bool NetworkList::NoteSuccess(StringView ssid, std::int64_t when, std::uint32_t seldom) {
  const std::size_t index = IndexOf(ssid);
  if (index == count_ || when - networks_[index].last_success < seldom) {
    return false;
  }
  networks_[index].last_success = when;
  return true;
}

Bytes EncodeNetworks(const NetworkList& list, MutableBytes out) {
  LINNET_ASSERT(out.size() >= kMaxNetworksSize);
  ByteWriter writer(out);
  writer.U8(kFormat);
  writer.U8(static_cast<std::uint8_t>(list.size()));
  for (const Network& network : list.view()) {
    WriteText(writer, network.ssid);
    WriteText(writer, network.passphrase);
    writer.U8(static_cast<std::uint8_t>(network.minimum_security));
    std::array<std::byte, sizeof(network.last_success)> success{};
    StoreLe64(static_cast<std::uint64_t>(network.last_success), success);
    writer.Raw(success);
  }
  return writer.written();
}

Status DecodeNetworks(Bytes stored, NetworkList& out) {
  out.Clear();
  ByteReader reader(stored);
  const std::uint8_t format = reader.U8();
  if (format > kFormat) {
    return Code::kUnsupported;
  }
  const std::uint8_t count = reader.U8();
  bool good = format != 0 && count <= kMaxNetworks;
  while (good && out.count_ < count) {
    Network& network = out.networks_[out.count_];
    good = ReadNetwork(reader, format, network).ok() && out.Find(network.ssid) == nullptr;
    ++out.count_;
  }
  if (!good || !reader.status().ok() || !reader.at_end()) {
    out.Clear();
    return Code::kMalformed;
  }
  return OkStatus();
}

}  // namespace linnet::wifi
