// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "net/url.hpp"

#include <gtest/gtest.h>

#include <string>

namespace linnet::net {
namespace {

TEST(UrlTest, TakesApartWhatADownloadNeeds) {
  const auto url = ParseUrl("https://bucket.s3.example.com/path/app%201.bin?X-Sig=a%2Fb&t=1:2");
  ASSERT_TRUE(url.ok());
  EXPECT_EQ(url->scheme, Url::Scheme::kHttps);
  EXPECT_EQ(url->host, "bucket.s3.example.com");
  EXPECT_EQ(url->port, 443);
  EXPECT_FALSE(url->explicit_port);
  EXPECT_EQ(url->target, "/path/app%201.bin?X-Sig=a%2Fb&t=1:2");
}

TEST(UrlTest, KeepsThePort) {
  const auto url = ParseUrl("HTTP://10.0.2.2:8443");
  ASSERT_TRUE(url.ok());
  EXPECT_EQ(url->scheme, Url::Scheme::kHttp);
  EXPECT_EQ(url->host, "10.0.2.2");
  EXPECT_EQ(url->port, 8443);
  EXPECT_TRUE(url->explicit_port);
  EXPECT_EQ(url->target, "/");
  EXPECT_EQ(ParseUrl("http://a/")->port, 80);
}

TEST(UrlTest, LengthIsBounded) {
  const std::string start = "https://host/";
  const std::string longest = start + std::string(kMaxUrlLength - start.size(), 'x');
  EXPECT_EQ(ParseUrl(longest)->target.size(), kMaxUrlLength - start.size() + 1);
  EXPECT_EQ(ParseUrl(longest + "x").code(), Code::kTooLarge);
}

struct Refusal {
  const char* text;
  Code code;
};

class UrlRefusalTest : public ::testing::TestWithParam<Refusal> {};

TEST_P(UrlRefusalTest, IsRefused) {
  EXPECT_EQ(ParseUrl(GetParam().text).code(), GetParam().code) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    All, UrlRefusalTest,
    ::testing::Values(
        Refusal{"", Code::kUnsupported}, Refusal{"ftp://host/", Code::kUnsupported},
        Refusal{"https:/host/", Code::kUnsupported}, Refusal{"/path", Code::kUnsupported},
        Refusal{"https://user@host/", Code::kUnsupported},
        Refusal{"https://user:pw@host/", Code::kUnsupported},
        Refusal{"https://[::1]/", Code::kUnsupported},
        Refusal{"https://host?query", Code::kUnsupported}, Refusal{"https://", Code::kMalformed},
        Refusal{"https:///path", Code::kMalformed}, Refusal{"https://:443/", Code::kMalformed},
        Refusal{"https://ho st/", Code::kMalformed}, Refusal{"https://ho_st/", Code::kMalformed},
        Refusal{"https://-host/", Code::kMalformed}, Refusal{"https://host-/", Code::kMalformed},
        Refusal{"https://a..b/", Code::kMalformed}, Refusal{"https://a./", Code::kMalformed},
        Refusal{"https://host:/", Code::kOutOfRange}, Refusal{"https://host:0/", Code::kOutOfRange},
        Refusal{"https://host:65536/", Code::kOutOfRange},
        Refusal{"https://host:+1/", Code::kOutOfRange},
        Refusal{"https://host:000443/", Code::kOutOfRange},
        Refusal{"https://host:1:2/", Code::kOutOfRange},
        Refusal{"https://host/#part", Code::kMalformed}, Refusal{"https://host#", Code::kMalformed},
        Refusal{"https://host/a b", Code::kMalformed},
        Refusal{"https://host/a\r\nX: y", Code::kMalformed},
        Refusal{"https://host/\"", Code::kMalformed}, Refusal{"https://host/%", Code::kMalformed},
        Refusal{"https://host/%2", Code::kMalformed}, Refusal{"https://host/%2g", Code::kMalformed},
        Refusal{"https://host/\xC3\xA4", Code::kMalformed}));

TEST(UrlTest, HostNamesKeepTheirLimits) {
  const std::string label(63, 'a');
  EXPECT_TRUE(CheckHost(label + ".com").ok());
  EXPECT_EQ(CheckHost(label + "a.com").code(), Code::kMalformed);
  const std::string longest = label + "." + label + "." + label + "." + std::string(61, 'a');
  EXPECT_EQ(longest.size(), kMaxHostLength);
  EXPECT_TRUE(CheckHost(longest).ok());
  EXPECT_EQ(CheckHost(longest + "a").code(), Code::kMalformed);
}

TEST(UrlTest, TargetsBeginWithASlash) {
  EXPECT_TRUE(CheckTarget("/").ok());
  EXPECT_EQ(CheckTarget("").code(), Code::kMalformed);
  EXPECT_EQ(CheckTarget("a").code(), Code::kMalformed);
}

}  // namespace
}  // namespace linnet::net
