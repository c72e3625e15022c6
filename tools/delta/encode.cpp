// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/delta/encode.hpp"

#include <algorithm>
#include <array>

#include "base/endian.hpp"
#include "tools/delta/blocks.hpp"

namespace linnet::delta {
namespace {

constexpr std::array<std::array<std::uint8_t, 2>, 3> kLiteralBits = {{{0, 0}, {0, 1}, {1, 0}}};
constexpr std::uint8_t kMaxPositionBits = 2;

using Contents = std::vector<std::vector<std::byte>>;

Contents MakeContents(const Head& head, Bytes base, Bytes target) {
  const std::vector<Stretch> stretches =
      base.empty() ? std::vector<Stretch>() : FindStretches(base, target);
  Contents contents;
  for (std::uint32_t begin = 0; begin < target.size(); begin += head.block_size()) {
    const std::uint32_t end = std::min(begin + head.block_size(), head.target_length);
    if (base.empty()) {
      contents.emplace_back(target.begin() + begin, target.begin() + end);
    } else {
      contents.push_back(BlockCommands(base, target, stretches, begin, end));
    }
  }
  return contents;
}

std::vector<std::byte> Assemble(const Head& head, const Contents& contents) {
  std::vector<std::byte> blocks;
  std::vector<std::byte> table;
  for (const std::vector<std::byte>& content : contents) {
    const std::vector<std::byte> block = StoreBlock(head.properties, content);
    table.insert(table.end(), block.begin(), block.begin() + kTableEntrySize);
    blocks.insert(blocks.end(), block.begin(), block.end());
  }
  const auto bytes = EncodeHead(head);
  std::vector<std::byte> out(bytes.begin(), bytes.end());
  out.insert(out.end(), table.begin(), table.end());
  out.insert(out.end(), blocks.begin(), blocks.end());
  return out;
}

}  // namespace

std::vector<std::byte> Encode(Bytes base, Bytes target, std::uint8_t block_bits) {
  Head head{.block_bits = block_bits,
            .target_length = static_cast<std::uint32_t>(target.size()),
            .base_length = static_cast<std::uint32_t>(base.size())};
  const Contents contents = MakeContents(head, base, target);
  std::vector<std::byte> best;
  for (const auto& [context, position] : kLiteralBits) {
    for (std::uint8_t bits = 0; bits <= kMaxPositionBits; ++bits) {
      head.properties = {context, position, bits};
      std::vector<std::byte> stream = Assemble(head, contents);
      if (best.empty() || stream.size() < best.size()) {
        best = std::move(stream);
      }
    }
  }
  return best;
}

}  // namespace linnet::delta
