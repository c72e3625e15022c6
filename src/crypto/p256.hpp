// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The curve P-256 (FIPS 186-4, D.1.2.3): its two moduli, its equation, and the one multiplication
// that signing and verification need. For src/crypto only.
#pragma once

#include "crypto/modular.hpp"

namespace linnet::crypto::internal {

inline constexpr Modulus kField{Number{0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0x00000000, 0x00000000,
                                       0x00000000, 0x00000001, 0xFFFFFFFF}};
inline constexpr Modulus kOrder{Number{0xFC632551, 0xF3B9CAC2, 0xA7179E84, 0xBCE6FAAD, 0xFFFFFFFF,
                                       0xFFFFFFFF, 0x00000000, 0xFFFFFFFF}};

/// X, Y and Z of the point x = X / Z, y = Y / Z (homogeneous coordinates), in Montgomery form.
/// Z = 0: the point at infinity.
using Point = std::array<Number, 3>;

/// The base point G.
inline constexpr Point kBase{kField.ToForm(Number{0xD898C296, 0xF4A13945, 0x2DEB33A0, 0x77037D81,
                                                  0x63A440F2, 0xF8BCE6E5, 0xE12C4247, 0x6B17D1F2}),
                             kField.ToForm(Number{0x37BF51F5, 0xCBB64068, 0x6B315ECE, 0x2BCE3357,
                                                  0x7C0F9E16, 0x8EE7EB4A, 0xFE1A7F9B, 0x4FE342E2}),
                             kField.ToForm(Number{1})};
/// The form of 1 in the field: as a factor it blinds nothing.
inline constexpr const Number& kOne = kBase[2];

/// The point with these coordinates, when each is below the field's modulus and both fit the
/// curve's equation; else false. The point at infinity has no such coordinates.
[[nodiscard]] bool MakePoint(const Number& x, const Number& y, Point& out);

/// The same point in other coordinates; `factor` is not 0.
[[nodiscard]] Point Scale(const Point& point, const Number& factor);

/// Whether a secret or a signature's number may have this value: not 0, below the order.
[[nodiscard]] bool IsScalar(const Number& number);

/// u * G + v * q, with G the curve's base point; for u * G alone v is 0, and q any point. Time and
/// memory accesses do not depend on the arguments; `blinding`, not 0 and below the field's modulus,
/// scales G's coordinates, so that two multiplications by the same secret compute with different
/// numbers.
[[nodiscard]] Point MultiplyAdd(const Number& u, const Number& v, const Point& q,
                                const Number& blinding);

/// x / z and y / z as numbers; zeros for the point at infinity.
void ToAffine(const Point& point, Number& x, Number& y);

}  // namespace linnet::crypto::internal
