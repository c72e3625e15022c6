// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The networks that a device knows, and how they are stored. docs/formats/wifi-networks.md has the
// bits.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bytes.hpp"
#include "base/fixed_string.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "base/view.hpp"
#include "hal/wifi.hpp"

namespace linnet::wifi {

inline constexpr std::size_t kMaxNetworks = 4;
inline constexpr std::size_t kMaxPassphrase = 64;

/// How to get into one network, whatever access points it has.
struct Network {
  hal::Ssid ssid{};  ///< 1 to 32 bytes.
  FixedString<kMaxPassphrase> passphrase{};
  /// The weakest security that an access point of that name may have: whoever opens an access point
  /// of the same name without a key gets nothing.
  hal::WifiSecurity minimum_security = hal::WifiSecurity::kOpen;
  std::int64_t last_success = 0;  ///< Unix seconds of the last time that it led to the internet.
  /// Its key was refused, which may be an access point's mistake: not joined before. Not stored.
  Instant left_alone_until{};
};

/// kInvalidArgument: no name; a passphrase that WPA does not allow (8 to 63 printable ASCII
/// characters, or 64 hexadecimal digits), or one for an open network, or none for another.
Status Check(const Network& network);

/// Leaves a network without a name, and nothing of the key.
void Wipe(Network& network);

/// Where the network of that name is; `networks.size()`: there is none.
std::size_t IndexOf(Span<const Network> networks, StringView ssid);

/// In the order in which they are preferred.
class NetworkList {
 public:
  [[nodiscard]] Span<const Network> view() const { return std::span(networks_).first(count_); }
  [[nodiscard]] std::size_t size() const { return count_; }
  [[nodiscard]] const Network* Find(StringView ssid) const;

  /// Puts it first. One of the same name is replaced; of a full list, the one that led to the
  /// internet longest ago is dropped.
  void Prefer(const Network& network);
  /// kNotFound.
  Status Remove(StringView ssid);
  /// That network led to the internet at `when`, Unix seconds, 0: not known. True when that is
  /// worth storing: the last one that was is `seldom` seconds older.
  bool NoteSuccess(StringView ssid, std::int64_t when, std::uint32_t seldom);
  /// The key of the one at `index` was refused.
  void LeaveAlone(std::size_t index, Instant until) { networks_[index].left_alone_until = until; }
  void Clear() { count_ = 0; }

 private:
  friend Status DecodeNetworks(Bytes, NetworkList&);
  [[nodiscard]] std::size_t IndexOf(StringView ssid) const { return wifi::IndexOf(view(), ssid); }
  [[nodiscard]] std::size_t Oldest() const;

  std::array<Network, kMaxNetworks> networks_{};
  std::size_t count_ = 0;
};

/// Bytes of the longest stored form, before it is sealed.
inline constexpr std::size_t kMaxNetworksSize =
    2 + kMaxNetworks * (1 + 8 + 1 + hal::Ssid::capacity() + 1 + kMaxPassphrase);

/// `out` has at least kMaxNetworksSize bytes. Always the newest format.
Bytes EncodeNetworks(const NetworkList& list, MutableBytes out);

/// Formats 1 and 2. kUnsupported: a newer one. kMalformed: breaks its own; `out` is empty then.
Status DecodeNetworks(Bytes stored, NetworkList& out);

}  // namespace linnet::wifi
