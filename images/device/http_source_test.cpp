// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "images/device/http_source.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/view.hpp"
#include "http/testing/fake_server.hpp"

namespace linnet::device {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class Sink final : public update::ByteSink {
 public:
  Status OnBytes(std::uint32_t offset, Bytes data) override {
    EXPECT_EQ(offset, start + body.size());
    body += AsText(data);
    return result;
  }
  std::string body;
  std::uint32_t start = 0;
  Status result;
};

class HttpSourceTest : public ::testing::Test {
 public:
  HttpSourceTest() {
    for (int i = 0; i < 100; ++i) {
      server.file += "line " + std::to_string(i) + ";";
    }
  }

  Status Fetch(std::uint32_t offset, std::uint32_t length, StringView validator = {}) {
    sink.body.clear();
    sink.start = offset;
    const Status begun = source.Fetch(offset, length, validator, sink);
    Status status = begun.ok() ? Status(Code::kPending) : begun;
    for (int i = 0; i < 1000 && status == Code::kPending; ++i) {
      now = std::max(now, std::min(client.Run(now), now + Seconds(1)));
      Serve();
      status = source.Poll(now);
    }
    return status;
  }

  /// The next of the answers that are to come instead of the file.
  void Serve() {
    if (!server.answer && !answers.empty()) {
      server.answer = answers.front();
      answers.erase(answers.begin());
    }
    server.Step();
  }

  static std::string Redirect(const std::string& to) {
    return "HTTP/1.1 302 Found\r\nLocation: " + to + "\r\nContent-Length: 0\r\n\r\n";
  }
  static std::string Answer(const std::string& status) {
    return "HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n";
  }
  [[nodiscard]] std::string Target(std::size_t request) const {
    const std::string& text = server.requests.at(request);
    return text.substr(4, text.find(" HTTP/") - 4);
  }

