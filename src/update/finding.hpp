// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Why an order is not wanted: a word and a sentence.
#pragma once

#include <array>

#include "base/fixed_string.hpp"
#include "base/format.hpp"
#include "base/view.hpp"
#include "image/manifest.hpp"
#include "package/verdict.hpp"
#include "update/fault.hpp"
#include "update/types.hpp"

namespace linnet::update {

/// No fault: nothing is wrong.
struct Finding {
  Fault fault = Fault::kNone;
  FixedString<kMaxCause> text = {};
  [[nodiscard]] bool ok() const { return fault == Fault::kNone; }
};

/// `text` is cut at kMaxCause.
Finding Found(Fault fault, StringView text);
/// The same of a constant text: a finding is then little more than its address.
Finding Found(Fault fault, const char* text);
/// What package::Explain() says, sorted.
Finding Found(const package::Verdict& verdict);

template <typename... Arguments>
Finding FoundThat(Fault fault, const char* format, const Arguments&... arguments) {
  std::array<char, kMaxCause> text{};
  return Found(fault, Format(text, format, arguments...));
}

/// "Wi-Fi firmware 1.2.14.3", "boot image 1", "companion 128": for reports.
using PartName = FixedString<48>;
PartName NameOf(const image::ManifestEntry& entry);

}  // namespace linnet::update
