// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Prints the length of the stream that gives NEW from OLD ("-": from nothing), after having decoded
// it; without arguments, what decoding takes of RAM. For scripts/delta-figures.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include "delta/decoder.hpp"
#include "tools/delta/encode.hpp"

namespace {

using namespace linnet;

std::vector<std::byte> ReadFile(const std::string& path) {
  if (path == "-") {
    return {};
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    throw std::runtime_error("cannot read " + path);
  }
  const std::string text(std::istreambuf_iterator<char>(file), {});
  const Bytes bytes = AsBytes(text);
  return {bytes.begin(), bytes.end()};
}

class Comparison final : public delta::TargetSink {
 public:
  explicit Comparison(Bytes expected) : expected_(expected) {}
  Status OnTarget(std::uint32_t offset, Bytes data) override {
    return Equal(expected_.subspan(offset, data.size()), data) ? OkStatus() : Code::kMismatch;
  }

 private:
  Bytes expected_;
};

void PrintLength(const std::string& old_path, const std::string& new_path, int bits) {
  const std::vector<std::byte> base = ReadFile(old_path);
  const std::vector<std::byte> target = ReadFile(new_path);
  const auto stream = delta::Encode(base, target, static_cast<std::uint8_t>(bits));
  image::MemorySource source(base);
  Comparison comparison(target);
  delta::Decoder decoder(&source, comparison);
  decoder.Begin(static_cast<std::uint32_t>(target.size()), 0);
  if (!decoder.Feed(0, stream).ok() || !decoder.complete()) {
    throw std::runtime_error("the stream does not give " + new_path);
  }
  std::printf("%zu\n", stream.size());
}

}  // namespace

int main(int count, char** arguments) {
  try {
    if (count == 4) {
      PrintLength(arguments[1], arguments[2], std::atoi(arguments[3]));
    } else {
      std::printf("RAM of the decoder of streams, window and model included: %zu bytes\n",
                  sizeof(linnet::delta::Decoder));
    }
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "delta-figures: %s\n", error.what());
    return 1;
  }
}
