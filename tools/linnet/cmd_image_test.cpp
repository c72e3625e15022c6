// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The commands keys, sign and image, as a user chains them.
#include <gmock/gmock.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tools/linnet/commands.hpp"
#include "tools/sign/files.hpp"

namespace linnet::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

const std::string kReleaseKey = LINNET_SOURCE_DIR "/tests/keys/TEST-ONLY-release.pem";
const std::string kOtherKey = LINNET_SOURCE_DIR "/tests/keys/TEST-ONLY-other.pem";

class ImageCommands : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "linnet-cli-" + std::string(6, 'X');
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    dir_ = pattern + "/";
    sign::WriteFile(dir_ + "app.bin", std::vector<std::byte>(5000, std::byte{0x42}));
  }
  void TearDown() override { std::filesystem::remove_all(dir_); }

  // What `linnet ARGS` prints.
  std::string Run(std::vector<std::string> args, bool json = false) {
    std::ostringstream stream;
    Context context;
    context.out = Output(stream);
    context.out.set_json(json);
    CLI::App app;
    AddImageCommands(app, context);
    AddKeysCommands(app, context);
    AddSignCommand(app, context);
    std::ranges::reverse(args);
    app.parse(args);
    return stream.str();
  }
  std::string Sign(const std::string& version) {
    Run({"sign", dir_ + "app.bin", "-o", dir_ + "app.img", "--key", kReleaseKey, "--version",
         version, "--counter", "3", "--depends", "1:2.0", "--tlv", "0xa0=c0ffee"});
    return dir_ + "app.img";
  }

  std::string dir_;
};

TEST_F(ImageCommands, SignInfoVerify) {
  const std::string image = Sign("1.2.3+4");
  EXPECT_THAT(Run({"image", "verify", image, "--key", kOtherKey, "--key", kReleaseKey}),
              HasSubstr("accepted, version 1.2.3+4, signed by " + kReleaseKey));
  EXPECT_THAT(Run({"image", "info", image}), HasSubstr("vendor 0x00a0     yes"));
  const auto json = nlohmann::json::parse(Run({"image", "info", image}, true));
  EXPECT_EQ(json["version"], "1.2.3+4");
  EXPECT_EQ(json["headerSize"], 512);
  EXPECT_EQ(json["bodySize"], 5000);
  EXPECT_EQ(json["securityCounter"], 3);
  EXPECT_EQ(json["dependencies"][0]["version"], "2.0.0");
  EXPECT_EQ(json["digestMatches"], true);
  EXPECT_EQ(json["entries"].size(), 6U);
}

TEST_F(ImageCommands, RefusalsSayWhatAndWhere) {
  const std::string image = Sign("1.0");
  EXPECT_THAT(([&] {
                Run({"image", "verify", image, "--key", kOtherKey});
              }),
              ThrowsMessage<Failure>(HasSubstr("would be refused: no signature by a trusted key")));
  EXPECT_THAT(([&] {
                Run({"image", "verify", image, "--key", kReleaseKey, "--minimum-counter", "4"});
              }),
              ThrowsMessage<Failure>(HasSubstr("security counter is too low")));
  EXPECT_THAT(([&] {
                Run({"image", "verify", image, "--key", kReleaseKey, "--area-size", "0x1000"});
              }),
              ThrowsMessage<Failure>(HasSubstr("larger than its area")));
  EXPECT_THAT(([&] {
                Run({"image", "info", dir_ + "app.bin"});
              }),
              ThrowsMessage<Failure>(HasSubstr("no image begins here")));
  EXPECT_THAT(([&] { Sign("1.2.3.4"); }), ThrowsMessage<Failure>(HasSubstr("is no version")));
  EXPECT_THAT(([&] { Sign("256"); }), ThrowsMessage<Failure>(HasSubstr("is no version")));
}

