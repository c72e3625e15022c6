// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A first-in first-out queue of fixed capacity.
#pragma once

#include <array>
#include <cstddef>
#include <utility>

#include "base/assert.hpp"
#include "base/status.hpp"

namespace linnet {

template <typename T, std::size_t kCapacity>
class Ring {
 public:
  /// Appends at the back. kResourceExhausted: full, nothing changed.
  constexpr Status Push(T value) {
    if (full()) {
      return Code::kResourceExhausted;
    }
    items_[(head_ + size_) % kCapacity] = std::move(value);
    ++size_;
    return OkStatus();
  }
  /// The oldest item; requires !empty().
  constexpr T& front() {
    LINNET_ASSERT(!empty());
    return items_[head_];
  }
  /// The item `index` places behind the oldest; requires index < size().
  constexpr T& at(std::size_t index) {
    LINNET_ASSERT(index < size_);
    return items_[(head_ + index) % kCapacity];
  }
  /// Drops the oldest item; requires !empty().
  constexpr void Pop() {
    LINNET_ASSERT(!empty());
    head_ = (head_ + 1) % kCapacity;
    --size_;
  }
  constexpr void Clear() { head_ = size_ = 0; }
  [[nodiscard]] constexpr bool empty() const { return size_ == 0; }
  [[nodiscard]] constexpr bool full() const { return size_ == kCapacity; }
  [[nodiscard]] constexpr std::size_t size() const { return size_; }

 private:
  std::array<T, kCapacity> items_{};
  std::size_t head_ = 0;
  std::size_t size_ = 0;
};

}  // namespace linnet
