// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "radio/loader.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "ports/standin_radio/standin_radio.hpp"
#include "radio/testing/patches.hpp"

namespace linnet::radio {
namespace {

using standin::StandinRadio;
using testing::kFirmware;
using testing::MakePatch;

/// Memory that fails to be read from some byte on.
class FailingSource final : public image::Source {
 public:
  FailingSource(Bytes bytes, std::uint32_t from) : memory_(bytes), from_(from) {}
  Status Read(std::uint32_t offset, MutableBytes out) override {
    return offset + out.size() > from_ && out.size() > kImageHeaderSize && offset > kPatchHeaderSize
               ? Status(Code::kDataLoss)
               : memory_.Read(offset, out);
  }
  [[nodiscard]] std::uint32_t size() const override { return memory_.size(); }

 private:
  image::MemorySource memory_;
  std::uint32_t from_;
};

struct Rig {
  StandinRadio radio{kFirmware};
  Instant now{};

  Status Run(Loader& loader) {
    Status status = loader.Poll(now);
    while (status == Code::kPending) {
      now += Milliseconds(1);
      status = loader.Poll(now);
    }
    return status;
  }

  Status Load(Bytes patch, Loader& loader, std::optional<crypto::Digest> digest = std::nullopt) {
    image::MemorySource source(patch);
    loader.Start(source, digest, now);
    return Run(loader);
  }

