// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/faults.hpp"

#include <gmock/gmock.h>

#include "twin/throttle.hpp"
#include "twin/topics.hpp"

namespace linnet::twin {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Property;
using testing::Throws;
using testing::ThrowsMessage;

TEST(FaultsTest, AreUsedAsOftenAsWanted) {
  Faults faults;
  std::vector<std::string> changes;
  faults.set_on_change([&changes](const FaultKind& kind, bool active) {
    changes.push_back(std::string(kind.name) + (active ? " on" : " off"));
  });
  EXPECT_FALSE(faults.Use(Fault::kCut));
  faults.Set({.name = "cut", .value = 7, .times = 2});
  EXPECT_EQ(faults.Look(Fault::kCut), 7);
  EXPECT_EQ(faults.Use(Fault::kCut), 7);
  EXPECT_EQ(faults.Use(Fault::kCut), 7);
  EXPECT_FALSE(faults.Use(Fault::kCut));
  EXPECT_THAT(changes, ElementsAre("cut on", "cut off"));
}

TEST(FaultsTest, LastUntilTheyAreCleared) {
  Faults faults;
  faults.Set({.name = "throttled"});
  faults.Set({.name = "broker-down"});
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(faults.Use(Fault::kThrottled), 0);
  }
  faults.Clear("throttled");
  faults.Clear("throttled");
  EXPECT_FALSE(faults.Use(Fault::kThrottled));
  EXPECT_TRUE(faults.Look(Fault::kBrokerDown));
  faults.ClearAll();
  EXPECT_FALSE(faults.Look(Fault::kBrokerDown));
}

TEST(FaultsTest, SaysWhatItCannotDo) {
  Faults faults;
  const auto set = [&faults](const Faults::Wish& wish) {
    return [&faults, wish] { faults.Set(wish); };
  };
  EXPECT_THAT(set({.name = "fire"}), ThrowsMessage<RequestError>(HasSubstr("ranges-ignored")));
  EXPECT_THAT(set({.name = "cut"}), ThrowsMessage<RequestError>(HasSubstr("cut needs BYTES")));
  EXPECT_THAT(set({.name = "http-status", .value = 404}),
              ThrowsMessage<RequestError>(HasSubstr("from 500 to 599")));
  EXPECT_THAT(set({.name = "throttled", .value = 1}),
              ThrowsMessage<RequestError>(HasSubstr("takes no value")));
  EXPECT_THAT(set({.name = "throttled", .times = -1}), Throws<RequestError>());
  EXPECT_THAT(set({.name = "throttled", .file = "x"}), Throws<RequestError>());
  EXPECT_THAT([&faults] { faults.Clear("fire"); }, Throws<RequestError>());
}

TEST(FaultsTest, ListsAllWithTheirState) {
  Faults faults;
  faults.Set({.name = "object-changes", .value = 9, .file = "b.img"});
  const Json list = faults.List();
  EXPECT_EQ(list.size(), FaultKinds().size());
  for (const Json& fault : list) {
    EXPECT_EQ(fault["active"], fault["name"] == "object-changes");
    EXPECT_FALSE(fault["effect"].get<std::string>().empty());
  }
  EXPECT_EQ(list[1]["value"], 9);
  EXPECT_EQ(list[1]["file"], "b.img");
}

TEST(FaultsTest, ThrottledAnswersCarryTheToken) {
  const auto shadow = ParseRequestTopic("$aws/things/lamp/shadow/update");
  const Message message = ThrottledAnswer(*shadow, R"({"clientToken":"t1"})", 5);
  EXPECT_EQ(message.topic, "$aws/things/lamp/shadow/update/rejected");
  EXPECT_EQ(Json::parse(message.payload),
            Json::parse(R"({"code":429,"message":"Too many requests","timestamp":5,
                            "clientToken":"t1"})"));
  const auto job = ParseRequestTopic("$aws/things/lamp/jobs/$next/get");
  const Json answer = Json::parse(ThrottledAnswer(*job, "no JSON", 5).payload);
  EXPECT_EQ(answer["code"], "RequestThrottled");
  EXPECT_FALSE(answer.contains("clientToken"));
}

}  // namespace
}  // namespace linnet::twin
