// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/linnet/size_advice.hpp"

#include <nlohmann/json.hpp>

#include "tools/size/advise.hpp"

namespace linnet::cli {
namespace {

constexpr std::size_t kMaxText = std::size_t{16} << 20U;

std::string Bytes(std::int64_t bytes) {
  return (bytes < 0 ? "-" : "") +
         HumanBytes(static_cast<std::uint64_t>(bytes < 0 ? -bytes : bytes));
}

void PrintOption(const Context& context, const size::Advice& advice) {
  const size::Option& option = *advice.option;
  context.out.Value({{"option", option.name},
                     {"set", option.set},
                     {"flash", option.flash},
                     {"ram", option.ram},
                     {"elsewhere", option.elsewhere},
                     {"costs", option.costs},
                     {"source", option.source},
                     {"summed", advice.summed},
                     {"whyNot", advice.why_not}});
  const bool outside = option.flash == 0 && option.elsewhere != 0;
  context.out.Line((advice.summed ? "" : "(not summed) ") + option.name + ": saves " +
                   Bytes(outside ? option.elsewhere : option.flash) + " of flash" +
                   (outside ? " outside of the application's partition" : ""));
  for (const std::string& set : option.set) {
    context.out.Line("    set     " + set);
  }
  context.out.Line("    costs   " + option.costs);
  if (!advice.why_not.empty()) {
    context.out.Line("    but     " + advice.why_not);
  }
  context.out.Line("    source  " + option.source);
}

void PrintFit(const Context& context, const size::Facts& facts, const size::Advices& advices,
              const std::string& report) {
  for (const size::Used& region : size::ParseMemoryReport(size::ReadText(report, kMaxText))) {
    if (region.region != "FLASH" && region.region != "RAM") {
      continue;
    }
    const bool flash = region.region == "FLASH";
    const auto now =
        static_cast<std::int64_t>(region.size) - static_cast<std::int64_t>(region.used);
    const std::int64_t then = now + (flash ? advices.flash + advices.elsewhere : advices.ram);
    context.out.Line(region.region + ": " + Bytes(now) + " free now, " + Bytes(then) + " then" +
                     (flash && advices.elsewhere > 0
                          ? "; " + Bytes(advices.elsewhere) +
                                " of it by another partition map (linnet layout plan)"
                          : ""));
    if (flash && !facts.needs.empty()) {
      context.out.Line("  what may be added, each by itself:");
    }
    context.out.Value({{"region", region.region}, {"free", now}, {"then", then}});
    for (const size::Need& need : facts.needs) {
      if (flash) {
        const auto bytes = static_cast<std::int64_t>(need.flash);
        context.out.Line((then >= bytes ? "    fits      " : "    too large ") + Bytes(bytes) +
                         "  " + need.name);
      }
    }
  }
}

}  // namespace

void PrintAdvice(const Context& context, const std::string& config, const std::string& report,
                 const std::string& facts_file) {
  const size::Facts facts = facts_file.empty()
                                ? size::DefaultFacts()
                                : size::ParseFacts(size::ReadText(facts_file, kMaxText));
  kconfig::Settings options;
  kconfig::ReadSettings(config, size::ReadText(config, kMaxText).content, options);
  if (options.empty()) {
    throw Failure(config + " holds no option; give build/.../zephyr/.config");
  }
  const size::Advices advices = size::Advise(facts, options);
  context.out.Line("What is known of " + facts.title + " (facts, revision " + facts.revision + ")");
  for (const size::Advice& advice : advices.options) {
    PrintOption(context, advice);
  }
  context.out.Line("Together, without losing a required function: up to " + Bytes(advices.flash) +
                   " of the application's flash, and " + Bytes(advices.elsewhere) +
                   " outside of it");
  context.out.Value(
      {{"flash", advices.flash}, {"elsewhere", advices.elsewhere}, {"ram", advices.ram}});
  if (!report.empty()) {
    PrintFit(context, facts, advices, report);
  }
}

}  // namespace linnet::cli