  LoadFailure FailureOf(Bytes patch, std::optional<crypto::Digest> digest = std::nullopt) {
    LoaderBuffer<512> loader(radio);
    EXPECT_FALSE(Load(patch, *loader, digest).ok());
    EXPECT_FALSE(radio.running());
    EXPECT_EQ(radio.Poll(), Code::kFailedPrecondition) << "it is off";
    return loader->failure();
  }
};

TEST(Loader, LoadsThroughAnyChunk) {
  const auto patch = MakePatch();
  for (const std::size_t size : {4UL, 8UL, 512UL, 1000UL, 8192UL}) {
    Rig rig;
    std::vector<std::byte> chunk(size);
    Loader loader(rig.radio, chunk);
    EXPECT_TRUE(rig.Load(patch, loader, crypto::Hash(patch)).ok()) << size;
    EXPECT_EQ(loader.state(), LoadState::kRunning);
    EXPECT_TRUE(rig.radio.running());
    EXPECT_EQ(loader.header().firmware, kFirmware);
  }
}

TEST(Loader, ImagesOfExactlyWholeChunks) {
  for (const std::uint32_t length : {511U, 512U, 513U, 1024U, 8192U}) {
    Rig rig;
    LoaderBuffer<512> loader(rig.radio);
    EXPECT_TRUE(rig.Load(MakePatch(kFirmware, {length, 512, 1, length}), *loader).ok()) << length;
  }
}

TEST(Loader, AnyOrderOfImages) {
  Rig rig;
  LoaderBuffer<64> loader(rig.radio);
  EXPECT_TRUE(rig.Load(MakePatch(kFirmware, {40, 1000, 512, 3}, {3, 1, 0, 2}), *loader).ok());
}

TEST(Loader, LoadsAgainAndAfterStop) {
  Rig rig;
  LoaderBuffer<512> loader(rig.radio);
  EXPECT_EQ(loader->Poll(rig.now), Code::kFailedPrecondition);
  EXPECT_TRUE(rig.Load(MakePatch(), *loader).ok());
  EXPECT_TRUE(rig.Load(MakePatch(), *loader).ok());
  loader->Stop();
  EXPECT_EQ(loader->state(), LoadState::kIdle);
  EXPECT_FALSE(rig.radio.running());
  EXPECT_TRUE(rig.Load(MakePatch(), *loader).ok());
  EXPECT_EQ(rig.radio.boots(), 3U);
}

TEST(Loader, AnotherVersionIsRefusedBeforeTheChipIsTouched) {
  for (const std::uint32_t bit : {0U, 8U, 16U, 24U}) {
    Rig rig;
    EXPECT_EQ(rig.FailureOf(MakePatch({kFirmware.version ^ 1U << bit, kFirmware.features})),
              LoadFailure::kOtherVersion);
    EXPECT_EQ(rig.radio.commands(), 0U);
  }
  EXPECT_EQ(Rig().FailureOf(MakePatch({kFirmware.version, feature::kScanOnly})),
            LoadFailure::kMissingFeature);
}

TEST(Loader, DamageIsFoundBeforeAnythingBoots) {
  auto patch = MakePatch();
  EXPECT_EQ(Rig().FailureOf(Bytes(patch).first(100)), LoadFailure::kMalformed);
  EXPECT_EQ(Rig().FailureOf(Bytes(patch).first(10)), LoadFailure::kMalformed);
  const crypto::Digest digest = crypto::Hash(patch);
  auto other = MakePatch(kFirmware, {40, 1000, 512, 3}, {0, 1, 2, 3}, 2);
  EXPECT_EQ(Rig().FailureOf(other, digest), LoadFailure::kDamaged)
      << "sound, but not the named one";
  for (std::size_t at = kPatchHeaderSize + kImageHeaderSize; at < patch.size(); at += 97) {
    patch[at] ^= std::byte{1};
    const LoadFailure failure = Rig().FailureOf(patch);
    EXPECT_TRUE(failure == LoadFailure::kDamaged || failure == LoadFailure::kMalformed) << at;
    patch[at] ^= std::byte{1};
  }
  // The features are not under the container's digest, but under the release's.
  patch[13] ^= std::byte{1};
  EXPECT_EQ(Rig().FailureOf(patch, digest), LoadFailure::kDamaged);
}

TEST(Loader, AFailingSourceIsReported) {
  const auto patch = MakePatch();
  for (std::uint32_t from = kPatchHeaderSize + 9; from < patch.size(); from += 500) {
    Rig rig;
    LoaderBuffer<512> loader(rig.radio);
    FailingSource source(patch, from);
    loader->Start(source, std::nullopt, rig.now);
    EXPECT_FALSE(rig.Run(*loader).ok());
    EXPECT_EQ(loader->failure(), LoadFailure::kUnreadable);
    EXPECT_FALSE(rig.radio.running());
  }
}

TEST(Loader, EveryCommandMayHangOrBeRefused) {
  Rig whole;
  LoaderBuffer<512> first(whole.radio);
  ASSERT_TRUE(whole.Load(MakePatch(), *first).ok());
  const std::uint32_t commands = whole.radio.commands();
  EXPECT_EQ(commands, 3U + 4 + (1 + 2 + 1 + 1) + 2);
  for (std::uint32_t command = 0; command < commands; ++command) {
    for (const bool hang : {true, false}) {
      Rig rig;
      LoaderBuffer<512> loader(rig.radio);
      hang ? rig.radio.HangAt(command) : rig.radio.RefuseAt(command, Code::kUnavailable);
      EXPECT_FALSE(rig.Load(MakePatch(), *loader).ok()) << command;
      EXPECT_EQ(loader->failure(), hang ? LoadFailure::kSilent : LoadFailure::kRefused) << command;
      EXPECT_FALSE(rig.radio.running());
      EXPECT_LT(rig.now - Instant{}, hal::kRadioCommandLimit + Milliseconds(100));
      rig.radio.ClearFault();
      EXPECT_TRUE(rig.Load(MakePatch(), *loader).ok()) << command;
    }
  }
}

TEST(Loader, ADeadChipIsGivenUp) {
  Rig rig;
  rig.radio.SetSilent(true);
  EXPECT_EQ(rig.FailureOf(MakePatch()), LoadFailure::kSilent);
}

TEST(Loader, StatesAndFailuresHaveNames) {
  for (int i = 0; i <= static_cast<int>(LoadState::kFailed); ++i) {
    EXPECT_FALSE(ToString(static_cast<LoadState>(i)).empty());
  }
  for (int i = 0; i <= static_cast<int>(LoadFailure::kSilent); ++i) {
    EXPECT_FALSE(ToText(static_cast<LoadFailure>(i)).empty());
  }
}

}  // namespace
}  // namespace linnet::radio
