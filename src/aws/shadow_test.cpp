// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "aws/shadow.hpp"

#include <gtest/gtest.h>

#include <string>

#include "aws/testing/fake_cloud.hpp"
#include "aws/testing/fake_settings.hpp"
#include "base/view.hpp"

namespace linnet::aws {
namespace {

using testing::FakePublisher;
using testing::FakeSettings;
using testing::FakeVersionStore;
using testing::Published;

const std::string kPrefix = "$aws/things/b/shadow/";

// A device with three settings, on virtual time.
class ShadowTest : public ::testing::Test {
 protected:
  Instant Run() { return client_.Run(now_); }
  void Wait(Milliseconds time) { now_ += time; }
  void Receive(StringView suffix, StringView payload) {
    testing::Deliver(client_, kPrefix + std::string(suffix), payload, 7);
  }
  void Accept(const Published& request, StringView suffix, StringView state = "{}",
              int version = 1) {
    Receive(suffix, "{\"state\":" + std::string(state) + ",\"version\":" + std::to_string(version) +
                        R"(,"timestamp":1,"clientToken":")" + request.token() + "\"}");
  }
  void Reject(const Published& request, StringView suffix, int code) {
    Receive(suffix, "{\"code\":" + std::to_string(code) +
                        R"(,"message":"because","timestamp":1,"clientToken":")" + request.token() +
                        "\"}");
  }
  Published Next() {
    Run();
    return publisher_.Take();
  }
  // Connects, answers the question with `state`, and takes the first report.
  Published Connect(StringView state = "{}", int version = 1) {
    client_.OnReady();
    Accept(Next(), "get/accepted", state, version);
    return Next();
  }
  void ConnectAndSync() {
    Accept(Connect(), "update/accepted");
    ASSERT_TRUE(shadow_.in_sync());
    settings_.TakeCalls();
  }
  void Delta(StringView state, int version) {
    Receive("update/delta", R"({"version":)" + std::to_string(version) +
                                R"(,"timestamp":1,"state":)" + std::string(state) +
                                R"(,"metadata":{"telemetry":{"interval_s":{"timestamp":1}}}})");
  }
  static std::string Reported(const Published& update) {
    const StringView head = R"({"state":{"reported":)";
    EXPECT_TRUE(update.payload.starts_with(head)) << update.payload;
    const std::size_t end = update.payload.find(R"(},"clientToken")");
    return update.payload.substr(head.size(), end - head.size());
  }

  testing::PlainEntropy entropy_;
  FakeSettings settings_{{"telemetry.interval_s", "log.level", "led"}};
  FakeVersionStore versions_;
  FakePublisher publisher_;
  ShadowBuffer<3> shadow_{"b", settings_, versions_, entropy_};
  std::array<Machine*, 1> machines_{&shadow_};
  Client client_{publisher_, machines_};
  Instant now_{Milliseconds{1000}};
};

constexpr StringView kAllReported =
    R"({"telemetry":{"interval_s":0},"log":{"level":1},"led":2,)"
    R"("errors":{"telemetry":{"interval_s":null},"log":{"level":null},"led":null,"unknown":null}})";

TEST_F(ShadowTest, AsksNothingUntilItIsReady) {
  EXPECT_EQ(Run(), kNever);
  EXPECT_TRUE(publisher_.sent.empty());
}

TEST_F(ShadowTest, AsksOnEveryConnectionAndReportsEverything) {
  client_.OnReady();
  const Published get = Next();
  EXPECT_EQ(get.topic, kPrefix + "get");
  EXPECT_EQ(get.payload, R"({"clientToken":")" + get.token() + "\"}");
  EXPECT_EQ(Next().topic, "") << "one request at a time";
  Accept(get, "get/accepted");
  const Published update = Next();
  EXPECT_EQ(update.topic, kPrefix + "update");
  EXPECT_NE(update.token(), get.token());
  EXPECT_EQ(Reported(update), kAllReported);
  EXPECT_FALSE(shadow_.in_sync());
  Accept(update, "update/accepted", "{}", 2);
  EXPECT_TRUE(shadow_.in_sync());
  EXPECT_EQ(Run(), kNever);
  client_.OnOffline();
  EXPECT_EQ(Reported(Connect()), kAllReported);
}

