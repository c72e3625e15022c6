// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/size/stack.hpp"

#include <gmock/gmock.h>

#include <functional>

namespace linnet::size {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string Node(const std::string& name, const std::string& frame) {
  return "node: { title: \"" + name + "\" label: \"" + name + "\\n" + name + ".c:1:1" +
         (frame.empty() ? "" : "\\n" + frame) + "\" }\n";
}

std::string Edge(const std::string& from, const std::string& to) {
  return "edge: { sourcename: \"" + from + "\" targetname: \"" + to + "\" label: \"x.c:1:1\" }\n";
}

StackResult Of(const std::string& body, const std::string& su = "") {
  CallGraph graph;
  graph.AddCi(Text{"g.ci", "graph: { title: \"g\"\n" + body + "}\n"});
  graph.AddSu(Text{"g.su", su});
  const auto results = WorstStacks(graph, {"main"});
  return results.empty() ? StackResult{} : results[0];
}

std::string ErrorOf(const std::function<void()>& action) {
  try {
    action();
  } catch (const BadInput& error) {
    return error.what();
  }
  return "none";
}

TEST(Stack, TheDeepestPathCounts) {
  const StackResult result =
      Of(Node("main", "16 bytes (static)") + Node("a", "8 bytes (static)") +
         Node("b", "100 bytes (static)") + Node("c", "4 bytes (static)") + Edge("main", "a") +
         Edge("main", "b") + Edge("a", "c") + Edge("b", "c"));
  EXPECT_EQ(result.bytes, 120);
  EXPECT_THAT(result.path, ElementsAre("main", "b", "c"));
  EXPECT_TRUE(result.bounded());
}

TEST(Stack, WhatHasNoBoundIsNamed) {
  const StackResult result =
      Of(Node("main", "16 bytes (static)") + Node("loop", "8 bytes (static)") +
         Node("grows", "8 bytes (dynamic)") + Node("gone", "") + Edge("main", "loop") +
         Edge("loop", "loop") + Edge("main", "grows") + Edge("main", "gone") +
         Edge("main", "__indirect_call"));
  EXPECT_THAT(result.recursive, ElementsAre("loop"));
  EXPECT_THAT(result.indirect, ElementsAre("main"));
  EXPECT_THAT(result.dynamic, ElementsAre("grows"));
  EXPECT_THAT(result.unknown, ElementsAre("gone"));
}

TEST(Stack, FramesComeFromStackUsageToo) {
  EXPECT_EQ(Of(Node("main", ""), "main.c:1:1:int main()\t24\tstatic\n").bytes, 24);
}

TEST(Stack, LongChainsAndCirclesEnd) {
  std::string body = Node("main", "4 bytes (static)") + Edge("main", "f0");
  constexpr int kLength = 20'000;
  for (int i = 0; i < kLength; ++i) {
    body += Node("f" + std::to_string(i), "1 bytes (static)") +
            Edge("f" + std::to_string(i), "f" + std::to_string((i + 1) % kLength));
  }
  EXPECT_EQ(Of(body).bytes, 4 + kLength);
}

TEST(Stack, SaysWhatIsWrongAndWhere) {
  CallGraph graph;
  EXPECT_THAT(ErrorOf([&] {
                graph.AddCi(Text{"x.ci", "hello\n"});
              }),
              HasSubstr("x.ci:1: is no call graph"));
  EXPECT_THAT(ErrorOf([&] { graph.AddCi(Text{"x.ci", "graph: {\n"}); }), HasSubstr("cut off"));
  EXPECT_THAT(ErrorOf([&] {
                graph.AddCi(Text{"x.ci", "graph: {\nedge: { }\n"});
              }),
              HasSubstr("x.ci:2: an edge"));
  EXPECT_THAT(ErrorOf([&] {
                graph.AddSu(Text{"x.su", "a:1:1:f 3 static\n"});
              }),
              HasSubstr("x.su:1: is no line"));
}

}  // namespace
}  // namespace linnet::size
