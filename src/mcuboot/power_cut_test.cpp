// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Power is cut at every flash operation of Stage, Accept and Reject; the device then starts again,
// and its application either does nothing or asks again. No start may run a mix of two releases.
#include <gtest/gtest.h>

#include "mcuboot/testing/two_slot_board.hpp"
#include "sim/power_cut_sweep.hpp"

namespace linnet::mcuboot {
namespace {

using release::RejectReason;
using release::ReleaseState;
using testing::Shape;
using testing::TwoSlotBoard;

enum class Call : std::uint8_t { kStage, kAccept, kRejectStaged, kRejectTrial };

struct Case {
  Call call;
  const char* name;
  char wanted;  // The version that runs when the call was repeated until it returned ok.
};

constexpr Case kCases[] = {{Call::kStage, "stage", '2'},
                           {Call::kAccept, "accept", '2'},
                           {Call::kRejectStaged, "reject-staged", '1'},
                           {Call::kRejectTrial, "reject-trial", '1'}};

void Ask(TwoSlotBoard& board, Call call) {
  // What it returns is not known to a device that lost power.
  static_cast<void>(call == Call::kStage ? board.control().Stage(board.digest(2))
                    : call == Call::kAccept
                        ? board.control().Accept(board.digest(2))
                        : board.control().Reject(board.digest(2), RejectReason::kUnhealthy));
}

void Prepare(TwoSlotBoard& board, Call call) {
  board.Load();
  if (call == Call::kStage) {
    return;
  }
  ASSERT_TRUE(board.control().Stage(board.digest(2)).ok());
  if (call != Call::kRejectStaged) {
    board.Boot();
  }
  if (call == Call::kRejectTrial) {  // one that does not go back by itself
    const std::array<std::byte, 1> torn{std::byte{0x7F}};
    board.flashes()[0]->Poke(4096 - board.setup.layout.copy_done(), torn);
  }
}

bool Complete(const std::string& running) {
  return running.find_first_not_of(running[0]) == std::string::npos;
}

void Start(TwoSlotBoard& board) {
  board.Boot();
  EXPECT_TRUE(Complete(board.Running())) << board.Running();
}

std::uint64_t Sweep(const Shape& shape, const Case& what, bool again) {
  TwoSlotBoard board(shape);
  const sim::SweepScenario scenario{
      .name = std::string(what.name) + (again ? "-again/" : "/") + shape.name(),
      .setup = [&] { Prepare(board, what.call); },
      .run = [&] { Ask(board, what.call); },
      .recover = [&] { Start(board); },
      .forget = {},
      .check =
          [&] {
            if (again) {
              Ask(board, what.call);
            }
            for (int i = 0; i < 3; ++i) {
              Start(board);
            }
            const std::string settled = board.Running();
            if (again && what.call == Call::kAccept && settled[0] == '2') {
              EXPECT_EQ(board.Query().state, ReleaseState::kReady);
            }
            Start(board);
            EXPECT_EQ(board.Running(), settled);
          }};
  return sim::RunPowerCutSweep(board.power, board.flashes(), scenario, {.seeds = 3}).cases;
}

TEST(PowerCut, NoStartRunsAMix) {
  std::uint64_t cases = 0;
  for (const std::byte erased : {std::byte{0xFF}, std::byte{0}}) {
    for (const auto& [align, unit] :
         {std::pair(8U, 1U), std::pair(8U, 8U), std::pair(16U, 4U), std::pair(32U, 32U)}) {
      for (std::size_t images = 1; images <= 4; ++images) {
        const Shape shape{.images = images, .align = align, .unit = unit, .erased = erased};
        for (const Case& what : kCases) {
          cases += Sweep(shape, what, false) + Sweep(shape, what, true);
        }
      }
    }
  }
  RecordProperty("cases", std::to_string(cases));
  std::printf("mcuboot: %llu power cuts in Stage, Accept and Reject\n",
              static_cast<unsigned long long>(cases));
}

}  // namespace
}  // namespace linnet::mcuboot
