// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/size/stack.hpp"

#include <elf.h>
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <functional>

#include "tools/size/testing/elf_builder.hpp"

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
  const auto results = WorstStacks(graph, {.entries = {"main"}});
  return results.empty() ? StackResult{} : results[0];
}

std::vector<std::string> NamesOf(const std::vector<StackStep>& path) {
  std::vector<std::string> names;
  names.reserve(path.size());
  for (const StackStep& step : path) {
    names.push_back(step.name);
  }
  return names;
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
  EXPECT_THAT(NamesOf(result.path), ElementsAre("main", "b", "c"));
  EXPECT_TRUE(result.bounded());
}

TEST(Stack, WhatHasNoBoundIsNamed) {
  const StackResult result =
      Of(Node("main", "16 bytes (static)") + Node("loop", "8 bytes (static)") +
         Node("grows", "8 bytes (dynamic)") + Node("gone", "") + Edge("main", "loop") +
         Edge("loop", "loop") + Edge("main", "grows") + Edge("main", "gone") +
         Edge("main", "__indirect_call"));
  EXPECT_THAT(result.recursive, ElementsAre("loop"));
  EXPECT_THAT(result.indirect, ElementsAre("main (x.c:1:1)"));
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

TEST(Stack, WhatIsEnteredFromOutsideLiesOnTopOfWhatRuns) {
  CallGraph graph;
  graph.AddCi(Text{
      "g.ci", "graph: {\n" + Node("reset", "8 bytes (static)") + Node("run", "40 bytes (static)") +
                  Node("deep", "100 bytes (static)") + Node("gate", "16 bytes (static)") +
                  Edge("reset", "run") + Edge("run", "deep") + Edge("gate", "deep") + "}\n"});
  const auto results = WorstStacks(graph, {.entries = {"reset", "gate@run"}});
  ASSERT_EQ(results.size(), 2U);
  EXPECT_EQ(results[0].entry, "gate on top of run");
  EXPECT_EQ(results[0].bytes, 8 + 40 + 16 + 100);
  EXPECT_THAT(NamesOf(results[0].path), ElementsAre("reset", "run", "gate", "deep"));
  EXPECT_EQ(results[1].bytes, 148);
  EXPECT_THAT(ErrorOf([&] {
                WorstStacks(graph, {.entries = {"reset", "gate@gone"}});
              }),
              HasSubstr("no entry reaches a function 'gone'"));
}

TEST(Stack, FramesThatNobodyKnowsCanBeAssumed) {
  CallGraph graph;
  graph.AddCi(Text{"g.ci", "graph: {\n" + Node("main", "16 bytes (static)") + Node("memcpy", "") +
                               Edge("main", "memcpy") + "}\n"});
  const StackResult result = WorstStacks(graph, {.entries = {"main"}, .assume = 64})[0];
  EXPECT_EQ(result.bytes, 80);
  EXPECT_TRUE(result.bounded());
  EXPECT_EQ(result.assumed, 1U);
}

TEST(Stack, LocalNamesAreFoundAcrossFiles) {
  CallGraph graph;
  graph.AddCi(
      Text{"a.ci", "graph: {\n" + Node("/tmp/x.ltrans0.o:helper", "24 bytes (static)") + "}\n"});
  graph.AddCi(Text{
      "b.ci", "graph: {\n" + Node("main", "16 bytes (static)") + Edge("main", "helper") + "}\n"});
  graph.Join();
  EXPECT_EQ(WorstStacks(graph, {.entries = {"main"}})[0].bytes, 40);
}

// Two classes with a method of one name in the virtual tables; one of them calls the other by it.
class VirtualCalls : public ::testing::Test {
 protected:
  void SetUp() override {
    graph_.AddCi(Text{"g.ci", "graph: {\n" + Node("main", "16 bytes (static)") +
                                  Node("_ZN4File4ReadEv", "100 bytes (static)") +
                                  Node("_ZN5Cache4ReadEv", "30 bytes (static)") +
                                  Place("main", "/elsewhere/dir/main.cpp:2:8") +
                                  Place("_ZN5Cache4ReadEv", "/elsewhere/dir/main.cpp:2:8") +
                                  Place("main", "start.c:9:1") + "}\n"});
    graph_.Join();
    std::string pattern = ::testing::TempDir() + "linnet-stack-" + std::string(6, 'X');
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    std::filesystem::create_directory(folder_ + "/dir");
    std::ofstream(folder_ + "/dir/main.cpp") << "int main() {\n  source\n   ->Read(1);\n}\n";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  static std::string Place(const std::string& from, const std::string& at) {
    return "edge: { sourcename: \"" + from + "\" targetname: \"__indirect_call\" label: \"" + at +
           "\" }\n";
  }

  /// Two tables, each with one function.
  static ElfImage Image() {
    const std::string table("\x01\x10\x00\x00\x21\x10\x00\x00", 8);
    const std::vector<char> bytes =
        testing::BuildElf({{".text", 0x1000, SHF_ALLOC | SHF_EXECINSTR, std::string(64, 1)},
                           {".rodata", 0x2000, SHF_ALLOC, table}},
                          {{"_ZN4File4ReadEv", 0x1000, 32},
                           {"_ZN5Cache4ReadEv", 0x1020, 32},
                           {"_ZTV4File", 0x2000, 4, false},
                           {"_ZTV5Cache", 0x2004, 4, false}});
    return ElfImage::FromBytes("x.elf", bytes);
  }

  CallGraph graph_;
  std::string folder_;
};

TEST_F(VirtualCalls, AreFollowedByTheirNamesThroughTheTables) {
  EXPECT_EQ(WorstStacks(graph_, {.entries = {"main"}})[0].bytes, 16);
  graph_.Follow(Image(), folder_, {"start.c:*"});
  const StackResult result = WorstStacks(graph_, {.entries = {"main"}})[0];
  EXPECT_EQ(result.bytes, 16 + 30 + 100);
  EXPECT_TRUE(result.bounded()) << "a circle by names alone is no recursion";
}

TEST_F(VirtualCalls, WhatCannotBeFollowedIsNamed) {
  graph_.Follow(Image(), folder_, {});
  EXPECT_THAT(WorstStacks(graph_, {.entries = {"main"}})[0].indirect,
              ElementsAre("main (start.c:9:1)"));
}

TEST(Stack, CirclesWithTooManyWaysAreNamed) {
  constexpr int kNodes = 40;
  CallGraph graph;
  std::string body = Node("main", "8 bytes (static)") + Edge("main", "f0");
  for (int i = 0; i < kNodes; ++i) {
    body += Node("f" + std::to_string(i), "8 bytes (static)");
    for (int j = 0; j < kNodes; ++j) {
      body += Edge("f" + std::to_string(i), "f" + std::to_string(j));
    }
  }
  graph.AddCi(Text{"g.ci", "graph: {\n" + body + "}\n"});
  const StackResult result = WorstStacks(graph, {.entries = {"main"}})[0];
  EXPECT_FALSE(result.bounded());
  EXPECT_FALSE(result.tangled.empty());
  EXPECT_LE(result.bytes, 8 + 8 * kNodes);
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
