// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "crypto/modular.hpp"

#include "base/endian.hpp"

namespace linnet::crypto::internal {

Number ReadNumber(std::span<const std::byte, kNumberSize> bytes) {
  Number number;
  for (std::size_t i = 0; i < kLimbs; ++i) {
    number[kLimbs - 1 - i] = LoadBe32(bytes.subspan(4 * i));
  }
  return number;
}

void WriteNumber(const Number& number, std::span<std::byte, kNumberSize> out) {
  for (std::size_t i = 0; i < kLimbs; ++i) {
    StoreBe32(number[kLimbs - 1 - i], out.subspan(4 * i));
  }
}

bool IsZero(const Number& number) {
  std::uint32_t bits = 0;
  for (const std::uint32_t limb : number) {
    bits |= limb;
  }
  return bits == 0;
}

bool IsBelow(const Number& number, const Number& bound) {
  Number difference;
  return SubtractLimbs(difference, number, bound) != 0;
}

Number Modulus::FromForm(const Number& form) const {
  Number number;
  Multiply(number, form, Number{1});
  return number;
}

// Fermat: a to the power of the modulus less two. That is no secret, so its bits may be branched
// on.
Number Modulus::Invert(const Number& form) const {
  Number exponent;
  SubtractLimbs(exponent, value_, Number{2});
  Number power = form;
  for (std::size_t bit = 32 * kLimbs - 1; bit-- > 0;) {
    Multiply(power, power, power);
    if ((exponent[bit / 32] >> (bit % 32) & 1) != 0) {
      Multiply(power, power, form);
    }
  }
  return power;
}

}  // namespace linnet::crypto::internal
