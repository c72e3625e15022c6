// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A broken invariant, on both sides: say where, then reset.
#include "base/assert.hpp"

#include <cstddef>

#include "base/log.hpp"
#include "base/view.hpp"
#include "ports/an505/mapped_flash.hpp"
#include "ports/an505/retained.hpp"

namespace linnet {

void AssertFailed(const char* file, int line) {
  log::Error("assert", "{}:{}", file, line);
  an505::ResetDevice(hal::ResetCause::kAssert);
}

namespace an505 {

void FlashRuleBroken(const char* rule, std::uint32_t offset) {
  log::Error("flash", "{}, at offset {:x}", rule, offset);
  // An undefined instruction: the fault handler prints where it came from and resets.
  __builtin_trap();
}

}  // namespace an505
}  // namespace linnet

// What the C++ library calls where a pure virtual function is called.
extern "C" [[noreturn]] void __cxa_pure_virtual() {  // NOLINT: the ABI's name
  linnet::AssertFailed("pure virtual", 0);
}

// Virtual destructors name it; nothing that has one is ever allocated, so there is no heap to link.
void operator delete(void* /*block*/) noexcept {
  linnet::AssertFailed("operator delete", 0);
}
void operator delete(void* /*block*/, std::size_t /*size*/) noexcept {
  linnet::AssertFailed("operator delete", 0);
}

// What the standard library calls where it would throw: StringView::substr and the like.
namespace std {

void __throw_out_of_range_fmt(const char* /*format*/, ...) {  // NOLINT: the library's names
  linnet::AssertFailed("out of range", 0);
}
void __throw_length_error(const char* /*what*/) {  // NOLINT
  linnet::AssertFailed("length", 0);
}

}  // namespace std
