// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "release/record.hpp"

#include <gtest/gtest.h>

#include <array>

#include "release/part.hpp"
#include "sim/nor_flash.hpp"

namespace linnet::release {
namespace {

constexpr hal::FlashGeometry kGeometry{8192, 4096, 4, std::byte{0xFF}};

crypto::Digest DigestOf(std::uint8_t fill) {
  crypto::Digest digest;
  digest.fill(std::byte{fill});
  return digest;
}

Bytes BytesOf(const RecordData& data) {
  return std::as_bytes(std::span(&data, 1));
}

RecordData Sample() {
  RecordData data;
  data.state = ReleaseState::kTrial;
  data.attempts_left = 2;
  data.install_starts_left = 9;
  data.boot_count = 0x01020304;
  data.confirmed = DigestOf(1);
  data.candidate = DigestOf(2);
  data.golden = DigestOf(3);
  data.counter_floor = {1, 2, 3, 4, 5, 6, 7, 8};
  data.candidate_counter = {10, 20, 30, 40, 50, 60, 70, 80};
  AddEvent(data, DigestOf(9), 3, Outcome::kAttemptEnded, 2);
  return data;
}

TEST(RecordFormat, StandsWhereTheDocumentSays) {
  const RecordData data = Sample();
  const Bytes bytes = BytesOf(data);
  EXPECT_EQ(bytes[0], std::byte{1});         // version
  EXPECT_EQ(bytes[1], std::byte{3});         // trial
  EXPECT_EQ(bytes[2], std::byte{2});         // attempts
  EXPECT_EQ(bytes[3], std::byte{9});         // install starts
  EXPECT_EQ(bytes[4], std::byte{0x04});      // boot count, little endian
  EXPECT_EQ(bytes[8], std::byte{1});         // confirmed
  EXPECT_EQ(bytes[40], std::byte{2});        // candidate
  EXPECT_EQ(bytes[72], std::byte{3});        // golden
  EXPECT_EQ(bytes[104 + 28], std::byte{8});  // floor of image 7
  EXPECT_EQ(bytes[136], std::byte{10});      // candidate's counter of image 0
  EXPECT_EQ(bytes[168], std::byte{1});       // events ever
  EXPECT_EQ(bytes[172], std::byte{9});       // first event: release
  EXPECT_EQ(bytes[172 + 12], std::byte{3});  // image
  EXPECT_EQ(bytes[172 + 13], std::byte{6});  // outcome
  EXPECT_EQ(bytes[172 + 14], std::byte{2});  // detail
}

TEST(RecordFormat, RefusesContradictions) {
  const auto check = [](const RecordData& data) { return CheckRecord(data, sizeof(data)); };
  EXPECT_EQ(check(Sample()), OkStatus());
  RecordData data = Sample();
  data.state = ReleaseState::kNone;
  EXPECT_EQ(check(data), Status(Code::kMalformed));
  data.state = static_cast<ReleaseState>(4);
  EXPECT_EQ(check(data), Status(Code::kMalformed));
  data.state = ReleaseState::kReady;
  EXPECT_EQ(check(data), Status(Code::kMalformed)) << "ready, with a candidate";
  DropCandidate(data);
  EXPECT_EQ(check(data), OkStatus());
  data = Sample();
  data.candidate = {};
  EXPECT_EQ(check(data), Status(Code::kMalformed)) << "on trial, without a candidate";
  data = Sample();
  data.confirmed = {};
  EXPECT_EQ(check(data), Status(Code::kMalformed)) << "nothing confirmed";

  data = Sample();
  EXPECT_EQ(CheckRecord(data, sizeof(data) - 1), Status(Code::kMalformed));
  data.version = 0;
  EXPECT_EQ(check(data), Status(Code::kMalformed));
  data.version = 2;
  EXPECT_EQ(check(data), Status(Code::kUnsupported));
}

TEST(Record, NoneAtFirstAndThenTheLastWritten) {
  sim::NorFlash flash(kGeometry);
  {
    Record record(flash);
    ASSERT_EQ(record.Mount(), OkStatus());
    EXPECT_FALSE(record.exists());
    ASSERT_EQ(record.Write(Sample()), OkStatus());
    EXPECT_TRUE(record.exists());
  }
  const std::uint64_t programs = flash.programs();
  Record record(flash);
  ASSERT_EQ(record.Mount(), OkStatus());
  ASSERT_TRUE(record.exists());
  EXPECT_TRUE(Equal(BytesOf(record.data()), BytesOf(Sample())));
  EXPECT_EQ(flash.programs(), programs) << "reading a good record writes nothing";
}

TEST(Record, AFailedWriteChangesNothing) {
  sim::NorFlash flash(kGeometry);
  Record record(flash);
  ASSERT_EQ(record.Mount(), OkStatus());
  ASSERT_EQ(record.Write(Sample()), OkStatus());
  RecordData other = Sample();
  other.attempts_left = 1;
  flash.power().PlanCut({flash.power().operations(), sim::CutMode::kBefore, 0});
  EXPECT_FALSE(record.Write(other).ok());
  EXPECT_EQ(record.data().attempts_left, 2);
  flash.power().On();
  Record again(flash);
  ASSERT_EQ(again.Mount(), OkStatus());
  EXPECT_EQ(again.data().attempts_left, 2);
}

TEST(Record, TheLogKeepsTheLastSixteenInOrder) {
  sim::NorFlash flash(kGeometry);
  Record record(flash);
  ASSERT_EQ(record.Mount(), OkStatus());
  RecordData data = Sample();
  data.events = {};
  data.event_total = 0;
  for (std::uint8_t i = 0; i < 20; ++i) {
    AddEvent(data, DigestOf(i), 0, Outcome::kStaged, i);
  }
  ASSERT_EQ(record.Write(data), OkStatus());
  ReleaseStatus status;
  record.Describe(status);
  EXPECT_EQ(status.event_total, 20U);
  ASSERT_EQ(status.event_count, 16);
  for (std::uint8_t i = 0; i < 16; ++i) {
    EXPECT_EQ(status.events[i].detail, i + 4);
  }
  EXPECT_EQ(status.events[15].release, PrefixOf(DigestOf(19)));
}

TEST(Record, OneThatMakesNoSenseIsNone) {
  sim::NorFlash flash(kGeometry);
  SnapshotLog log(flash, {0, kGeometry.size / 2});
  IgnoreStatus(log.Mount());
  std::array<std::byte, sizeof(RecordData)> nonsense{};
  ASSERT_EQ(log.Append(nonsense), OkStatus());
  Record record(flash);
  EXPECT_EQ(record.Mount(), OkStatus());
  EXPECT_FALSE(record.exists());
  EXPECT_FALSE(IsSet(record.data().confirmed));

  std::array<std::byte, sizeof(RecordData) + 1> longer{};
  ASSERT_EQ(log.Append(longer), OkStatus());
  EXPECT_EQ(record.Mount(), OkStatus());
  EXPECT_FALSE(record.exists());
}

TEST(Record, ARegionOfTheWrongShapeIsRefused) {
  sim::NorFlash flash({4096, 4096, 4, std::byte{0xFF}});
  Record record(flash);
  EXPECT_EQ(record.Mount(), Status(Code::kInvalidArgument)) << "one page has no two banks";
}

TEST(ReleaseStatus, NamesWhatMustStay) {
  ReleaseStatus status;
  status.running = DigestOf(1);
  status.confirmed = DigestOf(2);
  status.candidate = DigestOf(3);
  status.golden = DigestOf(4);
  for (std::uint8_t i = 1; i <= 4; ++i) {
    EXPECT_TRUE(Names(status, DigestOf(i)));
  }
  EXPECT_FALSE(Names(status, DigestOf(5)));
  status.golden = {};
  EXPECT_FALSE(Names(status, {})) << "nothing is not a name";
}

TEST(Texts, EveryValueHasOne) {
  for (int i = 0; i <= 14; ++i) {
    EXPECT_NE(ToText(static_cast<Outcome>(i)), "unknown outcome") << i;
  }
  EXPECT_EQ(ToText(static_cast<Outcome>(15)), "unknown outcome");
  for (int i = 0; i <= 3; ++i) {
    EXPECT_NE(ToString(static_cast<ReleaseState>(i)), "unknown") << i;
  }
  for (int i = 1; i <= 3; ++i) {
    EXPECT_NE(ToString(static_cast<PartKind>(i)), "unknown") << i;
  }
}

}  // namespace
}  // namespace linnet::release
