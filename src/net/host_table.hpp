// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Names with a fixed address, for networks without a name server.
#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "base/fixed_string.hpp"
#include "base/result.hpp"
#include "base/view.hpp"
#include "hal/network.hpp"

namespace linnet::net {

/// Four decimal numbers, 0 to 255, without signs or leading zeros ("010" means eight to some).
/// kMalformed.
Result<hal::Ipv4Address> ParseIpv4(StringView text);

/// A dotted quad in a buffer of its own.
FixedString<15> ToText(hal::Ipv4Address address);

class HostTable {
 public:
  static constexpr std::size_t kMaxEntries = 4;
  static constexpr std::size_t kMaxNameLength = 127;

  /// `line` is "name=10.0.2.2". A name that is there already gets the new address.
  /// kMalformed: no such form, or no host name. kTooLarge: the name. kResourceExhausted: full.
  Status Add(StringView line);
  /// Names compare without regard to the case of ASCII letters.
  [[nodiscard]] std::optional<hal::Ipv4Address> Find(StringView name) const;
  void Clear() { size_ = 0; }

 private:
  struct Entry {
    FixedString<kMaxNameLength> name;
    hal::Ipv4Address address;
  };
  std::array<Entry, kMaxEntries> entries_{};
  std::size_t size_ = 0;
};

}  // namespace linnet::net
