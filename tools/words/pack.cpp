// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/words/pack.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>

namespace linnet::words {

namespace {

using Bytes = std::vector<std::uint8_t>;
using Pair = std::pair<std::uint8_t, std::uint8_t>;

/// A pair takes two bytes itself, and saves one wherever it stands.
constexpr int kWorthIt = 3;

/// How often each two bytes stand beside each other; in "aaa" twice the same only once.
std::map<Pair, int> Count(const std::vector<Bytes>& texts) {
  std::map<Pair, int> counts;
  for (const Bytes& text : texts) {
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
      ++counts[{text[i], text[i + 1]}];
      if (i + 2 < text.size() && text[i] == text[i + 1] && text[i] == text[i + 2]) {
        ++i;
      }
    }
  }
  return counts;
}

void Replace(Pair pair, std::uint8_t by, Bytes& text) {
  Bytes out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i + 1 < text.size() && text[i] == pair.first && text[i + 1] == pair.second) {
      out.push_back(by);
      ++i;
    } else {
      out.push_back(text[i]);
    }
  }
  text = std::move(out);
}

/// As a device does it; `deepest` grows to how many bytes waited.
Bytes UnpackText(const std::vector<Pair>& pairs, const Bytes& text, std::size_t& deepest) {
  Bytes out;
  Bytes waiting;
  for (const std::uint8_t packed : text) {
    waiting.push_back(packed);
    while (!waiting.empty()) {
      const std::uint8_t byte = waiting.back();
      waiting.pop_back();
      if (byte < pairs.size()) {
        waiting.push_back(pairs[byte].second);
        deepest = std::max(deepest, waiting.size());
        waiting.push_back(pairs[byte].first);
      } else {
        out.push_back(byte);
      }
    }
  }
  return out;
}

void Check(const Words& words, const Packed& packed) {
  const std::vector<Bytes> out = Unpack(words, packed);
  for (std::size_t i = 0; i < words.pieces.size(); ++i) {
    const Piece& piece = words.pieces[i];
    if (i >= out.size() || out[i] != piece.bytes) {
      throw std::runtime_error(std::to_string(piece.line) + ": piece '" + piece.name +
                               "': does not come out of its packing as it went in");
    }
  }
  if (packed.depth > kMaxDepth) {
    throw std::runtime_error("pairs lie in each other " + std::to_string(packed.depth) +
                             " deep, at most " + std::to_string(kMaxDepth));
  }
}

}  // namespace

Packed Pack(const Words& words) {
  std::vector<Bytes> texts;
  for (const Piece& piece : words.pieces) {
    texts.push_back(piece.bytes);
  }
  Packed packed;
  while (packed.pairs.size() < words.end()) {
    const std::map<Pair, int> counts = Count(texts);
    const auto most =
        std::ranges::max_element(counts, {}, [](const auto& counted) { return counted.second; });
    if (most == counts.end() || most->second < kWorthIt) {
      break;
    }
    for (Bytes& text : texts) {
      Replace(most->first, static_cast<std::uint8_t>(packed.pairs.size()), text);
    }
    packed.pairs.push_back(most->first);
  }
  for (const Bytes& text : texts) {
    UnpackText(packed.pairs, text, packed.depth);
    packed.bytes.insert(packed.bytes.end(), text.begin(), text.end());
    packed.bytes.push_back(static_cast<std::uint8_t>(words.end()));
  }
  Check(words, packed);
  return packed;
}

std::vector<Bytes> Unpack(const Words& words, const Packed& packed) {
  std::vector<Bytes> out;
  Bytes text;
  std::size_t depth = 0;
  for (const std::uint8_t byte : packed.bytes) {
    if (byte == words.end()) {
      out.push_back(UnpackText(packed.pairs, text, depth));
      text.clear();
    } else {
      text.push_back(byte);
    }
  }
  return out;
}

}  // namespace linnet::words
