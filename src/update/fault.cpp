// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "update/fault.hpp"

#include <array>
#include <cstddef>

namespace linnet::update {

std::string_view ToString(Fault fault) {
  constexpr std::array<std::string_view, static_cast<std::size_t>(kLastFault) + 1> kWords = {
      "none",         "not-there",     "no-ranges",   "changing",      "gave-up",   "size",
      "too-large",    "format",        "for-another", "running",       "older",     "pairing",
      "part-missing", "radio-version", "content",     "not-trusted",   "store",     "staging",
      "replaced",     "install",       "crashed",     "no-connection", "unhealthy", "radio",
      "cancelled",    "loop",          "unknown",     "not-ordered"};
  const auto index = static_cast<std::size_t>(fault);
  return kWords[index < kWords.size() ? index : static_cast<std::size_t>(Fault::kUnknown)];
}

}  // namespace linnet::update
