// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/kconfig/tree.hpp"

#include <gmock/gmock.h>

#include "tools/layout/yaml.hpp"

namespace linnet::kconfig {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Settings Of(const std::string& text) {
  Settings settings;
  ReadSettings(".config", text, settings);
  return settings;
}

std::vector<std::string> Ask(const std::string& kconfig, const std::string& config,
                             const std::string& name, const std::string& asked = "y") {
  Tree tree;
  tree.AddFile("K", kconfig);
  tree.Join("", {});
  const Settings settings = Of(config);
  return tree.WhyNot(name, asked, {settings});
}

Truth Comes(const std::string& condition, const std::string& config) {
  const Settings settings = Of(config);
  return Expression("K", 1, condition).Evaluate({settings});
}

TEST(Expression, IsEvaluatedAsKconfigDoes) {
  const std::string config = "CONFIG_A=y\nCONFIG_N=8\nCONFIG_H=0x10\nCONFIG_S=\"x\"\n";
  for (const char* holds : {"A", "A && !B", "B || A", "(B || A) && N > 4", "S = \"x\"", "N=8",
                            "H = 16", "B = n", "A!=n", "!B && !(B && A)", "y", "\"y\""}) {
    EXPECT_EQ(Comes(holds, config), Truth::kYes) << holds;
  }
  for (const char* fails : {"B", "!A", "A && B", "N < 8", "S != \"x\"", "A = n", "n", "C = 4"}) {
    EXPECT_EQ(Comes(fails, config), Truth::kNo) << fails;
  }
  EXPECT_EQ(Comes("$(dt_nodelabel_enabled,a) && A", config), Truth::kUnknown);
  EXPECT_EQ(Comes("$(f,$(g)) && B", config), Truth::kNo);
  EXPECT_EQ(Comes("$(f,x) || A", config), Truth::kYes);
}

TEST(Expression, WhatIsNoneIsRefused) {
  const std::string deep(10'000, '(');
  for (const std::string& text : {std::string(""), std::string("A &&"), std::string("(A"),
                                  std::string("A B"), std::string("= 3"), std::string("\"x"),
                                  std::string("$(x"), deep, std::string(5'000, '!')}) {
    EXPECT_THROW(Expression("K", 1, text), layout::Error) << text.substr(0, 20);
  }
}

TEST(WhyNot, NamesWhatIsMissingDownToItsRoot) {
  const char* kconfig =
      "config TOP\n\tbool \"Top\"\n\tdepends on A\n\tdepends on MIDDLE && !BAD\n\thelp\n"
      "\t  depends on NOTHING: this is text\n\n"
      "config MIDDLE\n\tbool \"Middle\"\n\tdepends on LOW\n"
      "config LOW\n\tbool \"Low\"\nconfig A\n\tbool \"A\"\nconfig BAD\n\tbool\n";
  EXPECT_THAT(Ask(kconfig, "CONFIG_A=y\nCONFIG_BAD=y\n", "TOP"),
              ElementsAre("it depends on CONFIG_MIDDLE, which is not set (K:4)",
                          "it depends on '!BAD', which does not hold (K:4)",
                          "CONFIG_MIDDLE depends on CONFIG_LOW, which is not set (K:10)"));
}

TEST(WhyNot, BlocksAndMenusCount) {
  const char* kconfig =
      "menu \"Radio\"\n\tdepends on RADIO\nif WIFI\nconfig SHOW\n\tbool \"Show\"\nendif\nendmenu\n"
      "config FREE\n\tbool \"Free\"\n";
  EXPECT_THAT(Ask(kconfig, "CONFIG_WIFI=y\n", "SHOW"),
              ElementsAre("it depends on CONFIG_RADIO, which is not set (K:2)"));
  EXPECT_THAT(Ask(kconfig, "CONFIG_RADIO=y\n", "SHOW"),
              ElementsAre("it depends on CONFIG_WIFI, which is not set (K:3)"));
  EXPECT_THAT(Ask(kconfig, "", "FREE"), IsEmpty());
}

TEST(WhyNot, WhatNoFileCanSet) {
  const char* kconfig =
      "config HAS_X\n\tbool\nconfig BOARD\n\tbool \"b\"\n\tselect HAS_X if WIRED\n"
      "config HIDDEN\n\tbool \"h\" if EXPERT\n";
  EXPECT_THAT(Ask(kconfig, "", "HAS_X"),
              ElementsAre("it has no prompt (K:1), so no file can set it, only a default or a "
                          "select; what selects it: CONFIG_BOARD"));
  EXPECT_THAT(Ask(kconfig, "", "HIDDEN"),
              ElementsAre(HasSubstr("its prompt is hidden here (K:7)")));
}

TEST(WhyNot, WhatForcesAValue) {
  const char* kconfig =
      "config LIB\n\tbool \"l\"\nconfig APP\n\tbool \"a\"\n\tselect LIB if NET\n"
      "choice\n\tprompt \"mode\"\nconfig FAST\n\tbool \"f\"\nconfig SMALL\n\tbool "
      "\"s\"\nendchoice\n"
      "config COUNT\n\tint \"c\"\n\trange 1 8\n";
  EXPECT_THAT(Ask(kconfig, "CONFIG_APP=y\nCONFIG_NET=y\nCONFIG_LIB=y\n", "LIB", "n"),
              ElementsAre("CONFIG_APP, which is y, selects it (K:5): that is stronger than any "
                          "file"));
  EXPECT_THAT(Ask(kconfig, "CONFIG_APP=y\nCONFIG_LIB=y\n", "LIB", "n"), IsEmpty());
  EXPECT_THAT(Ask(kconfig, "CONFIG_SMALL=y\n", "FAST"),
              ElementsAre("of its choice, CONFIG_SMALL is set, and only one can be (K:8)"));
  EXPECT_THAT(Ask(kconfig, "CONFIG_COUNT=8\n", "COUNT", "12"),
              ElementsAre("its range is 1 to 8 (K:15)"));
}

TEST(WhyNot, WhatNobodyDefines) {
  const char* kconfig = "config SHELL\n\tbool \"s\"\nconfig $(module)_LOG_LEVEL\n\tint \"l\"\n";
  EXPECT_THAT(Ask(kconfig, "", "SHELLL"),
              ElementsAre("no Kconfig file of this build defines it; CONFIG_SHELL is defined"));
  EXPECT_THAT(Ask(kconfig, "", "OTHER"), ElementsAre("no Kconfig file of this build defines it"));
  EXPECT_THAT(Ask(kconfig, "", "NET_LOG_LEVEL"), IsEmpty());
}

TEST(WhyNot, TheDevicetreeIsNotGuessed) {
  EXPECT_THAT(
      Ask("config X\n\tbool \"x\"\n\tdepends on $(dt_nodelabel_enabled,spi)\n", "", "X"),
      ElementsAre("it depends on '$(dt_nodelabel_enabled,spi)', which only the build itself "
                  "can judge (K:3)"));
}

TEST(Join, WhatStandsAroundASourceHoldsInTheFile) {
  Tree tree;
  tree.AddFile("/sdk/Kconfig",
               "if NET\nsource \"net/Kconfig*\"\nendif\nosource \"$(MOD)/Kconfig\"\n");
  tree.AddFile("/sdk/net/Kconfig", "if L2\nrsource \"wifi/Kconfig\"\nendif\n");
  tree.AddFile("/sdk/net/wifi/Kconfig", "config WIFI\n\tbool \"w\"\n");
  tree.AddFile("/mod/Kconfig", "config MOD_X\n\tbool \"m\"\n\tdepends on Y\n");
  tree.Join("/sdk", {{"MOD", "/mod"}});
  const Settings none;
  EXPECT_THAT(tree.WhyNot("WIFI", "y", {none}),
              ElementsAre("it depends on CONFIG_L2, which is not set (/sdk/net/Kconfig:1)",
                          "it depends on CONFIG_NET, which is not set (/sdk/Kconfig:1)"));
  EXPECT_THAT(tree.WhyNot("MOD_X", "y", {none}), ElementsAre(HasSubstr("CONFIG_Y")));
}

TEST(Join, SysbuildsOwnOptionsHaveAPrefix) {
  Tree tree;
  tree.AddFile("K", "config PACK\n\tbool \"p\"\n\tdepends on BOOT\n");
  tree.Join("", {});
  const Settings settings = Of("SB_CONFIG_OTHER=y\n");
  EXPECT_THAT(tree.WhyNot("PACK", "y", {settings, "SB_"}),
              ElementsAre("it depends on SB_CONFIG_BOOT, which is not set (K:3)"));
}

TEST(Join, FilesInACircleEnd) {
  Tree tree;
  tree.AddFile(
      "/a", "if A\nsource \"/b\"\nsource \"/a\"\nendif\nconfig X\n\tbool \"x\"\n\tdepends on X\n");
  tree.AddFile("/b", "if B\nsource \"/a\"\nendif\n");
  tree.Join("/", {});
  const Settings none;
  EXPECT_THAT(tree.WhyNot("X", "y", {none}), testing::Not(IsEmpty()));
}

TEST(AddFile, HostileTextEndsInOneError) {
  Tree tree;
  EXPECT_THROW(tree.AddFile("K", std::string(40'000, 'x')), layout::Error);
  EXPECT_THROW(tree.AddFile("K", std::string("config X\0", 9)), layout::Error);
  EXPECT_THROW(tree.AddFile("K", "config X\n\tdepends on (\n"), layout::Error);
  EXPECT_NO_THROW(tree.AddFile("K", "endif\nendmenu\nselect X\nhelp\nsource\n\tdepends on A\n"));
  EXPECT_THROW(tree.AddFile("K", std::string((std::size_t{65} << 20), '\n')), layout::Error);
}

}  // namespace
}  // namespace linnet::kconfig
