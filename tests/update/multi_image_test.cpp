// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The nRF Connect SDK's dfu_multi_image.bin through the engine.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/endian.hpp"
#include "cbor/writer.hpp"
#include "update/testing/release_set.hpp"
#include "update/testing/rig.hpp"

namespace linnet::update {
namespace {

using ::testing::HasSubstr;
using namespace testing;  // NOLINT: the rig's words

struct NumberedImage {
  std::int64_t id = 0;
  Octets bytes{};
};

/// As the SDK's script makes it: the length of the head, {"img": [{"id", "size"}...]}, the images.
Octets MultiImage(const std::vector<NumberedImage>& images) {
  Octets file(512);
  cbor::Writer writer(MutableBytes(file).subspan(2));
  writer.BeginMap(1);
  writer.Text("img");
  writer.BeginArray(static_cast<std::uint32_t>(images.size()));
  for (const NumberedImage& image : images) {
    writer.BeginMap(2);
    writer.Text("id");
    writer.Integer(image.id);
    writer.Text("size");
    writer.Unsigned(image.bytes.size());
  }
  const std::size_t head = writer.Finish().value().size();
  StoreLe16(static_cast<std::uint16_t>(head), file);
  file.resize(2 + head);
  for (const NumberedImage& image : images) {
    file.insert(file.end(), image.bytes.begin(), image.bytes.end());
  }
  return file;
}

/// A companion as the SDK signs it: the body of an image.
Octets Wrapped(const Octets& firmware) {
  image::testing::TestKey key(1);
  return image::testing::Signed({.version = {1, 0, 0, 0}, .body = firmware}, key);
}

class MultiImageFile : public ::testing::Test {
 public:
  MultiImageFile() {
    world.config.device.components = components;
    EXPECT_TRUE(world.Start());
    world.Run();
  }

  void Order(const Octets& file) {
    world.source.file = file;
    ASSERT_TRUE(world.engine->Offer({.job_id = "job"}).ok());
    world.Run();
  }
  void ExpectRefused(const Octets& file, Fault fault, const char* words) {
    const std::uint64_t programs = world.device.store.programs();
    Order(file);
    ASSERT_FALSE(world.observer.outcomes.empty());
    EXPECT_THAT(world.observer.outcomes.back(), HasSubstr(words));
    EXPECT_EQ(world.observer.faults.back(), fault);
    EXPECT_EQ(world.device.store.programs(), programs) << "before the first flash write";
  }

  const SampleRelease v1 = release::testing::MakeRelease(1);
  const Octets firmware = Firmware(7);
  const SampleRelease v2 = MakeApplication(2, firmware, 7);
  const std::array<package::Component, 2> components = {
      {{.id = 0, .kind = release::PartKind::kApplication},
       {.id = 1,
        .kind = release::PartKind::kCompanion,
        .index = image::companion::kWifiFirmware,
        .wrapped = true}}};
  World world{v1};
};

TEST_F(MultiImageFile, ItsImagesAreInstalledAsOneRelease) {
  Order(MultiImage({{0, v2.file}, {1, Wrapped(firmware)}}));
  ASSERT_EQ(world.engine->phase(), Phase::kRebooting)
      << (world.observer.outcomes.empty() ? "" : world.observer.outcomes.back());
  ASSERT_TRUE(world.Start(hal::ResetCause::kSoftware));
  EXPECT_TRUE(world.session->Runs(v2));
  EXPECT_TRUE(world.session->store.Find(crypto::Hash(firmware)).ok());
  world.engine->SetHealth(kHealthy);
  world.Run();
  EXPECT_EQ(world.observer.outcomes.back(), "job succeeded");
  EXPECT_EQ(world.engine->missing(), "");
}

TEST_F(MultiImageFile, AnotherOrderOfItsImagesIsTheSame) {
  Order(MultiImage({{1, Wrapped(firmware)}, {0, v2.file}}));
  EXPECT_EQ(world.engine->phase(), Phase::kRebooting);
}

TEST_F(MultiImageFile, AnIdWithoutAComponentIsRefusedAndNotSkipped) {
  ExpectRefused(MultiImage({{0, v2.file}, {1, Wrapped(firmware)}, {7, Octets(100)}}),
                Fault::kForAnother, "7");
}

TEST_F(MultiImageFile, APairThatIsTooShortIsRefusedAtOnce) {
  ExpectRefused(MultiImage({{0, v2.file}, {1, Wrapped(Firmware(8, 200))}}), Fault::kPairing,
                "Wi-Fi firmware");
}

// The file has no digests: that it is other firmware shows when it is here.
TEST_F(MultiImageFile, APairThatDoesNotMatchIsNeverStaged) {
  Order(MultiImage({{0, v2.file}, {1, Wrapped(Firmware(8))}}));
  EXPECT_EQ(world.observer.faults.back(), Fault::kContent);
  EXPECT_EQ(world.session->Query().state, release::ReleaseState::kReady);
  EXPECT_EQ(world.session->store.part_count(), 1U) << "cleaned up";
}

TEST_F(MultiImageFile, AFileThatEndsTooEarlyIsRefused) {
  Octets file = MultiImage({{0, v2.file}, {1, Wrapped(firmware)}});
  file.resize(file.size() - 1);
  Order(file);
  EXPECT_EQ(world.observer.faults.back(), Fault::kSize);
}

}  // namespace
}  // namespace linnet::update
