// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "package/format.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <vector>

#include "base/endian.hpp"
#include "package/testing/packages.hpp"

namespace linnet::package {
namespace {

using release::PartKind;
using testing::Fill;
using testing::MakeEntry;
using testing::MakeHead;
using testing::Restamp;

std::vector<Entry> TwoParts() {
  return {MakeEntry(PartKind::kApplication, 0, 1000, 1),
          MakeEntry(PartKind::kCompanion, 1, 500, 2)};
}

TEST(Format, WhatIsWrittenIsRead) {
  std::vector<Entry> entries = TwoParts();
  entries.insert(entries.begin() + 1, entries[0]);
  entries[1].encoding = Encoding::kDelta;
  entries[1].stored_length = 40;
  entries[1].stored_digest = Fill(9);
  entries[1].base = Fill(8);
  Summary summary = testing::MakeSummary(entries);
  const auto head = MakeHead(summary, entries);
  ASSERT_EQ(head.size(), HeadSizeFor(3));
  const Result<HeadView> view = HeadView::Parse(head);
  ASSERT_TRUE(view.ok());
  EXPECT_EQ(view->summary().product, "lamp");
  EXPECT_EQ(view->summary().board, "an505");
  EXPECT_EQ(view->summary().release, entries[0].digest);
  EXPECT_EQ(view->summary().file_size, 0x1000U + 0x1000 + 0x1000 + 500);
  ASSERT_EQ(view->count(), 3U);
  const Entry delta = view->At(1);
  EXPECT_EQ(delta.encoding, Encoding::kDelta);
  EXPECT_EQ(delta.offset, 0x2000U);
  EXPECT_EQ(delta.base, Fill(8));
  EXPECT_EQ(view->At(2).length, 500U);
  EXPECT_EQ(view->At(2).version, entries[2].version);
}

TEST(Format, APrefixThatIsTooShortIsPending) {
  const auto head = MakeHead(TwoParts());
  for (std::size_t size = 0; size < head.size(); ++size) {
    EXPECT_EQ(HeadView::Parse(Bytes(head).first(size)).code(), Code::kPending) << size;
  }
}

TEST(Format, EveryFlippedBitIsNoticed) {
  auto head = MakeHead(TwoParts());
  for (std::size_t bit = 0; bit < head.size() * 8; ++bit) {
    head[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
    EXPECT_FALSE(HeadView::Parse(head).ok()) << bit;
    head[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
  }
  EXPECT_TRUE(HeadView::Parse(head).ok());
}

TEST(Format, TheLongestHeadHasTheStatedSize) {
  std::vector<Entry> entries;
  for (std::size_t i = 0; i < kMaxEntries; ++i) {
    entries.push_back(MakeEntry(PartKind::kCompanion, static_cast<std::uint8_t>(i + 1), 10,
                                static_cast<std::uint8_t>(i + 1)));
  }
  const auto head = MakeHead(entries);
  EXPECT_EQ(head.size(), kMaxHeadSize);
  EXPECT_TRUE(HeadView::Parse(head).ok());
  entries.push_back(MakeEntry(PartKind::kCompanion, 200, 10, 200));
  Summary summary = testing::MakeSummary(entries);
  EXPECT_EQ(PlaceEntries(summary, entries), Code::kTooLarge);
}

TEST(Format, ANewerVersionIsUnsupported) {
  auto head = MakeHead(TwoParts());
  StoreLe16(2, MutableBytes(head).subspan(8));
  Restamp(head);
  EXPECT_EQ(HeadView::Parse(head).code(), Code::kUnsupported);
}

TEST(Format, BrokenRulesOfTheHead) {
  const std::vector<std::pair<const char*, std::function<void(MutableBytes)>>> breaks = {
      {"reserved", [](MutableBytes head) { head[14] = std::byte{1}; }},
      {"alignment zero", [](MutableBytes head) { StoreLe32(0, head.subspan(20)); }},
      {"alignment no power", [](MutableBytes head) { StoreLe32(3, head.subspan(20)); }},
      {"alignment large", [](MutableBytes head) { StoreLe32(0x20000, head.subspan(20)); }},
      {"file longer", [](MutableBytes head) { StoreLe32(0x10000, head.subspan(16)); }},
      {"file shorter", [](MutableBytes head) { StoreLe32(0x2000, head.subspan(16)); }},
      {"no release",
       [](MutableBytes head) { std::ranges::fill(head.subspan(32, 32), std::byte{0}); }},
      {"other release", [](MutableBytes head) { head[32] ^= std::byte{1}; }},
      {"other version", [](MutableBytes head) { head[24] ^= std::byte{1}; }},
      {"no product", [](MutableBytes head) { head[64] = std::byte{0}; }},
      {"a space in it", [](MutableBytes head) { head[65] = std::byte{' '}; }},
      {"text behind its end", [](MutableBytes head) { head[95] = std::byte{'x'}; }},
      {"no board", [](MutableBytes head) { head[96] = std::byte{0}; }},
  };
  for (const auto& [name, change] : breaks) {
    auto head = MakeHead(TwoParts());
    change(head);
    Restamp(head);
    EXPECT_EQ(HeadView::Parse(head).code(), Code::kMalformed) << name;
  }
}

TEST(Format, BrokenRulesOfEntries) {
  const std::vector<std::pair<const char*, std::function<void(std::vector<Entry>&)>>> breaks = {
      {"kind", [](auto& entries) { entries[1].kind = static_cast<PartKind>(4); }},
      {"encoding", [](auto& entries) { entries[1].encoding = static_cast<Encoding>(3); }},
      {"application's index", [](auto& entries) { entries[0].index = 1; }},
      {"companion's index", [](auto& entries) { entries[1].index = 0; }},
      {"companion's counter", [](auto& entries) { entries[1].security_counter = 1; }},
      {"boot image's index",
       [](auto& entries) { entries[1] = MakeEntry(PartKind::kBootImage, 8, 500, 2); }},
      {"no length", [](auto& entries) { entries[1].length = entries[1].stored_length = 0; }},
      {"two lengths", [](auto& entries) { entries[1].length += 1; }},
      {"a companion's two digests", [](auto& entries) { entries[1].stored_digest = Fill(7); }},
      {"no identity", [](auto& entries) { entries[1].digest = entries[1].stored_digest = {}; }},
      {"a base without a delta", [](auto& entries) { entries[1].base = Fill(7); }},
      {"a delta without a base", [](auto& entries) { entries[1].encoding = Encoding::kDelta; }},
      {"a delta alone",
       [](auto& entries) {
         entries[1].encoding = Encoding::kDelta;
         entries[1].base = Fill(7);
       }},
      {"a part twice", [](auto& entries) { entries.push_back(entries[1]); }},
      {"two identities",
       [](auto& entries) {
         entries.push_back(entries[1]);
         entries[2].encoding = Encoding::kCompressed;
         entries[2].digest = Fill(7);
       }},
      {"the application last", [](auto& entries) { std::swap(entries[0], entries[1]); }},
  };
  for (const auto& [name, change] : breaks) {
    std::vector<Entry> entries = TwoParts();
    const Summary release = testing::MakeSummary(entries);
    change(entries);
    Summary summary = release;
    ASSERT_TRUE(PlaceEntries(summary, entries).ok());
    std::vector<std::byte> out(kMaxHeadSize);
    EXPECT_EQ(WriteHead(summary, entries, out).code(), Code::kMalformed) << name;
  }
}

TEST(Format, EntriesLieInOrderInsideTheFile) {
  for (const std::uint32_t offset : {0U, 0x1001U, 0x1000U, 0x3000U, 0xFFFFF000U}) {
    auto head = MakeHead(TwoParts());
    StoreLe32(offset, MutableBytes(head).subspan(kFixedSize + kEntrySize + 4));
    Restamp(head);
    EXPECT_EQ(HeadView::Parse(head).code(), Code::kMalformed) << offset;
  }
}

}  // namespace
}  // namespace linnet::package
