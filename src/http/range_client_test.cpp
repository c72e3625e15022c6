// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "http/range_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "base/view.hpp"
#include "http/testing/fake_server.hpp"

namespace linnet::http {
namespace {

using testing::FakeServer;

class Collector final : public BodySink {
 public:
  Status OnBody(std::uint32_t offset, Bytes data) override {
    if (data.empty() || offset != start + body.size()) {
      ADD_FAILURE() << "a gap at " << offset;
    }
    if (body.size() + data.size() > room) {
      return Code::kResourceExhausted;
    }
    body += AsText(data);
    return OkStatus();
  }
  std::string body;
  std::uint32_t start = 0;
  std::size_t room = SIZE_MAX;
};

class RangeClientTest : public ::testing::Test {
 public:
  RangeClientTest() {
    for (int i = 0; i < 100; ++i) {
      server.file += "line " + std::to_string(i) + ";";
    }
  }

  Outcome Get(std::uint32_t offset, std::uint32_t length, StringView etag = {}) {
    sink.body.clear();
    sink.start = offset;
    EXPECT_TRUE(client
                    .Start({.host = "files.example",
                            .port = 8443,
                            .target = "/fw/app.bin?sig=1%2F2",
                            .offset = offset,
                            .length = length,
                            .etag = etag},
                           sink)
                    .ok());
    return Finish();
  }

  Outcome Finish(Milliseconds patience = Seconds(100)) {
    const Instant end = now + patience;
    while (client.busy() && now < end) {
      const Instant next = client.Run(now);
      server.Step();
      now = client.busy() ? std::max(now, std::min(next, end)) : now;
    }
    return client.outcome();
  }

  Outcome GetAnswer(const std::string& answer, std::uint32_t length = 10) {
    server.answer = answer;
    return Get(0, length);
  }

