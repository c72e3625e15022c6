// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "net/backoff.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/endian.hpp"

namespace linnet::net {
namespace {

using Class = Backoff::Class;

/// Gives the fraction of 2^32 that the test wants.
class ChosenEntropy final : public hal::Entropy {
 public:
  Status Fill(MutableBytes out) override {
    if (failed) {
      return Code::kUnavailable;
    }
    StoreLe32(fraction, out);
    return OkStatus();
  }
  std::uint32_t fraction = 0;
  bool failed = false;
};

class BackoffTest : public ::testing::Test {
 protected:
  /// The delay after a failure right now.
  Milliseconds Fail(Class cause = Class::kNetwork) {
    return backoff_.OnFailure(cause, now_) - now_;
  }

  ChosenEntropy entropy_;
  Backoff backoff_{entropy_};
  Instant now_ = Instant(Seconds{1000});
};

TEST_F(BackoffTest, CeilingDoublesUpToTheCap) {
  entropy_.fraction = 0xFFFFFFFF;
  for (const int seconds : {2, 3, 5, 9, 17, 33, 65, 120, 120, 120}) {
    EXPECT_EQ(Fail(), Seconds{seconds});
  }
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(Fail(), Seconds{120});
  }
}

TEST_F(BackoffTest, NeverBelowOneSecond) {
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(Fail(), Seconds{1});
  }
  Backoff::Policy eager;
  eager.network = {Milliseconds{0}, Milliseconds{1}, Milliseconds{10}};
  Backoff hasty(entropy_, eager);
  EXPECT_EQ(hasty.OnFailure(Class::kNetwork, now_) - now_, Seconds{1});
}

TEST_F(BackoffTest, SpreadsEvenlyOverTheWholeRange) {
  for (int i = 0; i < 3; ++i) {
    Fail();
  }
  entropy_.fraction = 0x80000000;
  EXPECT_EQ(Fail(), Milliseconds{1000 + 4000});
}

TEST_F(BackoffTest, TakesTheLongestDelayWithoutEntropy) {
  entropy_.failed = true;
  EXPECT_EQ(Fail(), Seconds{2});
  EXPECT_EQ(Fail(), Seconds{3});
}

TEST_F(BackoffTest, AConnectionThatDropsSoonDoesNotReset) {
  entropy_.fraction = 0xFFFFFFFF;
  for (int i = 0; i < 4; ++i) {
    Fail();
  }
  backoff_.OnConnected(now_);
  now_ += Milliseconds{59'999};
  EXPECT_EQ(Fail(), Seconds{17});
}

TEST_F(BackoffTest, AStableConnectionResets) {
  entropy_.fraction = 0xFFFFFFFF;
  for (int i = 0; i < 4; ++i) {
    Fail();
  }
  backoff_.OnConnected(now_);
  now_ += Seconds{60};
  EXPECT_EQ(Fail(), Seconds{2});
  EXPECT_EQ(backoff_.failures(), 1U);
}

TEST_F(BackoffTest, AnOldConnectionDoesNotCountForALaterFailure) {
  entropy_.fraction = 0xFFFFFFFF;
  backoff_.OnConnected(now_);
  Fail();
  now_ += Seconds{3600};
  EXPECT_EQ(Fail(), Seconds{3});
}

TEST_F(BackoffTest, TakeoverAndRefusalWaitLongFromTheFirstTime) {
  EXPECT_GE(Fail(Class::kTakeover), Seconds{30});
  EXPECT_GE(Fail(Class::kRefused), Seconds{300});
  entropy_.fraction = 0xFFFFFFFF;
  Milliseconds before{0};
  for (int i = 0; i < 8; ++i) {
    const Milliseconds delay = Fail(Class::kRefused);
    EXPECT_GE(delay, before);
    EXPECT_LE(delay, Seconds{3600});
    before = delay;
  }
  EXPECT_EQ(before, Seconds{3600});
}

}  // namespace
}  // namespace linnet::net
