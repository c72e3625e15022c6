// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The readers of text: map, rules, budget, facts, memory report, call graph, stack
// use. The first byte chooses.
#include <functional>

#include "tools/size/advise.hpp"
#include "tools/size/report.hpp"
#include "tools/size/stack.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace linnet::size;
  if (size == 0)
    return 0;
  const void* begin = data + 1;
  const Text text{"fuzz", std::string(static_cast<const char*>(begin), size - 1)};
  const std::vector<std::function<void()>> readers = {
      [&] { static_cast<void>(ParseLinkMap(text).Find(1)); },
      [&] {
        const Rules rules(text);
        static_cast<void>(rules.ModuleOf({.path = "/a/src/b/c.cpp",
                                          .archive = "d",
                                          .object = {},
                                          .symbol = "e",
                                          .section = {}}));
      },
      [&] { ParseBudget(text); },
      [&] {
        Advise(ParseFacts(text), {{"X", {"y", "c:1"}}});
      },
      [&] { ParseMemoryReport(text); },
      [&] {
        CallGraph graph;
        graph.AddCi(text);
        graph.Join();
        WorstStacks(graph, {.entries = {"*"}, .assume = 8});
      },
      [&] { CallGraph().AddSu(text); },
  };
  try {
    readers[data[0] % readers.size()]();
  } catch (const BadInput&) {
  }
  return 0;
}
