// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <array>
#include <fstream>

#include "tools/board/emulator.hpp"
#include "tools/board/flash_file.hpp"

namespace linnet::board {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::ThrowsMessage;

class BoardTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "board,XXXXXX";  // The comma needs escaping.
    folder_ = mkdtemp(pattern.data());
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::filesystem::path Path(const char* name) const { return folder_ / name; }

  /// A stand-in for QEMU that understands none of its options and lives until it is killed.
  [[nodiscard]] RunOptions FakeBoard(const std::string& script) const {
    FlashFile::Create(Path("flash"));
    std::ofstream(Path("boot.elf")) << "x";
    std::ofstream(Path("qemu")) << "#!/bin/sh\n" << script;
    std::filesystem::permissions(Path("qemu"), std::filesystem::perms::owner_all);
    RunOptions options;
    options.flash_file = Path("flash");
    options.boot_elf = Path("boot.elf");
    options.qemu = Path("qemu").string();
    return options;
  }

 private:
  std::filesystem::path folder_;
};

std::array<std::byte, 8> Data() {
  return {std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4},
          std::byte{5}, std::byte{6}, std::byte{7}, std::byte{8}};
}

TEST_F(BoardTest, NewFlashIsErasedAndKeepsWhatIsWritten) {
  const auto data = Data();
  {
    const FlashFile file = FlashFile::Create(Path("flash"));
    an505::MappedFlash store = file.Window(layout::kReleaseStore);
    ASSERT_TRUE(store.Program(layout::kReleaseStore.size - 8, data).ok());
  }
  const FlashFile file = FlashFile::Open(Path("flash"));
  std::array<std::byte, 8> read{};
  ASSERT_TRUE(file.Window(layout::kReleaseStore).Read(layout::kReleaseStore.size - 8, read).ok());
  EXPECT_EQ(read, data);
  ASSERT_TRUE(file.Window(layout::kApp).Read(0, read).ok());
  EXPECT_THAT(read, testing::Each(std::byte{0xFF}));
}

TEST_F(BoardTest, PlaceReplacesTheWholePartitionAndPadsTheLastUnit) {
  const FlashFile file = FlashFile::Create(Path("flash"));
  const auto data = Data();
  file.Place(layout::kSettings, data);
  file.Place(layout::kSettings, Bytes(data).first(5));
  std::array<std::byte, 8> read{};
  ASSERT_TRUE(file.Window(layout::kSettings).Read(0, read).ok());
  EXPECT_TRUE(Equal(Bytes(read).first(5), Bytes(data).first(5)));
  EXPECT_EQ(read[5], std::byte{0xFF});
  EXPECT_EQ(file.EraseCount(layout::kSettings, 0x1000), 2U);
  EXPECT_EQ(file.EraseCount(layout::kApp, layout::kApp.size - 0x1000), 0U);
  const std::vector<std::byte> large(layout::kSettings.size + 1);
  EXPECT_THROW(file.Place(layout::kSettings, large), Error);
}

TEST_F(BoardTest, WindowKeepsTheRulesOfNorFlash) {
  const FlashFile file = FlashFile::Create(Path("flash"));
  an505::MappedFlash flash = file.Window(layout::kSettings);
  const auto data = Data();
  const std::uint32_t size = layout::kSettings.size;
  std::array<std::byte, 8> out{};
  EXPECT_EQ(flash.Read(size - 7, out).code(), Code::kOutOfRange);
  EXPECT_EQ(flash.Read(0xFFFFFFFF, out).code(), Code::kOutOfRange);
  EXPECT_EQ(flash.Program(size - 4, data).code(), Code::kOutOfRange);
  EXPECT_EQ(flash.Program(2, data).code(), Code::kInvalidArgument);
  EXPECT_EQ(flash.Program(0, Bytes(data).first(6)).code(), Code::kInvalidArgument);
  EXPECT_EQ(flash.ErasePage(0x800).code(), Code::kInvalidArgument);
  EXPECT_EQ(flash.ErasePage(size).code(), Code::kOutOfRange);
  ASSERT_TRUE(flash.Program(8, data).ok());
  EXPECT_DEATH(IgnoreStatus(flash.Program(12, Bytes(data).first(4))), "programmed twice.*0xc");
  ASSERT_TRUE(flash.ErasePage(0).ok());
  EXPECT_TRUE(flash.Program(8, data).ok());
}

