// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/firmware.hpp"

#include <gmock/gmock.h>

#include "twin/files.hpp"
#include "twin/testing/temp_dir.hpp"

namespace linnet::twin {
namespace {

struct RangeCase {
  const char* header;
  RangeResult result;
  std::uint64_t first = 0;
  std::uint64_t length = 0;
};

class RangeTest : public testing::TestWithParam<RangeCase> {};

TEST_P(RangeTest, OfTenBytes) {
  ByteRange range;
  ASSERT_EQ(ParseRange(GetParam().header, 10, range), GetParam().result);
  EXPECT_EQ(range.first, GetParam().first);
  EXPECT_EQ(range.length, GetParam().length);
}

INSTANTIATE_TEST_SUITE_P(
    Table, RangeTest,
    testing::Values(
        RangeCase{"", RangeResult::kNone}, RangeCase{"bytes=0-0", RangeResult::kPart, 0, 1},
        RangeCase{"bytes=2-5", RangeResult::kPart, 2, 4},
        RangeCase{"bytes=3-", RangeResult::kPart, 3, 7},
        RangeCase{"bytes=9-9", RangeResult::kPart, 9, 1},
        RangeCase{"bytes=5-99", RangeResult::kPart, 5, 5},
        RangeCase{"bytes=-3", RangeResult::kPart, 7, 3},
        RangeCase{"bytes=-99", RangeResult::kPart, 0, 10},
        RangeCase{"bytes=10-", RangeResult::kUnsatisfiable},
        RangeCase{"bytes=10-12", RangeResult::kUnsatisfiable},
        RangeCase{"bytes=-0", RangeResult::kUnsatisfiable},
        RangeCase{"bytes=5-2", RangeResult::kNone}, RangeCase{"bytes=-", RangeResult::kNone},
        RangeCase{"bytes=a-b", RangeResult::kNone}, RangeCase{"bytes=1-2,4-5", RangeResult::kNone},
        RangeCase{"items=0-1", RangeResult::kNone}, RangeCase{"bytes=1-2x", RangeResult::kNone},
        RangeCase{"bytes=99999999999999999999-", RangeResult::kNone}));

class FirmwareServerTest : public testing::Test {
 protected:
  void SetUp() override {
    MakePrivateDirectory(dir_.path() / "fw");
    WriteFile(dir_.path() / "fw" / "a.bin", "0123456789");
  }

  HttpResponse Ask(const std::string& target, std::map<std::string, std::string> headers = {},
                   const std::string& method = "GET") {
    HttpRequest request;
    request.method = method;
    EXPECT_TRUE(ParseTarget(target, request)) << target;
    request.headers = std::move(headers);
    return server_.Handle(request, now_);
  }

  static std::string Value(const HttpResponse& response, const std::string& name) {
    for (const auto& [key, value] : response.headers) {
      if (key == name) {
        return value;
      }
    }
    return "(none)";
  }

  static std::string Body(const HttpResponse& response) {
    const auto* part = std::get_if<FilePart>(&response.body);
    return part == nullptr ? std::get<std::string>(response.body)
                           : ReadFile(part->file).substr(part->offset, part->length);
  }

