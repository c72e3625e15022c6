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

/// In homogeneous coordinates: x / z and y / z, in Montgomery form. z = 0: the point at infinity.
struct Point {
  Number x;
  Number y;
  Number z;
};

/// The form of 1 in the field: as a factor it blinds nothing.
inline constexpr Number kOne = kField.ToForm(Number{1});
inline constexpr Point kInfinity{Number{}, kOne, Number{}};

/// The point with these coordinates, when each is below the field's modulus and both fit the
/// curve's equation; else false. The point at infinity has no such coordinates.
[[nodiscard]] bool MakePoint(const Number& x, const Number& y, Point& out);

/// The base point G.
extern const Point kBase;  // NOLINT: its definition is constinit

/// The same point in other coordinates; `factor` is not 0.
[[nodiscard]] Point Scale(const Point& point, const Number& factor);

/// Whether a secret or a signature's number may have this value: not 0, below the order.
[[nodiscard]] bool IsScalar(const Number& number);

/// u * G + v * q, with G the curve's base point. Time and memory accesses do not depend on the
/// arguments; `blinding`, not 0 and below the field's modulus, scales G's coordinates, so that two
/// multiplications by the same secret compute with different numbers.
[[nodiscard]] Point MultiplyAdd(const Number& u, const Number& v, const Point& q,
                                const Number& blinding);

/// x / z and y / z as numbers; zeros for the point at infinity.
void ToAffine(const Point& point, Number& x, Number& y);

}  // namespace linnet::crypto::internal
