// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "telemetry/reporter.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace linnet::telemetry {
namespace {

class FakeSource final : public MetricsSource {
 public:
  Metrics Sample(Instant now) override {
    ++samples;
    return {.uptime = std::chrono::duration_cast<Seconds>(now.time_since_epoch()), .dropped = 1234};
  }
  int samples = 0;
};

class FakeSink final : public Sink {
 public:
  Result<std::uint16_t> Send(Bytes record) override {
    ++asked;
    if (!online) {
      return Code::kUnavailable;
    }
    sent.emplace_back(AsText(record));
    return ++last;
  }
  bool online = true;
  int asked = 0;
  std::uint16_t last = 0;
  std::vector<std::string> sent;
};

Instant At(std::int64_t ms) {
  return Instant{Milliseconds{ms}};
}

std::string Uptime(int seconds) {
  return "{\"uptime_s\":" + std::to_string(seconds) + ",";
}

class ReporterTest : public ::testing::Test {
 protected:
  FakeSource source_;
  QueueBuffer<1024> queue_;
  FakeSink sink_;
  Reporter reporter_{source_, queue_, sink_, Seconds{10}};
};

TEST_F(ReporterTest, SamplesAtOnceAndThenAtTheInterval) {
  EXPECT_EQ(reporter_.Run(At(5000)), At(15000));
  EXPECT_EQ(source_.samples, 1);
  EXPECT_EQ(reporter_.Run(At(14999)), At(15000));
  EXPECT_EQ(source_.samples, 1);
  EXPECT_EQ(reporter_.Run(At(15000)), At(25000));
  EXPECT_EQ(source_.samples, 2);
  ASSERT_EQ(sink_.sent.size(), 1U);
  EXPECT_TRUE(sink_.sent[0].starts_with(Uptime(5)));
}

TEST_F(ReporterTest, ARecordLeavesOnlyWhenDelivered) {
  reporter_.Run(At(0));
  reporter_.Run(At(10000));
  EXPECT_EQ(queue_.count(), 2U);
  EXPECT_EQ(sink_.sent.size(), 1U);
  reporter_.OnDelivered(99);
  EXPECT_EQ(queue_.count(), 2U) << "somebody else's delivery";
  reporter_.OnDelivered(1);
  EXPECT_EQ(queue_.count(), 1U);
  reporter_.OnDelivered(1);
  EXPECT_EQ(queue_.count(), 1U) << "said twice";
  reporter_.Run(At(10001));
  ASSERT_EQ(sink_.sent.size(), 2U);
  EXPECT_TRUE(sink_.sent[1].starts_with(Uptime(10)));
  reporter_.OnDelivered(2);
  EXPECT_TRUE(queue_.empty());
}

TEST_F(ReporterTest, SendsWhatWasLostAgainAfterAPause) {
  reporter_.Run(At(0));
  reporter_.OnLost(7);
  reporter_.Run(At(1));
  EXPECT_EQ(sink_.sent.size(), 1U) << "somebody else's loss";
  reporter_.OnLost(1);
  EXPECT_EQ(reporter_.Run(At(2)), At(1002));
  EXPECT_EQ(sink_.sent.size(), 1U);
  reporter_.Run(At(1002));
  ASSERT_EQ(sink_.sent.size(), 2U);
  EXPECT_EQ(sink_.sent[0], sink_.sent[1]);
  reporter_.OnDelivered(1);
  EXPECT_EQ(queue_.count(), 1U) << "the old delivery's name";
  reporter_.OnDelivered(2);
  EXPECT_TRUE(queue_.empty());
}

TEST_F(ReporterTest, AsksAnOfflineSinkNowAndThenOrWhenWoken) {
  sink_.online = false;
  EXPECT_EQ(reporter_.Run(At(0)), At(1000));
  reporter_.Run(At(999));
  EXPECT_EQ(sink_.asked, 1);
  reporter_.Run(At(1000));
  EXPECT_EQ(sink_.asked, 2);
  sink_.online = true;
  reporter_.Wake();
  EXPECT_EQ(reporter_.Run(At(1001)), At(10000));
  EXPECT_EQ(sink_.sent.size(), 1U);
}

TEST_F(ReporterTest, CountsWhatIsDroppedOffline) {
  sink_.online = false;
  for (int i = 0; i < 20; ++i) {
    reporter_.Run(At(i * std::int64_t{10000}));
  }
  ASSERT_GT(queue_.dropped(), 0U);
  const auto kept = queue_.count();
  EXPECT_EQ(kept + queue_.dropped(), 20U);
  sink_.online = true;
  for (std::size_t i = 0; i < kept; ++i) {
    reporter_.Run(At(200000 - 9000 + static_cast<int>(i)));
    reporter_.Wake();
    reporter_.OnDelivered(sink_.last);
  }
  EXPECT_TRUE(queue_.empty());
  const std::string dropped = "\"dropped\":" + std::to_string(queue_.dropped() - 1) + "}";
  EXPECT_TRUE(sink_.sent.back().ends_with(dropped)) << sink_.sent.back();
}

TEST_F(ReporterTest, AShorterIntervalCountsFromTheLastSample) {
  reporter_.Run(At(0));
  EXPECT_EQ(reporter_.SetInterval(Seconds{0}).code(), Code::kOutOfRange);
  EXPECT_TRUE(reporter_.SetInterval(Seconds{2}).ok());
  EXPECT_EQ(reporter_.Run(At(1999)), At(2000));
  EXPECT_EQ(source_.samples, 1);
  reporter_.Run(At(2000));
  EXPECT_EQ(source_.samples, 2);
}

}  // namespace
}  // namespace linnet::telemetry
