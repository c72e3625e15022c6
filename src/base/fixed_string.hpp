// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Text in a fixed buffer, never longer than its capacity, never silently cut.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/status.hpp"
#include "base/view.hpp"

namespace linnet {

template <std::size_t kCapacity>
class FixedString {
 public:
  constexpr FixedString() = default;

  /// Appends all of `text`, or nothing: kTooLarge.
  constexpr Status Append(StringView text) {
    if (text.size() > kCapacity - size_) {
      return Code::kTooLarge;
    }
    std::copy(text.begin(), text.end(), data_.begin() + size_);
    size_ += text.size();
    return OkStatus();
  }
  constexpr Status Append(char c) { return Append(StringView(&c, 1)); }

  /// Replaces the content with `text`, or leaves it as it is: kTooLarge.
  constexpr Status Assign(StringView text) {
    if (text.size() > kCapacity) {
      return Code::kTooLarge;
    }
    std::copy(text.begin(), text.end(), data_.begin());
    size_ = text.size();
    return OkStatus();
  }

  constexpr void Clear() { size_ = 0; }
  /// Keeps the first `size` bytes, or all if there are fewer.
  constexpr void Truncate(std::size_t size) { size_ = std::min(size_, size); }
  [[nodiscard]] constexpr StringView view() const { return {data_.data(), size_}; }
  constexpr operator StringView() const { return view(); }  // NOLINT: implicit by design
  [[nodiscard]] constexpr std::size_t size() const { return size_; }
  [[nodiscard]] constexpr bool empty() const { return size_ == 0; }
  [[nodiscard]] static constexpr std::size_t capacity() { return kCapacity; }
  friend constexpr bool operator==(const FixedString& a, StringView b) { return a.view() == b; }

 private:
  std::array<char, kCapacity> data_{};
  std::size_t size_ = 0;
};

}  // namespace linnet
