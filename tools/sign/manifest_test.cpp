// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/sign/manifest.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>

#include "image/tlv.hpp"
#include "radio/testing/patches.hpp"
#include "tools/sign/sign.hpp"

namespace linnet::sign {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

class ManifestOfFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "linnet-manifest-" + std::string(6, 'X');
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    dir_ = pattern + "/";
  }
  void TearDown() override { std::filesystem::remove_all(dir_); }

  std::string File(const std::string& name, Bytes content) {
    WriteFile(dir_ + name, content);
    return dir_ + name;
  }
  static std::vector<std::byte> Sign(const SignOptions& options) {
    return SignImage(options,
                     LoadPrivateKeyPem(LINNET_SOURCE_DIR "/tests/keys/TEST-ONLY-release.pem"));
  }
  static std::vector<std::byte> Part(image::Version version) {
    return Sign({.payload = std::vector<std::byte>(700, std::byte{0x17}), .version = version});
  }
  std::string dir_;
};

image::Manifest Read(Bytes bytes) {
  image::MemorySource source(bytes);
  image::Manifest manifest;
  EXPECT_TRUE(image::ReadManifest(source, Describe(bytes).info.header, manifest).ok());
  return manifest;
}

TEST_F(ManifestOfFiles, SaysWhatTheFilesAre) {
  const std::vector<std::byte> part = Part({2, 1, 300, 4});
  const std::vector<std::byte> patch = radio::testing::MakePatch();
  const std::vector<std::byte> model(100, std::byte{7});
  const image::Manifest manifest =
      Read(Sign({.payload = std::vector<std::byte>(50),
                 .version = {1, 0, 0, 0},
                 .manifest = {NameBootImage(1, File("part.img", part)),
                              NameCompanion(image::companion::kWifiFirmware, File("p.bin", patch)),
                              NameCompanion(0x80, File("m.bin", model), {3, 0, 1, 0})}}));
  ASSERT_EQ(manifest.count, 3);
  const image::ManifestEntry& boot_image = manifest.entries[0];
  EXPECT_EQ(boot_image.kind, image::ManifestKind::kBootImage);
  EXPECT_EQ(boot_image.index, 1);
  EXPECT_EQ(boot_image.version, (image::Version{2, 1, 300, 4}));
  EXPECT_EQ(boot_image.length, part.size());
  EXPECT_EQ(boot_image.digest, Describe(part).info.digest);
  const image::ManifestEntry& wifi = manifest.entries[1];
  EXPECT_EQ(wifi.index, image::companion::kWifiFirmware);
  EXPECT_EQ(wifi.version, (image::Version{.build = radio::testing::kFirmware.version}));
  EXPECT_EQ(wifi.length, patch.size());
  EXPECT_EQ(wifi.digest, crypto::Hash(patch));
  EXPECT_EQ(manifest.entries[2].version, (image::Version{3, 0, 1, 0}));
  EXPECT_EQ(manifest.entries[2].digest, crypto::Hash(model));
}

TEST_F(ManifestOfFiles, RefusesWhatIsNoSignedImage) {
  const std::vector<std::byte> part = Part({1, 0, 0, 0});
  const std::string path = File("part.img", part);
  EXPECT_THAT([&] { NameBootImage(0, path); }, ThrowsMessage<Error>(HasSubstr("from 1 to 7")));
  EXPECT_THAT([&] { NameBootImage(8, path); }, ThrowsMessage<Error>(HasSubstr("from 1 to 7")));
  EXPECT_THAT([&] { NameBootImage(1, dir_ + "none"); },
              ThrowsMessage<Error>(HasSubstr("cannot read")));
  const std::string raw = File("raw.bin", std::vector<std::byte>(700));
  EXPECT_THAT([&] { NameBootImage(1, raw); },
              ThrowsMessage<Error>(HasSubstr("no image begins here (at byte 0); sign it first")));
  std::vector<std::byte> changed = part;
  changed.push_back(std::byte{0xFF});
  const std::string padded = File("padded.img", changed);
  EXPECT_THAT([&] { NameBootImage(1, padded); },
              ThrowsMessage<Error>(HasSubstr("1 bytes behind its image")));
  changed = part;
  changed[600] ^= std::byte{1};
  const std::string damaged = File("damaged.img", changed);
  EXPECT_THAT([&] { NameBootImage(1, damaged); }, ThrowsMessage<Error>(HasSubstr("is damaged")));
}

TEST_F(ManifestOfFiles, RefusesWhatIsNoPatch) {
  const auto wifi = [this](Bytes content) {
    return [path = File("patch.bin", content)] {
      NameCompanion(image::companion::kWifiFirmware, path);
    };
  };
  std::vector<std::byte> patch = radio::testing::MakePatch();
  EXPECT_THAT(wifi({}), ThrowsMessage<Error>(HasSubstr("is empty")));
  EXPECT_THAT(wifi(Bytes(patch).first(40)), ThrowsMessage<Error>(HasSubstr("no nRF70 patch")));
  EXPECT_THAT(wifi(Bytes(patch).first(patch.size() - 1)),
              ThrowsMessage<Error>(HasSubstr("no nRF70 patch")));
  patch.push_back(std::byte{0});
  EXPECT_THAT(wifi(patch), ThrowsMessage<Error>(HasSubstr("1 bytes behind its patch")));
  patch.pop_back();
  patch.back() ^= std::byte{1};
  EXPECT_THAT(wifi(patch), ThrowsMessage<Error>(HasSubstr("is damaged")));
}

TEST(ManifestEntries, AreNamedOnce) {
  const image::ManifestEntry part{.kind = image::ManifestKind::kBootImage, .index = 1, .length = 1};
  const image::ManifestEntry file{.kind = image::ManifestKind::kCompanion, .index = 1, .length = 1};
  EXPECT_EQ(EncodeManifest({part, file}).size(), 96U);
  EXPECT_THAT(
      [&] {
        EncodeManifest({part, part});
      },
      ThrowsMessage<Error>(HasSubstr("boot image 1 is named twice")));
  EXPECT_THAT(
      [&] {
        EncodeManifest({file, part, file});
      },
      ThrowsMessage<Error>(HasSubstr("companion wifi is named twice")));
  EXPECT_THAT([&] { EncodeManifest(std::vector(16, file)); },
              ThrowsMessage<Error>(HasSubstr("at most 15")));
}

TEST(CompanionName, GoesBothWays) {
  for (const std::uint8_t id : {std::uint8_t{1}, std::uint8_t{2}, std::uint8_t{3},
                                std::uint8_t{0x80}, std::uint8_t{0xFF}}) {
    EXPECT_EQ(ParseCompanion(CompanionName(id)), id);
  }
  EXPECT_EQ(ParseCompanion("128"), 0x80);
  for (const char* const text : {"", "wlan", "1", "127", "0x7f", "256", "0x", "0x80x"}) {
    EXPECT_THAT([&] { ParseCompanion(text); }, ThrowsMessage<Error>(HasSubstr("is no companion")))
        << text;
  }
}

}  // namespace
}  // namespace linnet::sign
