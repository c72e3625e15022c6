// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "aws/job_document.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/view.hpp"
#include "json/path_reader.hpp"
#include "net/url.hpp"

namespace linnet::aws {
namespace {

using Problem = DocumentProblem;

class Reading final : public json::PathHandler {
 public:
  explicit Reading(std::size_t url_size = net::kMaxUrlLength)
      : url_(url_size, '#'), document(url_) {}

  Status OnValue(StringView path, const json::Event& event) override {
    document.OnValue(path, event);
    return OkStatus();
  }

  Problem Read(StringView text, std::size_t piece = 1000) {
    json::PathReaderBuffer<72, 96> reader;
    document.Begin();
    reader->Begin(*this);
    for (std::size_t i = 0; i < text.size(); i += piece) {
      EXPECT_TRUE(reader->Feed(AsBytes(text.substr(i, piece))).ok()) << text;
    }
    EXPECT_TRUE(reader->Finish().ok()) << text;
    return document.Finish();
  }

 private:
  std::vector<char> url_;

 public:
  JobDocument document;
};

constexpr StringView kParts =
    R"({"operation":"app_fw_update","fwversion":"v1.0.2","size":181124,"location":)"
    R"({"protocol":"https:","host":"127.0.0.1:8443","path":"fw/app v2.bin"}})";

std::string WithUrl(StringView url) {
  return R"({"operation":"app_fw_update","location":{"url":")" + std::string(url) + R"("}})";
}

std::string WithParts(StringView protocol, StringView host, StringView path) {
  std::string text = R"({"operation":"app_fw_update","location":{"protocol":")";
  text.append(protocol).append(R"(","host":")").append(host).append(R"(","path":")").append(path);
  return text + R"("}})";
}

TEST(JobDocument, ReadsTheVendorsDocumentAtEverySplit) {
  const std::string text =
      R"({"operation":"app_fw_update","fwversion":"v1.0.2","size":181124,"location":)"
      R"({"protocol":"https:","host":"files.example.com:8443","path":"fw\/app.bin?a=b"},"x":[1]})";
  for (std::size_t piece = 1; piece <= text.size(); ++piece) {
    Reading reading;
    ASSERT_EQ(reading.Read(text, piece), Problem::kNone);
    EXPECT_EQ(reading.document.version(), "v1.0.2");
    EXPECT_EQ(reading.document.size(), 181124U);
    EXPECT_EQ(reading.document.url(), "https://files.example.com:8443/fw/app.bin?a=b");
  }
}

TEST(JobDocument, ReadsItsFieldsInAnyOrder) {
  Reading reading;
  EXPECT_EQ(reading.Read(R"({"location":{"path":"/p","host":"h","protocol":"http"},"size":1,)"
                         R"("fwversion":"2","operation":"app_fw_update"})"),
            Problem::kNone);
  EXPECT_EQ(reading.document.url(), "http://h/p");
}

TEST(JobDocument, KeepsNothingOfTheDocumentBefore) {
  Reading reading;
  EXPECT_NE(reading.Read(kParts), Problem::kNone) << "a path with a space is no URL";
  EXPECT_EQ(reading.Read(WithUrl("https://h/x")), Problem::kNone);
  EXPECT_EQ(reading.document.url(), "https://h/x");
  EXPECT_EQ(reading.document.version(), "");
  EXPECT_EQ(reading.document.size(), 0U);
}

TEST(JobDocument, KeepsThePortOfAUrl) {
  Reading reading;
  EXPECT_EQ(reading.Read(WithUrl("https://127.0.0.1:9443/a?X-Amz-Signature=00%2F")),
            Problem::kNone);
  EXPECT_EQ(reading.document.url(), "https://127.0.0.1:9443/a?X-Amz-Signature=00%2F");
}

