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

using ::testing::HasSubstr;

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

}  // namespace
}  // namespace linnet::cli
