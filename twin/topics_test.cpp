// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/topics.hpp"

#include <gmock/gmock.h>

#include "twin/utf8.hpp"

namespace linnet::twin {
namespace {

TEST(TopicsTest, RequestsAreTold) {
  const auto update = ParseRequestTopic("$aws/things/a:b_c-1/shadow/update");
  ASSERT_TRUE(update);
  EXPECT_EQ(update->operation, Operation::kShadowUpdate);
  EXPECT_EQ(update->thing, "a:b_c-1");
  EXPECT_EQ(update->shadow, "");
  EXPECT_EQ(ParseRequestTopic("$aws/things/t/shadow/name/n/delete")->shadow, "n");
  EXPECT_EQ(ParseRequestTopic("$aws/things/t/jobs/get")->operation, Operation::kJobsGetPending);
  EXPECT_EQ(ParseRequestTopic("$aws/things/t/jobs/start-next")->operation,
            Operation::kJobsStartNext);
  EXPECT_EQ(ParseRequestTopic("$aws/things/t/jobs/$next/get")->job, "$next");
  EXPECT_EQ(ParseRequestTopic("$aws/things/t/jobs/j-1/update")->operation, Operation::kJobUpdate);
  const auto get = ParseRequestTopic("$aws/things/t/streams/s-1/get/cbor");
  ASSERT_TRUE(get);
  EXPECT_EQ(get->operation, Operation::kStreamGet);
  EXPECT_EQ(get->stream, "s-1");
  EXPECT_EQ(get->format, StreamFormat::kCbor);
  EXPECT_EQ(ParseRequestTopic("$aws/things/t/streams/s/describe/json")->operation,
            Operation::kStreamDescribe);
}

TEST(TopicsTest, EverythingElseIsNoRequest) {
  for (const char* topic :
       {"", "dt/linnet/t/x", "$aws/things//shadow/get", "$aws/things/t/shadow/get/accepted",
        "$aws/things/t/shadow/update/delta", "$aws/things/t/shadow/name//get",
        "$aws/things/t/shadow/name/n/x", "$aws/things/t/jobs/notify",
        "$aws/things/t/jobs/j/get/accepted", "$aws/things/t/jobs/$next/update",
        "$aws/things/t/jobs/a.b/get", "$aws/things/a b/shadow/get",
        "$aws/things/t/streams/s/get/xml", "$aws/things/t/streams/s/data/json",
        "$aws/things/t/streams/a.b/get/json", "$aws/things/t/streams/s/get", "$aws/things/t"}) {
    EXPECT_FALSE(ParseRequestTopic(topic)) << topic;
  }
}

TEST(TopicsTest, NamesAreBounded) {
  EXPECT_TRUE(IsThingName(std::string(128, 'a')));
  EXPECT_FALSE(IsThingName(std::string(129, 'a')));
  EXPECT_FALSE(IsThingName(""));
  EXPECT_FALSE(IsThingName("a.b"));
  EXPECT_FALSE(IsThingName("../x"));
  EXPECT_TRUE(IsShadowName(std::string(64, 'a')));
  EXPECT_FALSE(IsShadowName(std::string(65, 'a')));
  EXPECT_FALSE(IsJobId("a:b"));
}

TEST(TopicsTest, TelemetryNamesItsThing) {
  EXPECT_EQ(ParseTelemetryTopic("dt/linnet/lamp/telemetry"), "lamp");
  EXPECT_EQ(ParseTelemetryTopic("dt/linnet/lamp"), std::nullopt);
  EXPECT_EQ(ParseTelemetryTopic("dt/other/lamp/x"), std::nullopt);
}

TEST(Utf8Test, WellFormedOnly) {
  EXPECT_TRUE(IsUtf8("a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80"));
  for (const char* bad : {"\x80", "\xC0\x80", "\xC3", "\xE0\x80\x80", "\xED\xA0\x80",
                          "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF"}) {
    EXPECT_FALSE(IsUtf8(bad));
  }
  EXPECT_EQ(Utf8Length("a\xC3\xA4\xE2\x82\xAC"), 3U);
}

}  // namespace
}  // namespace linnet::twin
