// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "wifi/networks.hpp"

#include <algorithm>
#include <type_traits>

#include "base/assert.hpp"
#include "base/endian.hpp"
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
bool IsKey(std::string_view text) {
  for (const char c : text) {
    if (text.size() == kMaxPassphrase ? !IsHexDigit(c) : c < ' ' || c > '~') {
      return false;
    }
  }
  return text.size() >= kMinPassphrase;
}

/// Takes values from the front of what is stored; behind its end there are zeros, and nothing is
/// complete.
class Reader {
 public:
  explicit Reader(Bytes bytes) : rest_(bytes) {}

  std::uint8_t Byte() {
    const Bytes byte = Take(1);
    return byte.empty() ? std::uint8_t{0} : std::to_integer<std::uint8_t>(byte[0]);
  }
  std::int64_t Number() {
    const Bytes bytes = Take(sizeof(std::uint64_t));
    return bytes.empty() ? 0 : static_cast<std::int64_t>(LoadLe64(bytes));
  }
  std::string_view Text() { return AsText(Take(Byte())); }
  /// Nothing was missing, and nothing is left.
  [[nodiscard]] bool complete() const { return complete_ && rest_.empty(); }

 private:
  Bytes Take(std::size_t size) {
    complete_ &= size <= rest_.size();
    if (!complete_) {
      return {};
    }
    const Bytes taken = rest_.first(size);
    rest_ = rest_.subspan(size);
    return taken;
  }

  Bytes rest_;
  bool complete_ = true;
};

class Writer {
 public:
  explicit Writer(MutableBytes out) : out_(out) {}

  void Byte(std::size_t value) { out_[size_++] = static_cast<std::byte>(value); }
  void Number(std::int64_t value) {
    StoreLe64(static_cast<std::uint64_t>(value), out_.subspan(size_));
    size_ += sizeof(value);
  }
  void Text(std::string_view text) {
    Byte(text.size());
    size_ += CopyBytes(AsBytes(text), out_.subspan(size_));
  }
  [[nodiscard]] Bytes written() const { return out_.first(size_); }

 private:
  MutableBytes out_;
  std::size_t size_ = 0;
};

Status ReadNetwork(Reader& reader, std::uint8_t format, Network& out) {
  LINNET_TRY(out.ssid.Assign(reader.Text()));
  LINNET_TRY(out.passphrase.Assign(reader.Text()));
  std::uint8_t security = out.passphrase.empty() ? 0 : 1;
  out.last_success = 0;
  out.left_alone_until = {};
  if (format != kFirstFormat) {
    security = reader.Byte();
    out.last_success = reader.Number();
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

std::size_t IndexOf(std::span<const Network> networks, std::string_view ssid) {
  std::size_t index = 0;
  while (index < networks.size() && !(networks[index].ssid == ssid)) {
    ++index;
  }
  return index;
}

const Network* NetworkList::Find(std::string_view ssid) const {
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

Status NetworkList::Remove(std::string_view ssid) {
  const std::size_t index = IndexOf(ssid);
  if (index == count_) {
    return Code::kNotFound;
  }
  --count_;
  for (std::size_t i = index; i < count_; ++i) {
    networks_[i] = networks_[i + 1];
  }
  return OkStatus();
}

bool NetworkList::NoteSuccess(std::string_view ssid, std::int64_t when, std::uint32_t seldom) {
  const std::size_t index = IndexOf(ssid);
  if (index == count_ || when - networks_[index].last_success < seldom) {
    return false;
  }
  networks_[index].last_success = when;
  return true;
}

Bytes EncodeNetworks(const NetworkList& list, MutableBytes out) {
  LINNET_ASSERT(out.size() >= kMaxNetworksSize);
  Writer writer(out);
  writer.Byte(kFormat);
  writer.Byte(list.size());
  for (const Network& network : list.view()) {
    writer.Text(network.ssid);
    writer.Text(network.passphrase);
    writer.Byte(static_cast<std::uint8_t>(network.minimum_security));
    writer.Number(network.last_success);
  }
  return writer.written();
}

Status DecodeNetworks(Bytes stored, NetworkList& out) {
  out.Clear();
  Reader reader(stored);
  const std::uint8_t format = reader.Byte();
  if (format > kFormat) {
    return Code::kUnsupported;
  }
  const std::uint8_t count = reader.Byte();
  bool good = format != 0 && count <= kMaxNetworks;
  while (good && out.count_ < count) {
    Network& network = out.networks_[out.count_];
    good = ReadNetwork(reader, format, network).ok() && out.Find(network.ssid) == nullptr;
    ++out.count_;
  }
  if (!good || !reader.complete()) {
    out.Clear();
    return Code::kMalformed;
  }
  return OkStatus();
}

}  // namespace linnet::wifi
