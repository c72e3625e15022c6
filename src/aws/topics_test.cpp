// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "aws/topics.hpp"

#include <gtest/gtest.h>

#include <string>

namespace linnet::aws {
namespace {

using Kind = JobsTopic::Kind;

TEST(Topics, TakeThingNamesThatAwsTakes) {
  EXPECT_TRUE(CheckThingName("a").ok());
  EXPECT_TRUE(CheckThingName("Board_01:left-2").ok());
  EXPECT_TRUE(CheckThingName(std::string(128, 'x')).ok());
  for (const std::string& bad :
       {std::string(), std::string(129, 'x'), std::string("a/b"), std::string("a+"),
        std::string("#"), std::string("a b"), std::string("\xc3\xa9")}) {
    EXPECT_EQ(CheckThingName(bad).code(), Code::kInvalidArgument) << bad;
  }
}

TEST(Topics, TheLongestNamesFit) {
  const std::string thing(kMaxThingName, 't');
  const std::string job(kMaxJobId, 'j');
  Topic topic;
  ASSERT_TRUE(BuildTopic(thing, "jobs/" + job + "/update/accepted", topic).ok());
  EXPECT_EQ(topic.view(), "$aws/things/" + thing + "/jobs/" + job + "/update/accepted");
  const std::string answer = "$aws/things/" + thing + "/jobs/" + job + "/update/rejected";
  const auto parsed = ParseJobsTopic(thing, answer);
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->job, job);
}

TEST(Topics, FiltersNameWhatTheClientsNeed) {
  std::array<char, 64> out{};
  EXPECT_EQ(*BuildFilter("b", kShadowFilters[4], out), "$aws/things/b/shadow/update/delta");
  EXPECT_EQ(*BuildFilter("b", kJobsFilters[0], out), "$aws/things/b/jobs/notify-next");
  EXPECT_EQ(*BuildFilter("b", kJobsFilters[1], out), "$aws/things/b/jobs/+/get/+");
  EXPECT_EQ(BuildFilter("b", kJobsFilters[1], std::span(out).first(25)).code(), Code::kTooLarge);
  EXPECT_TRUE(BuildFilter("b", kJobsFilters[1], std::span(out).first(26)).ok());
}

TEST(Topics, ReadsThoseOfTheShadow) {
  const std::string prefix = "$aws/things/b/shadow/";
  EXPECT_EQ(*ParseShadowTopic("b", prefix + "get/accepted"), ShadowTopic::kGetAccepted);
  EXPECT_EQ(*ParseShadowTopic("b", prefix + "get/rejected"), ShadowTopic::kGetRejected);
  EXPECT_EQ(*ParseShadowTopic("b", prefix + "update/accepted"), ShadowTopic::kUpdateAccepted);
  EXPECT_EQ(*ParseShadowTopic("b", prefix + "update/rejected"), ShadowTopic::kUpdateRejected);
  EXPECT_EQ(*ParseShadowTopic("b", prefix + "update/delta"), ShadowTopic::kDelta);
  for (const char* other :
       {"", "b", "$aws/things/b", "$aws/things/b/", "$aws/things/b/shadow", "$aws/things/b/shadow/",
        "$aws/things/b/shadow/get", "$aws/things/b/shadow/update/documents",
        "$aws/things/b/shadow/update/delta/", "$aws/things/bb/shadow/update/delta",
        "$aws/things/c/shadow/update/delta", "$aws/things/b/shadow/name/n/update/delta",
        "x$aws/things/b/shadow/update/delta", "$aws/things/b/jobs/notify-next"}) {
    EXPECT_EQ(ParseShadowTopic("b", other).code(), Code::kNotFound) << other;
  }
}

TEST(Topics, ReadsThoseOfJobs) {
  const std::string prefix = "$aws/things/b/jobs/";
  const std::pair<const char*, JobsTopic> good[] = {
      {"notify-next", {Kind::kNotifyNext, ""}},
      {"$next/get/accepted", {Kind::kGetAccepted, "$next"}},
      {"j-1_A/get/rejected", {Kind::kGetRejected, "j-1_A"}},
      {"j/update/accepted", {Kind::kUpdateAccepted, "j"}},
      {"j/update/rejected", {Kind::kUpdateRejected, "j"}},
  };
  for (const auto& [suffix, expected] : good) {
    const std::string topic = prefix + suffix;
    const auto parsed = ParseJobsTopic("b", topic);
    ASSERT_TRUE(parsed.ok()) << suffix;
    EXPECT_EQ(parsed->kind, expected.kind) << suffix;
    EXPECT_EQ(parsed->job, expected.job) << suffix;
  }
  const std::string long_job = std::string(65, 'j') + "/update/accepted";
  for (const char* other :
       {"", "notify", "get/accepted", "/get/accepted", "j", "j/", "j/get", "j/update",
        "j/get/accepted/", "j/k/get/accepted", "start-next/accepted", long_job.c_str()}) {
    EXPECT_EQ(ParseJobsTopic("b", prefix + other).code(), Code::kNotFound) << other;
  }
  EXPECT_EQ(ParseJobsTopic("b", "$aws/things/b/shadow/get/accepted").code(), Code::kNotFound);
}

}  // namespace
}  // namespace linnet::aws
