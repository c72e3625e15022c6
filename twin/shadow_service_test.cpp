// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/shadow_service.hpp"

#include <gmock/gmock.h>

namespace linnet::twin {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view kClassic = "$aws/things/lamp/shadow";

// A service with a hand-moved clock.
class ShadowServiceTest : public testing::Test {
 protected:
  std::vector<Message> Ask(const std::string& verb, std::string_view payload,
                           std::string_view prefix = kClassic) {
    const auto request = ParseRequestTopic(std::string(prefix) + "/" + verb);
    EXPECT_TRUE(request.has_value());
    return service_.Handle(*request, payload, now_).messages;
  }

  // The answer of an update, or of any request, that is the last message of it.
  Json Answer(const std::string& verb, std::string_view payload) {
    const auto messages = Ask(verb, payload);
    EXPECT_FALSE(messages.empty());
    return Json::parse(messages.back().payload);
  }

  Json Update(std::string_view payload) { return Answer("update", payload); }

  static std::vector<std::string> Topics(const std::vector<Message>& messages) {
    std::vector<std::string> topics;
    topics.reserve(messages.size());
    for (const Message& message : messages) {
      topics.push_back(message.topic.substr(kClassic.size() + 1));
    }
    return topics;
  }

  ShadowService service_;
  UnixSeconds now_ = 1000;
};

TEST_F(ShadowServiceTest, FirstUpdateCreatesVersionOne) {
  const auto messages = Ask("update", R"({"state":{"reported":{"on":true}},"clientToken":"t1"})");
  EXPECT_THAT(Topics(messages), ElementsAre("update/documents", "update/accepted"));
  EXPECT_EQ(Json::parse(messages[1].payload),
            Json::parse(R"({"state":{"reported":{"on":true}},"version":1,"timestamp":1000,
                            "metadata":{"reported":{"on":{"timestamp":1000}}},"clientToken":"t1"})"));
  EXPECT_EQ(Json::parse(messages[0].payload),
            Json::parse(R"({"current":{"state":{"reported":{"on":true}},"version":1,
                            "metadata":{"reported":{"on":{"timestamp":1000}}}},
                            "timestamp":1000,"clientToken":"t1"})"));
}

TEST_F(ShadowServiceTest, GetCarriesDeltaAndNoDeltaMetadata) {
  Update(R"({"state":{"desired":{"a":1,"b":{"c":2,"d":3}},"reported":{"b":{"c":2}}}})");
  EXPECT_EQ(Answer("get", ""), Json::parse(R"({
      "state":{"desired":{"a":1,"b":{"c":2,"d":3}},"reported":{"b":{"c":2}},"delta":{"a":1,"b":{"d":3}}},
      "metadata":{"desired":{"a":{"timestamp":1000},"b":{"c":{"timestamp":1000},"d":{"timestamp":1000}}},
                  "reported":{"b":{"c":{"timestamp":1000}}}},
      "version":1,"timestamp":1000})"));
}

TEST_F(ShadowServiceTest, WhoeverAsksTooOftenIsToldSo) {
  for (int i = 0; i < 20; ++i) {
    EXPECT_FALSE(Update(R"({"state":{"reported":{"a":1}}})").contains("code"));
  }
  const Json refusal = Update(R"({"state":{"reported":{"a":2}},"clientToken":"t"})");
  EXPECT_EQ(refusal["code"], 429);
  EXPECT_EQ(refusal["clientToken"], "t");
  EXPECT_FALSE(Json::parse(Ask("get", "", "$aws/things/other/shadow").back().payload)["code"] ==
               429)
      << "another shadow has its own load";
  now_ += 1;
  EXPECT_EQ(Update(R"({"state":{"reported":{"a":2}}})")["version"], 21);
}

TEST_F(ShadowServiceTest, OnlyTouchedLeavesGetANewTimestamp) {
  Update(R"({"state":{"desired":{"a":1,"b":{"c":2}}}})");
  now_ = 1005;
  Update(R"({"state":{"desired":{"b":{"c":2,"d":[1,2]}}}})");
  EXPECT_EQ(Answer("get", "")["metadata"], Json::parse(R"({"desired":{"a":{"timestamp":1000},
      "b":{"c":{"timestamp":1005},"d":[{"timestamp":1005},{"timestamp":1005}]}}})"));
}

