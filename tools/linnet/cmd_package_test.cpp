// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The command package, as a user chains it with sign.
#include <gmock/gmock.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "radio/requirement.hpp"
#include "radio/testing/patches.hpp"
#include "tools/linnet/commands.hpp"
#include "tools/sign/files.hpp"

namespace linnet::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

const std::string kKey = LINNET_SOURCE_DIR "/tests/keys/TEST-ONLY-release.pem";

class PackageCommand : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "linnet-cli-" + std::string(6, 'X');
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    dir_ = pattern + "/";
    std::vector<std::byte> program(5000, std::byte{0x42});
    sign::WriteFile(dir_ + "v1.bin", program);
    program[2000] = std::byte{0x43};
    sign::WriteFile(dir_ + "v2.bin", program);
    sign::WriteFile(Wifi(), radio::testing::MakePatch());
  }
  void TearDown() override { std::filesystem::remove_all(dir_); }

  // What `linnet ARGS` prints.
  std::string Run(std::vector<std::string> args, bool json = false) {
    std::ostringstream stream;
    Context context;
    context.out = Output(stream);
    context.out.set_json(json);
    CLI::App app;
    AddSignCommand(app, context);
    AddPackageCommand(app, context);
    std::ranges::reverse(args);
    app.parse(args);
    return stream.str();
  }

  std::string Sign(const std::string& name, const std::string& version) {
    Run({"sign", dir_ + name + ".bin", "-o", dir_ + name + ".img", "--key", kKey, "--version",
         version, "--needs", "wifi:" + Wifi()});
    return dir_ + name + ".img";
  }
  std::vector<std::string> Package(const std::string& image,
                                   const std::vector<std::string>& more = {}) {
    std::vector<std::string> args = {"package",   image,  "-o",      dir_ + "out.pkg",
                                     "--product", "lamp", "--board", "an505"};
    args.insert(args.end(), more.begin(), more.end());
    return args;
  }
  [[nodiscard]] std::string Wifi() const { return dir_ + "nrf70.bin"; }

  std::string dir_;
};

TEST_F(PackageCommand, MakeInspectVerify) {
  const std::string old_image = Sign("v1", "1.0.0");
  const std::string new_image = Sign("v2", "1.1.0");
  EXPECT_THAT(Run(Package(new_image, {"--needs", "wifi:" + Wifi(), "--from", old_image})),
              HasSubstr("release 1.1.0 for lamp on an505"));
  const auto json = nlohmann::json::parse(Run({"package", "--inspect", dir_ + "out.pkg"}, true));
  EXPECT_EQ(json["parts"].size(), 3U);
  EXPECT_EQ(json["parts"][1]["encoding"], "delta");
  EXPECT_EQ(json["parts"][2]["version"], "1.2.14.8");
  EXPECT_THAT(Run({"package", "--verify", dir_ + "out.pkg", "--key", kKey, "--from", old_image,
                   "--area", "app=6000", "--area", "wifi=0x20000"}),
              HasSubstr("accepted"));
  EXPECT_THAT(
      [&] {
        Run({"package", "--verify", dir_ + "out.pkg", "--key", kKey, "--area", "app=5000"});
      },
      ThrowsMessage<Failure>(HasSubstr("would be refused: application: ")));
  EXPECT_THAT(
      [&] {
        Run({"package", "--verify", dir_ + "out.pkg", "--key", kKey, "--area", "app=6000,1",
             "--area", "wifi=0x20000"});
      },
      ThrowsMessage<Failure>(HasSubstr("security counter 0, at least 1")));
  EXPECT_THAT(
      [&] {
        Run({"package", "--verify", dir_ + "out.pkg", "--key", kKey, "--area", "wifi=0x20000,1"});
      },
      ThrowsMessage<Failure>(HasSubstr("wifi has no security counter")));
}

TEST_F(PackageCommand, MistakesAreExplained) {
  const std::string image = Sign("v1", "1.0.0");
  EXPECT_THAT([&] { Run(Package(image)); }, ThrowsMessage<Failure>(HasSubstr("--needs wifi:FILE")));
  EXPECT_THAT([&] { Run({"package", image}); }, ThrowsMessage<Failure>(HasSubstr("--output")));
  EXPECT_THAT(
      [&] {
        Run({"package", "--inspect", image});
      },
      ThrowsMessage<Failure>(HasSubstr("is a bare image")));
  EXPECT_THAT(
      [&] {
        Run({"package", "--inspect", Wifi()});
      },
      ThrowsMessage<Failure>(HasSubstr("neither a package")));
  EXPECT_THAT(
      [&] {
        Run({"package", "--verify", image});
      },
      ThrowsMessage<Failure>(HasSubstr("--key")));
  EXPECT_THAT(
      [&] {
        Run({"package", "--verify", image, "--key", kKey, "--area", "radio=3"});
      },
      ThrowsMessage<Failure>(HasSubstr("is no part")));
  EXPECT_THAT(
      [&] {
        Run({"package", "--verify", image, "--key", kKey, "--component", "wifi"});
      },
      ThrowsMessage<Failure>(HasSubstr("ID=PART")));
}

TEST_F(PackageCommand, AProgramSaysWhichFirmwareItsDriverNeeds) {
  const auto append_note = [&](hal::RadioFirmware firmware) {
    std::vector<std::byte> program(5000, std::byte{0x42});
    const radio::RequirementNote note(firmware);
    const Bytes bytes = std::as_bytes(std::span(&note, 1));
    program.insert(program.end(), bytes.begin(), bytes.end());
    sign::WriteFile(dir_ + "v3.bin", program);
  };
  append_note(radio::testing::kFirmware);
  const std::string image = Sign("v3", "1.2.0");
  Run(Package(image, {"--needs", "wifi:" + Wifi()}));
  EXPECT_THAT(Run({"package", "--verify", dir_ + "out.pkg", "--key", kKey}), HasSubstr("accepted"));
  append_note({0x01020E09, radio::feature::kSystem});
  EXPECT_THAT([&] { Sign("v3", "1.2.1"); },
              ThrowsMessage<Failure>(HasSubstr("driver needs Wi-Fi firmware 1.2.14.9, and the one "
                                               "given is 1.2.14.8")));
}

}  // namespace
}  // namespace linnet::cli