TEST_F(ImageCommands, SignRefusesOptionsThatMakeNoSense) {
  const auto sign = [&](const std::vector<std::string>& more) {
    return [this, more] {
      std::vector<std::string> args{"sign",  dir_ + "app.bin", "-o",        dir_ + "x.img",
                                    "--key", kReleaseKey,      "--version", "1"};
      args.insert(args.end(), more.begin(), more.end());
      Run(args);
    };
  };
  EXPECT_THAT(sign({"--tlv", "0xa0"}), ThrowsMessage<Failure>(HasSubstr("TYPE=HEX")));
  EXPECT_THAT(sign({"--tlv", "0xa0=c0f"}), ThrowsMessage<Failure>(HasSubstr("hexadecimal")));
  EXPECT_THAT(sign({"--tlv", "0xa0=zz"}), ThrowsMessage<Failure>(HasSubstr("hexadecimal")));
  EXPECT_THAT(sign({"--tlv", "0x1ffff=00"}), ThrowsMessage<Failure>(HasSubstr("entry type")));
  EXPECT_THAT(sign({"--tlv", "80=00"}), ThrowsMessage<Failure>(HasSubstr("not a vendor's")));
  EXPECT_THAT(sign({"--depends", "1"}), ThrowsMessage<Failure>(HasSubstr("IMAGE:VERSION")));
  EXPECT_THAT(sign({"--depends", "256:1"}), ThrowsMessage<Failure>(HasSubstr("image number")));
  EXPECT_THAT(sign({"--header-size", "16"}), ThrowsMessage<Failure>(HasSubstr("from 32 to 65535")));
  EXPECT_THAT(sign({"--tlv", "0x4ca0=00"}), ThrowsMessage<Failure>(HasSubstr("--with")));
  EXPECT_THAT(sign({"--with", "part.img"}), ThrowsMessage<Failure>(HasSubstr("INDEX:FILE")));
  EXPECT_THAT(sign({"--with", "8:" + kOtherKey}), ThrowsMessage<Failure>(HasSubstr("1 to 7")));
  EXPECT_THAT(sign({"--with", "1:" + kOtherKey}), ThrowsMessage<Failure>(HasSubstr("no image")));
  EXPECT_THAT(sign({"--needs", "radio:x"}), ThrowsMessage<Failure>(HasSubstr("no companion")));
  EXPECT_THAT(sign({"--needs", "wifi@1:x"}), ThrowsMessage<Failure>(HasSubstr("own version")));
  EXPECT_THAT(sign({"--needs", "wifi:" + kOtherKey}),
              ThrowsMessage<Failure>(HasSubstr("no nRF70 patch container")));
  EXPECT_THAT(sign({"--needs", "0x80:" + kOtherKey, "--needs", "128:" + kOtherKey}),
              ThrowsMessage<Failure>(HasSubstr("companion 0x80 is named twice")));
  EXPECT_FALSE(std::filesystem::exists(dir_ + "x.img"));
}

TEST_F(ImageCommands, FoldersHaveASummary) {
  const std::string image = Sign("1.0");
  const std::string second = dir_ + "more/b.img";
  std::filesystem::create_directory(dir_ + "more");
  Run({"sign", dir_ + "app.bin", "-o", second, "--key", kReleaseKey, "--version", "2"});
  EXPECT_THAT(Run({"image", "verify", dir_, "--key", kReleaseKey}),
              HasSubstr("2 accepted, 0 refused, 1 other files passed over"));
  EXPECT_THAT(Run({"image", "info", dir_}), HasSubstr("2 images, 0 broken"));
  EXPECT_THAT(Run({"image", "info", image, second}), HasSubstr("version  2.0.0"));
  std::vector<std::byte> bytes = sign::ReadFile(second);
  bytes[600] ^= std::byte{1};
  sign::WriteFile(second, bytes);
  EXPECT_THAT(([&] {
                Run({"image", "verify", dir_, "--key", kReleaseKey});
              }),
              ThrowsMessage<Failure>(HasSubstr("1 of 2 images would be refused")));
  EXPECT_THAT(Run({"image", "info", second}), HasSubstr("DAMAGED"));
  bytes.resize(700);
  sign::WriteFile(second, bytes);
  EXPECT_THAT(([&] {
                Run({"image", "info", dir_});
              }),
              ThrowsMessage<Failure>(HasSubstr("1 of 2 images cannot be read")));
  std::filesystem::create_directory(dir_ + "empty");
  EXPECT_THAT(([&] {
                Run({"image", "verify", dir_ + "empty", "--key", kReleaseKey});
              }),
              ThrowsMessage<Failure>(HasSubstr("no image below")));
  EXPECT_THAT(([&] {
                Run({"image", "info", dir_ + "none"});
              }),
              ThrowsMessage<Failure>(HasSubstr("cannot read")));
}

