// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What the Secure side's stack was used for, by the paint that is left in it, against the worst
// case that scripts/stack computes from the call graph.
#include <array>
#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>
#include <sstream>

#include "release/store.hpp"
#include "tests/board/on_board.hpp"
#include "tools/board/monitor.hpp"

namespace linnet::board_test {
namespace {

constexpr std::uint32_t kPaint = 0xA5C3'5A3C;        // ports/an505/startup.cpp
constexpr std::uint32_t kSecureAlias = 0x1000'0000;  // of the address that the bus sees

struct Computed {
  unsigned worst = 0;
  unsigned reserved = 0;
};

Computed ComputeStack() {
  const std::string command = "LINNET=" LINNET_PROGRAM " " LINNET_SOURCE_DIR "/scripts/stack " +
                              ImageFolder().string() + " boot --json";
  constexpr unsigned kException = 72;  // Of the application, in Secure code.
  Computed computed;
  FILE* const output = popen(command.c_str(), "r");
  std::array<char, 4096> piece{};
  std::string text;
  while (std::fgets(piece.data(), piece.size(), output) != nullptr) {
    text += piece.data();
  }
  EXPECT_EQ(pclose(output), 0) << command;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const auto json = nlohmann::json::parse(line);
    if (json.contains("room")) {
      computed = {json["stack"].get<unsigned>() + kException, json["room"].get<unsigned>()};
    }
  }
  EXPECT_GT(computed.reserved, 0U) << text;
  return computed;
}

/// An application that lies only in the store: boot looks everywhere, verifies and installs.
void KeepInStore(const FlashFile& file, Bytes image) {
  an505::MappedFlash region = file.Window(layout::kReleaseStore);
  release::Store store(region);
  image::MemorySource source(image);
  const Result<image::Info> info = image::Inspect(source);
  ASSERT_TRUE(info.ok() && store.Mount().ok());
  ASSERT_TRUE(store
                  .Begin(release::PartKind::kApplication, static_cast<std::uint32_t>(image.size()),
                         release::PartTag{1})
                  .ok());
  ASSERT_TRUE(store.Write(image).ok());
  ASSERT_TRUE(store.Finish(info->digest).ok());
}

TEST_F(OnBoard, TheSecureStackIsNeverDeeperThanComputed) {
  const Computed computed = ComputeStack();
  Flash({.scenario = Scenario::kGateway});
  const FlashFile file = FlashFile::Open(options_.flash_file);
  ASSERT_TRUE(file.Window(layout::kApp).ErasePage(0).ok());
  KeepInStore(file, SignedApp("TEST-ONLY-release.pem"));
  Emulator board(options_);
  const std::string said = board.WaitFor("test: done", kPatience);
  ASSERT_NE(said.find("installing release"), std::string::npos) << said;
  ASSERT_NE(said.find(" passed, 0 failed"), std::string::npos) << said;

  const std::uint32_t end = layout::kSramSecure.base + layout::kSramSecure.size - kSecureAlias;
  const std::vector<std::byte> stack =
      board::ReadMemory(options_.flash_file, end - computed.reserved, computed.reserved);
  unsigned free = 0;
  std::uint32_t word = 0;
  while (free + 4 <= stack.size() && (std::memcpy(&word, &stack[free], 4), word == kPaint)) {
    free += 4;
  }
  const unsigned used = computed.reserved - free;
  std::printf("stack: %u bytes used, %u computed, %u reserved\n", used, computed.worst,
              computed.reserved);
  EXPECT_GT(free, 0U) << "no paint: this is not the stack, or all of it was used";
  EXPECT_LE(used, computed.worst);
  EXPECT_GT(used, computed.worst / 2) << "the computed worst case is far from what happens";
}

}  // namespace
}  // namespace linnet::board_test
