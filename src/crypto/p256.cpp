// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "crypto/p256.hpp"

#include <algorithm>

#include "base/view.hpp"
#include "crypto/wipe.hpp"

namespace linnet::crypto::internal {
namespace {

constexpr Number kB = kField.ToForm({0x27D2604B, 0x3BCE3C3E, 0xCC53B0F6, 0x651D06B0, 0x769886BC,
                                     0xB3EBBD55, 0xAA3A93E7, 0x5AC635D8});

// Formulas are lists of steps on registers: two bytes for an operation instead of a call's ten.
// NOLINTBEGIN(readability-identifier-naming): the names that the formulas have where they come from
enum Register : std::uint8_t { X1, Y1, Z1, X2, Y2, Z2, X3, Y3, Z3, T0, T1, T2, T3, T4, B, kCount };
// NOLINTEND(readability-identifier-naming)
enum class Operation : std::uint8_t { kAdd, kSubtract, kMultiply };

/// Four bits each: operation, result, operands.
using Step = std::uint16_t;
static_assert(kCount <= 16);

constexpr Step Make(Operation operation, Register out, Register a, Register b) {
  return static_cast<Step>(static_cast<unsigned>(operation) << 12 | out << 8 | a << 4 | b);
}
constexpr Step Add(Register out, Register a, Register b) {
  return Make(Operation::kAdd, out, a, b);
}
constexpr Step Sub(Register out, Register a, Register b) {
  return Make(Operation::kSubtract, out, a, b);
}
constexpr Step Mul(Register out, Register a, Register b) {
  return Make(Operation::kMultiply, out, a, b);
}

// Complete addition for curves of prime order with a = -3 (Renes, Costello, Batina: "Complete
// addition formulas for prime order elliptic curves", algorithm 4): right for all points, equal,
// opposite or at infinity, so there is no special case to branch on.
constexpr std::array<Step, 43> kAddition = {
    Mul(T0, X1, X2), Mul(T1, Y1, Y2), Mul(T2, Z1, Z2), Add(T3, X1, Y1), Add(T4, X2, Y2),
    Mul(T3, T3, T4), Add(T4, T0, T1), Sub(T3, T3, T4), Add(T4, Y1, Z1), Add(X3, Y2, Z2),
    Mul(T4, T4, X3), Add(X3, T1, T2), Sub(T4, T4, X3), Add(X3, X1, Z1), Add(Y3, X2, Z2),
    Mul(X3, X3, Y3), Add(Y3, T0, T2), Sub(Y3, X3, Y3), Mul(Z3, B, T2),  Sub(X3, Y3, Z3),
    Add(Z3, X3, X3), Add(X3, X3, Z3), Sub(Z3, T1, X3), Add(X3, T1, X3), Mul(Y3, B, Y3),
    Add(T1, T2, T2), Add(T2, T1, T2), Sub(Y3, Y3, T2), Sub(Y3, Y3, T0), Add(T1, Y3, Y3),
    Add(Y3, T1, Y3), Add(T1, T0, T0), Add(T0, T1, T0), Sub(T0, T0, T2), Mul(T1, T4, Y3),
    Mul(T2, T0, Y3), Mul(Y3, X3, Z3), Add(Y3, Y3, T2), Mul(X3, T3, X3), Sub(X3, X3, T1),
    Mul(Z3, T4, Z3), Mul(T1, T3, T0), Add(Z3, Z3, T1)};

// T0 = x^3 - 3x + b - y^2 of the point in X1, Y1.
constexpr std::array<Step, 8> kEquation = {Mul(T0, X1, X1), Mul(T0, T0, X1), Sub(T0, T0, X1),
                                           Sub(T0, T0, X1), Sub(T0, T0, X1), Add(T0, T0, B),
                                           Mul(T1, Y1, Y1), Sub(T0, T0, T1)};

class Machine {
 public:
  Machine() { registers_[B] = kB; }
  ~Machine() { Wipe(std::as_writable_bytes(std::span(registers_))); }
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  Number& operator[](Register name) { return registers_[name]; }