TEST_F(ShadowTest, CreatesAShadowThatIsNotThere) {
  versions_.version = 50;
  client_.OnReady();
  Reject(Next(), "get/rejected", 404);
  const Published update = Next();
  EXPECT_EQ(Reported(update), kAllReported);
  Accept(update, "update/accepted");
  Delta(R"({"led":5})", 2);
  EXPECT_EQ(settings_.TakeCalls(), "led=5") << "versions start again with the new shadow";
}

TEST_F(ShadowTest, AppliesTheDifferenceOfTheAnswer) {
  const Published update = Connect(
      R"({"desired":{"led":7,"log":{"level":3}},"reported":{"led":1},"delta":{"led":7}})", 9);
  EXPECT_EQ(settings_.TakeCalls(), "led=7");
  EXPECT_NE(Reported(update).find(R"("led":7)"), std::string::npos);
  EXPECT_EQ(versions_.version, 9);
}

TEST_F(ShadowTest, AppliesADeltaAndReportsOnlyThat) {
  ConnectAndSync();
  Delta(R"({"telemetry":{"interval_s":30},"led":1})", 4);
  EXPECT_EQ(settings_.TakeCalls(), "telemetry.interval_s=30 led=1");
  EXPECT_EQ(versions_.version, 4);
  const Published update = Next();
  EXPECT_EQ(Reported(update), R"({"telemetry":{"interval_s":30},"led":1})");
  Accept(update, "update/accepted", "{}", 5);
  EXPECT_EQ(Next().topic, "");
}

TEST_F(ShadowTest, ReportsWhyAValueWasRefusedAndWhenThatIsOver) {
  ConnectAndSync();
  Delta(R"({"telemetry":{"interval_s":86400}})", 4);
  Published update = Next();
  EXPECT_EQ(Reported(update), R"({"telemetry":{"interval_s":0},)"
                              R"("errors":{"telemetry":{"interval_s":"out of range 0..999"}}})");
  Accept(update, "update/accepted", "{}", 5);
  Delta(R"({"telemetry":{"interval_s":60}})", 6);
  update = Next();
  EXPECT_EQ(Reported(update), R"({"telemetry":{"interval_s":60},)"
                              R"("errors":{"telemetry":{"interval_s":null}}})");
  Accept(update, "update/accepted", "{}", 7);
  Delta(R"({"telemetry":{"interval_s":61}})", 8);
  EXPECT_EQ(Reported(Next()), R"({"telemetry":{"interval_s":61}})");
}

TEST_F(ShadowTest, ForgetsARefusalWhenTheValueIsNoLongerDesired) {
  ConnectAndSync();
  Delta(R"({"led":1000})", 4);
  Accept(Next(), "update/accepted", "{}", 5);
  Delta(R"({"log":{"level":2}})", 6);
  EXPECT_EQ(Reported(Next()), R"({"log":{"level":2},"led":2,"errors":{"led":null}})");
  Delta(R"({"led":1000})", 7);
  client_.OnOffline();
  EXPECT_NE(Reported(Connect("{}", 8)).find(R"("led":null)"), std::string::npos);
}

TEST_F(ShadowTest, DoesNotAnswerItsOwnRefusalForever) {
  ConnectAndSync();
  const std::string refused = R"({"led":"red","colour":{"hue":1}})";
  Delta(refused, 4);
  const Published update = Next();
  EXPECT_EQ(Reported(update),
            R"({"led":2,"errors":{"led":"not an integer","unknown":"colour.hue"}})");
  Accept(update, "update/accepted", "{}", 5);
  settings_.TakeCalls();
  // The service repeats the difference after every accepted update, because it still stands.
  Delta(refused, 5);
  Delta(refused, 5);
  EXPECT_EQ(settings_.TakeCalls(), "");
  EXPECT_EQ(Next().topic, "");
  EXPECT_EQ(versions_.saves, 1) << "no wear either";
  Delta("{}", 6);
  EXPECT_EQ(Reported(Next()), R"({"led":2,"errors":{"led":null,"unknown":null}})");
}

