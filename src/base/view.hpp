// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Views of memory that stay in registers: std::span and std::string_view, but aligned.
//
// GCC keeps a structure of two words in a pair of registers only when it is aligned to both. It
// writes any other to the stack and reads it back wherever one is passed on or taken apart. How
// they are passed is the same: the procedure call standard goes by the members.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <span>
#include <string_view>

#include "base/assert.hpp"

namespace linnet {

template <typename T>
class alignas(8) Span : public std::span<T> {
 public:
  using Base = std::span<T>;
  using Base::Base;
  constexpr Span(Base items) : Base(items) {}  // NOLINT: implicit by design

  using Base::first;
  using Base::last;
  using Base::subspan;
  [[nodiscard]] constexpr Span first(std::size_t count) const { return Base::first(count); }
  [[nodiscard]] constexpr Span last(std::size_t count) const { return Base::last(count); }
  [[nodiscard]] constexpr Span subspan(std::size_t offset,
                                       std::size_t count = std::dynamic_extent) const {
    return Base::subspan(offset, count);
  }
};

class alignas(8) StringView : public std::string_view {
 public:
  using Base = std::string_view;
  using Base::Base;
  constexpr StringView() = default;
  constexpr StringView(Base text) : Base(text) {}  // NOLINT: implicit by design
  template <std::convertible_to<Base> Text>
  requires(!std::convertible_to<Text, const char*>) constexpr StringView(const Text& text)
      : Base(text) {}  // NOLINT: implicit by design

  /// Requires offset <= size().
  [[nodiscard, gnu::always_inline]] constexpr StringView substr(std::size_t offset,
                                                                std::size_t count = npos) const {
    if (offset > size()) {
      FailOffset();
    }
    return {data() + offset, std::min(count, size() - offset)};
  }
  [[nodiscard, gnu::always_inline]] constexpr bool starts_with(StringView start) const {
    return Begins(*this, start);
  }
  [[nodiscard]] constexpr bool starts_with(char start) const {
    return !empty() && front() == start;
  }

  friend constexpr bool operator==(StringView a, StringView b) {
    return a.size() == b.size() && Begins(a, b);
  }
  template <std::same_as<Base> Other>
  [[gnu::always_inline]] friend constexpr bool operator==(StringView a, Other b) {
    return a == StringView(b);
  }
  [[gnu::always_inline]] friend constexpr bool operator==(StringView a, const char* b) {
    return a == StringView(b);
  }

 private:
  /// LINNET_ASSERT, but the place is named once.
  [[noreturn, gnu::noinline]] static void FailOffset() { AssertFailed(__FILE_NAME__, __LINE__); }
  // With values for arguments: a member is called with the address of its object.
  static constexpr bool Begins(StringView text, StringView start) {
    return text.size() >= start.size() &&
           traits_type::compare(text.data(), start.data(), start.size()) == 0;
  }
};

}  // namespace linnet
