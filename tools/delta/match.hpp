// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Finds where stretches of a new file lie in an old one, small differences allowed.
#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.hpp"

namespace linnet::delta {

/// target[target, target + length) resembles base[base, base + length).
struct Stretch {
  std::uint32_t target = 0;
  std::uint32_t base = 0;
  std::uint32_t length = 0;
};

/// In the order of the target, without overlaps; what lies between is new. The idea is bsdiff's:
/// code that moved keeps most of its bytes, and the addresses in it differ by the same few values.
std::vector<Stretch> FindStretches(Bytes base, Bytes target);

}  // namespace linnet::delta
