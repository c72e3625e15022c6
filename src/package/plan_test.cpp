// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "package/plan.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "base/endian.hpp"
#include "cbor/writer.hpp"
#include "image/header.hpp"
#include "package/multi_image.hpp"
#include "package/testing/devices.hpp"
#include "package/testing/packages.hpp"

namespace linnet::package {
namespace {

using release::PartKind;
using testing::Fill;
using testing::HeldParts;
using testing::kDevice;
using testing::MakeEntry;

std::vector<Entry> Release() {
  return {MakeEntry(PartKind::kApplication, 0, 30'000, 1),
          MakeEntry(PartKind::kBootImage, 1, 7'000, 2),
          MakeEntry(PartKind::kCompanion, 1, 20'000, 3)};
}

struct Planned {
  Verdict verdict;
  Plan plan;
};

Planned PlanOf(Bytes head, std::uint32_t file_size, const Device& device = kDevice,
               const HeldParts& held = {}) {
  Planned planned;
  planned.verdict = MakePlan(head, file_size, device, held, planned.plan);
  return planned;
}

Planned PlanOf(const std::vector<Entry>& entries, const Device& device = kDevice,
               const HeldParts& held = {}) {
  const auto head = testing::MakeHead(entries);
  return PlanOf(head, HeadView::Parse(head)->summary().file_size, device, held);
}

std::vector<std::byte> MultiImageHead(
    const std::vector<std::pair<std::int64_t, std::uint64_t>>& images, std::size_t padding = 0) {
  std::vector<std::byte> out(500);
  cbor::Writer writer(MutableBytes(out).subspan(2));
  writer.BeginMap(1);
  writer.Text("img");
  writer.BeginArray(static_cast<std::uint32_t>(images.size()));
  for (const auto& [id, size] : images) {
    writer.BeginMap(2);
    writer.Text("id");
    writer.Integer(id);
    writer.Text("size");
    writer.Unsigned(size);
  }
  const std::size_t size = writer.Finish()->size();
  out.resize(2 + size);
  out.resize(2 + size + padding, std::byte{0xFF});
  StoreLe16(static_cast<std::uint16_t>(size + padding), out);
  return out;
}

std::vector<std::byte> ImageHeader(std::uint32_t body, std::uint16_t header = 0x200) {
  const auto bytes = image::EncodeHeader(
      {.header_size = header, .body_size = body, .version = {.major = 2, .minor = 1}});
  return {bytes.begin(), bytes.end()};
}

TEST(Plan, OfAPackageHasItsParts) {
  const Planned planned = PlanOf(Release());
  ASSERT_TRUE(planned.verdict.ok());
  EXPECT_EQ(planned.plan.file, FileKind::kPackage);
  EXPECT_EQ(planned.plan.release, Fill(1));
  ASSERT_EQ(planned.plan.count, 3);
  const PlanPart& wifi = *planned.plan.Find(PartKind::kCompanion, 1);
  EXPECT_TRUE(wifi.identified);
  EXPECT_EQ(wifi.digest, Fill(3));
  EXPECT_EQ(wifi.length, 20'000U);
  EXPECT_EQ(wifi.offset % 0x1000, 0U);
}

TEST(Plan, TakesTheShortestEncodingThatTheDeviceCanUse) {
  std::vector<Entry> entries = {Release()[0]};
  entries.push_back(entries[0]);
  entries[1].encoding = Encoding::kCompressed;
  entries[1].stored_length = 20'000;
  entries.push_back(entries[0]);
  entries[2].encoding = Encoding::kDelta;
  entries[2].stored_length = 900;
  entries[2].base = Fill(77);
  HeldParts held;
  EXPECT_EQ(PlanOf(entries).plan.parts[0].encoding, Encoding::kCompressed);
  held.parts = {Fill(76)};
  EXPECT_EQ(PlanOf(entries, kDevice, held).plan.parts[0].encoding, Encoding::kCompressed);
  held.parts = {Fill(77)};
  const PlanPart delta = PlanOf(entries, kDevice, held).plan.parts[0];
  EXPECT_EQ(delta.encoding, Encoding::kDelta);
  EXPECT_EQ(delta.base, Fill(77));
  EXPECT_EQ(delta.stored_length, 900U);
  EXPECT_EQ(delta.length, 30'000U);
  Device plain = kDevice;
  plain.decodes_streams = false;
  EXPECT_EQ(PlanOf(entries, plain, held).plan.parts[0].encoding, Encoding::kRaw);
  entries[0] = entries[1];
  entries.erase(entries.begin() + 1);
  EXPECT_EQ(PlanOf(entries, plain, held).verdict.reason, Reason::kNoUsableEncoding);
}

TEST(Plan, RefusesWhatTheHeadAlreadyTells) {
  Device device = kDevice;
  device.product = "fridge";
  EXPECT_EQ(PlanOf(Release(), device).verdict.reason, Reason::kWrongProduct);
  device = kDevice;
  device.board = "linux";
  EXPECT_EQ(PlanOf(Release(), device).verdict.reason, Reason::kWrongBoard);

  auto entries = Release();
  entries[0].security_counter = 2;
  Verdict verdict = PlanOf(entries).verdict;
  EXPECT_EQ(verdict.reason, Reason::kOldCounter);
  EXPECT_EQ(verdict.found, 2U);
  EXPECT_EQ(verdict.wanted, 3U);

  entries = Release();
  entries[1].length = entries[1].stored_length = 8'001;
  verdict = PlanOf(entries).verdict;
  EXPECT_EQ(verdict.reason, Reason::kTooLarge);
  EXPECT_EQ(verdict.kind, PartKind::kBootImage);
  EXPECT_EQ(verdict.index, 1);

  entries = Release();
  entries[1].index = 2;
  EXPECT_EQ(PlanOf(entries).verdict.reason, Reason::kUnknownPart);
  entries = Release();
  entries[2].index = 0x80;
  EXPECT_EQ(PlanOf(entries).verdict.reason, Reason::kUnknownPart);

  const auto head = testing::MakeHead(Release());
  EXPECT_EQ(PlanOf(head, 1000).verdict.reason, Reason::kWrongLength);
  auto damaged = head;
  damaged[130] ^= std::byte{1};
  EXPECT_EQ(PlanOf(damaged, 1000).verdict.reason, Reason::kDamaged);
  EXPECT_EQ(PlanOf(Bytes(head).first(100), 1000).verdict.reason, Reason::kTruncated);
}

TEST(Plan, OfABareImageIsItsApplication) {
  const auto header = ImageHeader(1000);
  const Planned planned = PlanOf(header, 1700);
  ASSERT_TRUE(planned.verdict.ok());
  EXPECT_EQ(planned.plan.file, FileKind::kImage);
  ASSERT_EQ(planned.plan.count, 1);
  EXPECT_FALSE(planned.plan.parts[0].identified);
  EXPECT_EQ(planned.plan.parts[0].version, (image::Version{.major = 2, .minor = 1}));
  EXPECT_EQ(planned.plan.parts[0].stored_length, 1700U);
  EXPECT_EQ(PlanOf(header, 40'001).verdict.reason, Reason::kTooLarge);
  EXPECT_EQ(PlanOf(header, 1511).verdict.reason, Reason::kTruncated);
  EXPECT_EQ(PlanOf(Bytes(header).first(31), 1700).verdict.reason, Reason::kTruncated);
  EXPECT_EQ(PlanOf(ImageHeader(1000, 31), 1700).verdict.reason, Reason::kMalformed);
}

TEST(Plan, OfAMultiImageFileFollowsTheComponentTable) {
  const auto head = MultiImageHead({{1, 2000}, {0, 30'000}, {-2, 500}}, 7);
  const Planned planned = PlanOf(head, static_cast<std::uint32_t>(head.size() + 32'500));
  ASSERT_TRUE(planned.verdict.ok());
  ASSERT_EQ(planned.plan.count, 3);
  EXPECT_EQ(planned.plan.parts[0].kind, PartKind::kApplication);
  EXPECT_EQ(planned.plan.parts[0].offset, head.size() + 2000);
  const PlanPart& wifi = planned.plan.parts[1];
  EXPECT_EQ(wifi.kind, PartKind::kCompanion);
  EXPECT_TRUE(wifi.wrapped);
  EXPECT_EQ(wifi.offset, head.size());
  EXPECT_EQ(planned.plan.parts[2].kind, PartKind::kBootImage);
}

TEST(Plan, RefusesAnIdWithoutAnEntry) {
  const auto head = MultiImageHead({{0, 30'000}, {7, 2000}});
  const Verdict verdict = PlanOf(head, static_cast<std::uint32_t>(head.size() + 32'000)).verdict;
  EXPECT_EQ(verdict.reason, Reason::kUnknownComponent);
  EXPECT_EQ(verdict.found, 7U);
}

TEST(Plan, AMultiImageFileIsBounded) {
  const auto good = MultiImageHead({{0, 30'000}, {1, 2000}});
  const auto size = static_cast<std::uint32_t>(good.size() + 32'000);
  EXPECT_TRUE(PlanOf(good, size).verdict.ok());
  EXPECT_EQ(PlanOf(good, size - 1).verdict.reason, Reason::kWrongLength);
  EXPECT_EQ(PlanOf(good, size + 1).verdict.reason, Reason::kWrongLength);
  for (std::size_t cut = 7; cut < good.size(); ++cut) {
    EXPECT_EQ(PlanOf(Bytes(good).first(cut), size).verdict.reason, Reason::kTruncated) << cut;
  }
  EXPECT_EQ(ReadMultiImage(MultiImageHead({})).code(), Code::kMalformed);
  EXPECT_EQ(ReadMultiImage(MultiImageHead({{0, 1}, {0, 1}})).code(), Code::kMalformed);
  EXPECT_EQ(ReadMultiImage(MultiImageHead({{0, 0}})).code(), Code::kMalformed);
  EXPECT_EQ(ReadMultiImage(MultiImageHead({{0x80000000, 1}})).code(), Code::kMalformed);
  EXPECT_EQ(ReadMultiImage(MultiImageHead({{0, 0xFFFFFFFF}})).code(), Code::kTooLarge);
  EXPECT_EQ(ReadMultiImage(MultiImageHead({{0, 0x100000000}})).code(), Code::kTooLarge);
  EXPECT_EQ(ReadMultiImage(MultiImageHead(std::vector<std::pair<std::int64_t, std::uint64_t>>(17)))
                .code(),
            Code::kTooLarge);
  auto padded = MultiImageHead({{0, 30'000}, {1, 2000}}, 4);
  padded.back() = std::byte{0};
  EXPECT_EQ(ReadMultiImage(padded).code(), Code::kMalformed);
}

TEST(Plan, UnwrapsACompanionThatCameSigned) {
  PlanPart part{.kind = PartKind::kCompanion,
                .index = 1,
                .wrapped = true,
                .offset = 100,
                .stored_length = 2000,
                .length = 2000};
  PlanPart other = part;
  ASSERT_TRUE(Unwrap(ImageHeader(1200), part).ok());
  EXPECT_EQ(part.offset, 100U + 0x200);
  EXPECT_EQ(part.stored_length, 1200U);
  EXPECT_EQ(part.length, 1200U);
  EXPECT_FALSE(part.wrapped);
  EXPECT_EQ(Unwrap(ImageHeader(1200), part).reason, Reason::kMalformed);
  EXPECT_EQ(Unwrap(ImageHeader(1600), other).reason, Reason::kTruncated);
  EXPECT_EQ(Unwrap(std::vector<std::byte>(32), other).reason, Reason::kMalformed);
}

TEST(Identify, TellsFilesByTheirContent) {
  EXPECT_EQ(Identify(testing::MakeHead(Release())), FileKind::kPackage);
  EXPECT_EQ(Identify(ImageHeader(10)), FileKind::kImage);
  EXPECT_EQ(Identify(MultiImageHead({{0, 1}})), FileKind::kMultiImage);
  EXPECT_EQ(Identify({}), FileKind::kUnknown);
  EXPECT_EQ(Identify(AsBytes("PK\x03\x04 something else")), FileKind::kUnknown);
  EXPECT_EQ(PlanOf(AsBytes("PK\x03\x04 something else"), 100).verdict.reason, Reason::kUnknownFile);
  EXPECT_EQ(*FileHeadSize(testing::MakeHead(Release())), HeadSizeFor(3));
  EXPECT_EQ(*FileHeadSize(ImageHeader(10)), image::kHeaderSize);
  const auto multi = MultiImageHead({{0, 1}}, 5);
  EXPECT_EQ(*FileHeadSize(multi), multi.size());
  auto large = multi;
  StoreLe16(0xFFFF, large);
  EXPECT_EQ(FileHeadSize(large).code(), Code::kTooLarge);
  EXPECT_EQ(FileHeadSize(AsBytes("nothing that we know")).code(), Code::kMalformed);
}

}  // namespace
}  // namespace linnet::package