  net::testing::ScriptedStream stream;
  FakeServer server{stream};
  Collector sink;
  RangeClientBuffer<300, 64> client{stream, Timeouts{}};
  Instant now{};
};

TEST_F(RangeClientTest, AsksForOneRangeOfOneFile) {
  EXPECT_EQ(Get(10, 25, "\"v1\""), Outcome::kComplete);
  EXPECT_TRUE(client.status().ok());
  EXPECT_EQ(sink.body, server.file.substr(10, 25));
  ASSERT_EQ(server.requests.size(), 1U);
  EXPECT_EQ(server.requests[0],
            "GET /fw/app.bin?sig=1%2F2 HTTP/1.1\r\nHost: files.example:8443\r\n"
            "Range: bytes=10-34\r\nIf-Range: \"v1\"\r\nUser-Agent: linnet\r\n"
            "Accept-Encoding: identity\r\n");
  EXPECT_EQ(client.response().status, 206);
  EXPECT_EQ(client.response().file_size, server.file.size());
  EXPECT_EQ(client.response().etag, "\"v1\"");
}

TEST_F(RangeClientTest, AsksForAWholeFileWithoutARange) {
  EXPECT_EQ(Get(0, 0, "\"v1\""), Outcome::kComplete);
  EXPECT_EQ(sink.body, server.file);
  EXPECT_EQ(FakeServer::Field(server.requests[0], "Range"), "");
  EXPECT_EQ(FakeServer::Field(server.requests[0], "If-Range"), "");
}

TEST_F(RangeClientTest, KeepsTheConnectionForTheNextRange) {
  for (std::uint32_t at = 0; at < 100; at += 20) {
    EXPECT_EQ(Get(at, 20), Outcome::kComplete);
    EXPECT_EQ(sink.body, server.file.substr(at, 20));
  }
  EXPECT_EQ(stream.opens, 1);
}

TEST_F(RangeClientTest, OpensAgainWhenTheServerSaidClose) {
  server.close_after = true;
  EXPECT_EQ(Get(0, 20), Outcome::kComplete);
  EXPECT_EQ(Get(20, 20), Outcome::kComplete);
  EXPECT_EQ(stream.opens, 2);
}

TEST_F(RangeClientTest, OpensAgainOnceWhenAKeptConnectionHasGone) {
  server.end_silently = true;
  EXPECT_EQ(Get(0, 20), Outcome::kComplete);
  EXPECT_EQ(Get(20, 20), Outcome::kComplete);
  EXPECT_EQ(sink.body, server.file.substr(20, 20));
  EXPECT_EQ(stream.opens, 2);
  stream.Break(Code::kUnavailable);
  EXPECT_EQ(Get(40, 20), Outcome::kComplete);
  EXPECT_EQ(stream.opens, 3);
}

TEST_F(RangeClientTest, DoesNotReuseAConnectionToAnotherHost) {
  EXPECT_EQ(Get(0, 20), Outcome::kComplete);
  sink.body.clear();
  sink.start = 0;
  ASSERT_TRUE(client.Start({.host = "other.example", .target = "/", .length = 5}, sink).ok());
  EXPECT_EQ(Finish(), Outcome::kComplete);
  EXPECT_THAT(stream.hosts, ::testing::ElementsAre("files.example", "other.example"));
  EXPECT_EQ(FakeServer::Field(server.requests[1], "Host"), "other.example");
}

TEST_F(RangeClientTest, TakesLessThanItAskedFor) {
  server.at_most = 7;
  EXPECT_EQ(Get(5, 20), Outcome::kComplete);
  EXPECT_EQ(sink.body, server.file.substr(5, 7));
}

TEST_F(RangeClientTest, NoticesAServerThatIgnoresTheRange) {
  server.ignore_range = true;
  EXPECT_EQ(Get(10, 20), Outcome::kRangeIgnored);
  EXPECT_EQ(sink.body, "");
  EXPECT_EQ(Get(10, 20, "\"v1\""), Outcome::kRangeIgnored);
}

TEST_F(RangeClientTest, NoticesThatTheFileIsAnotherOne) {
  server.etag = "\"v2\"";
  EXPECT_EQ(Get(10, 20, "\"v1\""), Outcome::kChanged);
  EXPECT_EQ(client.status().code(), Code::kMismatch);
  EXPECT_EQ(client.response().etag, "\"v2\"");
  EXPECT_EQ(sink.body, "");
}

TEST_F(RangeClientTest, NoticesAServerThatIgnoresTheCondition) {
  server.answer =
      "HTTP/1.1 206 P\r\nContent-Range: bytes 10-12/99\r\nETag: \"v2\"\r\nContent-Length: "
      "3\r\n\r\nabc";
  EXPECT_EQ(Get(10, 20, "\"v1\""), Outcome::kChanged);
  EXPECT_EQ(sink.body, "");
}

TEST_F(RangeClientTest, ReportsARedirect) {
  const std::string url = "https://elsewhere.example/" + std::string(200, 'x') + "?a=b";
  EXPECT_EQ(GetAnswer("HTTP/1.1 302 Found\r\nLocation: " + url + "\r\nContent-Length: 0\r\n\r\n"),
            Outcome::kRedirected);
  EXPECT_EQ(client.response().location, url);
  EXPECT_EQ(GetAnswer("HTTP/1.1 302 Found\r\nLocation: " + std::string(300, 'x') + "\r\n\r\n"),
            Outcome::kFailed);
  EXPECT_EQ(client.status().code(), Code::kTooLarge);
}

TEST_F(RangeClientTest, SortsRefusals) {
  for (const auto& [status, code] : {std::pair{403, Code::kPermissionDenied},
                                     {401, Code::kPermissionDenied},
                                     {404, Code::kNotFound},
                                     {410, Code::kNotFound},
                                     {416, Code::kOutOfRange},
                                     {503, Code::kUnavailable},
                                     {429, Code::kUnavailable},
                                     {418, Code::kUnsupported},
                                     {304, Code::kUnsupported},
                                     {302, Code::kUnsupported}}) {
    EXPECT_EQ(GetAnswer("HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Length: 2\r\n\r\nxx"),
              Outcome::kRefused)
        << status;
    EXPECT_EQ(client.status().code(), code) << status;
    EXPECT_EQ(sink.body, "");
  }
}

TEST_F(RangeClientTest, UnderstandsChunks) {
  server.chunked = true;
  EXPECT_EQ(Get(3, 200), Outcome::kComplete);
  EXPECT_EQ(sink.body, server.file.substr(3, 200));
  EXPECT_EQ(Get(203, 30), Outcome::kComplete);
  EXPECT_EQ(stream.opens, 1);
}

TEST_F(RangeClientTest, TakesABodyWithoutLengthUntilTheEnd) {
  server.answer = "HTTP/1.0 200 OK\n\nabc";
  sink.start = 0;
  ASSERT_TRUE(client.Start({.host = "h", .target = "/"}, sink).ok());
  Finish(Milliseconds(100));
  stream.EndByPeer();
  EXPECT_EQ(Finish(), Outcome::kComplete);
  EXPECT_EQ(sink.body, "abc");
}

TEST_F(RangeClientTest, SkipsInterimAnswersAndLongFieldsThatDoNotMatter) {
  EXPECT_EQ(GetAnswer("HTTP/1.1 100 Continue\r\nx: y\r\n\r\nHTTP/1.1 206 P\r\nx-long: " +
                      std::string(5000, 'l') +
                      "\r\ncontent-RANGE: bytes 0-2/9\r\nContent-Length:3\r\n\r\nabc"),
            Outcome::kComplete);
  EXPECT_EQ(sink.body, "abc");
}

struct Bad {
  const char* name;
  std::string answer;
  Code code = Code::kMalformed;
};

class BadAnswerTest : public RangeClientTest, public ::testing::WithParamInterface<Bad> {};

TEST_P(BadAnswerTest, Fails) {
  EXPECT_EQ(GetAnswer(GetParam().answer), Outcome::kFailed);
  EXPECT_EQ(client.status().code(), GetParam().code);
  EXPECT_EQ(stream.state(), net::Stream::State::kClosed);
}

const std::string kOk = "HTTP/1.1 206 P\r\n";
const std::string kRange = "Content-Range: bytes 0-9/99\r\n";

INSTANTIATE_TEST_SUITE_P(
    All, BadAnswerTest,
    ::testing::Values(
        Bad{"NotHttp", "SSH-2.0-x\r\n\r\n"}, Bad{"Http2", "HTTP/2 200\r\n\r\n", Code::kUnsupported},
        Bad{"StatusLetters", "HTTP/1.1 2x0 OK\r\n\r\n"}, Bad{"StatusShort", "HTTP/1.1 20\r\n\r\n"},
        Bad{"StatusHigh", "HTTP/1.1 999 OK\r\n\r\n"}, Bad{"NoColon", kOk + "nonsense\r\n\r\n"},
        Bad{"NoName", kOk + ": x\r\n\r\n"}, Bad{"BlankInName", kOk + "a b: x\r\n\r\n"},
        Bad{"Folded", kOk + "a: x\r\n b\r\n\r\n"}, Bad{"ReturnAlone", kOk + "a: x\rb\r\n\r\n"},
        Bad{"NulByte", kOk + std::string("a: \0\r\n\r\n", 8)},
        Bad{"TwoLengths", kOk + kRange + "Content-Length: 10\r\nContent-Length: 11\r\n\r\n"},
        Bad{"LengthAndChunks",
            kOk + kRange + "Content-Length: 10\r\nTransfer-Encoding: chunked\r\n\r\n"},
        Bad{"LengthNegative", kOk + "Content-Length: -1\r\n\r\n"},
        Bad{"LengthSigned", kOk + "Content-Length: +1\r\n\r\n"},
        Bad{"LengthHuge", kOk + "Content-Length: 4294967296\r\n\r\n", Code::kUnsupported},
        Bad{"LengthNotRange", kOk + kRange + "Content-Length: 9\r\n\r\n"},
        Bad{"RangeMissing", kOk + "Content-Length: 10\r\n\r\n"},
        Bad{"RangeElsewhere", kOk + "Content-Range: bytes 1-9/99\r\n\r\n"},
        Bad{"RangeTooLong", kOk + "Content-Range: bytes 0-10/99\r\n\r\n"},
        Bad{"RangeBackwards", kOk + "Content-Range: bytes 5-4/99\r\n\r\n"},
        Bad{"RangeBeyondFile", kOk + "Content-Range: bytes 0-9/9\r\n\r\n"},
        Bad{"RangeUnit", kOk + "Content-Range: lines 0-9/99\r\n\r\n", Code::kUnsupported},
        Bad{"Gzip", kOk + kRange + "Content-Encoding: gzip\r\n\r\n", Code::kUnsupported},
        Bad{"Deflate", kOk + kRange + "Transfer-Encoding: gzip, chunked\r\n\r\n",
            Code::kUnsupported},
        Bad{"ChunkLetters", kOk + kRange + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n"},
        Bad{"ChunkHuge", kOk + kRange + "Transfer-Encoding: chunked\r\n\r\n100000000\r\n",
            Code::kUnsupported},
        Bad{"ChunkWithoutEnd", kOk + kRange + "Transfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n"},
        Bad{"ChunksTooLong",
            kOk + kRange + "Transfer-Encoding: chunked\r\n\r\nB\r\n01234567890\r\n"},
        Bad{"ChunksTooShort",
            kOk + kRange + "Transfer-Encoding: chunked\r\n\r\n9\r\n012345678\r\n0\r\n\r\n"},
        Bad{"HeadTooLarge",
            kOk + std::string(3000, 'x').replace(1, 1, ":") + "\r\n" + std::string(17000, 'y') +
                ":\r\n\r\n",
            Code::kTooLarge},
        Bad{"EtagTooLong", kOk + "ETag: " + std::string(129, 'e') + "\r\n\r\n", Code::kTooLarge}),
    [](const auto& test) { return std::string(test.param.name); });

TEST_F(RangeClientTest, FailsWhenTheStreamEndsInTheBody) {
  server.answer = kOk + kRange + "Content-Length: 10\r\n\r\n01234";
  ASSERT_TRUE(client.Start({.host = "h", .target = "/", .length = 10}, sink).ok());
  Finish(Milliseconds(100));
  stream.EndByPeer();
  EXPECT_EQ(Finish(), Outcome::kFailed);
  EXPECT_EQ(client.status().code(), Code::kUnavailable);
  EXPECT_EQ(sink.body, "01234");
}

TEST_F(RangeClientTest, HasDeadlinesForEverything) {
  const auto expect_timeout = [&](Milliseconds within) {
    const Instant begin = now;
    ASSERT_TRUE(client.Start({.host = "h", .target = "/", .length = 10}, sink).ok());
    EXPECT_EQ(Finish(), Outcome::kFailed);
    EXPECT_EQ(client.status().code(), Code::kDeadlineExceeded);
    EXPECT_GE(now - begin, within - Seconds(1));
    EXPECT_LE(now - begin, within + Seconds(1));
    EXPECT_EQ(stream.state(), net::Stream::State::kClosed);
  };
  stream.polls_until_open = 1 << 30;
  expect_timeout(Seconds(60));
  stream.polls_until_open = 1;
  stream.blocked = true;
  expect_timeout(Seconds(30));
  stream.blocked = false;
  server.answer = "HTTP/1.1 206";
  expect_timeout(Seconds(30));
  server.answer = kOk + kRange + "\r\n0123";
  expect_timeout(Seconds(30));
}

TEST_F(RangeClientTest, PassesOnWhatTheStreamAndTheSinkSay) {
  stream.open_failure = Code::kUnauthenticated;
  EXPECT_EQ(Get(0, 10), Outcome::kFailed);
  EXPECT_EQ(client.status().code(), Code::kUnauthenticated);
  stream.open_failure = OkStatus();
  sink.room = 15;
  EXPECT_EQ(Get(0, 20), Outcome::kFailed);
  EXPECT_EQ(client.status().code(), Code::kResourceExhausted);
}

TEST_F(RangeClientTest, RefusesRequestsThatCannotBe) {
  const auto start = [&](const Request& request) { return client.Start(request, sink).code(); };
  EXPECT_EQ(start({.host = "", .target = "/"}), Code::kInvalidArgument);
  EXPECT_EQ(start({.host = "h", .target = "x"}), Code::kInvalidArgument);
  EXPECT_EQ(start({.host = "h", .target = "/a b"}), Code::kInvalidArgument);
  EXPECT_EQ(start({.host = "h", .target = "/\r\nX: y"}), Code::kInvalidArgument);
  EXPECT_EQ(start({.host = "h\r\n", .target = "/"}), Code::kInvalidArgument);
  EXPECT_EQ(start({.host = "h", .target = "/", .length = 1, .etag = "\"\n\""}),
            Code::kInvalidArgument);
  EXPECT_EQ(start({.host = "h", .target = "/", .offset = 5}), Code::kInvalidArgument);
  const std::string longest = "/" + std::string(2559, 'x');
  EXPECT_EQ(start({.host = "h", .target = longest + "x"}), Code::kTooLarge);
  EXPECT_EQ(start({.host = "h", .target = longest}), Code::kOk);
  EXPECT_EQ(start({.host = "h", .target = "/"}), Code::kFailedPrecondition);
  client.Cancel();
  EXPECT_EQ(client.status().code(), Code::kCancelled);
}

// Two ranges on one connection, then a redirect: whatever the pieces, the same happens.
std::string Tell(bool chunked, const std::function<void(net::testing::ScriptedStream&)>& cut) {
  net::testing::ScriptedStream stream;
  cut(stream);
  FakeServer server(stream);
  server.file = std::string(40, 'a') + std::string(60, 'b');
  server.chunked = chunked;
  RangeClientBuffer<300, 64> client(stream, Timeouts{});
  std::string story;
  Instant now{};
  for (int i = 0; i < 3; ++i) {
    Collector sink;
    sink.start = static_cast<std::uint32_t>(i) * 50;
    if (i == 2) {
      server.answer = "HTTP/1.1 307 T\r\nLocation: /there\r\n\r\n";
    }
    EXPECT_TRUE(
        client
            .Start(
                {.host = "h", .target = "/t", .offset = sink.start, .length = 50, .etag = "\"v1\""},
                sink)
            .ok());
    while (client.busy()) {
      const Instant next = client.Run(now);
      server.Step();
      now = client.busy() ? std::max(now, next) : now;
    }
    story += std::string(ToString(client.outcome())) + " " + sink.body + " " +
             std::string(client.response().location) + " " + std::string(client.response().etag) +
             "\n";
  }
  return story + std::to_string(stream.opens) + "\n" + std::to_string(server.requests.size());
}

TEST(Split, GivesTheSameWhereverTheBytesAreCut) {
  for (const bool chunked : {false, true}) {
    const std::string whole = Tell(chunked, [](auto&) {});
    EXPECT_EQ(whole, "complete " + std::string(40, 'a') + std::string(10, 'b') +
                         "  \"v1\"\ncomplete " + std::string(50, 'b') +
                         "  \"v1\"\nredirected  /there \n1\n3");
    for (const std::size_t size : {1, 2, 3, 5}) {
      for (const bool stutter : {false, true}) {
        EXPECT_EQ(whole, Tell(chunked, [&](auto& stream) {
                    stream.read_limit = stream.write_limit = size;
                    stream.stutter = stutter;
                  }));
      }
    }
    for (std::size_t at = 1; at < 600; ++at) {
      EXPECT_EQ(whole, Tell(chunked, [&](auto& stream) { stream.read_breaks = {at}; })) << at;
      EXPECT_EQ(whole, Tell(chunked, [&](auto& stream) { stream.write_breaks = {at}; })) << at;
    }
  }
}

}  // namespace
}  // namespace linnet::http