TEST_F(ShadowServiceTest, ReportedOnlyUpdateRepeatsTheWholeDelta) {
  Update(R"({"state":{"desired":{"a":1,"b":2}}})");
  now_ = 1009;
  const auto messages = Ask("update", R"({"state":{"reported":{"a":1}},"clientToken":"x"})");
  EXPECT_THAT(Topics(messages), ElementsAre("update/delta", "update/documents", "update/accepted"));
  EXPECT_EQ(Json::parse(messages[0].payload),
            Json::parse(R"({"state":{"b":2},"metadata":{"b":{"timestamp":1000}},"version":2,
                            "timestamp":1009,"clientToken":"x"})"));
  EXPECT_THAT(Topics(Ask("update", R"({"state":{"reported":{"b":2}}})")),
              ElementsAre("update/documents", "update/accepted"));
}

TEST_F(ShadowServiceTest, AcceptedAndDeltaOfOneUpdateShareTheVersion) {
  const auto messages = Ask("update", R"({"state":{"desired":{"a":1}}})");
  EXPECT_EQ(Json::parse(messages[0].payload)["version"], 1);
  EXPECT_EQ(Json::parse(messages[2].payload)["version"], 1);
}

TEST_F(ShadowServiceTest, EveryAcceptedUpdateCounts) {
  for (int i = 1; i <= 3; ++i) {
    EXPECT_EQ(Update(R"({"state":{"reported":{"a":1}}})")["version"], i);
  }
  EXPECT_EQ(Update(R"({"state":{}})")["version"], 4);
  EXPECT_EQ(Update(R"({"state":{"desired":[]}})")["code"], 400);
  EXPECT_EQ(Update(R"({"state":{}})")["version"], 5);
}

TEST_F(ShadowServiceTest, UnknownTopLevelKeysAreIgnored) {
  EXPECT_EQ(Update(R"({"hello":"world","state":{}})")["version"], 1);
}

TEST_F(ShadowServiceTest, VersionMustMatch) {
  EXPECT_EQ(Update(R"({"state":{},"version":7})")["message"], "Invalid version");
  EXPECT_EQ(Update(R"({"state":{},"version":1})")["version"], 1);
  EXPECT_EQ(Update(R"({"state":{},"version":1})")["version"], 2);
  const Json conflict = Update(R"({"state":{},"version":1,"clientToken":"q"})");
  EXPECT_EQ(conflict,
            Json::parse(R"({"code":409,"message":"Version conflict","clientToken":"q"})"));
}

TEST_F(ShadowServiceTest, NullSectionAndNullStateRemove) {
  Update(R"({"state":{"desired":{"a":1},"reported":{"b":2}}})");
  EXPECT_EQ(Update(R"({"state":{"desired":null}})")["version"], 2);
  EXPECT_EQ(Answer("get", "")["state"], Json::parse(R"({"reported":{"b":2}})"));
  EXPECT_EQ(Update(R"({"state":null})")["version"], 3);
  EXPECT_EQ(Answer("get", "")["state"], Json::object());
  EXPECT_EQ(Answer("get", "")["metadata"], Json::object());
}

TEST_F(ShadowServiceTest, DocumentsCarryBeforeAndAfter) {
  Update(R"({"state":{"reported":{"a":1}}})");
  const Json documents = Json::parse(Ask("update", R"({"state":{"reported":{"a":2}}})")[0].payload);
  EXPECT_EQ(documents["previous"]["state"], Json::parse(R"({"reported":{"a":1}})"));
  EXPECT_EQ(documents["previous"]["version"], 1);
  EXPECT_EQ(documents["current"]["state"], Json::parse(R"({"reported":{"a":2}})"));
  EXPECT_EQ(documents["current"]["version"], 2);
}

TEST_F(ShadowServiceTest, DeleteKeepsTheVersionFor48Hours) {
  Update(R"({"state":{"reported":{"a":1}}})");
  Update(R"({"state":{"reported":{"a":2}}})");
  EXPECT_EQ(Answer("delete", R"({"clientToken":"d","junk":[]})"),
            Json::parse(R"({"version":2,"timestamp":1000,"clientToken":"d"})"));
  EXPECT_EQ(Answer("get", "")["code"], 404);
  EXPECT_EQ(Answer("delete", "")["code"], 404);
  now_ += kVersionMemory;
  EXPECT_EQ(Update(R"({"state":{}})")["version"], 3);
  Ask("delete", "not json");
  now_ += kVersionMemory + 1;
  EXPECT_EQ(Update(R"({"state":{}})")["version"], 1);
}