  net::testing::ScriptedStream stream;
  http::testing::FakeServer server{stream};
  std::vector<std::string> answers;
  http::RangeClientBuffer<3000, 64> client{stream, http::Timeouts{}};
  HttpSource source{client};
  Sink sink;
  Instant now{};
};

TEST_F(HttpSourceTest, DeliversARangeWithSizeAndValidator) {
  ASSERT_TRUE(source.SetLocation("https://files.example:8443/fw/a.bin?sig=1").ok());
  EXPECT_TRUE(Fetch(10, 25).ok());
  EXPECT_EQ(sink.body, server.file.substr(10, 25));
  EXPECT_EQ(source.file_size(), server.file.size());
  EXPECT_EQ(source.validator(), "\"v1\"");
  EXPECT_EQ(source.bytes_received(), 25U);
  EXPECT_EQ(Target(0), "/fw/a.bin?sig=1");
  EXPECT_THAT(stream.hosts, ElementsAre("files.example"));
}

TEST_F(HttpSourceTest, TakesHttpsAlone) {
  EXPECT_EQ(source.SetLocation("http://files.example/a").code(), Code::kPermissionDenied);
  EXPECT_FALSE(source.SetLocation("files.example/a").ok());
  EXPECT_FALSE(source.SetLocation("").ok());
}

TEST_F(HttpSourceTest, TakesAUrlOf2560BytesAndNotOneMore) {
  const std::string begin = "https://files.example/";
  const std::string path(2560 - begin.size(), 'p');
  const std::string url = begin + path;
  ASSERT_TRUE(source.SetLocation(url).ok());
  EXPECT_TRUE(Fetch(0, 10).ok());
  EXPECT_EQ(Target(0), "/" + path);
  EXPECT_EQ(source.SetLocation(url + "p").code(), Code::kTooLarge);
}

TEST_F(HttpSourceTest, FollowsRedirectsAlsoRelativeOnes) {
  ASSERT_TRUE(source.SetLocation("https://files.example:8443/fw/a").ok());
  answers = {Redirect("/other/b?x=1"), Redirect("https://mirror.example/c"),
             Redirect("/" + std::string(300, 'd'))};
  EXPECT_TRUE(Fetch(0, 10).ok());
  EXPECT_EQ(sink.body, server.file.substr(0, 10));
  EXPECT_EQ(Target(1), "/other/b?x=1");
  EXPECT_THAT(server.requests[1], HasSubstr("Host: files.example:8443\r\n"));
  EXPECT_THAT(server.requests[2], HasSubstr("Host: mirror.example\r\n"));
  EXPECT_EQ(Target(3), "/" + std::string(300, 'd'));
  EXPECT_THAT(server.requests[3], HasSubstr("Host: mirror.example\r\n"));
  // The next range begins at the location that the job named.
  EXPECT_TRUE(Fetch(10, 10).ok());
  EXPECT_EQ(Target(4), "/fw/a");
}

TEST_F(HttpSourceTest, RedirectsAreBounded) {
  ASSERT_TRUE(source.SetLocation("https://files.example/a").ok());
  answers.assign(20, Redirect("/a"));
  EXPECT_EQ(Fetch(0, 10).code(), Code::kUnavailable);
  EXPECT_EQ(server.requests.size(), 1U + http::RangeClient::kMaxRedirects);
}

TEST_F(HttpSourceTest, ARedirectAwayFromHttpsIsFinal) {
  ASSERT_TRUE(source.SetLocation("https://files.example/a").ok());
  answers = {Redirect("http://files.example/a")};
  EXPECT_EQ(Fetch(0, 10).code(), Code::kUnsupported);
}

TEST_F(HttpSourceTest, SortsWhatTheServerSays) {
  ASSERT_TRUE(source.SetLocation("https://files.example/a").ok());
  const auto status = [this](const std::string& answer) {
    answers = {Answer(answer)};
    return Fetch(0, 10).code();
  };
  EXPECT_EQ(status("403 Forbidden"), Code::kPermissionDenied);
  EXPECT_EQ(status("404 Not Found"), Code::kNotFound);
  EXPECT_EQ(status("416 Range Not Satisfiable"), Code::kOutOfRange);
  EXPECT_EQ(status("503 Service Unavailable"), Code::kUnavailable);
  EXPECT_EQ(Fetch(100000, 10).code(), Code::kOutOfRange);
}

TEST_F(HttpSourceTest, NoticesAServerWithoutRangesAndAnotherFile) {
  ASSERT_TRUE(source.SetLocation("https://files.example/a").ok());
  ASSERT_TRUE(Fetch(0, 10).ok());
  server.etag = "\"v2\"";
  EXPECT_EQ(Fetch(10, 10, "\"v1\"").code(), Code::kMismatch);
  EXPECT_EQ(sink.body, "") << "nothing of the other file was taken";
  server.ignore_range = true;
  EXPECT_EQ(Fetch(10, 10).code(), Code::kUnsupported);
}

TEST_F(HttpSourceTest, ASinkThatRefusesEndsIt) {
  ASSERT_TRUE(source.SetLocation("https://files.example/a").ok());
  sink.result = Code::kDataLoss;
  EXPECT_EQ(Fetch(0, 10).code(), Code::kDataLoss);
  sink.result = OkStatus();
  EXPECT_TRUE(Fetch(0, 10).ok());
}

TEST_F(HttpSourceTest, ABrokenConnectionMayBeTriedAgain) {
  ASSERT_TRUE(source.SetLocation("https://files.example/a").ok());
  stream.open_failure = Code::kUnavailable;
  EXPECT_EQ(Fetch(0, 10).code(), Code::kUnavailable);
  stream.open_failure = OkStatus();
  EXPECT_TRUE(Fetch(0, 10).ok());
}

TEST_F(HttpSourceTest, CancelledItSaysSo) {
  ASSERT_TRUE(source.SetLocation("https://files.example/a").ok());
  ASSERT_TRUE(source.Fetch(0, 10, {}, sink).ok());
  EXPECT_EQ(source.Fetch(0, 10, {}, sink).code(), Code::kFailedPrecondition);
  source.Cancel();
  EXPECT_EQ(source.Poll(now).code(), Code::kCancelled);
  source.Cancel();
}

}  // namespace
}  // namespace linnet::device
