// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/linnet/job_document.hpp"

#include <gmock/gmock.h>

#include "tools/linnet/api_client.hpp"
#include "tools/linnet/context.hpp"
#include "twin/files.hpp"
#include "twin/firmware.hpp"
#include "twin/testing/temp_dir.hpp"

namespace linnet::cli {
namespace {

const nlohmann::json kTwin = {{"endpoint", "linnet-twin.local"}, {"httpsPort", 8443}};

class JobDocumentTest : public testing::Test {
 protected:
  // An image with only a header: enough for its version.
  std::filesystem::path Image(const std::string& name) {
    std::string header(32, '\0');
    header.replace(0, 4, "\x3d\xb8\xf3\x96");
    header[8] = 32;  // Header size.
    header[20] = 1;  // 1.2.259
    header[21] = 2;
    header[22] = 3;
    header[23] = 1;
    twin::WriteFile(dir_.path() / name, header + "body");
    return dir_.path() / name;
  }

  twin::testing_support::TempDir dir_;
  std::filesystem::path twin_dir_ = dir_.path() / "twin";
};

TEST_F(JobDocumentTest, VendorDocumentPointsAtThePublishedCopy) {
  const nlohmann::json document = PublishFirmware({}, Image("my lamp.img"), twin_dir_, kTwin);
  EXPECT_EQ(document["operation"], "app_fw_update");
  EXPECT_EQ(document["fwversion"], "1.2.259");
  EXPECT_EQ(document["size"], 36);
  EXPECT_EQ(document["location"]["protocol"], "https:");
  EXPECT_EQ(document["location"]["host"], "linnet-twin.local:8443");
  const std::string path = document["location"]["path"];
  ASSERT_TRUE(path.starts_with("fw/my-lamp-"));
  EXPECT_TRUE(twin::IsFirmwareName(path.substr(3)));
  EXPECT_EQ(twin::ReadFile(twin_dir_ / path).size(), 36U);
}

TEST_F(JobDocumentTest, SameNameWithOtherContentIsAnotherFile) {
  const nlohmann::json first = PublishFirmware({}, Image("a.img"), twin_dir_, kTwin);
  twin::WriteFile(dir_.path() / "a.img", twin::ReadFile(dir_.path() / "a.img") + "more");
  const nlohmann::json second = PublishFirmware({}, dir_.path() / "a.img", twin_dir_, kTwin);
  EXPECT_NE(first["location"]["path"], second["location"]["path"]);
}

TEST_F(JobDocumentTest, ExpiringLinkIsAPlaceholder) {
  const nlohmann::json document =
      PublishFirmware({.version = "9.9.9", .host = "h:1", .presigned_seconds = 60}, Image("a.img"),
                      twin_dir_, kTwin);
  EXPECT_EQ(document["fwversion"], "9.9.9");
  const std::string url = document["location"]["url"];
  EXPECT_TRUE(url.starts_with("${aws:iot:s3-presigned-url:60:https://h:1/fw/a-")) << url;
}

TEST_F(JobDocumentTest, WhatIsNoImageNeedsAVersion) {
  twin::WriteFile(dir_.path() / "x", "hello");
  EXPECT_THROW(PublishFirmware({}, dir_.path() / "x", twin_dir_, kTwin), Failure);
  EXPECT_EQ(PublishFirmware({.version = "1.0.0"}, dir_.path() / "x", twin_dir_, kTwin)["size"], 5);
}

TEST(ApiClientTest, SaysWhatToDoWhenNoTwinRuns) {
  const twin::testing_support::TempDir dir;
  try {
    const ApiClient client(dir.path().string());
    FAIL() << "found a twin";
  } catch (const Failure& failure) {
    EXPECT_THAT(failure.what(), testing::HasSubstr("linnet twin up"));
  }
  EXPECT_FALSE(TwinIsRunning(dir.path().string()));
  EXPECT_EQ(UrlEncode("a b/c:ä"), "a%20b%2Fc%3A%C3%A4");
}

TEST_F(JobDocumentTest, StreamDocumentIsThatOfTheOtaService) {
  const std::string object = PublishFile(Image("a.img"), twin_dir_);
  const nlohmann::json stream = {{"streamId", "s"},
                                 {"files", {{{"fileId", 2}, {"object", object}, {"size", 36}}}}};
  const nlohmann::json ota = StreamDocument(stream, 2, "")["afr_ota"];
  EXPECT_EQ(ota["protocols"], nlohmann::json({"MQTT"}));
  EXPECT_EQ(ota["streamname"], "s");
  ASSERT_EQ(ota["files"].size(), 1U);
  EXPECT_EQ(ota["files"][0]["fileid"], 2);
  EXPECT_EQ(ota["files"][0]["filesize"], 36);
  EXPECT_FALSE(ota["files"][0].contains("sig-sha256-ecdsa"));
  EXPECT_THROW(StreamDocument(stream, 0, ""), Failure);
  const std::string key = std::string(LINNET_SOURCE_DIR) + "/tests/keys/TEST-ONLY-release.pem";
  const std::string signature = SignatureOver(twin_dir_ / "fw" / object, key);
  EXPECT_EQ(StreamDocument(stream, 2, signature)["afr_ota"]["files"][0]["sig-sha256-ecdsa"],
            signature);
  EXPECT_TRUE(signature.starts_with("ME"));  // A DER sequence of about 70 bytes.
}

}  // namespace
}  // namespace linnet::cli
