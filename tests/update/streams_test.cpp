// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Deltas and compressed parts as the tools make them, through the engine.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/update/packed_streams.hpp"

namespace linnet::update {
namespace {

using namespace testing;  // NOLINT: the rig's words

class Streams : public ::testing::Test {
 public:
  Streams() {
    world.config.device.decodes_streams = true;
    EXPECT_TRUE(world.Start());
    world.Run();
    Confirm(v1, MakePackage(v1, firmware));
  }

  void Confirm(const SampleRelease& release, const Octets& file, std::size_t reset_at = 0) {
    world.source.file = file;
    world.source.delivered = 0;
    ASSERT_TRUE(world.engine->Offer({.job_id = "job"}).ok());
    if (reset_at > 0) {
      while (world.source.delivered < reset_at) {
        world.Run(Milliseconds(20));
      }
      ASSERT_TRUE(world.Start(hal::ResetCause::kWatchdog));
      ASSERT_TRUE(world.engine->Offer({.job_id = "job"}).ok());
    }
    world.Run();
    if (!world.session->Runs(release)) {
      ASSERT_EQ(world.engine->phase(), Phase::kRebooting);
      ASSERT_TRUE(world.Start(hal::ResetCause::kSoftware));
    }
    ASSERT_TRUE(world.session->Runs(release));
    world.engine->SetHealth(kHealthy);
    world.Run();
    ASSERT_EQ(world.observer.outcomes.back(), "job succeeded");
    world.engine->OutcomeReported("job");
  }

  static constexpr boot::testing::BoardShape kShape{"large",
                                                    {12 * 4096, 4096, 4, boot::testing::kOnes},
                                                    {36 * 4096, 4096, 1, boot::testing::kOnes},
                                                    {2 * 4096, 4096, 4, boot::testing::kOnes}};
  const Octets firmware = Firmware(7);
  const Octets body = image::testing::SampleBody(40'000, 9);
  const Octets changed = [this] {
    Octets other = body;
    for (std::size_t i = 20'000; i < 20'100; ++i) {
      other[i] ^= std::byte{0x5A};
    }
    return other;
  }();
  const SampleRelease v1 = SignApplication(1, body, firmware, 7);
  const SampleRelease v2 = SignApplication(2, changed, firmware, 7);
  World world{v1, kShape};
};

/// A body that compresses to half, roughly.
Octets Regular(std::size_t size) {
  Octets body = image::testing::SampleBody(size, 3);
  for (std::size_t i = 0; i < size; ++i) {
    body[i] = i % 2 == 0 ? body[i] : std::byte{0x20};
  }
  return body;
}

TEST_F(Streams, ADeltaIsTakenWhenItsBaseRuns) {
  const Packed delta = PackDelta(v1, v2);
  ASSERT_LT(delta.bytes.size() * 10, v2.file.size()) << "of a change of one function";
  Confirm(v2, MakePackage({Pack(v2), delta, Pack(firmware)}, v2.digest));
  EXPECT_LT(world.source.delivered, delta.bytes.size() + 4096) << "the head and the delta";
}

TEST_F(Streams, WithoutItsBaseTheFullPartIsTaken) {
  const SampleRelease other = SignApplication(9, body, firmware, 7);
  const Packed delta = PackDelta(other, v2);
  Confirm(v2, MakePackage({Pack(v2), delta, Pack(firmware)}, v2.digest));
  EXPECT_GT(world.source.delivered, v2.file.size());
}

TEST_F(Streams, ADeltaThatIsNotOfItsBaseIsReplacedByTheFullPart) {
  const SampleRelease other = SignApplication(9, Regular(40'000), firmware, 7);
  Packed delta = PackDelta(other, v2);
  delta.entry.base = v1.digest;  // It says so, and is not.
  Confirm(v2, MakePackage({Pack(v2), delta, Pack(firmware)}, v2.digest));
}

TEST_F(Streams, ACompressedPartIsTakenInsteadOfTheRawOne) {
  const SampleRelease next = SignApplication(2, Regular(40'000), firmware, 7);
  const Packed small = PackCompressed(next);
  ASSERT_LT(small.bytes.size(), next.file.size() * 3 / 4);
  Confirm(next, MakePackage({Pack(next), small, Pack(firmware)}, next.digest));
  EXPECT_LT(world.source.delivered, small.bytes.size() + 4096);
}

TEST_F(Streams, ADeviceThatDecodesNothingTakesTheRawPart) {
  const SampleRelease next = SignApplication(2, Regular(40'000), firmware, 7);
  world.config.device.decodes_streams = false;
  ASSERT_TRUE(world.Start());
  Confirm(next, MakePackage({Pack(next), PackCompressed(next), Pack(firmware)}, next.digest));
  EXPECT_GT(world.source.delivered, next.file.size());
}

// Before it is whole only the head of the package tells its version.
TEST_F(Streams, AnApplicationOfAnotherVersionThanThePackageStatesIsNeverStaged) {
  Packed compressed = PackCompressed(v2);
  compressed.entry.version = {9, 0, 0, 0};
  world.source.file = MakePackage({compressed, Pack(firmware)}, v2.digest);
  ASSERT_TRUE(world.engine->Offer({.job_id = "job", .version = "9.0.0"}).ok());
  world.Run();
  EXPECT_EQ(world.observer.faults.back(), Fault::kContent);
  EXPECT_THAT(world.observer.outcomes.back(), ::testing::HasSubstr("not of the version"));
  EXPECT_EQ(world.session->Query().state, release::ReleaseState::kReady);
}

TEST_F(Streams, ACompressedPartGoesOnAfterAResetWhereItsBlockBegan) {
  const SampleRelease next = SignApplication(2, Regular(40'000), firmware, 7);
  const Packed small = PackCompressed(next);
  world.source.piece = 500;
  Confirm(next, MakePackage({Pack(next), small, Pack(firmware)}, next.digest),
          small.bytes.size() / 2);
  // Two pages of the store and a block come again, and what is read first.
  EXPECT_LT(world.source.delivered,
            small.bytes.size() + std::size_t{3} * 8192 + std::size_t{2} * 4096);
}

TEST_F(Streams, ADeltaGoesOnAfterAReset) {
  const SampleRelease base = SignApplication(3, Regular(40'000), firmware, 7);
  const SampleRelease next = SignApplication(4, changed, firmware, 7);
  Confirm(base, MakePackage({Pack(base), Pack(firmware)}, base.digest));
  const Packed delta = PackDelta(base, next);
  world.source.piece = 500;
  Confirm(next, MakePackage({Pack(next), delta, Pack(firmware)}, next.digest),
          delta.bytes.size() / 2);
}

}  // namespace
}  // namespace linnet::update
