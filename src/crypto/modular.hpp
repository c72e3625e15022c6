// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// 256-bit numbers modulo an odd number: the field and the group order of P-256. For src/crypto
// only.
//
// Products are Montgomery's: Multiply(a, b) is a * b / 2^256. The form of a number is the number
// times 2^256; sums and products of forms are forms. What a function reads, writes and branches on
// depends on the modulus alone, never on a number. The functions are constexpr so that the
// constants of the curve are computed from those that its standard prints.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace linnet::crypto::internal {

inline constexpr std::size_t kLimbs = 8;
inline constexpr std::size_t kNumberSize = 32;

/// Least significant limb first.
using Number = std::array<std::uint32_t, kLimbs>;

/// From and to bytes, big endian.
Number ReadNumber(std::span<const std::byte, kNumberSize> bytes);
void WriteNumber(const Number& number, std::span<std::byte, kNumberSize> out);

[[nodiscard]] bool IsZero(const Number& number);
[[nodiscard]] bool IsBelow(const Number& number, const Number& bound);

/// `out` becomes `other` where `mask` is ~0, and stays where it is 0.
[[gnu::noinline]] constexpr void Select(Number& out, const Number& other, std::uint32_t mask) {
  for (std::size_t i = 0; i < kLimbs; ++i) {
    out[i] ^= (out[i] ^ other[i]) & mask;
  }
}

/// out = a - b modulo 2^256; returns 1 if b was the larger one.
[[gnu::noinline]] constexpr std::uint32_t SubtractLimbs(Number& out, const Number& a,
                                                        const Number& b) {
  std::uint32_t borrow = 0;
  for (std::size_t i = 0; i < kLimbs; ++i) {
    const std::uint64_t difference = std::uint64_t{a[i]} - b[i] - borrow;
    out[i] = static_cast<std::uint32_t>(difference);
    borrow = static_cast<std::uint32_t>(difference >> 32) & 1;
  }
  return borrow;
}

/// limbs[0..7] += factor * number; returns what belongs into limbs[8].
[[gnu::noinline]] constexpr std::uint32_t AddProduct(std::uint32_t* limbs, std::uint32_t factor,
                                                     const Number& number) {
  std::uint64_t carry = 0;
  for (std::size_t i = 0; i < kLimbs; ++i) {
    carry += std::uint64_t{factor} * number[i] + limbs[i];
    limbs[i] = static_cast<std::uint32_t>(carry);
    carry >>= 32;
  }
  return static_cast<std::uint32_t>(carry);
}

class Modulus {
 public:
  /// `value` is odd, and above 2^255.
  constexpr explicit Modulus(const Number& value) : value_(value) {
    for (int i = 0; i < 5; ++i) {  // Newton: each round doubles the bits that are right
      inverse_ *= 2 + value_[0] * inverse_;
    }
    SubtractLimbs(square_, Number{}, value_);  // 2^256
    for (int i = 0; i < 256; ++i) {
      Add(square_, square_, square_);
    }
  }

  [[nodiscard]] constexpr const Number& value() const { return value_; }

  // `out` may be one of the operands, which are below the modulus, as is the result. One factor of
  // a product may be any number.
  [[gnu::noinline]] constexpr void Add(Number& out, const Number& a, const Number& b) const {
    std::uint64_t carry = 0;
    Number sum;  // NOLINT: filled below
    for (std::size_t i = 0; i < kLimbs; ++i) {
      carry += std::uint64_t{a[i]} + b[i];
      sum[i] = static_cast<std::uint32_t>(carry);
      carry >>= 32;
    }
    ReduceOnce(out, sum, static_cast<std::uint32_t>(carry));
  }
  // The negative of 0 is the modulus itself here: one too many, which the sum takes off again.
  [[gnu::noinline]] constexpr void Subtract(Number& out, const Number& a, const Number& b) const {
    Number negative;
    SubtractLimbs(negative, value_, b);
    Add(out, a, negative);
  }
  // Each round adds the multiple of the modulus that makes the lowest limb zero, and leaves it
  // behind.
  [[gnu::noinline]] constexpr void Multiply(Number& out, const Number& a, const Number& b) const {
    std::array<std::uint32_t, 2 * kLimbs> limbs{};
    std::uint64_t carry = 0;
    for (std::size_t i = 0; i < kLimbs; ++i) {
      std::uint32_t* at = limbs.data() + i;
      carry += AddProduct(at, a[i], b);
      carry += AddProduct(at, *at * inverse_, value_);
      at[kLimbs] = static_cast<std::uint32_t>(carry);
      carry >>= 32;
    }
    Number high;  // NOLINT: filled below
    for (std::size_t i = 0; i < kLimbs; ++i) {
      high[i] = limbs[kLimbs + i];
    }
    ReduceOnce(out, high, static_cast<std::uint32_t>(carry));
  }

  /// The form of any number.
  [[nodiscard]] constexpr Number ToForm(const Number& number) const {
    Number form;
    Multiply(form, number, square_);
    return form;
  }
  /// The number from its form.
  [[nodiscard]] Number FromForm(const Number& form) const;
  /// The remainder of any number.
  [[nodiscard]] Number Reduce(const Number& number) const { return FromForm(ToForm(number)); }
  /// For a prime modulus the form of 1 / a from the form of a; 0 from 0.
  [[nodiscard]] Number Invert(const Number& form) const;

 private:
  /// out = in + carry * 2^256, which is below twice the modulus, reduced.
  constexpr void ReduceOnce(Number& out, const Number& in, std::uint32_t carry) const {
    Number reduced;
    const std::uint32_t borrow = SubtractLimbs(reduced, in, value_);
    const std::uint32_t mask = 0 - (carry | (borrow ^ 1));
    for (std::size_t i = 0; i < kLimbs; ++i) {
      out[i] = in[i] ^ ((in[i] ^ reduced[i]) & mask);
    }
  }

  Number value_;
  Number square_{};            ///< 2^512, reduced
  std::uint32_t inverse_ = 1;  ///< -1 / value modulo 2^32
};

}  // namespace linnet::crypto::internal
