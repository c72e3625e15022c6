// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Any bytes as an ELF file whose size in flash is asked for.
#include <cstdint>

#include "tools/layout/load.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    linnet::layout::ElfFlashSize("fuzz.elf", std::as_bytes(std::span(data, size)));
  } catch (const linnet::layout::Error&) {
    return 0;
  }
  return 0;
}
