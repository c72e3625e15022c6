// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "mcuboot/boot_control.hpp"

#include <gtest/gtest.h>

#include "mcuboot/testing/two_slot_board.hpp"

namespace linnet::mcuboot {
namespace {

using release::RejectReason;
using release::ReleaseState;
using testing::Shape;
using testing::Ties;
using testing::TwoSlotBoard;

std::vector<Shape> Shapes() {
  std::vector<Shape> shapes;
  for (const SwapMode mode : {SwapMode::kMove, SwapMode::kOffset}) {
    shapes.push_back({.images = 1, .mode = mode});
    shapes.push_back({.images = 2, .unit = 1, .mode = mode});
    shapes.push_back({.images = 3, .align = 32, .unit = 32, .mode = mode});
    shapes.push_back({.images = 2, .align = 16, .unit = 4, .erased = std::byte{0}, .mode = mode});
  }
  return shapes;
}

std::string Of(const Shape& shape, char version) {
  return std::string(shape.images, version);
}

TEST(SlotBootControl, ReadyStagedTrialAccepted) {
  for (const Shape& shape : Shapes()) {
    SCOPED_TRACE(shape.name());
    TwoSlotBoard board(shape);
    EXPECT_EQ(board.Query().state, ReleaseState::kReady);
    EXPECT_EQ(board.Query().running, board.digest(1));
    EXPECT_EQ(board.control().Stage(board.digest(1)), Code::kAlreadyExists);
    EXPECT_EQ(board.control().Stage(crypto::Digest{std::byte{1}}), Code::kNotFound);
    EXPECT_EQ(board.control().Accept(board.digest(1)), Code::kFailedPrecondition);
    EXPECT_EQ(board.control().Reject(board.digest(2), RejectReason::kCancelled), Code::kNotFound);
    ASSERT_TRUE(board.control().Stage(board.digest(2)).ok());
    ASSERT_TRUE(board.control().Stage(board.digest(2)).ok());
    EXPECT_EQ(board.Query().state, ReleaseState::kStaged);
    EXPECT_EQ(board.Query().candidate, board.digest(2));
    EXPECT_EQ(board.control().Accept(board.digest(2)), Code::kPermissionDenied);
    board.Boot();
    EXPECT_EQ(board.Running(), Of(shape, '2'));
    EXPECT_EQ(board.Query().state, ReleaseState::kTrial);
    EXPECT_EQ(board.Query().confirmed, board.digest(1));
    EXPECT_EQ(board.control().Stage(board.digest(1)), Code::kFailedPrecondition);
    ASSERT_TRUE(board.control().Accept(board.digest(2)).ok());
    ASSERT_TRUE(board.control().Accept(board.digest(2)).ok());
    for (int i = 0; i < 3; ++i) {
      board.Boot();
      EXPECT_EQ(board.Running(), Of(shape, '2'));
      EXPECT_EQ(board.Query().state, ReleaseState::kReady);
      EXPECT_EQ(board.Query().confirmed, board.digest(2));
    }
  }
}

TEST(SlotBootControl, WithoutAcceptanceAllGoBack) {
  for (const Shape& shape : Shapes()) {
    SCOPED_TRACE(shape.name());
    TwoSlotBoard board(shape);
    ASSERT_TRUE(board.control().Stage(board.digest(2)).ok());
    board.Boot();
    EXPECT_EQ(board.Running(), Of(shape, '2'));
    ASSERT_TRUE(board.control().Reject(board.digest(2), RejectReason::kUnhealthy).ok());
    for (int i = 0; i < 3; ++i) {
      board.Boot();
      EXPECT_EQ(board.Running(), Of(shape, '1'));
      EXPECT_EQ(board.Query().state, ReleaseState::kReady);
    }
    ASSERT_TRUE(board.control().Stage(board.digest(2)).ok());
    ASSERT_TRUE(board.control().Reject(board.digest(2), RejectReason::kCancelled).ok());
    board.Boot();
    EXPECT_EQ(board.Running(), Of(shape, '1'));
  }
}

// Rows of partial confirmation and mixed requests, first as an application may bring them about
// with the loader's own functions: the model ends where MCUboot does.
struct Row {
  const char* name;
  std::size_t images;
  Ties ties;
  std::vector<std::size_t> confirmed;
  const char* ends_as;
};

TEST(StockLoader, PartialConfirmationEndsInAMix) {
  const std::vector<Row> rows = {
      {"none", 2, Ties::kNone, {}, "11"},
      {"first only", 2, Ties::kNone, {0}, "21"},
      {"second only", 2, Ties::kNone, {1}, "12"},
      {"first and third", 3, Ties::kNone, {0, 2}, "212"},
      {"first only, it needs the second", 2, Ties::kFromApplication, {0}, "22"},
      {"second only, tied both ways", 2, Ties::kBothWays, {1}, "22"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    TwoSlotBoard board({.images = row.images, .ties = row.ties});
    for (std::size_t i = 0; i < row.images; ++i) {
      ASSERT_TRUE(WriteMagic(*board.setup.images[i].secondary, board.setup.layout).ok());
    }
    board.Boot();
    for (const std::size_t i : row.confirmed) {
      ASSERT_TRUE(WriteImageOk(*board.setup.images[i].primary, board.setup.layout).ok());
    }
    for (int i = 0; i < 4; ++i) {
      board.Boot();
    }
    EXPECT_EQ(board.Running(), row.ends_as);
  }
}

TEST(SlotBootControl, StagesOnlyWhatDependenciesTie) {
  for (const auto& [ties, code] : {std::pair(Ties::kNone, Code::kUnsupported),
                                   std::pair(Ties::kFromApplication, Code::kUnsupported),
                                   std::pair(Ties::kBothWays, Code::kOk)}) {
    TwoSlotBoard board({.images = 2, .ties = ties});
    EXPECT_EQ(board.control().Stage(board.digest(2)).code(), code);
    board.Boot();
    EXPECT_EQ(board.Running(), code == Code::kOk ? "22" : "11");
  }
}

TEST(SlotBootControl, ACandidateThatIsDamagedInAnyImageInstallsNothing) {
  for (std::size_t image = 0; image < 3; ++image) {
    TwoSlotBoard board({.images = 3});
    const std::array<std::byte, 1> wrong{std::byte{0xEE}};
    board.flashes()[2 * image + 1]->Poke(40, wrong);
    EXPECT_EQ(board.control().Stage(board.digest(2)), Code::kUnauthenticated);
    board.Boot();
    EXPECT_EQ(board.Running(), "111");
  }
  TwoSlotBoard board({.images = 2});
  ASSERT_TRUE(board.setup.images[1].secondary->ErasePage(0).ok());
  EXPECT_EQ(board.control().Stage(board.digest(2)), Code::kNotFound);
}

TEST(SlotBootControl, AHalfAcceptedReleaseIsFinishedOrTakenBack) {
  for (const bool accept : {true, false}) {
    for (std::size_t confirmed = 0; confirmed < 3; ++confirmed) {
      TwoSlotBoard board({.images = 3});
      ASSERT_TRUE(board.control().Stage(board.digest(2)).ok());
      board.Boot();
      ASSERT_TRUE(WriteImageOk(*board.setup.images[confirmed].primary, board.setup.layout).ok());
      board.Boot();
      EXPECT_EQ(board.Running(), "222");
      EXPECT_EQ(board.Query().state, ReleaseState::kTrial);
      ASSERT_TRUE((accept ? board.control().Accept(board.digest(2))
                          : board.control().Reject(board.digest(2), RejectReason::kUnhealthy))
                      .ok());
      for (int i = 0; i < 3; ++i) {
        board.Boot();
        EXPECT_EQ(board.Running(), accept ? "222" : "111");
        EXPECT_EQ(board.Query().state, ReleaseState::kReady);
      }
    }
  }
}

// Stock MCUboot never takes it back by itself; see the README.
TEST(SlotBootControl, ATornCopyDoneDoesNotKeepARejectedRelease) {
  TwoSlotBoard board({.images = 2});
  ASSERT_TRUE(board.control().Stage(board.digest(2)).ok());
  board.Boot();
  const std::array<std::byte, 1> torn{std::byte{0x7F}};
  board.flashes()[0]->Poke(4096 - board.setup.layout.copy_done(), torn);
  board.Boot();
  EXPECT_EQ(board.Running(), "22");
  EXPECT_EQ(board.Query().state, ReleaseState::kTrial);
  ASSERT_TRUE(board.control().Reject(board.digest(2), RejectReason::kUnhealthy).ok());
  for (int i = 0; i < 3; ++i) {
    board.Boot();
    EXPECT_EQ(board.Running(), "11");
    EXPECT_EQ(board.Query().state, ReleaseState::kReady);
  }
}

}  // namespace
}  // namespace linnet::mcuboot
