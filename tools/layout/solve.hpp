// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Where blocks must lie in one flash so that the application gets the most room: exact.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace linnet::layout {

/// Bytes of flash that belong together. Offsets and sizes in bytes, sizes in whole pages.
struct Block {
  std::uint64_t size = 0;
  std::uint64_t unit = 1;    ///< Its start is a multiple of this.
  bool secure = false;       ///< Only counts where the problem has a protection unit.
  std::uint64_t offset = 0;  ///< Of a fixed block.
};

struct Problem {
  std::uint64_t size = 0;  ///< Of the flash.
  std::uint64_t page = 0;
  std::uint64_t protection = 0;  ///< 0: one world; else worlds may not share a unit of this size.
  /// What lies in the application's slot in front of it (pad, TF-M): Secure if there are two
  /// worlds.
  std::uint64_t head = 0;
  bool second_slot = false;  ///< A second slot of the same size lies in this flash, too.
  std::vector<Block> fixed{};
  std::vector<Block> free{};  ///< At most kMaxFree.
};

inline constexpr std::size_t kMaxFree = 14;

struct Solution {
  std::uint64_t slot = 0;
  std::uint64_t slot_size = 0;
  std::uint64_t app = 0;
  std::uint64_t app_size = 0;
  std::uint64_t second = 0;
  std::vector<std::uint64_t> offsets{};  ///< Of the free blocks, in their order.
};

/// The solution with the largest application, or none when nothing fits.
///
/// Why it is the largest: every layout has an order by address. Packing an order's blocks as low as
/// possible, one after another, never puts a block higher than any other layout of the same order
/// does, because the lowest place for a block does not go down when the one before it goes up. So
/// an application size is possible exactly if some order, packed low, ends inside the flash; and of
/// all orders of the same set of blocks that end in the same world, the lowest end is as good as
/// any for what follows. That makes a table over subsets exact instead of a search over orders.
/// A size that fits leaves every smaller one fitting, so halving finds the largest; what the slot's
/// start may be within a protection unit is tried in full.
std::optional<Solution> Solve(const Problem& problem);

}  // namespace linnet::layout
