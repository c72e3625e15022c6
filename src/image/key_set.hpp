// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Whose signature counts, and for which security counters.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "base/view.hpp"
#include "crypto/ecdsa.hpp"

namespace linnet::image {

/// Security counters of the images that a key may sign, both ends included. This is how a key is
/// revoked: the images signed by its successor have counters above `last`. Once a device has
/// confirmed one of them, its floor is above `last` too, and no image of the old key can pass.
struct KeyValidity {
  std::uint32_t first = 0;
  std::uint32_t last = std::numeric_limits<std::uint32_t>::max();

  [[nodiscard]] constexpr bool Holds(std::uint32_t security_counter) const {
    return security_counter >= first && security_counter <= last;
  }
};

/// Not owned. Each execution area may have a set of its own. Empty: nothing is accepted.
class KeySet {
 public:
  constexpr KeySet() = default;
  /// `validity` goes with `keys` index by index; a key that has none there holds for ever.
  template <typename Keys>
  requires std::convertible_to<const Keys&, Span<const crypto::P256PublicKey>>
  constexpr KeySet(const Keys& keys, Span<const KeyValidity> validity = {})  // NOLINT
      : keys_(keys), validity_(validity) {}

  [[nodiscard]] constexpr Span<const crypto::P256PublicKey> keys() const { return keys_; }
  /// Whether key number `index` may have signed an image with that counter (0: it has none).
  [[nodiscard]] constexpr bool Holds(std::size_t index, std::uint32_t security_counter) const {
    return index >= validity_.size() || validity_[index].Holds(security_counter);
  }

 private:
  Span<const crypto::P256PublicKey> keys_{};
  Span<const KeyValidity> validity_{};
};

}  // namespace linnet::image
