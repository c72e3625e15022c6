// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The emulated board on a flash file of its own for each test. The images come from the an505
// build; $LINNET_AN505_BUILD names another one.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/board/order.hpp"
#include "tools/board/emulator.hpp"
#include "tools/board/flash_file.hpp"
#include "tools/sign/keys.hpp"
#include "tools/sign/sign.hpp"
#include "vault_service/device_key.hpp"

namespace linnet::board_test {

using board::Emulator;
using board::FlashFile;
namespace layout = layout::an505;

/// The emulator may have to share the machine with much else; what is tested never depends on it.
constexpr std::chrono::seconds kPatience{300};

inline std::filesystem::path ImageFolder() {
  const char* other = getenv("LINNET_AN505_BUILD");
  return other != nullptr ? other : LINNET_AN505_BUILD;
}

inline std::vector<std::byte> Signed(const std::filesystem::path& payload, image::Version version,
                                     const std::string& key) {
  const std::string path = std::string(LINNET_SOURCE_DIR) + "/tests/keys/" + key;
  sign::SignOptions options;
  options.payload = board::ReadWholeFile(ImageFolder() / payload);
  options.version = version;
  return sign::SignImage(options, sign::LoadPrivateKeyPem(path));
}
/// The application of these tests, version 1.2.3.
inline std::vector<std::byte> SignedApp(const std::string& key) {
  return Signed("tests/board/board_test_app.bin", {.major = 1, .minor = 2, .revision = 3}, key);
}
/// A second image, version 4.5.6.
inline std::vector<std::byte> SignedSecond() {
  return Signed("images/second/second.bin", {.major = 4, .minor = 5, .revision = 6},
                "TEST-ONLY-release.pem");
}

class SystemEntropy final : public crypto::EntropySource {
 public:
  Status Fill(MutableBytes out) override {
    return getentropy(out.data(), out.size()) == 0 ? OkStatus() : Status(Code::kUnavailable);
  }
};

/// The factory step: a device key in the vault.
inline void GiveKey(const FlashFile& file) {
  sign::EnsureArena();
  SystemEntropy entropy;
  crypto::Random random(entropy);
  crypto::PrivateKey key(random);
  ASSERT_TRUE(key.Load(sign::GenerateKey()).ok());
  an505::MappedFlash vault = file.Window(layout::kVault);
  ASSERT_TRUE(vault_service::WriteDeviceKey(vault, key).ok());
}

class OnBoard : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "linnet-board-XXXXXX";
    folder_ = mkdtemp(pattern.data());
    options_.flash_file = folder_ / "flash";
    options_.boot_elf = ImageFolder() / "images/boot/boot.elf";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  /// A new board with the application and what it shall do.
  void Flash(const Order& order, Bytes image) const {
    const FlashFile file = FlashFile::Create(options_.flash_file);
    file.Place(layout::kApp, image);
    ASSERT_TRUE(file.Window(layout::kSettings)
                    .Program(kOrderOffset, std::as_bytes(std::span(&order, 1)))
                    .ok());
    GiveKey(file);
  }
  void Flash(const Order& order) const { Flash(order, SignedApp("TEST-ONLY-release.pem")); }

  /// What the board says until it is done.
  std::string RunToEnd() const { return Emulator(options_).WaitFor("test: done", kPatience); }

  board::RunOptions options_;

 private:
  std::filesystem::path folder_;
};

}  // namespace linnet::board_test