TEST_F(ShadowTest, AnOrderIsCarriedOutOnceAndTakenOutOfTheShadow) {
  settings_.order = 2;
  ConnectAndSync();
  Delta(R"({"led":5})", 4);
  EXPECT_EQ(settings_.TakeCalls(), "led=5");
  const Published taken = Next();
  EXPECT_EQ(Reported(taken), R"({},"desired":{"led":null})");
  Delta(R"({"led":5})", 5);
  EXPECT_EQ(settings_.TakeCalls(), "") << "it is still there because nobody has taken it out yet";
  Accept(taken, "update/accepted", "{}", 6);
  EXPECT_TRUE(shadow_.in_sync());
  Delta(R"({"led":5})", 7);
  EXPECT_EQ(settings_.TakeCalls(), "led=5") << "the same order again";
  Accept(Next(), "update/accepted", "{}", 8);
  Delta(R"({"led":-5})", 9);
  EXPECT_EQ(Reported(Next()), R"({"errors":{"led":"out of range 0..999"}},"desired":{"led":null})");
  client_.OnOffline();
  const std::string all = Reported(Connect());
  EXPECT_EQ(all.find("desired"), std::string::npos) << "none was given on this connection";
}

TEST_F(ShadowTest, TellsKindsOfValuesApart) {
  ConnectAndSync();
  const std::pair<std::string, std::string> values[] = {
      {"-5", "-5"},
      {"true", "true"},
      {"\"info\"", "'info'"},
      {"1.5", "other"},
      {"1e2", "other"},
      {"[1]", "other"},
      {"{\"x\":1}", "other"},
      {"null", "other"},
      {"\"" + std::string(64, 'x') + "\"", "'" + std::string(64, 'x') + "'"},
      {"\"" + std::string(65, 'x') + "\"", "other"},
      {"\"" + std::string(300, 'x') + "\"", "other"},
      {"99999999999999999999", "other"}};
  int version = 2;
  for (const auto& [json, call] : values) {
    Delta("{\"led\":" + json + "}", version++);
    Delta(R"({"led":0})", version++);
    EXPECT_EQ(settings_.TakeCalls(), "led=" + call + " led=0");
  }
}

TEST_F(ShadowTest, IgnoresOnlyStrictlyOlderVersions) {
  ConnectAndSync();
  Delta(R"({"led":1})", 8);
  Delta(R"({"led":2})", 8);
  EXPECT_EQ(settings_.TakeCalls(), "led=1 led=2") << "the same version is not older";
  Delta(R"({"led":3})", 7);
  EXPECT_EQ(settings_.TakeCalls(), "");
  Delta(R"({"led":4})", 100);
  EXPECT_EQ(settings_.TakeCalls(), "led=4") << "steps need not be of one";
}

TEST_F(ShadowTest, KnowsTheVersionFromBeforeTheReset) {
  versions_.version = 20;
  client_.OnReady();
  Delta(R"({"led":3})", 19);
  EXPECT_EQ(settings_.TakeCalls(), "");
  Delta(R"({"led":3})", 20);
  EXPECT_EQ(settings_.TakeCalls(), "led=3");
}

TEST_F(ShadowTest, BelievesTheAnswerToItsOwnQuestionEvenWhenItsVersionIsLower) {
  versions_.version = 500;
  Connect(R"({"delta":{"led":3}})", 2);
  EXPECT_EQ(settings_.TakeCalls(), "led=3");
  EXPECT_EQ(versions_.version, 2);
}

TEST_F(ShadowTest, AnAnswerOlderThanADeltaOfThisConnectionChangesNothing) {
  client_.OnReady();
  const Published get = Next();
  Delta(R"({"led":6})", 6);
  Accept(get, "get/accepted", R"({"delta":{"led":5}})", 5);
  EXPECT_EQ(settings_.TakeCalls(), "led=6");
  EXPECT_EQ(versions_.version, 6);
  EXPECT_NE(Reported(Next()).find(R"("led":6)"), std::string::npos);
}

TEST_F(ShadowTest, IgnoresAnswersToOthers) {
  client_.OnReady();
  const Published get = Next();
  Receive("get/accepted", R"({"state":{"delta":{"led":3}},"version":4,"clientToken":"other"})");
  Receive("get/accepted", R"({"state":{"delta":{"led":3}},"version":4})");
  Receive("get/rejected", R"({"code":404,"message":"m","clientToken":"other"})");
  EXPECT_EQ(settings_.TakeCalls(), "");
  EXPECT_EQ(Next().topic, "");
  Accept(get, "get/accepted");
  const Published update = Next();
  Receive("update/accepted", R"({"state":{},"version":4,"clientToken":"other"})");
  Receive("update/rejected", R"({"code":400,"message":"m","clientToken":"other"})");
  EXPECT_FALSE(shadow_.in_sync());
  Accept(update, "update/accepted");
  EXPECT_TRUE(shadow_.in_sync());
}

