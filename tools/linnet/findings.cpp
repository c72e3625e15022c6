// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/linnet/findings.hpp"

#include <nlohmann/json.hpp>

namespace linnet::cli {

void PrintFindings(const Context& context, const std::vector<layout::Finding>& findings) {
  std::size_t counts[3] = {};
  for (const layout::Finding& finding : findings) {
    ++counts[static_cast<std::size_t>(finding.severity)];
    context.out.Value({{"severity", layout::ToString(finding.severity)},
                       {"id", finding.id},
                       {"what", finding.what},
                       {"where", finding.where},
                       {"why", finding.why},
                       {"remedy", finding.remedy}});
    context.out.Line(std::string(layout::ToString(finding.severity)) + " [" + finding.id + "] " +
                     finding.what);
    context.out.Line("      where: " + finding.where);
    context.out.Line("      why:   " + finding.why);
    context.out.Line("      do:    " + finding.remedy);
  }
  context.out.Value({{"errors", counts[0]}, {"warnings", counts[1]}, {"notes", counts[2]}});
  context.out.Line(std::to_string(counts[0]) + " errors, " + std::to_string(counts[1]) +
                   " warnings, " + std::to_string(counts[2]) + " notes");
}

}  // namespace linnet::cli