TEST_F(BoardTest, RefusesFilesThatAreNoBoards) {
  std::ofstream(Path("short")) << "x";
  EXPECT_THAT([&] { FlashFile::Open(Path("short")); }, ThrowsMessage<Error>(HasSubstr("16 MiB")));
  EXPECT_THAT([&] { FlashFile::Open(Path("none")); }, ThrowsMessage<Error>(HasSubstr("opened")));
  EXPECT_THAT([&] { FlashFile::Create(Path("short")); }, ThrowsMessage<Error>(HasSubstr("made")));
}

TEST_F(BoardTest, NamesTheFlashThatIsMissingBeforeTheSecureImage) {
  RunOptions options;
  options.flash_file = Path("nowhere");
  options.boot_elf = Path("no-boot.elf");
  EXPECT_THAT([&] { Emulator board(options); }, ThrowsMessage<Error>(HasSubstr("nowhere")));
  FlashFile::Create(Path("nowhere"));
  EXPECT_THAT([&] { Emulator board(options); },
              ThrowsMessage<Error>(AllOf(HasSubstr("no-boot.elf"), HasSubstr("--boot"))));
}

TEST_F(BoardTest, CommandNamesFilesForwardsAndTiming) {
  RunOptions options;
  options.flash_file = "/a,b/flash";
  options.boot_elf = "/boot.elf";
  options.forwards = {{8080, 80}};
  options.mac = "52:54:00:00:00:01";
  options.icount_shift = 4;
  const std::vector<std::string> command = QemuCommand(options);
  EXPECT_THAT(command, Contains(HasSubstr("mem-path=/a,,b/flash")));
  EXPECT_THAT(command, Contains(HasSubstr("logfile=/a,,b/flash.console")));
  EXPECT_THAT(command, Contains("unix:/a,,b/flash.monitor,server=on,wait=off"));
  EXPECT_THAT(command, Contains("user,id=net,model=lan9118,hostfwd=tcp:127.0.0.1:8080-:80,"
                                "mac=52:54:00:00:00:01"));
  EXPECT_THAT(command, Contains("shift=4,sleep=off"));
  options.network = false;
  EXPECT_THAT(QemuCommand(options), Contains("none"));
  EXPECT_THAT(QemuCommand(options), Not(Contains("chardev:radio")));
  options.radio = "/twin/radio,sock";
  EXPECT_THAT(QemuCommand(options), Contains("socket,id=radio,reconnect=1,path=/twin/radio,,sock"));
  EXPECT_THAT(QemuCommand(options), Contains("chardev:radio"));
}

TEST_F(BoardTest, ConsoleIsReadAndPowerIsCutByTheRightPid) {
  const RunOptions options = FakeBoard("echo hello board >>'" + Path("flash.console").string() +
                                       "'\nwhile :; do sleep 0.05; done\n");
  std::ofstream(Path("flash.console")) << "from an earlier run\n";
  Emulator board(options);
  EXPECT_EQ(board.WaitFor("hello", std::chrono::seconds(60)), "hello");
  EXPECT_EQ(board.ReadConsole(std::chrono::seconds(60)), " board\n");
  EXPECT_EQ(FindRunning(options.flash_file), board.pid());
  EXPECT_THAT([&] { Emulator second(options); }, ThrowsMessage<Error>(HasSubstr("already")));
  CutRunning(options.flash_file);
  EXPECT_FALSE(board.Running());
  EXPECT_EQ(FindRunning(options.flash_file), std::nullopt);
  EXPECT_THROW(CutRunning(options.flash_file), Error);
  EXPECT_THAT([&] { board.WaitFor("more", std::chrono::seconds(60)); },
              ThrowsMessage<Error>(HasSubstr("ended without saying 'more'")));
}

TEST_F(BoardTest, PidOfAnotherProgramIsNotTakenForTheBoard) {
  FlashFile::Create(Path("flash"));
  std::ofstream(Path("flash.pid")) << getpid() << "\n";
  EXPECT_EQ(FindRunning(Path("flash")), std::nullopt);
}

TEST_F(BoardTest, MissingProgramIsOneSentence) {
  RunOptions options = FakeBoard("");
  options.qemu = "/nonexistent/qemu";
  EXPECT_THAT([&] { Emulator board(options); }, ThrowsMessage<Error>(HasSubstr("Install")));
}

}  // namespace
}  // namespace linnet::board
