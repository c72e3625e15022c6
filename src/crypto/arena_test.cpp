// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "crypto/arena.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <random>
#include <vector>

namespace linnet::crypto {
namespace {

bool AllZero(const void* memory, std::size_t size) {
  const auto* bytes = static_cast<const unsigned char*>(memory);
  return std::all_of(bytes, bytes + size, [](unsigned char c) { return c == 0; });
}

TEST(Arena, EmptyOneRefusesEverything) {
  Arena arena;
  EXPECT_EQ(arena.Allocate(1), nullptr);
  EXPECT_EQ(arena.failures(), 1U);
  arena.Free(nullptr);
}

TEST(Arena, TooLittleMemoryIsAnEmptyArena) {
  alignas(8) std::array<std::byte, 64> memory;
  for (std::size_t size = 0; size < 24; ++size) {
    Arena arena(MutableBytes(memory).first(size));
    EXPECT_EQ(arena.Allocate(1), nullptr) << size;
  }
  Arena arena(MutableBytes(memory).first(24));
  EXPECT_NE(arena.Allocate(1), nullptr);
}

TEST(Arena, CountsWithHeadersAndKeepsThePeak) {
  alignas(8) std::array<std::byte, 1024> memory;
  Arena arena(memory);
  void* a = arena.Allocate(100);
  EXPECT_EQ(arena.in_use(), 112U);
  void* b = arena.Allocate(8);
  EXPECT_EQ(arena.in_use(), 128U);
  arena.Free(a);
  arena.Free(b);
  EXPECT_EQ(arena.in_use(), 0U);
  EXPECT_EQ(arena.peak(), 128U);
  arena.ResetPeak();
  EXPECT_EQ(arena.peak(), 0U);
}

TEST(Arena, GivesAlignedZeroedMemoryFromUnalignedMemory) {
  alignas(8) std::array<std::byte, 512> memory;
  memory.fill(std::byte{0xEE});
  Arena arena(MutableBytes(memory).subspan(3));
  for (std::size_t size : {0U, 1U, 7U, 8U, 9U, 30U}) {
    void* block = arena.Allocate(size);
    ASSERT_NE(block, nullptr);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block) % 8, 0U);
    EXPECT_TRUE(AllZero(block, size));
    std::memset(block, 0xEE, size);
  }
}

TEST(Arena, IsWholeAgainAfterFreeingInAnyOrder) {
  alignas(8) std::array<std::byte, 1024> memory;
  Arena arena(memory);
  std::array<int, 5> order{0, 1, 2, 3, 4};
  do {
    std::array<void*, 5> blocks;
    for (void*& block : blocks) {
      block = arena.Allocate(150);
      ASSERT_NE(block, nullptr);
    }
    for (const int i : order) {
      arena.Free(blocks[i]);
    }
    void* all = arena.Allocate(arena.capacity() - 8);
    ASSERT_NE(all, nullptr);
    EXPECT_EQ(arena.in_use(), arena.capacity());
    arena.Free(all);
  } while (std::ranges::next_permutation(order).found);
}

TEST(Arena, RefusesWhatDoesNotFitAndGoesOn) {
  alignas(8) std::array<std::byte, 256> memory;
  Arena arena(memory);
  EXPECT_EQ(arena.Allocate(arena.capacity()), nullptr);
  EXPECT_EQ(arena.Allocate(SIZE_MAX), nullptr);
  EXPECT_EQ(arena.Allocate(SIZE_MAX - 8), nullptr);
  EXPECT_EQ(arena.failures(), 3U);
  EXPECT_NE(arena.Allocate(100), nullptr);
}

TEST(Arena, RandomUseNeverOverlaps) {
  alignas(8) std::array<std::byte, 4096> memory;
  Arena arena(memory);
  std::mt19937 random(7);  // NOLINT: repeatable on purpose
  struct Held {
    unsigned char* memory;
    std::size_t size;
    unsigned char fill;
  };
  std::vector<Held> held;
  for (int step = 0; step < 20000; ++step) {
    if (held.empty() || random() % 2 == 0) {
      const std::size_t size = random() % 300;
      auto* block = static_cast<unsigned char*>(arena.Allocate(size));
      if (block != nullptr) {
        ASSERT_TRUE(AllZero(block, size));
        const auto fill = static_cast<unsigned char>(random());
        std::memset(block, fill, size);
        held.push_back({block, size, fill});
        continue;
      }
    }
    const std::size_t pick = random() % held.size();
    const Held gone = held[pick];
    ASSERT_TRUE(std::all_of(gone.memory, gone.memory + gone.size,
                            [&](unsigned char c) { return c == gone.fill; }));
    arena.Free(gone.memory);
    held.erase(held.begin() + static_cast<std::ptrdiff_t>(pick));
  }
  for (const Held& block : held) {
    arena.Free(block.memory);
  }
  EXPECT_EQ(arena.in_use(), 0U);
  EXPECT_LE(arena.peak(), arena.capacity());
}

TEST(ArenaDeathTest, FindsDoubleFreeOverflowAndForeignPointers) {
  alignas(8) std::array<std::byte, 512> memory;
  Arena arena(memory);
  auto* first = static_cast<std::byte*>(arena.Allocate(32));
  auto* second = static_cast<std::byte*>(arena.Allocate(32));
  EXPECT_DEATH(
      {
        arena.Free(second);
        arena.Free(second);
      },
      "assert failed");
  EXPECT_DEATH(
      {
        arena.Free(second);
        arena.Free(first);
        EXPECT_NE(arena.Allocate(100), nullptr);
        arena.Free(second);
      },
      "assert failed");
  EXPECT_DEATH(
      {
        first[32] ^= std::byte{1};
        arena.Free(first);
      },
      "assert failed");
  EXPECT_DEATH(
      {
        first[36] ^= std::byte{1};
        EXPECT_EQ(arena.Allocate(400), nullptr);
      },
      "assert failed");
  EXPECT_DEATH(arena.Free(first + 8), "assert failed");
  EXPECT_DEATH(arena.Free(memory.data()), "assert failed");
}

}  // namespace
}  // namespace linnet::crypto
