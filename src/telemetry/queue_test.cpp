// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "telemetry/queue.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <random>
#include <string>

namespace linnet::telemetry {
namespace {

std::string Drain(Queue& queue) {
  std::string all;
  while (!queue.empty()) {
    all.append(AsText(queue.front())).append(" ");
    queue.Pop();
  }
  return all;
}

TEST(Queue, KeepsOrderAndLengths) {
  QueueBuffer<64> queue;
  for (const char* record : {"a", "bcd", "ef"}) {
    EXPECT_TRUE(queue.Push(AsBytes(record)).ok());
  }
  EXPECT_EQ(queue.count(), 3U);
  EXPECT_EQ(Drain(queue), "a bcd ef ");
  EXPECT_EQ(queue.count(), 0U);
}

TEST(Queue, DropsAsManyOfTheOldestAsItMust) {
  QueueBuffer<16> queue;
  for (const char* record : {"ab", "cd", "ef", "gh"}) {
    EXPECT_TRUE(queue.Push(AsBytes(record)).ok());
  }
  EXPECT_EQ(queue.dropped(), 0U);
  EXPECT_TRUE(queue.Push(AsBytes("123456")).ok());
  EXPECT_EQ(queue.dropped(), 2U);
  EXPECT_EQ(Drain(queue), "ef gh 123456 ");
}

TEST(Queue, NeverDropsThePinnedRecord) {
  QueueBuffer<16> queue;
  for (const char* record : {"ab", "cd", "ef", "gh"}) {
    EXPECT_TRUE(queue.Push(AsBytes(record)).ok());
  }
  queue.Pin();
  EXPECT_TRUE(queue.Push(AsBytes("123456")).ok());
  EXPECT_EQ(queue.Push(AsBytes("12345678901")).code(), Code::kResourceExhausted);
  EXPECT_EQ(queue.dropped(), 3U);
  EXPECT_EQ(AsText(queue.front()), "ab");
  EXPECT_TRUE(queue.Push(AsBytes("1234567890")).ok());
  EXPECT_EQ(queue.dropped(), 5U);
  EXPECT_EQ(Drain(queue), "ab 1234567890 ");
  EXPECT_FALSE(queue.pinned());
}

TEST(Queue, RefusesWhatCannotFitAndKeepsTheRest) {
  QueueBuffer<8> queue;
  EXPECT_TRUE(queue.Push(AsBytes("a")).ok());
  EXPECT_EQ(queue.Push(AsBytes("1234567")).code(), Code::kTooLarge);
  EXPECT_EQ(queue.Push({}).code(), Code::kInvalidArgument);
  EXPECT_EQ(queue.dropped(), 0U);
  EXPECT_EQ(Drain(queue), "a ");
}

TEST(Queue, BehavesLikeItsModel) {
  constexpr std::size_t kSize = 40;
  std::mt19937 random(1);
  QueueBuffer<kSize> queue;
  std::deque<std::string> model;
  std::uint32_t dropped = 0;
  const auto used = [&] {
    std::size_t size = 0;
    for (const std::string& record : model) {
      size += record.size() + 2;
    }
    return size;
  };
  for (int step = 0; step < 20000; ++step) {
    if (random() % 3 == 0 && !model.empty()) {
      ASSERT_EQ(AsText(queue.front()), model.front());
      queue.Pop();
      model.pop_front();
    } else {
      const std::string record(1 + random() % (kSize - 2), static_cast<char>('a' + step % 26));
      ASSERT_TRUE(queue.Push(AsBytes(record)).ok());
      for (model.push_back(record); used() > kSize; ++dropped) {
        model.pop_front();
      }
    }
    ASSERT_EQ(queue.count(), model.size());
    ASSERT_EQ(queue.dropped(), dropped);
  }
}

}  // namespace
}  // namespace linnet::telemetry
