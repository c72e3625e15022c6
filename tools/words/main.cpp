// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// linnet_words_gen NAMESPACE IN OUT.hpp
#include <cstdio>
#include <exception>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "tools/words/pack.hpp"

namespace {

/// Leaves a file that is the same already alone, so that nothing is built again for it.
void Write(const std::string& path, const std::string& text) {
  {
    std::ifstream old(path, std::ios::binary);
    if (old && std::string{std::istreambuf_iterator<char>(old), {}} == text) {
      return;
    }
  }
  std::ofstream out(path, std::ios::binary);
  out << text;
  if (!out.flush()) {
    throw std::runtime_error(path + " cannot be written");
  }
}

}  // namespace

int main(int argc, char** argv) {
  using namespace linnet::words;
  if (argc != 4) {
    std::fputs("linnet_words_gen NAMESPACE IN OUT.hpp\n", stderr);
    return 2;
  }
  try {
    std::ifstream in(argv[2]);
    if (!in) {
      throw std::runtime_error("cannot be read");
    }
    const Words words = Read(in);
    Write(argv[3], Header(argv[1], words, Pack(words)));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s:%s\n", argv[2], error.what());
    return 1;
  }
  return 0;
}
