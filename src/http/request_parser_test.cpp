// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "http/request_parser.hpp"

#include <gmock/gmock.h>

#include <string>

#include "base/view.hpp"

namespace linnet::http {
namespace {

class RequestParserTest : public ::testing::Test {
 protected:
  Code Read(StringView text) {
    parser_.Reset();
    Bytes input = AsBytes(text);
    const Status status = parser_.Next(input);
    left_ = AsText(input);
    return status.code();
  }
  const IncomingRequest& request() { return parser_.request(); }

  static constexpr std::size_t kBody = 100;
  std::array<std::byte, RequestParser::kTexts + kBody> memory_{};
  RequestParser parser_{memory_};
  std::string left_;
};

TEST_F(RequestParserTest, ReadsAGetWithEverythingThatMatters) {
  EXPECT_EQ(Read("GET /prov/networks?a=1 HTTP/1.1\r\nHost: 192.168.0.1\r\nAccept: x\r\n\r\nGET"),
            Code::kOk);
  EXPECT_EQ(request().method, Method::kGet);
  EXPECT_EQ(request().target, "/prov/networks?a=1");
  EXPECT_EQ(request().host, "192.168.0.1");
  EXPECT_TRUE(request().keep_alive);
  EXPECT_EQ(left_, "GET");
}

TEST_F(RequestParserTest, ReadsABody) {
  EXPECT_EQ(Read("POST /join HTTP/1.1\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello!"),
            Code::kOk);
  EXPECT_EQ(request().method, Method::kPost);
  EXPECT_EQ(AsText(parser_.body()), "hello");
  EXPECT_FALSE(request().keep_alive);
  EXPECT_EQ(left_, "!");
  EXPECT_EQ(Read("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhel"), Code::kPending);
  EXPECT_TRUE(parser_.begun());
}

TEST_F(RequestParserTest, PassesOverLongFieldsThatDoNotMatter) {
  const std::string cookie(5000, 'c');
  EXPECT_EQ(Read("GET / HTTP/1.1\r\nCookie: " + cookie + "\r\nHost: a\r\n\r\n"), Code::kOk);
  EXPECT_EQ(request().host, "a");
}

TEST_F(RequestParserTest, AFieldThatMattersIsReadWholeOrRefused) {
  const std::string host(100, 'h');
  EXPECT_EQ(Read("GET / HTTP/1.1\r\nHost: " + host + "\r\nOrigin: https://" + host + "\r\n\r\n"),
            Code::kOk);
  EXPECT_EQ(request().host, host);
  EXPECT_EQ(request().origin, "https://" + host);
  const std::string longer(1000, 'h');
  EXPECT_EQ(Read("GET / HTTP/1.1\r\nHost: " + longer + "\r\n\r\n"), Code::kTooLarge);
  EXPECT_EQ(Read("GET / HTTP/1.1\r\nOrigin: " + longer + "\r\n\r\n"), Code::kTooLarge);
  EXPECT_EQ(Read("GET / HTTP/1.1\r\nContent-Length: " + std::string(1000, '0') + "\r\n\r\n"),
            Code::kTooLarge);
}

TEST_F(RequestParserTest, KnowsOldProtocolsAndOtherMethods) {
  EXPECT_EQ(Read("\r\nGET / HTTP/1.0\n\n"), Code::kOk);
  EXPECT_FALSE(request().keep_alive);
  EXPECT_EQ(Read("BREW /pot HTTP/1.1\r\n\r\n"), Code::kOk);
  EXPECT_EQ(request().method, Method::kOther);
  EXPECT_EQ(Read("OPTIONS / HTTP/1.1\r\n\r\n"), Code::kOk);
  EXPECT_EQ(request().method, Method::kOptions);
}

struct Refusal {
  std::string text;
  Code code;
};

TEST_F(RequestParserTest, RefusesWithTheReasonThatDecidesTheAnswer) {
  const std::vector<Refusal> refusals = {
      {"GET  HTTP/1.1\r\n", Code::kMalformed},
      {"GET / HTTP/2.0\r\n", Code::kUnsupported},
      {"GET / HTTP/1.10\r\n", Code::kUnsupported},
      {"GET / FTP/1.1\r\n", Code::kMalformed},
      {"GET relative HTTP/1.1\r\n", Code::kMalformed},
      {"GET /a b HTTP/1.1\r\n", Code::kMalformed},
      {"GET /\x01 HTTP/1.1\r\n", Code::kMalformed},
      {"GET /" + std::string(1000, 'a') + " HTTP/1.1\r\n", Code::kTooLarge},
      {"GET / HTTP/1.1\r\n" + std::string(9000, 'a'), Code::kTooLarge},
      {"GET / HTTP/1.1\r\nA : b\r\n", Code::kMalformed},
      {"GET / HTTP/1.1\r\nA: b\r\n folded\r\n", Code::kMalformed},
      {"GET / HTTP/1.1\rX", Code::kMalformed},
      {"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n", Code::kMalformed},
      {"POST / HTTP/1.1\r\nContent-Length: +1\r\n", Code::kMalformed},
      {"POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n", Code::kUnsupported},
      {"POST / HTTP/1.1\r\nContent-Length: 400\r\n\r\n", Code::kOutOfRange},
      {"POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n", Code::kUnsupported},
      {"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", Code::kUnsupported},
  };
  for (const Refusal& refusal : refusals) {
    EXPECT_EQ(Read(refusal.text), refusal.code) << refusal.text.substr(0, 60);
    Bytes more = AsBytes("\r\n\r\n");
    EXPECT_EQ(parser_.Next(more).code(), refusal.code) << "a refusal is final";
  }
}

}  // namespace
}  // namespace linnet::http
