// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Any bytes as a map, in both forms: one error, or a map that can be judged, drawn and planned.
#include <cstdint>
#include <string>

#include "tools/layout/check.hpp"
#include "tools/layout/load.hpp"
#include "tools/layout/picture.hpp"
#include "tools/layout/plan.hpp"
#include "tools/layout/write.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace linnet::layout;
  if (size == 0) {
    return 0;
  }
  const std::string text(data + 1, data + size);
  const std::string name = data[0] % 2 == 0 ? "fuzz.yml" : "fuzz.dts";
  try {
    const Map map = ReadMapText(name, text, "nrf5340");
    Check(map, {}, &map);
    DrawSvg({{"x", &map}});
    DrawText(map, 40);
    ReadMapText("again.yml", WriteStaticMap(map), "nrf5340");
    MakePlan({.present = map});
  } catch (const Error&) {
    return 0;
  }
  return 0;
}