TEST_F(ImageCommands, ThePolicyIsTheDevices) {
  const std::string uuid = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
  const std::string image = dir_ + "app.img";
  Run({"sign", dir_ + "app.bin", "-o", image, "--key", kReleaseKey, "--version", "1", "--counter",
       "3", "--class-id", uuid});
  const auto verify = [&](const std::vector<std::string>& more) {
    std::vector<std::string> args{"image", "verify", image};
    args.insert(args.end(), more.begin(), more.end());
    return Run(args);
  };
  EXPECT_THAT(verify({"--key", kReleaseKey, "--class-id", uuid}), HasSubstr("accepted"));
  EXPECT_THAT(verify({"--key", kReleaseKey + "=3-3"}), HasSubstr("accepted"));
  EXPECT_THAT(verify({"--key", kReleaseKey + "=1-"}), HasSubstr("accepted"));
  EXPECT_THAT(
      [&] {
        verify({"--key", kReleaseKey + "=0-2"});
      },
      ThrowsMessage<Failure>(HasSubstr("does not hold for its security counter")));
  EXPECT_THAT(
      [&] {
        verify({"--key", kReleaseKey + "=4-2"});
      },
      ThrowsMessage<Failure>(HasSubstr("no range of security counters")));
  EXPECT_THAT(
      [&] {
        verify({"--key", kReleaseKey + "=x"});
      },
      ThrowsMessage<Failure>(HasSubstr("no range of security counters")));
  EXPECT_THAT(
      [&] {
        verify({"--key", kReleaseKey, "--vendor-id", uuid});
      },
      ThrowsMessage<Failure>(HasSubstr("not made by this vendor")));
  EXPECT_THAT(
      [&] {
        verify({"--key", kReleaseKey, "--vendor-id", "123"});
      },
      ThrowsMessage<Failure>(HasSubstr("is no UUID")));
  const auto json = nlohmann::json::parse(Run({"image", "info", image}, true));
  EXPECT_EQ(json["classId"], uuid);
  EXPECT_EQ(json["flagNames"], "none");
}

TEST_F(ImageCommands, InfoNamesThePartsOfTheRelease) {
  const std::string part = Sign("2.1");
  Run({"sign", dir_ + "app.bin", "-o", dir_ + "set.img", "--key", kReleaseKey, "--version", "3",
       "--with", "1:" + part, "--needs", "model@1.4:" + dir_ + "app.bin"});
  const std::string text = Run({"image", "info", dir_ + "set.img"});
  EXPECT_THAT(text, HasSubstr("manifest"));
  EXPECT_THAT(text, HasSubstr("boot image 1"));
  EXPECT_THAT(text, HasSubstr("companion model"));
  const auto json = nlohmann::json::parse(Run({"image", "info", dir_ + "set.img"}, true));
  ASSERT_EQ(json["parts"].size(), 2U);
  EXPECT_EQ(json["parts"][0]["version"], "2.1.0");
  EXPECT_EQ(json["parts"][1]["length"], 5000);
}

TEST_F(ImageCommands, NewKeysSignAndAreNotOverwritten) {
  const std::string key = dir_ + "key.pem";
  const std::string text = Run({"keys", "new", key, "--public", dir_ + "key.pub.pem"});
  EXPECT_THAT(([&] {
                Run({"keys", "new", key});
              }),
              ThrowsMessage<Failure>(HasSubstr("exists already")));
  const auto shown = nlohmann::json::parse(Run({"keys", "show", dir_ + "key.pub.pem"}, true));
  EXPECT_THAT(text, HasSubstr(shown["keyHash"].get<std::string>()));
  Run({"sign", dir_ + "app.bin", "-o", dir_ + "a.img", "--key", key, "--version", "1"});
  EXPECT_THAT(Run({"image", "verify", dir_ + "a.img", "--key", dir_ + "key.pub.pem"}),
              HasSubstr("accepted"));
  EXPECT_THAT(Run({"keys", "show", key, "--cpp", "kKey"}),
              HasSubstr("inline constexpr std::array<std::uint8_t, 64> kKey = {\n    0x"));
}

}  // namespace
}  // namespace linnet::cli
