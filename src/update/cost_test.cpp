// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What an update of the real one's size costs, printed: bytes over the air and flash operations by
// area, for a whole one, one that a reset cut in its middle, and one of the application alone.
#include <gtest/gtest.h>

#include <cstdio>

#include "update/testing/release_set.hpp"
#include "update/testing/rig.hpp"

namespace linnet::update {
namespace {

using testing::kHealthy;
using testing::Octets;
using testing::SampleRelease;
using testing::World;

constexpr boot::testing::BoardShape kBoard{"board",
                                           {64 * 4096, 4096, 4, boot::testing::kOnes},
                                           {256 * 4096, 4096, 1, boot::testing::kOnes},
                                           {2 * 4096, 4096, 4, boot::testing::kOnes}};
constexpr std::size_t kBody = 170'000;
constexpr std::uint32_t kFirmware = 84'000;

/// From the offer to the verdict; `resets` that come when that many bytes are here. Returns the
/// bytes over the air.
std::size_t Install(World& world, const Octets& file, const char* what, std::size_t reset_at = 0) {
  struct Area {
    const char* name;
    const sim::NorFlash& flash;
    std::uint64_t programs;
    std::uint64_t erases;
  };
  std::array<Area, 4> areas = {{{"execution", world.device.execution, 0, 0},
                                {"store", world.device.store, 0, 0},
                                {"record", world.device.record, 0, 0},
                                {"notes", world.memory.flash, 0, 0}}};
  for (Area& area : areas) {
    area.programs = area.flash.programs();
    area.erases = area.flash.erases();
  }
  world.source.file = file;
  world.source.delivered = 0;
  world.observer.reboots_wanted = 0;
  EXPECT_TRUE(world.engine->Offer({.job_id = "job"}).ok());
  while (world.source.delivered < reset_at) {
    world.Run(Milliseconds(20));
  }
  if (reset_at > 0) {
    EXPECT_TRUE(world.Start(hal::ResetCause::kWatchdog));
    EXPECT_TRUE(world.engine->Offer({.job_id = "job"}).ok());
  }
  world.Run();
  EXPECT_TRUE(world.Start(hal::ResetCause::kSoftware));
  world.engine->SetHealth(kHealthy);
  world.Run();
  EXPECT_EQ(world.engine->phase(), Phase::kConfirmed);
  world.engine->OutcomeReported("job");
  std::printf("%-12s %7zu bytes over the air;", what, world.source.delivered);
  for (const Area& area : areas) {
    std::printf(" %s: %llu writes, %llu erases;", area.name,
                static_cast<unsigned long long>(area.flash.programs() - area.programs),
                static_cast<unsigned long long>(area.flash.erases() - area.erases));
  }
  std::printf("\n");
  return world.source.delivered;
}

TEST(Cost, AResumedUpdateTakesHardlyMoreThanAWholeOne) {
  const Octets firmware7 = testing::Firmware(7, kFirmware);
  const Octets firmware8 = testing::Firmware(8, kFirmware);
  const SampleRelease v1 = testing::MakeApplication(1, firmware7, 7, kBody);
  const SampleRelease v2 = testing::MakeApplication(2, firmware8, 8, kBody);
  const SampleRelease v3 = testing::MakeApplication(3, firmware7, 7, kBody);
  const SampleRelease v4 = testing::MakeApplication(4, firmware7, 7, kBody);
  World world(v1, kBoard);
  world.config.fetch.range_size = 32768;
  world.source.piece = 1024;
  ASSERT_TRUE(world.Start());
  world.Run();
  const std::size_t whole = Install(world, testing::MakePackage(v2, firmware8), "whole");
  const std::size_t resumed =
      Install(world, testing::MakePackage(v3, firmware7), "resumed", whole / 2);
  const std::size_t alone = Install(world, testing::MakePackage(v4, firmware7), "application");
  EXPECT_LE(resumed * 100, whole * 102);
  EXPECT_LT(alone, v4.file.size() + 2000);
}

}  // namespace
}  // namespace linnet::update
