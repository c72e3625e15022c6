// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What `linnet size` tells the shell: a budget that is exceeded fails a build.
#include <elf.h>
#include <gmock/gmock.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "tools/size/testing/elf_builder.hpp"

namespace linnet::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

struct Ended {
  int code = -1;
  std::string text{};  ///< Both outputs.
};

class SizeCommand : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "linnet-size-" + std::string(6, 'X');
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    dir_ = pattern + "/";
    const std::vector<char> elf =
        size::testing::BuildElf({{".text", 0x1000, SHF_ALLOC | SHF_EXECINSTR, std::string(64, 1)},
                                 {".bss", 0x20000000, SHF_ALLOC | SHF_WRITE, "", 32}},
                                {{"Foo", 0x1000, 64}});
    Write("small.elf", {elf.begin(), elf.end()});
  }
  void TearDown() override { std::filesystem::remove_all(dir_); }

  void Write(const std::string& name, const std::string& text) {
    std::ofstream(dir_ + name, std::ios::binary) << text;
  }

  Ended Size(const std::string& arguments) {
    const std::string command =
        "cd '" + dir_ + "' && '" LINNET_PROGRAM "' size " + arguments + " 2>&1";
    FILE* pipe = popen(command.c_str(), "r");
    Ended ended;
    std::array<char, 512> piece{};
    while (std::fgets(piece.data(), piece.size(), pipe) != nullptr) {
      ended.text += piece.data();
    }
    const int status = pclose(pipe);
    ended.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return ended;
  }

  std::string dir_;
};

TEST_F(SizeCommand, ABudgetThatIsKeptEndsWith0) {
  Write("budget", "small flash 64\nsmall ram 32\n");
  const Ended ended = Size("small.elf --budget budget");
  EXPECT_EQ(ended.code, 0) << ended.text;
  EXPECT_THAT(ended.text, HasSubstr("ok"));
}

TEST_F(SizeCommand, ABudgetThatIsExceededEndsWith1AndNamesTheRow) {
  Write("budget", "small flash 60\nsmall ram 32\n");
  for (const char* more : {"", " --total", " --json"}) {
    const Ended ended = Size(std::string("small.elf --budget budget") + more);
    EXPECT_EQ(ended.code, 1) << ended.text;
    EXPECT_THAT(ended.text, HasSubstr("exceeds its budget: flash by 4 B")) << more;
  }
}

TEST_F(SizeCommand, ABudgetThatCannotBeReadOrLacksTheImageEndsWith1) {
  Write("budget", "small flash lots\n");
  EXPECT_EQ(Size("small.elf --budget budget").code, 1);
  Write("budget", "other flash 60\n");
  EXPECT_EQ(Size("small.elf --budget budget").code, 1);
  EXPECT_EQ(Size("small.elf --budget missing").code, 1);
  EXPECT_EQ(Size("missing.elf").code, 1);
}

TEST_F(SizeCommand, GrowthIsShownByTheLevelsThatAreAskedFor) {
  const std::vector<char> elf =
      size::testing::BuildElf({{".text", 0x1000, SHF_ALLOC | SHF_EXECINSTR, std::string(80, 1)},
                               {".bss", 0x20000000, SHF_ALLOC | SHF_WRITE, "", 32}},
                              {{"Foo", 0x1000, 80}});
  Write("larger.elf", {elf.begin(), elf.end()});
  EXPECT_THAT(Size("larger.elf --base small.elf").text, HasSubstr("Foo"));
  const Ended ended = Size("larger.elf --base small.elf --by section");
  EXPECT_THAT(ended.text, AllOf(HasSubstr(".text"), Not(HasSubstr("Foo"))));
  EXPECT_THAT(Size("larger.elf --base small.elf --by section,function --depth 1").text,
              Not(HasSubstr("Foo")));
}

TEST_F(SizeCommand, OptionsThatNeedAnotherOneOrAreOutOfRangeEndWith2) {
  for (const char* wrong : {"--map x", "--report x", "small.elf --report x", "--entry main",
                            "small.elf --room 3", "small.elf --depth 0", "small.elf --depth -1",
                            "small.elf --rows -1", "--stack . --margin 3"}) {
    EXPECT_EQ(Size(wrong).code, 2) << wrong;
  }
  EXPECT_EQ(Size("").code, 1);
}

TEST_F(SizeCommand, AStackThatIsTooSmallEndsWith1) {
  Write("g.ci",
        "graph: {\nnode: { title: \"main\" label: \"main\\nm.c:1:1\\n40 bytes (static)\" }\n}\n");
  EXPECT_EQ(Size("--stack . --entry main --room 40").code, 0);
  EXPECT_EQ(Size("small.elf --stack . --entry main --room .bss --total").code, 1);
  EXPECT_EQ(Size("small.elf --stack . --entry main --room Foo --margin 24").code, 0);
  const Ended ended = Size("small.elf --stack . --entry main --room Foo --margin 25");
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.text, HasSubstr("exceeded by 1 B"));
  EXPECT_EQ(Size("--stack . --room Foo --entry main small.elf").code, 0);
  EXPECT_EQ(Size("--stack . --entry main --room .bss").code, 1) << "a section of what?";
  EXPECT_EQ(Size("small.elf --stack . --entry main --room nothing").code, 1);
}

}  // namespace
}  // namespace linnet::cli
