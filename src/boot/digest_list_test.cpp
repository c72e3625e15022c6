// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Releases whose application names the other images in the nRF Connect SDK's digest list (TLV 0x76)
// instead of a manifest: they are sets like any other.
#include <gtest/gtest.h>

#include "boot/testing/simulated_device.hpp"

namespace linnet::boot {
namespace {

using image::Reason;
using release::testing::MakeBootImage;
using release::testing::MakeRelease;
using release::testing::SampleRelease;
using testing::kOnes;
using testing::Session;
using testing::SimulatedDevice;

constexpr release::PartTag kTag = 76;
constexpr testing::BoardShape kShape = {"digest_list",
                                        {4 * 2048, 2048, 4, kOnes},
                                        {26 * 4096, 4096, 1, kOnes},
                                        {2 * 4096, 4096, 4, kOnes},
                                        {{{4 * 1024, 1024, 8, kOnes}, {2 * 2048, 2048, 4, kOnes}}}};

SampleRelease Release(std::uint8_t version, std::uint8_t images = 2) {
  release::testing::ReleaseOptions options{.body_size = 3000, .digest_list = true};
  for (std::uint8_t index = 1; index <= images; ++index) {
    options.parts.push_back(MakeBootImage(index, version, {.body_size = 1500}));
  }
  return MakeRelease(version, options);
}

class DigestListTest : public ::testing::Test {
 protected:
  void SetUp() override {
    device_.FlashRelease(one_);
    Session session(device_);
    ASSERT_TRUE(session.Runs(one_));
  }
  void Spoil(std::size_t index) {
    const std::byte bad = ~device_.area(index).Peek(300, 1)[0];
    device_.area(index).Poke(300, Bytes(&bad, 1));
  }
  SimulatedDevice device_{kShape};
  const SampleRelease one_ = Release(1);
  const SampleRelease two_ = Release(2);
};

TEST_F(DigestListTest, AllIsInstalledAcceptedAndRepairedAsOne) {
  {
    Session session(device_);
    ASSERT_EQ(session.Update(two_, kTag), OkStatus());
  }
  {
    Session session(device_);
    ASSERT_TRUE(session.Runs(two_) && session.Holds(two_));
    ASSERT_EQ(session.control.Accept(two_.digest), OkStatus());
  }
  for (std::size_t index = 0; index <= 2; ++index) {
    Spoil(index);
    const Session session(device_);
    EXPECT_TRUE(session.Runs(two_) && session.Holds(two_)) << "image " << index;
  }
}

TEST_F(DigestListTest, AllIsTakenBackAsOne) {
  {
    Session session(device_);
    ASSERT_EQ(session.Update(two_, kTag), OkStatus());
  }
  {
    Session session(device_);
    ASSERT_TRUE(session.Runs(two_));
    ASSERT_EQ(session.control.Reject(two_.digest, release::RejectReason::kUnhealthy), OkStatus());
  }
  const Session session(device_);
  EXPECT_TRUE(session.Runs(one_) && session.Holds(one_));
}

TEST_F(DigestListTest, AMissingImageIsNotStaged) {
  Session session(device_);
  ASSERT_EQ(session.store.Mount(), OkStatus());
  ASSERT_EQ(session.BackUp(), OkStatus());
  ASSERT_EQ(session.DownloadAll(two_, kTag), OkStatus());
  ASSERT_EQ(session.store.Erase(two_.parts[1].entry.digest, {}), OkStatus());
  EXPECT_EQ(session.control.Stage(two_.digest), Status(Code::kNotFound));
  const release::ReleaseStatus status = session.Query();
  EXPECT_EQ(status.events[status.event_count - 1U].image, 2);
}

TEST_F(DigestListTest, AnImageWithoutAnAreaIsRefused) {
  const SampleRelease three = Release(3, 3);
  Session session(device_);
  EXPECT_EQ(session.Update(three, kTag), Status(Code::kUnsupported));
  const release::ReleaseStatus status = session.Query();
  const release::Event event = status.events[status.event_count - 1U];
  EXPECT_EQ(event.detail, static_cast<std::uint8_t>(Reason::kNoSuchArea));
  EXPECT_EQ(event.image, 3);
}

}  // namespace
}  // namespace linnet::boot
