// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// How much of the board's RAM an update engine takes: the size of this symbol, which
// scripts/bench-update reads. It is linked into nothing.
#include <array>

#include "update/engine.hpp"

namespace linnet::update {

extern std::array<std::byte, sizeof(Engine)> update_engine_ram;
std::array<std::byte, sizeof(Engine)> update_engine_ram;

}  // namespace linnet::update