TEST(JobDocument, TakesUrlsOfTheFullLengthAndNotAByteMore) {
  const std::string url = "https://h/" + std::string(net::kMaxUrlLength - 10, 'x');
  ASSERT_EQ(url.size(), net::kMaxUrlLength);
  Reading reading;
  EXPECT_EQ(reading.Read(WithUrl(url)), Problem::kNone);
  EXPECT_EQ(reading.document.url(), url);
  EXPECT_EQ(reading.Read(WithUrl(url + "x")), Problem::kUrlTooLong);
  Reading small(20);
  EXPECT_EQ(small.Read(WithUrl("https://h/1234567890")), Problem::kNone);
  EXPECT_EQ(small.Read(WithUrl("https://h/12345678901")), Problem::kUrlTooLong);
  EXPECT_EQ(small.Read(WithParts("https", "h", "1234567890")), Problem::kNone);
  EXPECT_EQ(small.document.url(), "https://h/1234567890");
  for (std::size_t extra = 1; extra < 12; ++extra) {
    const std::string path = "1234567890" + std::string(extra, 'x');
    EXPECT_EQ(small.Read(WithParts("https", "h", path)), Problem::kUrlTooLong) << extra;
  }
}

TEST(JobDocument, SaysWhatIsWrong) {
  const std::string long_version(33, 'v');
  const std::pair<std::string, Problem> documents[] = {
      {"[]", Problem::kNotAnObject},
      {"\"app_fw_update\"", Problem::kNotAnObject},
      {"null", Problem::kNotAnObject},
      {"{}", Problem::kNoOperation},
      {R"({"operation":null})", Problem::kNoOperation},
      {R"({"operation":{"a":1}})", Problem::kNoOperation},
      {R"({"operation":["app_fw_update"]})", Problem::kNoOperation},
      {R"({"operation":"reboot"})", Problem::kUnknownOperation},
      {R"({"operation":"app_fw_updat"})", Problem::kUnknownOperation},
      {R"({"operation":"app_fw_update2"})", Problem::kUnknownOperation},
      {R"({"operation":"APP_FW_UPDATE"})", Problem::kUnknownOperation},
      {R"({"operation":")" + std::string(300, 'o') + R"("})", Problem::kUnknownOperation},
      {R"({"size":"x","operation":"reboot"})", Problem::kUnknownOperation},
      {R"({"operation":"app_fw_update"})", Problem::kNoLocation},
      {R"({"operation":"app_fw_update","location":"https://h/x"})", Problem::kNoLocation},
      {R"({"operation":"app_fw_update","location":{"protocol":"https","host":"h"}})",
       Problem::kNoLocation},
      {R"({"operation":"app_fw_update","location":{"protocol":"https","path":"p"}})",
       Problem::kNoLocation},
      {R"({"operation":"app_fw_update","location":{"host":"h","path":"p"}})", Problem::kNoLocation},
      {R"({"operation":"app_fw_update","location":{"url":"https://h/x","host":"h"}})",
       Problem::kTwoLocations},
      {R"({"operation":"app_fw_update","location.url":"https://h/x"})", Problem::kNoLocation},
      {R"({"operation":"app_fw_update","location":{"url":7}})", Problem::kBadLocation},
      {R"({"operation":"app_fw_update","location":{"url":["https://h/x"]}})",
       Problem::kBadLocation},
      {R"({"operation":"app_fw_update","fwversion":2,"location":{"url":"https://h/x"}})",
       Problem::kBadVersion},
      {R"({"operation":"app_fw_update","fwversion":"","location":{"url":"https://h/x"}})",
       Problem::kBadVersion},
      {R"({"operation":"app_fw_update","fwversion":")" + long_version + R"("})",
       Problem::kBadVersion},
      {R"({"operation":"app_fw_update","size":0})", Problem::kBadSize},
      {R"({"operation":"app_fw_update","size":-1})", Problem::kBadSize},
      {R"({"operation":"app_fw_update","size":1.5})", Problem::kBadSize},
      {R"({"operation":"app_fw_update","size":"1"})", Problem::kBadSize},
      {R"({"operation":"app_fw_update","size":4294967296})", Problem::kBadSize},
      {R"({"operation":"app_fw_update","operation":"app_fw_update"})", Problem::kDuplicate},
      {R"({"operation":"app_fw_update","location":{"url":"https://h/x"},)"
       R"("location":{"url":"https://h/y"}})",
       Problem::kDuplicate},
  };
  for (const auto& [text, expected] : documents) {
    Reading reading;
    EXPECT_EQ(reading.Read(text), expected) << text << ": " << ToString(reading.document.Finish());
  }
}

TEST(JobDocument, RefusesLocationsThatCannotBeFetched) {
  for (const char* url : {"", "h/x", "ftp://h/x", "https:/h/x", "https://", "https:///x",
                          "https://h/a b", "https://u@h/x", "https://h:0/x", "https://h:99999/x",
                          "https://h/\\u000d\\u000aX: y", "https://h/x#f", "https://h/\xc3\xa9"}) {
    Reading reading;
    EXPECT_EQ(reading.Read(WithUrl(url)), Problem::kBadLocation) << url;
  }
  Reading reading;
  EXPECT_EQ(reading.Read(WithParts("https", "evil.example/", "x")), Problem::kBadLocation);
  EXPECT_EQ(reading.Read(WithParts("https", "h?x=", "y")), Problem::kBadLocation);
  EXPECT_EQ(reading.Read(WithParts("https", "u@h", "y")), Problem::kBadLocation);
  EXPECT_EQ(reading.Read(WithParts("https://", "h", "y")), Problem::kBadLocation);
  EXPECT_EQ(reading.Read(WithParts("gopher", "h", "y")), Problem::kBadLocation);
  EXPECT_EQ(reading.Read(WithParts("https", std::string(261, 'h'), "y")), Problem::kBadLocation);
  EXPECT_EQ(reading.Read(WithParts("https", "", "y")), Problem::kBadLocation);
}

TEST(JobDocument, TakesTheLargestSize) {
  Reading reading;
  EXPECT_EQ(reading.Read(R"({"operation":"app_fw_update","size":4294967295,)"
                         R"("location":{"url":"https://h/x"}})"),
            Problem::kNone);
  EXPECT_EQ(reading.document.size(), 4294967295U);
}

TEST(JobDocument, EveryProblemHasItsOwnWords) {
  std::vector<StringView> texts;
  for (int i = 0; i <= static_cast<int>(Problem::kDuplicate); ++i) {
    const StringView text = ToString(static_cast<Problem>(i));
    EXPECT_NE(text, "");
    EXPECT_EQ(std::count(texts.begin(), texts.end(), text), 0) << text;
    texts.push_back(text);
  }
}

std::string Ota(const std::string& protocols, const std::string& stream, const std::string& files) {
  return R"({"afr_ota":{"protocols":)" + protocols + stream + R"(,"files":)" + files + "}}";
}

constexpr const char* kStreamName = R"(,"streamname":"AFR_OTA-1")";
constexpr const char* kStreamFile =
    R"([{"filepath":"/x","filesize":181124,"fileid":3,"certfile":"c","fileType":0,)"
    R"("sig-sha256-ecdsa":"MEUCIQ=="}])";
constexpr const char* kUrlFile =
    R"([{"filesize":5,"fileid":0,"update_data_url":"https:\/\/h/x?y","auth_scheme":"s3"}])";

TEST(JobDocument, ReadsTheOtaServicesStreamAtEverySplit) {
  const std::string text = Ota(R"(["MQTT"])", kStreamName, kStreamFile);
  for (std::size_t piece = 1; piece <= text.size(); ++piece) {
    Reading reading;
    ASSERT_EQ(reading.Read(text, piece), Problem::kNone);
    EXPECT_EQ(reading.document.stream(), "AFR_OTA-1");
    EXPECT_EQ(reading.document.file_id(), 3);
    EXPECT_EQ(reading.document.size(), 181124U);
    EXPECT_EQ(reading.document.url(), "");
    EXPECT_EQ(reading.document.version(), "");
  }
}

TEST(JobDocument, ReadsTheOtaServicesUrl) {
  Reading reading;
  EXPECT_EQ(reading.Read(Ota(R"(["HTTP"])", "", kUrlFile)), Problem::kNone);
  EXPECT_EQ(reading.document.url(), "https://h/x?y");
  EXPECT_EQ(reading.document.stream(), "");
  EXPECT_EQ(reading.document.size(), 5U);
  // Offered both ways: the stream, unless it is not named, or MQTT not meant.
  EXPECT_EQ(reading.Read(Ota(R"(["HTTP","MQTT"])", kStreamName, kUrlFile)), Problem::kNone);
  EXPECT_EQ(reading.document.stream(), "AFR_OTA-1");
  EXPECT_EQ(reading.document.url(), "");
  EXPECT_EQ(reading.Read(Ota(R"(["MQTT","HTTP"])", "", kUrlFile)), Problem::kNone);
  EXPECT_EQ(reading.document.url(), "https://h/x?y");
  EXPECT_EQ(reading.Read(Ota(R"(["HTTP"])", kStreamName, kUrlFile)), Problem::kNone);
  EXPECT_EQ(reading.document.url(), "https://h/x?y");
}

TEST(JobDocument, SaysWhatIsWrongWithAnOtaDocument) {
  const std::string mqtt = R"(["MQTT"])";
  const std::string other = R"({"operation":"app_fw_update",)";
  const std::pair<std::string, Problem> documents[] = {
      {R"({"afr_ota":1})", Problem::kNotOneFile},
      {Ota(mqtt, kStreamName, "[]"), Problem::kNotOneFile},
      {Ota(mqtt, kStreamName, R"({"filesize":1,"fileid":0})"), Problem::kNotOneFile},
      {Ota(mqtt, kStreamName, R"([{"filesize":1,"fileid":0},{"x":1}])"), Problem::kNotOneFile},
      {Ota(mqtt, kStreamName, R"([{"fileid":0}])"), Problem::kBadSize},
      {Ota(mqtt, kStreamName, R"([{"filesize":0,"fileid":0}])"), Problem::kBadSize},
      {Ota(mqtt, kStreamName, R"([{"filesize":1}])"), Problem::kBadFileId},
      {Ota(mqtt, kStreamName, R"([{"filesize":1,"fileid":256}])"), Problem::kBadFileId},
      {Ota(mqtt, kStreamName, R"([{"filesize":1,"fileid":"0"}])"), Problem::kBadFileId},
      {Ota(mqtt, R"(,"streamname":"")", kStreamFile), Problem::kBadStream},
      {Ota(mqtt, R"(,"streamname":1)", kStreamFile), Problem::kBadStream},
      {Ota(mqtt, R"(,"streamname":")" + std::string(129, 's') + "\"", kStreamFile),
       Problem::kBadStream},
      {Ota(mqtt, R"(,"streamname":")" + std::string(300, 's') + "\"", kStreamFile),
       Problem::kBadStream},
      {Ota(mqtt, R"(,"streamname":"a","streamname":"b")", kStreamFile), Problem::kDuplicate},
      {Ota(mqtt, "", kStreamFile), Problem::kNoProtocol},
      {Ota("[]", kStreamName, kStreamFile), Problem::kNoProtocol},
      {Ota("\"MQTT\"", kStreamName, kStreamFile), Problem::kNoProtocol},
      {Ota(R"(["HTTP"])", "", kStreamFile), Problem::kNoProtocol},
      {Ota(R"(["HTTP"])", "", R"([{"update_data_url":"ftp://h/x"}])"), Problem::kBadLocation},
      {other + Ota(mqtt, kStreamName, kStreamFile).substr(1), Problem::kTwoLocations},
      {R"({"location":{"url":"https://h/x"},)" + Ota(mqtt, kStreamName, kStreamFile).substr(1),
       Problem::kTwoLocations},
  };
  for (const auto& [text, problem] : documents) {
    Reading reading;
    EXPECT_EQ(reading.Read(text), problem) << text;
  }
}

}  // namespace
}  // namespace linnet::aws
