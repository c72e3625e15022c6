// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Real processes: the loader starts an application that ends in every way, and one that updates
// itself.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "image/version.hpp"
#include "ports/linux/devices.hpp"
#include "ports/linux/partition.hpp"
#include "release/store.hpp"
#include "tools/sign/sign.hpp"
#include "vault_service/device_key.hpp"

namespace linnet::loader {
namespace {

std::vector<std::byte> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  const std::string text = content.str();
  const Bytes bytes = AsBytes(text);
  return {bytes.begin(), bytes.end()};
}

std::vector<std::byte> Image(const char* program, std::uint8_t major, const char* key) {
  return sign::SignImage({.payload = ReadFile(program), .version = {.major = major}},
                         sign::LoadPrivateKeyPem(key));
}

class LoaderTest : public ::testing::Test {
 protected:
  LoaderTest() {
    std::string pattern = "/tmp/linnet-loader-XXXXXX";
    directory_ = mkdtemp(pattern.data());
    sign::EnsureArena();
    posix::FileFlash vault;
    Entropy entropy;
    crypto::Random random(entropy);
    crypto::PrivateKey key(random);
    EXPECT_TRUE(key.Generate().ok());
    EXPECT_TRUE(posix::OpenPartition(directory_, layout::linux::kVault, vault).ok());
    EXPECT_TRUE(vault_service::WriteDeviceKey(vault, key).ok());
  }
  ~LoaderTest() override { std::filesystem::remove_all(directory_); }

  class Entropy final : public crypto::EntropySource {
    Status Fill(MutableBytes out) override { return posix::KernelEntropy().Fill(out); }
  };

  void FlashApplication(const std::vector<std::byte>& image) {
    posix::FileFlash area;
    ASSERT_TRUE(posix::OpenPartition(directory_, layout::linux::kApp, area).ok());
    std::vector<std::byte> padded = image;
    padded.resize((image.size() + 3) / 4 * 4, std::byte{0xFF});
    ASSERT_TRUE(area.Program(0, padded).ok());
  }

  void PutIntoStore(const std::vector<std::byte>& image) {
    posix::FileFlash flash;
    ASSERT_TRUE(posix::OpenPartition(directory_, layout::linux::kReleaseStore, flash).ok());
    release::Store store(flash);
    ASSERT_TRUE(store.Mount().ok());
    const auto size = static_cast<std::uint32_t>(image.size());
    ASSERT_TRUE(store.Begin(release::PartKind::kApplication, size, release::PartTag{7}).ok());
    ASSERT_TRUE(store.Write(image).ok());
    ASSERT_TRUE(store.Finish(sign::Describe(image).info.digest).ok());
  }

  pid_t StartLoader() {
    const pid_t loader = fork();
    if (loader == 0) {
      execl(TEST_LOADER, TEST_LOADER, directory_.c_str(), nullptr);
      _exit(126);
    }
    return loader;
  }
  static int ExitCodeOf(pid_t process) {
    int status = 0;
    waitpid(process, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  int RunLoader() { return ExitCodeOf(StartLoader()); }

  [[nodiscard]] std::string Diary() const {
    std::ifstream file(directory_ + "/diary");
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  }

  std::string directory_;
};

TEST_F(LoaderTest, EveryEndOfAProcessIsTheNextStartsCause) {
  FlashApplication(Image(TEST_PROGRAM_1, 1, TEST_KEY));
  EXPECT_EQ(RunLoader(), 0);
  EXPECT_EQ(Diary(), "1 power-on\n1 software\n1 watchdog\n1 assert\n1 fault\n");
}

TEST_F(LoaderTest, AnUpdateIsInstalledTriedAndAccepted) {
  FlashApplication(Image(TEST_PROGRAM_1, 1, TEST_KEY));
  PutIntoStore(Image(TEST_PROGRAM_2, 2, TEST_KEY));
  std::ofstream(directory_ + "/update") << "please";
  EXPECT_EQ(RunLoader(), 0);
  EXPECT_EQ(Diary(), "1 power-on\n2 software\n");
}

TEST_F(LoaderTest, RunsNothingThatDoesNotVerify) {
  FlashApplication(Image(TEST_PROGRAM_1, 1, TEST_OTHER_KEY));
  EXPECT_EQ(RunLoader(), 1);
  EXPECT_EQ(Diary(), "");
}

TEST_F(LoaderTest, RunsNothingInAnEmptyDevice) {
  EXPECT_EQ(RunLoader(), 1);
}

TEST_F(LoaderTest, StopsWithItsApplicationWhenItIsTold) {
  FlashApplication(Image(TEST_PROGRAM_1, 1, TEST_KEY));
  std::ofstream(directory_ + "/stay") << "please";
  const pid_t loader = StartLoader();
  for (int i = 0; i < 10'000 && Diary().empty(); ++i) {
    usleep(2000);
  }
  ASSERT_EQ(kill(loader, SIGTERM), 0);
  EXPECT_EQ(ExitCodeOf(loader), 0);
  EXPECT_EQ(Diary(), "1 power-on\n");
}

// A killed loader's application may still be writing when the next loader comes.
TEST_F(LoaderTest, TheApplicationHoldsTheLockToo) {
  FlashApplication(Image(TEST_PROGRAM_1, 1, TEST_KEY));
  std::ofstream(directory_ + "/stay") << "please";
  std::ofstream(directory_ + "/survive") << "please";
  const pid_t loader = StartLoader();
  for (int i = 0; i < 10'000 && Diary().find("survivor ") == std::string::npos; ++i) {
    usleep(2000);
  }
  kill(loader, SIGKILL);
  EXPECT_EQ(ExitCodeOf(loader), -1);
  const std::string diary = Diary();
  ASSERT_NE(diary.find("survivor "), std::string::npos);
  const pid_t survivor = std::stoi(diary.substr(diary.find("survivor ") + 9));
  EXPECT_EQ(RunLoader(), 1);
  kill(survivor, SIGKILL);
  std::filesystem::remove(directory_ + "/stay");
  EXPECT_EQ(RunLoader(), 0);
}

TEST_F(LoaderTest, OneLoaderRunsADevice) {
  const int lock = open(directory_.c_str(), O_RDONLY | O_DIRECTORY);
  ASSERT_EQ(flock(lock, LOCK_EX), 0);
  EXPECT_EQ(RunLoader(), 1);
  close(lock);
}

}  // namespace
}  // namespace linnet::loader
