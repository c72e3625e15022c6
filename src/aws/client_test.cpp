// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "aws/client.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "aws/testing/fake_cloud.hpp"
#include "base/view.hpp"

namespace linnet::aws {
namespace {

// Takes the topics that begin with its name, writes down what it hears, and sends what it is told.
class Recorder final : public Machine {
 public:
  explicit Recorder(std::string name) : name_(std::move(name)) {}

  void OnReady() override { heard += "ready;"; }
  void OnOffline() override { heard += "offline;"; }
  Status OnTopic(StringView topic) override {
    if (!topic.starts_with(name_)) {
      return Code::kNotFound;
    }
    heard.append(topic).append(":");
    return OkStatus();
  }
  Status OnValue(StringView path, const json::Event& event) override {
    if (event.kind == json::Kind::kNumber) {
      heard.append(path).append("=").append(event.text).append(",");
    }
    return OkStatus();
  }
  void OnEnd(Status status) override { heard.append(ToString(status.code())).append(";"); }
  Status Next(Instant /*now*/, Request& out) override {
    if (to_send.empty()) {
      return Code::kPending;
    }
    IgnoreStatus(out.topic.Assign(name_));
    std::copy(to_send.begin(), to_send.end(), out.buffer.begin());
    out.payload = {out.buffer.data(), to_send.size()};
    to_send.clear();
    return OkStatus();
  }
  void OnUnsent() override { heard += "unsent;"; }
  [[nodiscard]] Instant wake() const override { return wake_at; }

  std::string Take() { return std::exchange(heard, {}); }

  std::string heard;
  std::string to_send;
  Instant wake_at = kNever;

 private:
  std::string name_;
};

class ClientTest : public ::testing::Test {
 protected:
  void Part(StringView topic, std::size_t offset, std::size_t total, StringView data) {
    client_.OnMessage({.topic = topic, .offset = offset, .total = total, .data = AsBytes(data)});
  }

  Recorder a_{"a"};
  Recorder b_{"b"};
  testing::FakePublisher publisher_;
  std::array<Machine*, 2> machines_{&a_, &b_};
  Client client_{publisher_, machines_};
};

TEST_F(ClientTest, GivesEachMessageToTheMachineThatWantsIt) {
  testing::Deliver(client_, "b/1", R"({"x":1})", 2);
  testing::Deliver(client_, "a/1", R"({"x":2})", 100);
  testing::Deliver(client_, "c", R"({"x":3})", 3);
  EXPECT_EQ(a_.Take(), "a/1:x=2,Ok;");
  EXPECT_EQ(b_.Take(), "b/1:x=1,Ok;");
}

TEST_F(ClientTest, SaysHowAMessageEnded) {
  testing::Deliver(client_, "a", "", 1);
  testing::Deliver(client_, "a", "{", 1);
  testing::Deliver(client_, "a", "{]}", 1);
  testing::Deliver(client_, "a", std::string(40, '['), 1);
  EXPECT_EQ(a_.Take(), "a:Malformed;a:Malformed;a:Malformed;a:TooLarge;");
}

TEST_F(ClientTest, EndsAMessageOfWhichAPartIsMissing) {
  Part("a", 0, 7, R"({"x")");
  Part("a", 5, 7, "1}");
  EXPECT_EQ(a_.Take(), "a:Cancelled;");
  Part("a", 6, 7, "}");
  EXPECT_EQ(a_.Take(), "") << "the rest of it is skipped";
  Part("a", 0, 7, R"({"x":1})");
  EXPECT_EQ(a_.Take(), "a:x=1,Ok;");
}

TEST_F(ClientTest, EndsAMessageThatAnotherOneInterrupts) {
  Part("a", 0, 7, R"({"x")");
  Part("b", 0, 1, "5");
  Part("a", 4, 7, ":1}");
  EXPECT_EQ(a_.Take(), "a:Cancelled;");
  EXPECT_EQ(b_.Take(), "b:=5,Ok;");
  Part("a", 0, 7, R"({"x")");
  Part("c", 0, 1, "5");
  EXPECT_EQ(a_.Take(), "a:Cancelled;");
}

TEST_F(ClientTest, AMessageDoesNotOutliveItsConnection) {
  Part("a", 0, 7, R"({"x")");
  client_.OnOffline();
  client_.OnReady();
  Part("a", 4, 7, ":1}");
  EXPECT_EQ(a_.Take(), "a:offline;ready;");
}

TEST_F(ClientTest, PublishesWhatMachinesWantAndTellsWhenItCannot) {
  const Instant now{Milliseconds{5}};
  a_.to_send = "1";
  b_.to_send = "2";
  b_.wake_at = now + Seconds{3};
  EXPECT_EQ(client_.Run(now), now + Seconds{3});
  EXPECT_EQ(publisher_.Take().payload, "1");
  EXPECT_EQ(publisher_.Take().payload, "2");
  publisher_.failure = Code::kUnavailable;
  a_.to_send = "1";
  a_.wake_at = Instant::min();
  EXPECT_EQ(client_.Run(now), now);
  EXPECT_EQ(a_.Take(), "unsent;");
  EXPECT_EQ(b_.Take(), "");
}

}  // namespace
}  // namespace linnet::aws
