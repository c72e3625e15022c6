// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Fixed-width integers in byte order, at any alignment. Spans must be long enough.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"

namespace linnet {

namespace internal {

template <typename T, bool kLittle>
constexpr T Load(Bytes from) {
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    const std::size_t at = kLittle ? sizeof(T) - 1 - i : i;
    value = static_cast<T>((value << 8) | std::to_integer<T>(from[at]));
  }
  return value;
}

template <typename T, bool kLittle>
constexpr void Store(T value, MutableBytes to) {
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    const std::size_t shift = 8 * (kLittle ? i : sizeof(T) - 1 - i);
    to[i] = static_cast<std::byte>(value >> shift);
  }
}

}  // namespace internal

constexpr std::uint16_t LoadLe16(Bytes from) {
  return internal::Load<std::uint16_t, true>(from);
}
constexpr std::uint32_t LoadLe32(Bytes from) {
  return internal::Load<std::uint32_t, true>(from);
}
constexpr std::uint64_t LoadLe64(Bytes from) {
  return internal::Load<std::uint64_t, true>(from);
}
constexpr std::uint16_t LoadBe16(Bytes from) {
  return internal::Load<std::uint16_t, false>(from);
}
constexpr std::uint32_t LoadBe32(Bytes from) {
  return internal::Load<std::uint32_t, false>(from);
}

constexpr void StoreLe16(std::uint16_t value, MutableBytes to) {
  internal::Store<std::uint16_t, true>(value, to);
}
constexpr void StoreLe32(std::uint32_t value, MutableBytes to) {
  internal::Store<std::uint32_t, true>(value, to);
}
constexpr void StoreLe64(std::uint64_t value, MutableBytes to) {
  internal::Store<std::uint64_t, true>(value, to);
}
constexpr void StoreBe16(std::uint16_t value, MutableBytes to) {
  internal::Store<std::uint16_t, false>(value, to);
}
constexpr void StoreBe32(std::uint32_t value, MutableBytes to) {
  internal::Store<std::uint32_t, false>(value, to);
}

}  // namespace linnet
