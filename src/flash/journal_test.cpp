// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "flash/journal.hpp"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <string>
#include <vector>

#include "flash/region.hpp"
#include "sim/nor_flash.hpp"

namespace linnet::flash {
namespace {

using sim::NorFlash;

constexpr hal::FlashGeometry kGeometry{2048, 1024, 4, std::byte{0xFF}};

std::string Text(Journal& journal, std::uint16_t key) {
  std::vector<std::byte> out(70'000);
  const Result<std::size_t> size = journal.Read(key, out);
  return size.ok() ? std::string(AsText(Bytes(out).first(*size)))
                   : std::string(ToString(size.code()));
}

TEST(Region, SeesOnlyItsWindow) {
  NorFlash flash({8192, 1024, 4, std::byte{0xFF}});
  Region region(flash, 2048, 2048);
  EXPECT_EQ(region.geometry().size, 2048U);
  std::array<std::byte, 4> bytes{};
  EXPECT_TRUE(region.Program(2044, bytes).ok());
  EXPECT_EQ(flash.Peek(4092, 1)[0], std::byte{0});
  EXPECT_EQ(region.Program(2048, bytes).code(), Code::kOutOfRange);
  EXPECT_EQ(region.Read(2046, bytes).code(), Code::kOutOfRange);
  EXPECT_EQ(region.Read(0xFFFFFFFE, bytes).code(), Code::kOutOfRange);
  EXPECT_EQ(region.ErasePage(2048).code(), Code::kOutOfRange);
  EXPECT_TRUE(region.ErasePage(1024).ok());
  EXPECT_EQ(flash.page_erases(3), 1U);
  EXPECT_EQ(flash.erases(), 1U);
}

TEST(Journal, RefusesGeometriesThatItCannotUse) {
  const std::array<hal::FlashGeometry, 3> geometries = {
      hal::FlashGeometry{1024, 1024, 4, std::byte{0xFF}},
      hal::FlashGeometry{512, 256, 32, std::byte{0xFF}},
      hal::FlashGeometry{256, 128, 4, std::byte{0xFF}}};
  for (const auto& geometry : geometries) {
    NorFlash flash(geometry);
    Journal journal(flash);
    EXPECT_EQ(journal.Mount().code(), Code::kInvalidArgument);
    EXPECT_EQ(flash.erases() + flash.programs(), 0U);
  }
}

TEST(Journal, NeedsMount) {
  NorFlash flash(kGeometry);
  Journal journal(flash);
  std::array<std::byte, 4> out{};
  EXPECT_EQ(journal.Read(1, out).code(), Code::kFailedPrecondition);
  EXPECT_EQ(journal.Write(1, out).code(), Code::kFailedPrecondition);
  EXPECT_EQ(journal.Erase(1).code(), Code::kFailedPrecondition);
  EXPECT_EQ(journal.NextKey(0).code(), Code::kFailedPrecondition);
}

TEST(Journal, KeepsTheLatestValueAcrossMounts) {
  NorFlash flash(kGeometry);
  {
    Journal journal(flash);
    ASSERT_TRUE(journal.Mount().ok());
    EXPECT_EQ(Text(journal, 7), "NotFound");
    EXPECT_TRUE(journal.Write(7, AsBytes("first")).ok());
    EXPECT_TRUE(journal.Write(0xFFFF, AsBytes("")).ok());
    EXPECT_TRUE(journal.Write(7, AsBytes("second value")).ok());
    EXPECT_TRUE(journal.Write(9, AsBytes("gone")).ok());
    EXPECT_TRUE(journal.Erase(9).ok());
    EXPECT_TRUE(journal.Erase(10).ok());
  }
  Journal journal(flash);
  ASSERT_TRUE(journal.Mount().ok());
  EXPECT_EQ(Text(journal, 7), "second value");
  EXPECT_EQ(Text(journal, 0xFFFF), "");
  EXPECT_EQ(Text(journal, 9), "NotFound");
  EXPECT_EQ(*journal.NextKey(0), 7);
  EXPECT_EQ(*journal.NextKey(8), 0xFFFF);
  EXPECT_EQ(journal.NextKey(0x10000).code(), Code::kNotFound);
  std::array<std::byte, 4> small{};
  EXPECT_EQ(journal.Read(7, small).code(), Code::kTooLarge);
}

TEST(Journal, AnUnchangedValueAndACleanMountWriteNothing) {
  NorFlash flash(kGeometry);
  Journal journal(flash);
  ASSERT_TRUE(journal.Mount().ok());
  EXPECT_TRUE(journal.Write(7, AsBytes("same")).ok());
  const std::uint64_t before = flash.programs() + flash.erases();
  EXPECT_TRUE(journal.Write(7, AsBytes("same")).ok());
  Journal again(flash);
  ASSERT_TRUE(again.Mount().ok());
  EXPECT_EQ(flash.programs() + flash.erases(), before);
}

TEST(Journal, HoldsTheLargestValueAndReplacesIt) {
  for (const std::uint32_t unit : {1U, 8U, 32U}) {
    NorFlash flash({4096, 1024, unit, std::byte{0xFF}});
    Journal journal(flash);
    ASSERT_TRUE(journal.Mount().ok());
    for (const char fill : {'a', 'b', 'c'}) {
      const std::string value(journal.max_value_size(), fill);
      EXPECT_TRUE(journal.Write(1, AsBytes(value)).ok());
      EXPECT_EQ(Text(journal, 1), value);
    }
    const std::string more(journal.max_value_size() + 1, 'x');
    EXPECT_EQ(journal.Write(1, AsBytes(more)).code(), Code::kTooLarge);
  }
}

TEST(Journal, SaysFullChangesNothingAndCanStillErase) {
  NorFlash flash(kGeometry);
  Journal journal(flash);
  ASSERT_TRUE(journal.Mount().ok());
  std::uint16_t count = 0;
  Status status;
  while (status.ok()) {
    ASSERT_LT(count, 100);
    status = journal.Write(count, AsBytes(std::string(20, static_cast<char>('A' + count % 26))));
    if (status.ok()) {
      ++count;
    }
  }
  EXPECT_EQ(status.code(), Code::kResourceExhausted);
  EXPECT_GT(count, 15);
  const std::uint64_t before = flash.programs() + flash.erases();
  EXPECT_EQ(journal.Write(count, AsBytes("................")).code(), Code::kResourceExhausted);
  EXPECT_EQ(flash.programs() + flash.erases(), before);
  EXPECT_TRUE(journal.Write(3, AsBytes(std::string(20, '!'))).ok()) << "same size, other value";
  EXPECT_TRUE(journal.Erase(0).ok());
  EXPECT_TRUE(journal.Write(count, AsBytes(std::string(20, '#'))).ok());
  Journal again(flash);
  ASSERT_TRUE(again.Mount().ok());
  EXPECT_EQ(Text(again, 0), "NotFound");
  EXPECT_EQ(Text(again, 1), std::string(20, 'B'));
  EXPECT_EQ(Text(again, 3), std::string(20, '!'));
  EXPECT_EQ(Text(again, count), std::string(20, '#'));
}

TEST(Journal, KeepRemovesAllOthers) {
  NorFlash flash(kGeometry);
  Journal journal(flash);
  ASSERT_TRUE(journal.Mount().ok());
  for (std::uint16_t key = 1; key <= 4; ++key) {
    EXPECT_TRUE(journal.Write(key, AsBytes("value")).ok());
  }
  EXPECT_TRUE(journal.Keep([](std::uint16_t key) { return key % 2 == 0; }).ok());
  EXPECT_EQ(*journal.NextKey(0), 2);
  EXPECT_EQ(*journal.NextKey(3), 4);
  EXPECT_EQ(journal.NextKey(5).code(), Code::kNotFound);
}

TEST(Journal, WearIsBoundedAndEven) {
  NorFlash flash({8192, 1024, 4, std::byte{0xFF}});
  Journal journal(flash);
  ASSERT_TRUE(journal.Mount().ok());
  std::array<std::byte, 4> value{};
  constexpr std::uint32_t kWrites = 20'000;
  for (std::uint32_t i = 0; i < kWrites; ++i) {
    value[0] = static_cast<std::byte>(i);
    value[1] = static_cast<std::byte>(i >> 8);
    ASSERT_TRUE(journal.Write(static_cast<std::uint16_t>(i % 5), value).ok());
  }
  // docs/formats/journal.md: a bank of 4096 bytes takes over 190 of these records of 20 bytes.
  for (std::uint32_t page = 0; page < 8; ++page) {
    EXPECT_LE(flash.page_erases(page), kWrites / (2 * 180) + 2);
    EXPECT_GE(flash.page_erases(page), kWrites / (2 * 210) - 2);
  }
}

TEST(Journal, GoesOnAfterAFlashErrorWhenMountedAgain) {
  for (std::uint64_t operation = 0; operation < 3; ++operation) {
    NorFlash flash(kGeometry);
    Journal journal(flash);
    ASSERT_TRUE(journal.Mount().ok());
    EXPECT_TRUE(journal.Write(1, AsBytes("old")).ok());
    flash.FailOperation(operation, Code::kDataLoss);
    EXPECT_EQ(journal.Write(1, AsBytes("new")).code(), Code::kDataLoss);
    EXPECT_EQ(journal.Write(1, AsBytes("new")).code(), Code::kFailedPrecondition);
    ASSERT_TRUE(journal.Mount().ok());
    const std::string value = Text(journal, 1);
    EXPECT_TRUE(value == "old" || value == "new") << value;
    EXPECT_TRUE(journal.Write(2, AsBytes("more")).ok());
    EXPECT_EQ(Text(journal, 1), value);
  }
}

TEST(Journal, FormatsWhatIsNoJournalAndSurvivesDamage) {
  NorFlash flash(kGeometry);
  std::vector<std::byte> noise(2048);
  for (std::size_t i = 0; i < noise.size(); ++i) {
    noise[i] = static_cast<std::byte>(i * 37 + i / 7);
  }
  flash.Poke(0, noise);
  Journal journal(flash);
  ASSERT_TRUE(journal.Mount().ok());
  EXPECT_EQ(journal.NextKey(0).code(), Code::kNotFound);
  EXPECT_TRUE(journal.Write(1, AsBytes("one")).ok());
  EXPECT_TRUE(journal.Write(2, AsBytes("two")).ok());
  EXPECT_TRUE(journal.Write(3, AsBytes("three")).ok());
  // One flipped bit in the log costs at most the record that it hits.
  const std::vector<std::byte> content = flash.Peek(0, 2048);
  const std::size_t begin = 16 + 24;
  std::size_t end = 1024;
  while (content[end - 1] == std::byte{0xFF}) {
    --end;
  }
  for (std::size_t bit = begin * 8; bit < end * 8; ++bit) {
    std::vector<std::byte> damaged = content;
    damaged[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
    NorFlash copy(kGeometry);
    copy.Poke(0, damaged);
    Journal other(copy);
    ASSERT_TRUE(other.Mount().ok());
    const int alive = (Text(other, 1) == "one" ? 1 : 0) + (Text(other, 2) == "two" ? 1 : 0) +
                      (Text(other, 3) == "three" ? 1 : 0);
    EXPECT_GE(alive, 2) << "bit " << bit;
  }
}

}  // namespace
}  // namespace linnet::flash
