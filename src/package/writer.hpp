// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Writes the head of a package: for the host tools, and for tests.
#pragma once

#include <cstddef>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/view.hpp"
#include "package/format.hpp"

namespace linnet::package {

constexpr std::size_t HeadSizeFor(std::size_t entries) {
  return kFixedSize + entries * kEntrySize + sizeof(crypto::Digest);
}

/// Gives each entry its place behind the head, in their order, and the summary its file size.
/// kTooLarge: too many entries, or a file over 4 GiB.
Status PlaceEntries(Summary& summary, Span<Entry> entries);

/// Writes the head to the front of `out` and returns it. What it wrote is what HeadView::Parse()
/// accepts, or it returns what that says. kTooLarge: `out` is too short, or too many entries.
Result<Bytes> WriteHead(const Summary& summary, Span<const Entry> entries, MutableBytes out);

}  // namespace linnet::package
