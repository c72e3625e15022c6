// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// linnet_layout_gen BOARD REGIONS.yml PM_STATIC.yml OUT.hpp OUT.ld
#include <cstdio>
#include <exception>
#include <fstream>
#include <iterator>
#include <string>

#include "tools/layout/emit.hpp"
#include "tools/layout/map.hpp"
#include "tools/layout/yaml.hpp"

namespace linnet::layout {
namespace {

Document ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    throw Error(path, 0, "cannot be read");
  }
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return ParseYaml(path, text);
}

/// Leaves a file that is the same already alone, so that nothing is built again for it.
void WriteFile(const std::string& path, const std::string& text) {
  {
    std::ifstream old(path, std::ios::binary);
    if (old && std::string{std::istreambuf_iterator<char>(old), {}} == text) {
      return;
    }
  }
  std::ofstream file(path, std::ios::binary);
  file << text;
  if (!file.flush()) {
    throw Error(path, 0, "cannot be written");
  }
}

}  // namespace
}  // namespace linnet::layout

int main(int argc, char** argv) {
  using namespace linnet::layout;
  if (argc != 6) {
    std::fprintf(stderr, "usage: %s BOARD REGIONS.yml PM_STATIC.yml OUT.hpp OUT.ld\n", argv[0]);
    return 2;
  }
  try {
    const Map map = BuildMap(ReadFile(argv[2]), ReadFile(argv[3]));
    WriteFile(argv[4], EmitHeader(map, argv[1]));
    WriteFile(argv[5], EmitLinkerScript(map));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
