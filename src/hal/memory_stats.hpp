// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// How much of the fixed memory has ever been used.
#pragma once

#include <cstdint>

namespace linnet::hal {

class MemoryStats {
 public:
  /// Bytes of the main stack ever used since reset, and its size.
  [[nodiscard]] virtual std::uint32_t stack_peak() const = 0;
  [[nodiscard]] virtual std::uint32_t stack_size() const = 0;

 protected:
  ~MemoryStats() = default;  // nobody deletes through it
};

}  // namespace linnet::hal
