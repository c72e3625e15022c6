// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "radio/patch.hpp"

#include <gtest/gtest.h>

#include "base/endian.hpp"
#include "radio/testing/patches.hpp"

namespace linnet::radio {
namespace {

using testing::kFirmware;
using testing::MakePatch;

Result<Patch> Read(Bytes bytes) {
  image::MemorySource source(bytes);
  return ReadPatch(source);
}

Result<Patch> Verify(Bytes bytes, std::size_t scratch_size = 64) {
  image::MemorySource source(bytes);
  std::vector<std::byte> scratch(scratch_size);
  return VerifyPatch(source, scratch);
}

TEST(Patch, IsReadByTypeWhateverTheOrder) {
  const auto file = MakePatch(kFirmware, {40, 1000, 512, 3}, {2, 0, 3, 1});
  const Result<Patch> patch = Verify(file);
  ASSERT_TRUE(patch.ok());
  EXPECT_EQ(patch->size(), file.size());
  EXPECT_EQ(patch->header.firmware, kFirmware);
  EXPECT_EQ(patch->images[0].type, hal::RadioImage::kLmacPrimary);
  EXPECT_EQ(patch->Find(hal::RadioImage::kUmacSecondary).length, 1000U);
  EXPECT_EQ(patch->Find(hal::RadioImage::kUmacSecondary).offset, file.size() - 1000);
  EXPECT_EQ(patch->Find(hal::RadioImage::kLmacPrimary).offset, kPatchHeaderSize + kImageHeaderSize);
}

TEST(Patch, MayLieInALargerArea) {
  auto file = MakePatch();
  file.resize(file.size() + 100, std::byte{0xFF});
  EXPECT_TRUE(Verify(file).ok());
}

TEST(Patch, EveryLengthOfScratchWillDo) {
  const auto file = MakePatch();
  for (const std::size_t size : {std::size_t{1}, std::size_t{7}, file.size(), file.size() * 2}) {
    EXPECT_TRUE(Verify(file, size).ok()) << size;
  }
}

TEST(Patch, IsRefusedWhereverItIsCut) {
  const auto file = MakePatch();
  for (std::size_t size = 0; size < file.size(); ++size) {
    EXPECT_EQ(Read(Bytes(file).first(size)).code(), Code::kOutOfRange) << size;
  }
}

TEST(Patch, EveryFlippedBitIsNoticedOrChangesOnlyWhatTheHeaderSays) {
  auto file = MakePatch(kFirmware, {5, 6, 7, 8});
  for (std::size_t bit = 0; bit < file.size() * 8; ++bit) {
    const bool free = bit / 8 >= 8 && bit / 8 < 16;  // version and features: no digest covers them
    file[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
    const Result<Patch> patch = Verify(file);
    EXPECT_EQ(patch.ok(), free) << bit;
    EXPECT_FALSE(patch.ok() && patch->header.firmware == kFirmware) << bit;
    file[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
  }
}

TEST(Patch, ABadHeaderIsNamed) {
  const auto good = MakePatch();
  EXPECT_EQ(DecodePatchHeader(Bytes(good).first(51)).code(), Code::kMalformed);
  auto file = good;
  StoreLe32(0xDEAD1EAE, file);
  EXPECT_FALSE(IsPatch(file));
  EXPECT_EQ(DecodePatchHeader(file).code(), Code::kMalformed);
  for (const std::uint32_t count : {0U, 3U, 5U}) {
    file = good;
    StoreLe32(count, MutableBytes(file).subspan(4));
    EXPECT_EQ(DecodePatchHeader(file).code(), Code::kMalformed) << count;
  }
  for (const std::uint32_t length : {0U, 35U, kMaxPatchSize - 51, 0xFFFFFFFFU}) {
    file = good;
    StoreLe32(length, MutableBytes(file).subspan(16));
    EXPECT_EQ(DecodePatchHeader(file).code(), Code::kTooLarge) << length;
  }
}

TEST(Patch, ImageHeadersAreBounded) {
  const auto good = MakePatch();
  for (const std::uint32_t length : {0U, 1U, 39U, 41U, 0xFFFFFFFFU, 0xFFFFFFC4U}) {
    auto file = good;
    StoreLe32(length, MutableBytes(file).subspan(kPatchHeaderSize + 4));
    EXPECT_EQ(Read(file).code(), Code::kMalformed) << length;
  }
  for (const std::uint32_t type : {1U, 4U, 0xFFFFFFFFU}) {
    auto file = good;
    StoreLe32(type, MutableBytes(file).subspan(kPatchHeaderSize));
    EXPECT_EQ(Read(file).code(), Code::kMalformed) << type;
  }
}

TEST(Patch, TheLongestFitsAndNoLonger) {
  constexpr std::uint32_t kRest = kMaxPatchSize - kPatchHeaderSize - 4 * kImageHeaderSize - 3;
  EXPECT_TRUE(Verify(MakePatch(kFirmware, {1, 1, 1, kRest}), 4096).ok());
  const std::vector<std::byte> data(kRest + 1);
  const Bytes one = Bytes(data).first(1);
  std::vector<std::byte> out(kMaxPatchSize + 100);
  EXPECT_EQ(WritePatch(kFirmware,
                       {{{hal::RadioImage::kUmacPrimary, one},
                         {hal::RadioImage::kUmacSecondary, one},
                         {hal::RadioImage::kLmacPrimary, one},
                         {hal::RadioImage::kLmacSecondary, data}}},
                       out)
                .code(),
            Code::kTooLarge);
}

TEST(Firmware, AllFourBytesOfTheVersionCount) {
  for (const std::uint32_t bit : {0U, 8U, 16U, 24U, 31U}) {
    EXPECT_EQ(CheckFirmware(kFirmware, {kFirmware.version ^ 1U << bit, kFirmware.features}),
              Code::kMismatch);
  }
  EXPECT_EQ(CheckFirmware(kFirmware, {kFirmware.version, feature::kScanOnly}), Code::kUnsupported);
  EXPECT_EQ(CheckFirmware(kFirmware, {kFirmware.version, 0xFF}), OkStatus());
}

TEST(Firmware, VersionsAreTextAndBack) {
  EXPECT_EQ(FirmwareText(0x01020E08), "1.2.14.8");
  EXPECT_EQ(FirmwareText(0xFFFFFFFF), "255.255.255.255");
  EXPECT_EQ(ParseFirmwareVersion("1.2.14.8").value(), 0x01020E08U);
  for (const char* text : {"", "1", "1.2.3", "1.2.3.", "1.2.3.4.5", "1.2.3.256", "a.2.3.4",
                           "1..3.4", "-1.2.3.4", "1.2.3.4 "}) {
    EXPECT_EQ(ParseFirmwareVersion(text).code(), Code::kMalformed) << text;
  }
}

}  // namespace
}  // namespace linnet::radio
