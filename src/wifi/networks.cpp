// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "wifi/networks.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "base/endian.hpp"

namespace linnet::wifi {
namespace {

constexpr std::uint8_t kFormat = 2;
/// Had neither security nor last success.
constexpr std::uint8_t kFirstFormat = 1;
constexpr std::size_t kMinPassphrase = 8;

bool IsHexDigit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool IsPrintable(char c) {
  return c >= ' ' && c <= '~';
}

/// IEEE 802.11, annex J.4: a passphrase, or the 256-bit key itself.
bool IsKey(std::string_view text) {
  if (text.size() == kMaxPassphrase) {
    return std::ranges::all_of(text, IsHexDigit);
  }
  return text.size() >= kMinPassphrase && std::ranges::all_of(text, IsPrintable);
}

/// Takes values from the front of what is stored; after the end everything is refused.
class Reader {
 public:
  explicit Reader(Bytes bytes) : rest_(bytes) {}

  Result<std::uint8_t> Byte() {
    LINNET_TRY_ASSIGN(const Bytes bytes, Take(1));
    return std::to_integer<std::uint8_t>(bytes[0]);
  }
  Result<std::uint64_t> Number() {
    LINNET_TRY_ASSIGN(const Bytes bytes, Take(sizeof(std::uint64_t)));
    return LoadLe64(bytes);
  }
  template <std::size_t kCapacity>
  Status Text(FixedString<kCapacity>& out) {
    LINNET_TRY_ASSIGN(const std::uint8_t size, Byte());
    LINNET_TRY_ASSIGN(const Bytes bytes, Take(size));
    return out.Assign(AsText(bytes)).ok() ? OkStatus() : Status(Code::kMalformed);
  }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }

 private:
  Result<Bytes> Take(std::size_t size) {
    if (size > rest_.size()) {
      return Code::kMalformed;
    }
    const Bytes taken = rest_.first(size);
    rest_ = rest_.subspan(size);
    return taken;
  }

  Bytes rest_;
};

class Writer {
 public:
  explicit Writer(MutableBytes out) : out_(out) {}

  void Byte(std::uint8_t value) { out_[size_++] = static_cast<std::byte>(value); }
  void Number(std::uint64_t value) {
    StoreLe64(value, out_.subspan(size_));
    size_ += sizeof(value);
  }
  void Text(std::string_view text) {
    Byte(static_cast<std::uint8_t>(text.size()));
    size_ += CopyBytes(AsBytes(text), out_.subspan(size_));
  }
  [[nodiscard]] Bytes written() const { return out_.first(size_); }

 private:
  MutableBytes out_;
  std::size_t size_ = 0;
};

Status ReadNetwork(Reader& reader, std::uint8_t format, Network& out) {
  LINNET_TRY(reader.Text(out.ssid));
  LINNET_TRY(reader.Text(out.passphrase));
  if (format == kFirstFormat) {
    out.minimum_security =
        out.passphrase.empty() ? hal::WifiSecurity::kOpen : hal::WifiSecurity::kWpa2Psk;
    out.last_success = 0;
    return OkStatus();
  }
  LINNET_TRY_ASSIGN(const std::uint8_t security, reader.Byte());
  if (security > static_cast<std::uint8_t>(hal::WifiSecurity::kWpa3Sae)) {
    return Code::kMalformed;
  }
  out.minimum_security = static_cast<hal::WifiSecurity>(security);
  LINNET_TRY_ASSIGN(const std::uint64_t when, reader.Number());
  out.last_success = static_cast<std::int64_t>(when);
  return OkStatus();
}

}  // namespace

Status Check(const Network& network) {
  const bool open = network.minimum_security == hal::WifiSecurity::kOpen;
  const bool key = open ? network.passphrase.empty() : IsKey(network.passphrase);
  return key && !network.ssid.empty() ? OkStatus() : Status(Code::kInvalidArgument);
}

std::size_t NetworkList::IndexOf(std::string_view ssid) const {
  const auto all = view();
  return static_cast<std::size_t>(
      std::ranges::find_if(all, [&](const Network& network) { return network.ssid == ssid; }) -
      all.begin());
}

const Network* NetworkList::Find(std::string_view ssid) const {
  const std::size_t index = IndexOf(ssid);
  return index < count_ ? &networks_[index] : nullptr;
}

std::size_t NetworkList::Oldest() const {
  const auto all = view();
  // Of equals the last one: it is preferred least.
  const auto oldest =
      std::ranges::min_element(all.rbegin(), all.rend(), {}, &Network::last_success);
  return static_cast<std::size_t>(all.rend() - oldest) - 1;
}

void NetworkList::RemoveAt(std::size_t index) {
  const auto first = networks_.begin() + static_cast<std::ptrdiff_t>(index);
  std::move(first + 1, networks_.begin() + static_cast<std::ptrdiff_t>(count_), first);
  --count_;
}

void NetworkList::Prefer(const Network& network) {
  const std::size_t index = IndexOf(network.ssid);
  if (index < count_) {
    RemoveAt(index);
  } else if (count_ == kMaxNetworks) {
    RemoveAt(Oldest());
  }
  const auto end = networks_.begin() + static_cast<std::ptrdiff_t>(count_);
  std::move_backward(networks_.begin(), end, end + 1);
  networks_[0] = network;
  ++count_;
}

Status NetworkList::Remove(std::string_view ssid) {
  const std::size_t index = IndexOf(ssid);
  if (index == count_) {
    return Code::kNotFound;
  }
  RemoveAt(index);
  return OkStatus();
}

Status NetworkList::SetLastSuccess(std::string_view ssid, std::int64_t when) {
  const std::size_t index = IndexOf(ssid);
  if (index == count_) {
    return Code::kNotFound;
  }
  networks_[index].last_success = when;
  return OkStatus();
}

Bytes EncodeNetworks(const NetworkList& list, MutableBytes out) {
  LINNET_ASSERT(out.size() >= kMaxNetworksSize);
  Writer writer(out);
  writer.Byte(kFormat);
  writer.Byte(static_cast<std::uint8_t>(list.size()));
  for (const Network& network : list.view()) {
    writer.Text(network.ssid);
    writer.Text(network.passphrase);
    writer.Byte(static_cast<std::uint8_t>(network.minimum_security));
    writer.Number(static_cast<std::uint64_t>(network.last_success));
  }
  return writer.written();
}

Status DecodeNetworks(Bytes stored, NetworkList& out) {
  out.Clear();
  Reader reader(stored);
  LINNET_TRY_ASSIGN(const std::uint8_t format, reader.Byte());
  if (format != kFormat && format != kFirstFormat) {
    return format == 0 ? Code::kMalformed : Code::kUnsupported;
  }
  LINNET_TRY_ASSIGN(const std::uint8_t count, reader.Byte());
  NetworkList list;
  for (std::uint8_t i = 0; i < count; ++i) {
    Network network;
    LINNET_TRY(ReadNetwork(reader, format, network));
    if (!Check(network).ok() || list.Find(network.ssid) != nullptr || i == kMaxNetworks) {
      return Code::kMalformed;
    }
    list.networks_[list.count_++] = network;
  }
  if (!reader.at_end()) {
    return Code::kMalformed;
  }
  out = list;
  return OkStatus();
}

}  // namespace linnet::wifi
