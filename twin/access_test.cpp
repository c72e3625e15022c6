// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/access.hpp"

#include <gtest/gtest.h>

namespace linnet::twin {
namespace {

TEST(AccessTest, AThingPublishesItsRequestsAndTelemetryAlone) {
  for (const char* topic : {"$aws/things/lamp/shadow/get", "$aws/things/lamp/shadow/update",
                            "$aws/things/lamp/shadow/delete",
                            "$aws/things/lamp/shadow/name/n/update", "$aws/things/lamp/jobs/get",
                            "$aws/things/lamp/jobs/start-next", "$aws/things/lamp/jobs/$next/get",
                            "$aws/things/lamp/jobs/j1/update", "dt/linnet/lamp/telemetry"}) {
    EXPECT_TRUE(MayPublish("lamp", topic)) << topic;
    EXPECT_FALSE(MayPublish("lam", topic)) << topic;
    EXPECT_FALSE(MayPublish("lamp2", topic)) << topic;
    EXPECT_FALSE(MayPublish("", topic)) << topic;
    EXPECT_TRUE(MayPublish("service.linnet", topic)) << topic;
  }
  for (const char* topic :
       {"$aws/things/lamp/shadow/update/accepted", "$aws/things/lamp/jobs/notify",
        "$aws/things/lamp/shadow/name/n/m/update", "$aws/things/lamp", "dt/linnet/lamp",
        "dt/linnet/lamp/", "lamp", ""}) {
    EXPECT_FALSE(MayPublish("lamp", topic)) << topic;
  }
}

TEST(AccessTest, AThingHearsWhatIsUnderItsOwnNames) {
  EXPECT_TRUE(MayReceive("lamp", "$aws/things/lamp/shadow/update/accepted"));
  EXPECT_TRUE(MayReceive("lamp", "dt/linnet/lamp/command"));
  EXPECT_FALSE(MayReceive("lamp", "$aws/things/other/shadow/update/accepted"));
  EXPECT_FALSE(MayReceive("lamp", "anything"));
  EXPECT_TRUE(MayReceive("service.linnet", "anything"));
}

TEST(AccessTest, AFilterThatCouldMatchAnotherIsRefused) {
  EXPECT_TRUE(MaySubscribe("lamp", "$aws/things/lamp/#"));
  EXPECT_TRUE(MaySubscribe("lamp", "$aws/things/lamp/jobs/+/get/+"));
  EXPECT_TRUE(MaySubscribe("lamp", "dt/linnet/lamp/#"));
  for (const char* filter : {"#", "+", "$aws/#", "$aws/things/+/shadow/#", "$aws/things/#",
                             "$aws/+/lamp/#", "$aws/things/other/shadow/#", "dt/linnet/+/telemetry",
                             "dt/#", "$share/g/dt/linnet/other/#", "$SYS/#", ""}) {
    EXPECT_FALSE(MaySubscribe("lamp", filter)) << filter;
  }
  EXPECT_TRUE(MaySubscribe("service.linnet", "$aws/things/+/jobs/get"));
}

}  // namespace
}  // namespace linnet::twin
