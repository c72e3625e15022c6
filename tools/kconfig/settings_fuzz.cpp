// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Any bytes as a configuration and as a CMake cache.
#include <cstdint>

#include "tools/kconfig/settings.hpp"
#include "tools/layout/yaml.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  linnet::kconfig::ReadCache(text);
  try {
    linnet::kconfig::Settings settings;
    linnet::kconfig::ReadSettings("fuzz.config", text, settings);
  } catch (const linnet::layout::Error&) {
    return 0;
  }
  return 0;
}