  void Run(Span<const Step> steps) {
    for (const Step step : steps) {
      Number& out = registers_[step >> 8 & 15];
      const Number& a = registers_[step >> 4 & 15];
      const Number& b = registers_[step & 15];
      switch (static_cast<Operation>(step >> 12)) {
        case Operation::kAdd:
          kField.Add(out, a, b);
          break;
        case Operation::kSubtract:
          kField.Subtract(out, a, b);
          break;
        case Operation::kMultiply:
          kField.Multiply(out, a, b);
          break;
      }
    }
  }

  void Store(Register first, const Point& point) {
    std::ranges::copy(point, registers_.begin() + first);
  }
  void Load(Register first, Point& out) const {
    std::copy_n(registers_.begin() + first, out.size(), out.begin());
  }
  void Copy(Register from, Register to) {
    std::copy_n(registers_.begin() + from, std::tuple_size_v<Point>, registers_.begin() + to);
  }
  /// The entry of `table` with that index; reads all of it, whatever the index.
  void Pick(const std::array<Point, 4>& table, std::uint32_t index, Register to) {
    for (std::uint32_t i = 0; i < table.size(); ++i) {
      const std::uint32_t mask = 0 - (((i ^ index) - 1) >> 31);  // ~0 when they are equal
      for (std::size_t part = 0; part < table[i].size(); ++part) {
        Select(registers_[to + part], table[i][part], mask);
      }
    }
  }

  /// The first point becomes the sum of both.
  void AddPoints() {
    Run(kAddition);
    Copy(X3, X1);
  }

 private:
  std::array<Number, kCount> registers_;  // NOLINT: no register is read before it is written
};

std::uint32_t BitOf(const Number& number, std::size_t bit) {
  return number[bit / 32] >> (bit % 32) & 1;
}

}  // namespace

Point Scale(const Point& point, const Number& factor) {
  Point scaled;
  for (std::size_t part = 0; part < point.size(); ++part) {
    kField.Multiply(scaled[part], point[part], factor);
  }
  return scaled;
}

bool IsScalar(const Number& number) {
  return !IsZero(number) && IsBelow(number, kOrder.value());
}

bool MakePoint(const Number& x, const Number& y, Point& out) {
  if (!IsBelow(x, kField.value()) || !IsBelow(y, kField.value())) {
    return false;
  }
  out = {kField.ToForm(x), kField.ToForm(y), kOne};
  Machine machine;
  machine.Store(X1, out);
  machine.Run(kEquation);
  return IsZero(machine[T0]);
}

// Both numbers bit by bit from the top: double, then add nothing, G, q or both.
Point MultiplyAdd(const Number& u, const Number& v, const Point& q, const Number& blinding) {
  Machine machine;
  std::array<Point, 4> table{Point{Number{}, kOne, Number{}}, Scale(kBase, blinding), q, Point{}};
  machine.Store(X1, table[1]);
  machine.Store(X2, q);
  machine.AddPoints();
  machine.Load(X1, table[3]);
  machine.Store(X1, table[0]);
  for (std::size_t bit = 32 * kLimbs; bit-- > 0;) {
    machine.Copy(X1, X2);
    machine.AddPoints();
    machine.Pick(table, BitOf(u, bit) | BitOf(v, bit) << 1, X2);
    machine.AddPoints();
  }
  machine.Load(X1, table[0]);
  return table[0];
}

void ToAffine(const Point& point, Number& x, Number& y) {
  const Number inverse = kField.Invert(point[2]);
  kField.Multiply(x, point[0], inverse);
  kField.Multiply(y, point[1], inverse);
  x = kField.FromForm(x);
  y = kField.FromForm(y);
}

}  // namespace linnet::crypto::internal