TEST_F(ShadowServiceTest, MissingShadowsAreNamed) {
  EXPECT_EQ(Answer("get", R"({"clientToken":"c"})"),
            Json::parse(R"({"code":404,"message":"No shadow exists with name: 'lamp'",
                            "timestamp":1000,"clientToken":"c"})"));
  const auto named = Ask("get", "", "$aws/things/lamp/shadow/name/cfg");
  EXPECT_EQ(named[0].topic, "$aws/things/lamp/shadow/name/cfg/get/rejected");
  EXPECT_EQ(Json::parse(named[0].payload)["message"], "No shadow exists with name: 'lamp~cfg'");
}

TEST_F(ShadowServiceTest, NamedShadowsAreSeparate) {
  Ask("update", R"({"state":{"reported":{"a":1}}})", "$aws/things/lamp/shadow/name/cfg");
  EXPECT_EQ(Answer("get", "")["code"], 404);
  EXPECT_THAT(service_.NamedShadows("lamp"), ElementsAre("cfg"));
  EXPECT_THAT(service_.NamedShadows("lam"), IsEmpty());
}

TEST_F(ShadowServiceTest, DocumentSizeIsLimitedAfterTheMerge) {
  const std::string half(5000, 'x');
  EXPECT_EQ(Update(R"({"state":{"desired":{"a":")" + half + R"("}}})")["version"], 1);
  EXPECT_EQ(Update(R"({"state":{"reported":{"a":")" + half + R"("}}})")["code"], 413);
  EXPECT_EQ(Answer("get", "")["version"], 1);
}

struct Refusal {
  const char* payload;
  int code;
  const char* message;
};

class ShadowRefusalTest : public ShadowServiceTest, public testing::WithParamInterface<Refusal> {};

TEST_P(ShadowRefusalTest, SaysWhyAndChangesNothing) {
  const Json answer = Update(GetParam().payload);
  EXPECT_EQ(answer["code"], GetParam().code);
  EXPECT_EQ(answer["message"], GetParam().message);
  EXPECT_EQ(Answer("get", "")["code"], 404);
}

constexpr const char* kEightLevels =
    R"({"state":{"desired":{"a":{"b":{"c":{"d":{"e":{"f":{"g":{"h":1}}}}}}}}}})";
constexpr const char* kNineLevels =
    R"({"state":{"desired":{"a":{"b":{"c":{"d":{"e":{"f":{"g":{"h":{"i":1}}}}}}}}}}})";
constexpr const char* kLongToken =
    R"({"state":{},"clientToken":"0123456789012345678901234567890123456789012345678901234567890123x"})";

INSTANTIATE_TEST_SUITE_P(
    Table, ShadowRefusalTest,
    testing::Values(
        Refusal{"", 400, "Invalid JSON"}, Refusal{"{", 400, "Invalid JSON"},
        Refusal{"[1]", 400, "Invalid JSON"}, Refusal{"{}", 400, "Missing required node: state"},
        Refusal{R"({"state":1})", 400, "State node must be an object"},
        Refusal{R"({"state":{"desired":1}})", 400, "Desired node must be an object"},
        Refusal{R"({"state":{"reported":[]}})", 400, "Reported node must be an object"},
        Refusal{R"({"state":{"delta":{}}})", 400, "State contains an invalid node"},
        Refusal{R"({"state":{"desired":{"a":[1,null]}}})", 400, "State contains an invalid node"},
        Refusal{R"({"state":{"desired":{"a":{"b":[[null]]}}}})", 400,
                "State contains an invalid node"},
        Refusal{R"({"state":{},"version":-1})", 400, "Invalid version"},
        Refusal{R"({"state":{},"version":"1"})", 400, "Invalid version"},
        Refusal{R"({"state":{},"version":1.5})", 400, "Invalid version"},
        Refusal{R"({"state":{},"clientToken":5})", 400, "Invalid clientToken"},
        Refusal{kLongToken, 400, "Invalid clientToken"},
        Refusal{kNineLevels, 400, "JSON contains too many levels of nesting; maximum is 6"},
        Refusal{"{\"state\":{\"desired\":{\"a\":\"\xff\"}}}", 415,
                "Unsupported documented encoding; supported encoding is UTF-8"}));

TEST_F(ShadowServiceTest, EightLevelsPass) {
  EXPECT_EQ(Update(kEightLevels)["version"], 1);
}

TEST_F(ShadowServiceTest, OutcomeNamesTheRecordToStore) {
  const auto request = *ParseRequestTopic("$aws/things/lamp/shadow/update");
  EXPECT_EQ(service_.Handle(request, R"({"state":{}})", now_).saved, ShadowKey("lamp", ""));
  EXPECT_EQ(service_.Handle(request, "{", now_).saved, std::nullopt);
}

}  // namespace
}  // namespace linnet::twin
