// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "ports/an505/startup.hpp"

#include <algorithm>

#include "base/assert.hpp"

int main();

// Placed by the linker scripts.
extern "C" {
extern std::uint32_t linker_data_load[];
extern std::uint32_t linker_data_start[];
extern std::uint32_t linker_data_end[];
extern std::uint32_t linker_bss_start[];
extern std::uint32_t linker_bss_end[];
extern std::uint32_t linker_stack_bottom[];
extern std::uint32_t linker_stack_top[];
extern linnet::an505::Vector linker_init_start[];
extern linnet::an505::Vector linker_init_end[];
}

namespace linnet::an505 {

namespace {

constexpr std::uint32_t kPaint = 0xA5C3'5A3C;

/// Not inlined, so that it knows that its own frame is the deepest one in use.
[[gnu::noinline]] void PaintStack() {
  auto* here = static_cast<std::uint32_t*>(__builtin_frame_address(0));
  constexpr std::ptrdiff_t kOwnFrameWords = 32;
  for (auto* word = linker_stack_bottom; word < here - kOwnFrameWords; ++word) {
    *const_cast<volatile std::uint32_t*>(word) = kPaint;
  }
}

}  // namespace

std::uint32_t StackSize() {
  return static_cast<std::uint32_t>(linker_stack_top - linker_stack_bottom) * 4;
}

std::uint32_t StackPeak() {
  const volatile std::uint32_t* word = linker_stack_bottom;
  while (word < linker_stack_top && *word == kPaint) {
    ++word;
  }
  return static_cast<std::uint32_t>(linker_stack_top - word) * 4;
}

}  // namespace linnet::an505

extern "C" void ResetHandler() {
  // An overflow is a fault at the instruction that causes it, not damage found later.
  __asm volatile("msr msplim, %0" ::"r"(linker_stack_bottom));
  linnet::an505::PaintStack();
  std::copy(linker_data_load, linker_data_load + (linker_data_end - linker_data_start),
            linker_data_start);
  std::fill(linker_bss_start, linker_bss_end, 0U);
  for (auto* constructor = linker_init_start; constructor != linker_init_end; ++constructor) {
    (*constructor)();
  }
  main();
  LINNET_ASSERT(false);
}

// Nothing ever ends, so no destructor of a static object is kept for an end. Both names are the
// ABI's.
extern "C" int __aeabi_atexit(  // NOLINT: see above
    void* /*object*/, void (* /*destructor*/)(void*), void* /*handle*/) {
  return 0;
}
