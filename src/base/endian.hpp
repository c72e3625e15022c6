// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Fixed-width integers in byte order, at any alignment. Spans must be long enough.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "base/bytes.hpp"

namespace linnet {

namespace internal {

template <typename T>
constexpr T ReversedIf(bool reverse, T value) {
  if (!reverse) {
    return value;
  }
  if constexpr (sizeof(T) == 2) {
    return __builtin_bswap16(value);
  } else if constexpr (sizeof(T) == 4) {
    return __builtin_bswap32(value);
  } else {
    return __builtin_bswap64(value);
  }
}

// At run time as a whole: the processor loads at any alignment, and reverses in one instruction.
template <typename T, std::endian kOrder>
constexpr T Load(Bytes from) {
  std::array<std::byte, sizeof(T)> bytes = {};
  if (std::is_constant_evaluated()) {
    std::copy_n(from.begin(), sizeof(T), bytes.begin());
  } else {
    std::memcpy(bytes.data(), from.data(), sizeof(T));
  }
  return ReversedIf(kOrder != std::endian::native, std::bit_cast<T>(bytes));
}

template <typename T, std::endian kOrder>
constexpr void Store(T value, MutableBytes to) {
  const auto bytes = std::bit_cast<std::array<std::byte, sizeof(T)>>(
      ReversedIf(kOrder != std::endian::native, value));
  if (std::is_constant_evaluated()) {
    std::copy_n(bytes.begin(), sizeof(T), to.begin());
  } else {
    std::memcpy(to.data(), bytes.data(), sizeof(T));
  }
}

}  // namespace internal

constexpr std::uint16_t LoadLe16(Bytes from) {
  return internal::Load<std::uint16_t, std::endian::little>(from);
}
constexpr std::uint32_t LoadLe32(Bytes from) {
  return internal::Load<std::uint32_t, std::endian::little>(from);
}
constexpr std::uint64_t LoadLe64(Bytes from) {
  return internal::Load<std::uint64_t, std::endian::little>(from);
}
constexpr std::uint16_t LoadBe16(Bytes from) {
  return internal::Load<std::uint16_t, std::endian::big>(from);
}
constexpr std::uint32_t LoadBe32(Bytes from) {
  return internal::Load<std::uint32_t, std::endian::big>(from);
}

constexpr void StoreLe16(std::uint16_t value, MutableBytes to) {
  internal::Store<std::uint16_t, std::endian::little>(value, to);
}
constexpr void StoreLe32(std::uint32_t value, MutableBytes to) {
  internal::Store<std::uint32_t, std::endian::little>(value, to);
}
constexpr void StoreLe64(std::uint64_t value, MutableBytes to) {
  internal::Store<std::uint64_t, std::endian::little>(value, to);
}
constexpr void StoreBe16(std::uint16_t value, MutableBytes to) {
  internal::Store<std::uint16_t, std::endian::big>(value, to);
}
constexpr void StoreBe32(std::uint32_t value, MutableBytes to) {
  internal::Store<std::uint32_t, std::endian::big>(value, to);
}

}  // namespace linnet
