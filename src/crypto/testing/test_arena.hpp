// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Including this gives a test program the arena that mbedTLS needs, large enough for any test.
#pragma once

#include <array>
#include <cstddef>

#include "crypto/arena.hpp"

namespace linnet::crypto::testing {

inline bool InstallTestArena() {
  alignas(8) static std::array<std::byte, 512U << 10> memory;  // NOLINT: plain bytes
  Arena::Install(memory);
  return true;
}

inline const bool kTestArenaInstalled = InstallTestArena();  // NOLINT: that is its purpose

}  // namespace linnet::crypto::testing
