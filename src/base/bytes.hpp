// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Spans of bytes: the one currency between modules.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/view.hpp"

namespace linnet {

using Bytes = Span<const std::byte>;
using MutableBytes = Span<std::byte>;

inline Bytes AsBytes(StringView text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

/// The bytes seen as characters; no terminator, no check of the encoding.
inline StringView AsText(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline bool Equal(Bytes a, Bytes b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0);
}

/// Compares in a time that depends only on the lengths. For digests, tokens and keys.
inline bool EqualConstantTime(Bytes a, Bytes b) {
  if (a.size() != b.size()) {
    return false;
  }
  auto difference = std::byte{0};
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference |= a[i] ^ b[i];
  }
  return difference == std::byte{0};
}

/// Copies all of `from` to the start of `to` and returns how much that was; the caller has made
/// sure that it fits (a shorter `to` takes what fits).
[[gnu::always_inline]] inline std::size_t CopyBytes(Bytes from, MutableBytes to) {
  const std::size_t count = std::min(from.size(), to.size());
  if (count != 0) {
    std::memmove(to.data(), from.data(), count);
  }
  return count;
}

}  // namespace linnet
