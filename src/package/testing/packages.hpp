// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Heads of packages for tests.
#pragma once

#include <cstdint>
#include <vector>

#include "package/writer.hpp"

namespace linnet::package::testing {

inline crypto::Digest Fill(std::uint8_t value) {
  crypto::Digest digest;
  digest.fill(static_cast<std::byte>(value));
  return digest;
}

/// A raw entry whose identity is made of `seed`.
inline Entry MakeEntry(release::PartKind kind, std::uint8_t index, std::uint32_t length,
                       std::uint8_t seed) {
  return {.kind = kind,
          .index = index,
          .stored_length = length,
          .length = length,
          .version = {.major = 1, .minor = seed},
          .security_counter = release::IsImage(kind) ? 5U : 0U,
          .digest = Fill(seed),
          .stored_digest = release::IsImage(kind) ? Fill(0xEE) : Fill(seed)};
}

inline Summary MakeSummary(const std::vector<Entry>& entries) {
  return {.product = "lamp",
          .board = "an505",
          .version = entries[0].version,
          .release = entries[0].digest,
          .alignment = 0x1000};
}

inline std::vector<std::byte> MakeHead(Summary summary, std::vector<Entry> entries) {
  std::vector<std::byte> out(kMaxHeadSize);
  IgnoreStatus(PlaceEntries(summary, entries));
  out.resize(WriteHead(summary, entries, out).value().size());
  return out;
}

inline std::vector<std::byte> MakeHead(const std::vector<Entry>& entries) {
  return MakeHead(MakeSummary(entries), entries);
}

/// Puts the head's own digest right after a change.
inline void Restamp(MutableBytes head) {
  const MutableBytes covered = head.first(head.size() - sizeof(crypto::Digest));
  CopyBytes(crypto::Hash(covered), head.subspan(covered.size()));
}

}  // namespace linnet::package::testing
