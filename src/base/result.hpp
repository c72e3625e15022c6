// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A value, or the reason why there is none.
#pragma once

#include <type_traits>
#include <utility>

#include "base/assert.hpp"
#include "base/status.hpp"

namespace linnet {

/// Holds either a `T` (status ok) or a failure code. `T` must be default-constructible: no
/// allocation and no union tricks, so that it costs nothing on the device. Inlined where the code
/// is in sight, most assertions below are known to hold.
template <typename T>
class [[nodiscard]] Result {
 public:
  constexpr Result(T value) : value_(std::move(value)) {}  // NOLINT: implicit by design
  constexpr Result(Status status) : status_(status) { LINNET_ASSERT(!status.ok()); }  // NOLINT
  // NOLINTNEXTLINE
  [[gnu::always_inline]] constexpr Result(Code code) : Result(Status(code)) {}

  [[nodiscard]] constexpr bool ok() const { return status_.ok(); }
  [[nodiscard]] constexpr Status status() const { return status_; }
  [[nodiscard]] constexpr Code code() const { return status_.code(); }

  /// Requires ok().
  [[nodiscard, gnu::always_inline]] constexpr const T& value() const {
    LINNET_ASSERT(ok());
    return value_;
  }
  [[nodiscard, gnu::always_inline]] constexpr T& value() {
    LINNET_ASSERT(ok());
    return value_;
  }
  [[nodiscard]] constexpr T value_or(T other) const { return ok() ? value_ : std::move(other); }
  [[gnu::always_inline]] constexpr const T& operator*() const { return value(); }
  [[gnu::always_inline]] constexpr T& operator*() { return value(); }
  [[gnu::always_inline]] constexpr const T* operator->() const { return &value(); }
  [[gnu::always_inline]] constexpr T* operator->() { return &value(); }

 private:
  T value_{};
  Status status_;
};

}  // namespace linnet

#define LINNET_CONCAT_INNER(a, b) a##b
#define LINNET_CONCAT(a, b) LINNET_CONCAT_INNER(a, b)

/// Declares or assigns `lhs` from a Result, or returns its status:
/// `LINNET_TRY_ASSIGN(const std::size_t n, stream.Read(buffer));`
#define LINNET_TRY_ASSIGN(lhs, expr) \
  LINNET_TRY_ASSIGN_NAMED(LINNET_CONCAT(linnet_result_, __LINE__), lhs, expr)
#define LINNET_TRY_ASSIGN_NAMED(name, lhs, expr) \
  auto name = (expr);                            \
  if (!name.ok()) {                              \
    return name.status();                        \
  }                                              \
  lhs = std::move(name).value()
