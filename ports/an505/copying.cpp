// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// memcpy, memmove and memcmp by words. The C library's are the smallest there are, byte by byte;
// boot reads every image through them. memcpy and memmove are one function. Compiled without
// link-time optimization, which would look for them in the library.
#include <cstddef>
#include <cstdint>

namespace {

/// At any alignment.
inline std::uint32_t LoadWord(const unsigned char* from) {
  std::uint32_t word;  // NOLINT: loaded next
  __builtin_memcpy(&word, from, sizeof(word));
  return word;
}

}  // namespace

extern "C" {

void* memmove(void* to, const void* from, std::size_t count) {
  auto* target = static_cast<unsigned char*>(to);
  const auto* source = static_cast<const unsigned char*>(from);
  if (reinterpret_cast<std::uintptr_t>(to) - reinterpret_cast<std::uintptr_t>(from) < count) {
    while (count != 0) {  // the target begins within the source: from the end
      --count;
      target[count] = source[count];
    }
    return to;
  }
  for (; count >= sizeof(std::uint32_t); count -= sizeof(std::uint32_t)) {
    const std::uint32_t word = LoadWord(source);
    __builtin_memcpy(target, &word, sizeof(word));
    source += sizeof(word);
    target += sizeof(word);
  }
  for (; count != 0; --count) {
    *target++ = *source++;
  }
  return to;
}

int memcmp(const void* a, const void* b, std::size_t count) {
  const auto* left = static_cast<const unsigned char*>(a);
  const auto* right = static_cast<const unsigned char*>(b);
  for (; count >= sizeof(std::uint32_t); count -= sizeof(std::uint32_t)) {
    if (LoadWord(left) != LoadWord(right)) {
      break;  // the bytes below tell which is less
    }
    left += sizeof(std::uint32_t);
    right += sizeof(std::uint32_t);
  }
  for (; count != 0; --count) {
    if (const int difference = *left++ - *right++; difference != 0) {
      return difference;
    }
  }
  return 0;
}

void* memcpy(void* to, const void* from, std::size_t count) __attribute__((alias("memmove")));

// The names by which the compiler calls them (Run-time ABI for the Arm Architecture, 4.3.4).
void* __aeabi_memcpy(void* to, const void* from, std::size_t count)
    __attribute__((alias("memmove")));
void* __aeabi_memcpy4(void* to, const void* from, std::size_t count)
    __attribute__((alias("memmove")));
void* __aeabi_memcpy8(void* to, const void* from, std::size_t count)
    __attribute__((alias("memmove")));
void* __aeabi_memmove(void* to, const void* from, std::size_t count)
    __attribute__((alias("memmove")));
void* __aeabi_memmove4(void* to, const void* from, std::size_t count)
    __attribute__((alias("memmove")));
void* __aeabi_memmove8(void* to, const void* from, std::size_t count)
    __attribute__((alias("memmove")));
}