  testing_support::TempDir dir_;
  Links links_{"secret"};
  Faults faults_;
  FirmwareServer server_{dir_.path() / "fw", links_, faults_};
  UnixSeconds now_ = 1000;
};

TEST_F(FirmwareServerTest, WholeFileAndHead) {
  const HttpResponse whole = Ask("/fw/a.bin");
  EXPECT_EQ(whole.status, 200);
  EXPECT_EQ(Body(whole), "0123456789");
  EXPECT_EQ(Value(whole, "Accept-Ranges"), "bytes");
  const HttpResponse head = Ask("/fw/a.bin", {{"range", "bytes=1-2"}}, "HEAD");
  EXPECT_EQ(head.status, 200);
  EXPECT_TRUE(head.omit_body);
  EXPECT_EQ(head.BodyLength(), 10U);
}

TEST_F(FirmwareServerTest, PartsCarryTheirPlace) {
  const HttpResponse part = Ask("/fw/a.bin", {{"range", "bytes=4-"}});
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(Body(part), "456789");
  EXPECT_EQ(Value(part, "Content-Range"), "bytes 4-9/10");
  const HttpResponse beyond = Ask("/fw/a.bin", {{"range", "bytes=10-"}});
  EXPECT_EQ(beyond.status, 416);
  EXPECT_EQ(Value(beyond, "Content-Range"), "bytes */10");
}

TEST_F(FirmwareServerTest, TagFollowsTheContent) {
  const std::string before = Value(Ask("/fw/a.bin"), "ETag");
  EXPECT_EQ(Ask("/fw/a.bin", {{"range", "bytes=4-"}, {"if-range", before}}).status, 206);
  EXPECT_EQ(Ask("/fw/a.bin", {{"if-none-match", before}}).status, 304);
  WriteFile(dir_.path() / "fw" / "a.bin", "abcdefghijk");
  const HttpResponse changed = Ask("/fw/a.bin", {{"range", "bytes=4-"}, {"if-range", before}});
  EXPECT_EQ(changed.status, 200);
  EXPECT_EQ(Body(changed), "abcdefghijk");
  EXPECT_NE(Value(changed, "ETag"), before);
}

TEST_F(FirmwareServerTest, OnlyPlainNamesInTheFolder) {
  WriteFile(dir_.path() / "fw" / ".hidden", "x");
  for (const char* target :
       {"/fw/", "/fw/b.bin", "/fw/.hidden", "/fw/..", "/", "/a.bin", "/fw/sub/a.bin"}) {
    EXPECT_EQ(Ask(target).status, 404) << target;
  }
  EXPECT_EQ(Ask("/fw/a.bin", {}, "POST").status, 405);
}

TEST_F(FirmwareServerTest, LinksExpireAndCannotBeForged) {
  const std::string url = links_.Sign("https://host:1/fw/a.bin", 1060);
  const std::string target = url.substr(url.find("/fw/"));
  EXPECT_EQ(Ask(target).status, 200);
  now_ = 1059;
  EXPECT_EQ(Ask(target).status, 200);
  now_ = 1060;
  EXPECT_EQ(Ask(target).status, 403);
  now_ = 1000;
  EXPECT_EQ(Ask("/fw/a.bin?expires=9999&sig=00").status, 403);
  EXPECT_EQ(Ask("/fw/a.bin?expires=9999").status, 403);
  WriteFile(dir_.path() / "fw" / "b.bin", "x");
  EXPECT_EQ(Ask("/fw/b.bin" + target.substr(target.find('?'))).status, 403);
}

TEST(LinksTest, PlaceholdersAreRenderedAnew) {
  const Links links("secret");
  const LinkOwner owner{"lamp", "job-1", 1};
  const nlohmann::json document = {
      {"location", {{"url", "${aws:iot:s3-presigned-url:60:https://h/fw/a}"}}},
      {"files", {"${aws:iot:s3-presigned-url-v1:https://h/fw/b}", "plain", 5}}};
  const nlohmann::json rendered = links.Render(document, owner, 1000);
  EXPECT_EQ(rendered["location"]["url"], links.Sign("https://h/fw/a", 1060));
  EXPECT_EQ(rendered["files"][0], links.Sign("https://h/fw/b", 1000 + Links::kDefaultLifetime));
  EXPECT_EQ(rendered["files"][1], "plain");
  EXPECT_EQ(rendered["files"][2], 5);
  EXPECT_NE(links.Render(document, owner, 1001), rendered);
}

TEST(LinksTest, EveryFormOfThePlaceholderHasItsLink) {
  const Links links("secret");
  const LinkOwner owner{"lamp", "job-1", 3};
  const auto render = [&](const std::string& text) {
    return links.Render(nlohmann::json(text), owner, 1000).get<std::string>();
  };
  const UnixSeconds end = 1000 + Links::kDefaultLifetime;
  EXPECT_EQ(render("${aws:iot:s3-presigned-url:https://h/fw/b}"),
            links.Sign("https://h/fw/b", end));
  EXPECT_EQ(render("${aws:iot:s3-presigned-url-v2:https://h/fw/b%3FversionId%3D7}"),
            links.Sign("https://h/fw/b?versionId=7", end));
  EXPECT_TRUE(render("${aws:iot:s3-presigned-url-v2:https://h/fw/b%3FversionId%3D7}")
                  .starts_with("https://h/fw/b?versionId=7&expires=1900&sig="));
  EXPECT_EQ(render("${aws:iot:s3-presigned-url-upload:https://h/up/${thingName}-${jobId}-"
                   "${executionNumber}.log}"),
            links.Sign("https://h/up/lamp-job-1-3.log", end, true));
  EXPECT_EQ(render("${aws:iot:s3-presigned-url-v3:https://h/fw/b}"),
            "${aws:iot:s3-presigned-url-v3:https://h/fw/b}");
}

TEST(LinksTest, ALinkLivesAMinuteToAnHour) {
  const Links links("secret");
  const auto render = [&](const char* life) {
    return links.Render("${aws:iot:s3-presigned-url:" + std::string(life) + ":https://h/a}", {}, 0);
  };
  EXPECT_EQ(render("1"), links.Sign("https://h/a", 60));
  EXPECT_EQ(render("61"), links.Sign("https://h/a", 61));
  EXPECT_EQ(render("9999"), links.Sign("https://h/a", 3600));
}

TEST_F(FirmwareServerTest, AFileIsTakenByItsUploadLinkAlone) {
  const std::string url = links_.Sign("https://host:1/up/lamp.log", 1060, true);
  const auto put = [this](const std::string& target) {
    HttpRequest request;
    request.method = "PUT";
    EXPECT_TRUE(ParseTarget(target, request));
    request.body = "words";
    return server_.Handle(request, now_).status;
  };
  EXPECT_EQ(put(url.substr(url.find("/up/"))), 200);
  EXPECT_EQ(ReadFile(dir_.path() / "up" / "lamp.log"), "words");
  EXPECT_EQ(put("/up/lamp.log"), 403);
  EXPECT_EQ(put("/fw/a.bin"), 404);
  const std::string download = links_.Sign("https://host:1/up/lamp.log", 1060);
  EXPECT_EQ(put(download.substr(download.find("/up/"))), 403);
  now_ = 1060;
  EXPECT_EQ(put(url.substr(url.find("/up/"))), 403);
}

TEST_F(FirmwareServerTest, FaultsAnswerInItsPlace) {
  faults_.Set({.name = "http-status", .value = 503, .times = 2});
  EXPECT_EQ(Ask("/fw/a.bin").status, 503);
  EXPECT_EQ(Ask("/fw/a.bin").status, 503);
  EXPECT_EQ(Ask("/fw/a.bin").status, 200);
  faults_.Set({.name = "link-expired", .times = 1});
  EXPECT_EQ(Ask("/fw/a.bin").status, 403);
  faults_.Set({.name = "redirect-loop", .times = 1});
  const HttpResponse redirect = Ask("/fw/a.bin");
  EXPECT_EQ(redirect.status, 302);
  EXPECT_EQ(Value(redirect, "Location"), "/fw/a.bin");
  faults_.Set({.name = "ranges-ignored", .times = 1});
  EXPECT_EQ(Ask("/fw/a.bin").status, 200) << "asks for no range";
  EXPECT_EQ(Ask("/fw/a.bin", {{"range", "bytes=1-2"}}).status, 200);
  EXPECT_EQ(Ask("/fw/a.bin", {{"range", "bytes=1-2"}}).status, 206);
}

TEST_F(FirmwareServerTest, FaultsBefallTheBodyOnItsWay) {
  faults_.Set({.name = "cut", .value = 3, .times = 1});
  EXPECT_EQ(Ask("/fw/a.bin").mishap.cut_after, 3U);
  EXPECT_EQ(Ask("/fw/a.bin").mishap.cut_after, std::nullopt);
  faults_.Set({.name = "cut", .value = 10, .times = 1});
  EXPECT_EQ(Ask("/fw/a.bin").mishap.cut_after, std::nullopt) << "it is not longer than that";
  EXPECT_TRUE(faults_.Look(Fault::kCut)) << "and waits for one that is";
  faults_.Clear("cut");
  faults_.Set({.name = "stall", .value = 0});
  faults_.Set({.name = "slow", .value = 100});
  EXPECT_EQ(Ask("/fw/a.bin").mishap.stall_after, 0U);
  EXPECT_EQ(Ask("/fw/a.bin").mishap.bytes_per_second, 100U);
}

TEST_F(FirmwareServerTest, TheObjectChangesMidway) {
  WriteFile(dir_.path() / "fw" / "b.bin", "other");
  const std::string before = Value(Ask("/fw/a.bin"), "ETag");
  faults_.Set({.name = "object-changes", .value = 8});
  faults_.CountSent(7);
  EXPECT_EQ(Value(Ask("/fw/a.bin"), "ETag"), before);
  faults_.CountSent(1);
  EXPECT_NE(Value(Ask("/fw/a.bin"), "ETag"), before);
  EXPECT_EQ(Body(Ask("/fw/a.bin")), "0123456789");
  faults_.Set({.name = "object-changes", .value = 0, .file = "b.bin"});
  EXPECT_EQ(Body(Ask("/fw/a.bin")), "other");
  faults_.Clear("object-changes");
  EXPECT_EQ(Value(Ask("/fw/a.bin"), "ETag"), before);
}

TEST(HttpTest, TargetsAreDecoded) {
  HttpRequest request;
  ASSERT_TRUE(ParseTarget("/v1/things/a%3Ab?x=1&y=%20z&flag", request));
  EXPECT_EQ(request.path, "/v1/things/a:b");
  EXPECT_EQ(request.Query("x"), "1");
  EXPECT_EQ(request.Query("y"), " z");
  EXPECT_EQ(request.Query("flag", "no"), "");
  EXPECT_EQ(request.Query("missing", "no"), "no");
  for (const char* bad : {"", "x", "*", "/%", "/%2", "/%zz", "/%00", "/a%2Fb", "/?a=%f"}) {
    HttpRequest other;
    EXPECT_FALSE(ParseTarget(bad, other)) << bad;
  }
}

TEST(HttpTest, HeadStatesTheLength) {
  const std::string head = FormatHead({206, {{"ETag", "\"x\""}}, FilePart{"f", 5, 7}}, true);
  EXPECT_EQ(
      head,
      "HTTP/1.1 206 Partial Content\r\nETag: \"x\"\r\nContent-Length: 7\r\nServer: linnet-twin\r\n"
      "Connection: keep-alive\r\n\r\n");
}

}  // namespace
}  // namespace linnet::twin
