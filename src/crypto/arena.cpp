// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "crypto/arena.hpp"

#include <mbedtls/platform.h>

#include <algorithm>
#include <cstring>
#include <new>

#include "base/assert.hpp"

namespace linnet::crypto {

// Blocks lie one behind the other; a used block without memory closes the row. `seal` binds the
// header to its state and place, so that a stray write, or a pointer to something else, shows.
struct Arena::Block {
  std::uint32_t size;  // with this header; a multiple of 8
  std::uint32_t seal;

  static constexpr std::uint32_t kUsed = 0x55E1F00D;
  static constexpr std::uint32_t kFree = 0x0F4EE0FF;

  std::uint32_t SealFor(std::uint32_t state) const {
    const auto place = static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(this));
    return state ^ size ^ place;
  }
  void Set(std::uint32_t new_size, std::uint32_t state) {
    size = new_size;
    seal = SealFor(state);
  }
  [[nodiscard]] bool used() const { return seal == SealFor(kUsed); }
  [[nodiscard]] bool free() const { return seal == SealFor(kFree); }
  Block* next() { return reinterpret_cast<Block*>(reinterpret_cast<std::byte*>(this) + size); }
  void* memory() { return this + 1; }

  /// A free block swallows the free ones behind it. Returns its size then.
  std::uint32_t JoinFollowing() {
    while (next()->free()) {
      Block* joined = next();
      Set(size + joined->size, kFree);
      joined->seal = 0;
    }
    return size;
  }
  /// Marks as used, and splits off what is left over when that can hold anything.
  void Take(std::uint32_t wanted) {
    const std::uint32_t rest = size - wanted;
    if (rest >= 2 * sizeof(Block)) {
      size = wanted;
      (new (next()) Block)->Set(rest, kFree);
    }
    Set(size, kUsed);
  }
};

namespace {

constexpr std::size_t kUnit = 8;
constexpr std::size_t kMaxSize = 0x7FFFFFF8;

// The library has no context to hand to its allocator, hence one arena for an image.
Arena global_arena;

void* CallocInstalled(std::size_t count, std::size_t size) {
  std::size_t total = 0;
  if (__builtin_mul_overflow(count, size, &total)) {
    return nullptr;
  }
  return global_arena.Allocate(total);
}

void FreeInstalled(void* block) {
  global_arena.Free(block);
}

}  // namespace

Arena::Arena(MutableBytes memory) {
  static_assert(sizeof(Block) == kUnit);
  const auto address = reinterpret_cast<std::uintptr_t>(memory.data());
  const std::size_t gap = (kUnit - address % kUnit) % kUnit;
  if (memory.size() < gap + 2 * kUnit) {
    return;
  }
  capacity_ = std::min((memory.size() - gap) / kUnit * kUnit - kUnit, kMaxSize);
  first_ = new (memory.data() + gap) Block;
  first_->Set(static_cast<std::uint32_t>(capacity_), Block::kFree);
  (new (first_->next()) Block)->Set(0, Block::kUsed);
}

void* Arena::Allocate(std::size_t size) {
  if (size >= capacity_) {  // also keeps the sum below from overflowing
    ++failures_;
    return nullptr;
  }
  const std::size_t wanted = (std::max(size, kUnit) + 2 * kUnit - 1) / kUnit * kUnit;
  for (Block* block = first_; block->size != 0; block = block->next()) {
    LINNET_ASSERT(block->used() || block->free());
    if (block->free() && block->JoinFollowing() >= wanted) {
      block->Take(static_cast<std::uint32_t>(wanted));
      in_use_ += block->size;
      peak_ = std::max(peak_, in_use_);
      return std::memset(block->memory(), 0, block->size - sizeof(Block));
    }
  }
  ++failures_;
  return nullptr;
}

void Arena::Free(void* memory) {
  if (memory == nullptr) {
    return;
  }
  Block* block = static_cast<Block*>(memory) - 1;
  LINNET_ASSERT(block >= first_ && block->used() && block->size != 0);
  LINNET_ASSERT(block->next()->used() || block->next()->free());
  in_use_ -= block->size;
  block->Set(block->size, Block::kFree);
}

void Arena::Install(MutableBytes memory) {
  global_arena = Arena(memory);
  mbedtls_platform_set_calloc_free(CallocInstalled, FreeInstalled);
}

Arena& Arena::installed() {
  return global_arena;
}

}  // namespace linnet::crypto