TEST_F(ShadowTest, ANewerChangeJoinsTheUpdateThatIsUnderWay) {
  ConnectAndSync();
  Delta(R"({"led":1})", 3);
  const Published first = Next();
  Delta(R"({"led":2,"log":{"level":9}})", 4);
  EXPECT_EQ(Next().topic, "");
  Accept(first, "update/accepted", "{}", 5);
  EXPECT_EQ(Reported(Next()), R"({"log":{"level":9},"led":2})");
}

TEST_F(ShadowTest, ReportsALocalChange) {
  ConnectAndSync();
  settings_.values[1] = 77;
  shadow_.Changed(1);
  EXPECT_EQ(Reported(Next()), R"({"log":{"level":77}})");
}

TEST_F(ShadowTest, ACutOrBrokenMessageChangesNothing) {
  ConnectAndSync();
  const std::string delta = R"({"state":{"led":1,"log":{"level":5}},"version":9})";
  for (std::size_t cut = 0; cut < delta.size(); ++cut) {
    client_.OnMessage({.topic = kPrefix + "update/delta",
                       .offset = 0,
                       .total = delta.size(),
                       .data = AsBytes(StringView(delta).substr(0, cut))});
  }
  client_.OnMessage({.topic = kPrefix + "update/delta",
                     .offset = 5,
                     .total = delta.size(),
                     .data = AsBytes(StringView(delta).substr(5))});
  for (const char* bad : {"", "x", R"({"state":{"led":1},"version":9)", R"([1])", R"("x")",
                          R"({"state":{"led":1},"version":9}})", R"({"state":{"led":1}})",
                          R"({"state":{"led":1},"version":"9"})"}) {
    Receive("update/delta", bad);
  }
  EXPECT_EQ(settings_.TakeCalls(), "");
  EXPECT_EQ(Next().topic, "");
  Receive("update/delta", delta);
  EXPECT_EQ(settings_.TakeCalls(), "log.level=5 led=1");
}

TEST_F(ShadowTest, EverySplitOfADeltaMeansTheSame) {
  ConnectAndSync();
  const std::string delta =
      R"({"version":3,"state":{"telemetry":{"interval_s":30},"led":1,"é":"\u00e9"},)"
      R"("metadata":{"led":{"timestamp":1}},"timestamp":1})";
  for (std::size_t cut = 1; cut <= delta.size(); ++cut) {
    client_.OnOffline();
    client_.OnReady();
    testing::DeliverCut(client_, kPrefix + "update/delta", delta, cut);
    ASSERT_EQ(settings_.TakeCalls(), "telemetry.interval_s=30 led=1") << cut;
  }
}

TEST_F(ShadowTest, SplitsAReportThatDoesNotFit) {
  settings_.padding = std::string(400, 'p');
  Published update = Connect();
  EXPECT_EQ(Reported(update).find("led"), std::string::npos);
  std::string all = Reported(update);
  for (int i = 0; i < 2; ++i) {
    Accept(update, "update/accepted", "{}", 2 + i);
    update = Next();
    all += update.payload;
  }
  for (const char* key : {"\"interval_s\":\"p", "\"level\":\"p", "\"led\":\"p"}) {
    EXPECT_NE(all.find(key), std::string::npos) << key;
  }
  settings_.padding.clear();
}

TEST_F(ShadowTest, StopsWhenASettingCannotBeReportedAtAll) {
  settings_.padding = std::string(2000, 'p');
  EXPECT_EQ(Connect().topic, "");
  EXPECT_EQ(Run(), kNever);
  EXPECT_FALSE(shadow_.in_sync());
}

TEST_F(ShadowTest, TriesAgainWhenNoAnswerComes) {
  client_.OnReady();
  const Published first = Next();
  EXPECT_EQ(Run(), now_ + Exchange::kDeadline);
  Wait(Exchange::kDeadline);
  const Instant retry = Run();
  EXPECT_TRUE(publisher_.sent.empty());
  EXPECT_GE(retry, now_ + Seconds{1});
  EXPECT_LE(retry, now_ + Seconds{2});
  now_ = retry;
  const Published second = Next();
  EXPECT_EQ(second.topic, first.topic);
  EXPECT_NE(second.token(), first.token());
  Accept(first, "get/accepted", R"({"delta":{"led":1}})");
  EXPECT_EQ(settings_.TakeCalls(), "") << "too late";
  Accept(second, "get/accepted");
  EXPECT_EQ(Next().topic, kPrefix + "update");
}

