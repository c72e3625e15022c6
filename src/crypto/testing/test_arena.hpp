// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Including this gives a test program the arena that mbedTLS needs, large enough for any test.
#pragma once

#include <array>
#include <cstddef>

#include "crypto/arena.hpp"

namespace linnet::crypto::testing {

inline bool InstallTestArena() {
  alignas(8) static std::array<std::byte, 512 * 1024> memory;
  Arena::Install(memory);
  return true;
}

inline const bool kTestArenaInstalled = InstallTestArena();

}  // namespace linnet::crypto::testing
