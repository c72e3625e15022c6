// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// One thing that a tool found: what, where, why it matters, what to do.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace linnet::layout {

enum class Severity : std::uint8_t { kError, kWarning, kInfo };

struct Finding {
  Severity severity = Severity::kInfo;
  std::string id{};      ///< Stable, for scripts: "overlap".
  std::string what{};    ///< One sentence.
  std::string where{};   ///< "pm_static.yml:12" or a path.
  std::string why{};     ///< What happens to whom if nothing is done.
  std::string remedy{};  ///< What to do.
};

inline const char* ToString(Severity severity) {
  return severity == Severity::kError     ? "error"
         : severity == Severity::kWarning ? "warning"
                                          : "note";
}

/// Worst first; equal ones stay in their order.
inline void SortFindings(std::vector<Finding>& findings) {
  std::stable_sort(findings.begin(), findings.end(),
                   [](const Finding& a, const Finding& b) { return a.severity < b.severity; });
}

inline bool HasErrors(const std::vector<Finding>& findings) {
  return std::any_of(findings.begin(), findings.end(),
                     [](const Finding& finding) { return finding.severity == Severity::kError; });
}

}  // namespace linnet::layout