TEST_F(ShadowTest, TriesAgainWhenPublishingFails) {
  publisher_.failure = Code::kResourceExhausted;
  client_.OnReady();
  Run();
  publisher_.failure = OkStatus();
  EXPECT_EQ(Next().topic, "");
  now_ = Run();
  EXPECT_EQ(Next().topic, kPrefix + "get");
}

struct Rejection {
  int code;
  enum Then { kAgain, kAsk, kStop, kReport } on_get, on_update;
};

class ShadowRejection : public ShadowTest, public ::testing::WithParamInterface<Rejection> {
 protected:
  void Check(Rejection::Then then, const std::string& request) {
    const Instant wake = Run();
    if (then == Rejection::kStop) {
      EXPECT_EQ(wake, kNever);
      EXPECT_EQ(shadow_.stopped_by(), GetParam().code);
      Delta(R"({"led":9})", 50);
      EXPECT_EQ(settings_.values[2], 9) << "settings still follow the shadow";
      EXPECT_EQ(Next().topic, "");
      client_.OnOffline();
      client_.OnReady();
      EXPECT_EQ(Next().topic, kPrefix + "get") << "until the next connection";
      EXPECT_EQ(shadow_.stopped_by(), 0);
      return;
    }
    if (then != Rejection::kReport) {
      EXPECT_TRUE(publisher_.sent.empty()) << "not at once";
      ASSERT_LE(wake, now_ + Seconds{2});
      now_ = wake;
      Run();
    }
    EXPECT_EQ(publisher_.Take().topic, kPrefix + request);
  }
};

TEST_P(ShadowRejection, OfTheQuestion) {
  client_.OnReady();
  Reject(Next(), "get/rejected", GetParam().code);
  Check(GetParam().on_get, GetParam().on_get == Rejection::kReport ? "update" : "get");
}

TEST_P(ShadowRejection, OfAReport) {
  Reject(Connect(), "update/rejected", GetParam().code);
  Check(GetParam().on_update, GetParam().on_update == Rejection::kAsk ? "get" : "update");
}

INSTANTIATE_TEST_SUITE_P(Codes, ShadowRejection,
                         ::testing::Values(Rejection{400, Rejection::kStop, Rejection::kStop},
                                           Rejection{401, Rejection::kStop, Rejection::kStop},
                                           Rejection{403, Rejection::kStop, Rejection::kStop},
                                           Rejection{404, Rejection::kReport, Rejection::kStop},
                                           Rejection{409, Rejection::kAsk, Rejection::kAsk},
                                           Rejection{413, Rejection::kStop, Rejection::kStop},
                                           Rejection{415, Rejection::kStop, Rejection::kStop},
                                           Rejection{429, Rejection::kAgain, Rejection::kAgain},
                                           Rejection{500, Rejection::kAgain, Rejection::kAgain},
                                           Rejection{503, Rejection::kAgain, Rejection::kAgain}),
                         [](const auto& tested) { return std::to_string(tested.param.code); });

TEST_F(ShadowTest, ARefusalWithoutATokenIsOnlyAReasonToTryAgain) {
  const Published update = Connect();
  Receive("update/rejected", R"({"code":400,"message":"Invalid JSON"})");
  EXPECT_EQ(shadow_.stopped_by(), 0);
  now_ = Run();
  const Published again = Next();
  EXPECT_EQ(Reported(again), Reported(update));
}

TEST_F(ShadowTest, WaitsLongerEachTimeAndShortAgainAfterSuccess) {
  client_.OnReady();
  Milliseconds last{0};
  for (int i = 0; i < 10; ++i) {
    Reject(Next(), "get/rejected", 500);
    const Milliseconds delay = Run() - now_;
    EXPECT_GE(delay, last);
    EXPECT_LE(delay, Seconds{120});
    last = delay;
    now_ += delay;
  }
  EXPECT_GT(last, Seconds{100});
  Accept(Next(), "get/accepted");
  Reject(Next(), "update/rejected", 500);
  EXPECT_LE(Run() - now_, Seconds{2});
}

}  // namespace
}  // namespace linnet::aws
