// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Any bytes as Kconfig files that include each other, and questions about their options.
#include <cstdint>

#include "tools/kconfig/tree.hpp"
#include "tools/layout/yaml.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace linnet;
  const std::string text(data, data + size);
  try {
    kconfig::Tree tree;
    tree.AddFile("/sdk/Kconfig", text);
    tree.AddFile("/sdk/a/Kconfig", text);
    tree.Join("/sdk", {{"DIR", "/sdk/a"}});
    const kconfig::Settings settings{{"A", {"y", "x:1"}}, {"B", {"7", "x:2"}}};
    for (const char* asked : {"y", "n", "12"}) {
      for (const char* name : {"A", "B", "C", "D"}) {
        static_cast<void>(tree.WhyNot(name, asked, {settings}));
      }
    }
  } catch (const layout::Error&) {
    return 0;
  }
  return 0;
}
