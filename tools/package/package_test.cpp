// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>

#include "base/endian.hpp"
#include "cbor/writer.hpp"
#include "image/tlv.hpp"
#include "package/format.hpp"
#include "package/writer.hpp"
#include "radio/requirement.hpp"
#include "radio/testing/patches.hpp"
#include "tools/package/build.hpp"
#include "tools/package/judge.hpp"
#include "tools/sign/manifest.hpp"
#include "tools/sign/sign.hpp"

namespace linnet::package {
namespace {

using radio::testing::kFirmware;
using release::PartKind;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;
using Data = std::vector<std::byte>;

/// Code-like bytes: what compresses a little.
Data Program(std::size_t size, unsigned seed) {
  Data data(size);
  for (std::size_t i = 0; i < size; ++i) {
    seed = seed * 1664525U + 1013904223U;
    data[i] = i % 4 < 2 || i < 256 ? static_cast<std::byte>(seed >> 24) : data[i - 256];
  }
  return data;
}

class PackageTool : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "linnet-package-" + std::string(6, 'X');
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    dir_ = pattern + "/";
    wifi_ = dir_ + "wifi.bin";
    sign::WriteFile(wifi_, radio::testing::MakePatch());
    WriteImage("net.img", Program(3000, 7), {});
    WriteImage("old.img", old_program_, {});
    Data changed = old_program_;
    changed.insert(changed.begin() + 5000, 24, std::byte{0x55});
    WriteImage("app.img", changed,
               {sign::NameBootImage(1, dir_ + "net.img"),
                sign::NameCompanion(image::companion::kWifiFirmware, wifi_)});
  }
  void TearDown() override { std::filesystem::remove_all(dir_); }

  std::string WriteImage(const std::string& name, const Data& program,
                         const std::vector<image::ManifestEntry>& manifest,
                         const std::vector<sign::ProtectedTlv>& tlvs = {}) {
    sign::WriteFile(dir_ + name, sign::SignImage({.payload = program,
                                                  .version = {2, 1, 0, 4},
                                                  .security_counter = 3,
                                                  .manifest = manifest,
                                                  .protected_tlvs = tlvs},
                                                 sign::LoadPrivateKeyPem(kKey)));
    return dir_ + name;
  }

  [[nodiscard]] std::vector<PartFile> Others() const {
    return {ReadCompanion("wifi:" + wifi_), ReadBootImage("1:" + dir_ + "net.img")};
  }
  [[nodiscard]] PartFile App() const { return ReadApplication(dir_ + "app.img"); }
  [[nodiscard]] BuildOptions Whole() const {
    return {.product = "lamp",
            .board = "an505",
            .compress = true,
            .bases = ReadBases(dir_ + "old.img")};
  }
  Judgement JudgeIt(const Data& file, JudgeOptions options = {}) const {
    options.keys = keys_;
    return Judge(file, options);
  }

  static constexpr const char* kKey = LINNET_SOURCE_DIR "/tests/keys/TEST-ONLY-release.pem";
  static constexpr const char* kOther = LINNET_SOURCE_DIR "/tests/keys/TEST-ONLY-other.pem";
  const Data old_program_ = Program(20'000, 1);
  const std::vector<crypto::P256PublicKey> keys_ = {sign::LoadPublicKeyPem(kKey)};
  std::string dir_{};
  std::string wifi_{};
};

TEST_F(PackageTool, APackageHasEveryPartInEveryForm) {
  const Data file = Build(App(), Others(), Whole());
  const HeadView head = HeadView::Parse(file).value();
  std::string forms;
  for (std::size_t i = 0; i < head.count(); ++i) {
    const Entry entry = head.At(i);
    forms += NameOf(entry.kind, entry.index) + " " + std::string(ToString(entry.encoding)) + ", ";
    EXPECT_EQ(entry.offset % 4096, 0U);
  }
  EXPECT_EQ(forms,
            "application raw, application delta, application compressed, boot image 1 raw, boot "
            "image 1 compressed, Wi-Fi firmware raw, ");
  EXPECT_EQ(head.At(0).security_counter, 3U);
  EXPECT_LT(head.At(1).stored_length, head.At(0).length / 10);
  EXPECT_EQ(head.At(5).version, radio::ManifestVersion(kFirmware.version));
}

TEST_F(PackageTool, TheSameInputsGiveTheSameBytes) {
  const Data first = Build(App(), Others(), Whole());
  std::vector<PartFile> others = Others();
  std::swap(others[0], others[1]);
  EXPECT_EQ(Build(App(), others, Whole()), first);
}

TEST_F(PackageTool, WhatItMakesADeviceTakes) {
  const Data file = Build(App(), Others(), Whole());
  JudgeOptions options{.held = ReadBases(dir_ + "old.img")};
  const Judgement judgement = JudgeIt(file, options);
  EXPECT_EQ(judgement.kind, FileKind::kPackage);
  ASSERT_EQ(judgement.parts.size(), 6U);
  for (const PartReport& part : judgement.parts) {
    EXPECT_TRUE(part.checked) << part.name;
  }
  EXPECT_FALSE(JudgeIt(file).parts[1].checked) << "a device without the base takes the full part";
}

TEST_F(PackageTool, EveryChangedByteOfAPartIsFound) {
  const Data file = Build(App(), Others(), Whole());
  const HeadView head = HeadView::Parse(file).value();
  for (std::size_t i = 0; i < head.count(); ++i) {
    const Entry entry = head.At(i);
    for (const std::uint32_t at : {0U, entry.stored_length / 2, entry.stored_length - 1}) {
      Data changed = file;
      changed[entry.offset + at] ^= std::byte{1};
      EXPECT_THROW(JudgeIt(changed), sign::Error) << i << " " << at;
    }
  }
}

TEST_F(PackageTool, AnotherVersionThanTheHeadStatesIsRefused) {
  Data file = Build(App(), Others(), Whole());
  const Data before = file;
  const HeadView head = HeadView::Parse(before).value();
  Summary summary = head.summary();
  std::vector<Entry> entries;
  for (std::size_t i = 0; i < head.count(); ++i) {
    entries.push_back(head.At(i));
    if (entries[i].kind == PartKind::kApplication) {
      summary.version = entries[i].version = {9, 0, 0, 0};
    }
  }
  ASSERT_TRUE(WriteHead(summary, entries, file).ok());
  EXPECT_THAT([&] { JudgeIt(file); },
              ThrowsMessage<sign::Error>(HasSubstr("not of the version that the head states")));
}

TEST_F(PackageTool, RefusesWhatADeviceWouldRefuse) {
  const Data file = Build(App(), Others(), Whole());
  const auto refusal = [&](JudgeOptions options) {
    try {
      JudgeIt(file, std::move(options));
    } catch (const sign::Error& error) {
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  EXPECT_THAT(refusal({.product = "fridge"}), HasSubstr("another product"));
  EXPECT_THAT(refusal({.board = "linux"}), HasSubstr("another board"));
  const std::vector<Area> areas = {{PartKind::kApplication, 0, 30'000},
                                   {PartKind::kBootImage, 1, 10'000},
                                   {PartKind::kCompanion, 1, 10'000}};
  EXPECT_EQ(refusal({.areas = areas, .counter_floor = {3}}), "accepted");
  EXPECT_THAT(refusal({.counter_floor = {4}}), HasSubstr("security counter 3, at least 4"));
  auto changed = areas;
  changed[2].size = 1000;
  EXPECT_THAT(refusal({.areas = changed}), HasSubstr("do not fit into 1000"));
  changed.pop_back();
  EXPECT_THAT(refusal({.areas = changed}), HasSubstr("no place for it"));
  const std::vector<crypto::P256PublicKey> other = {sign::LoadPublicKeyPem(kOther)};
  EXPECT_THROW(Judge(file, {.keys = other}), sign::Error);
}

TEST_F(PackageTool, AnUnnamedCompanionIsRefusedWithTheRemedy) {
  const auto build = [&](bool allow) {
    return Build(ReadApplication(dir_ + "old.img"), {ReadCompanion("wifi:" + wifi_)},
                 {.product = "lamp", .board = "an505", .allow_unnamed = allow});
  };
  EXPECT_THAT([&] { build(false); },
              ThrowsMessage<sign::Error>(HasSubstr("with --needs wifi:" + wifi_)));
  const Data file = build(true);
  EXPECT_THAT([&] { JudgeIt(file); },
              ThrowsMessage<sign::Error>(HasSubstr("does not name it: sign the application with "
                                                   "--needs")));
  EXPECT_EQ(JudgeIt(file, {.allow_unnamed = true}).parts.size(), 2U);
}

TEST_F(PackageTool, OtherPartsThanNamedAreRefused) {
  const std::string other = dir_ + "other.bin";
  sign::WriteFile(other, radio::testing::MakePatch({kFirmware.version + 1, kFirmware.features}));
  EXPECT_THAT([&] { Build(App(), {ReadCompanion("wifi:" + other)}, Whole()); },
              ThrowsMessage<sign::Error>(HasSubstr("is not the Wi-Fi firmware that")));
  EXPECT_THAT([&] { Build(App(), {ReadCompanion("wifi:" + wifi_)}, Whole()); },
              ThrowsMessage<sign::Error>(HasSubstr("add --with 1:FILE, or --partial")));
  BuildOptions partial = Whole();
  partial.partial = true;
  const Data file = Build(App(), {}, partial);
  EXPECT_THAT([&] { JudgeIt(file); },
              ThrowsMessage<sign::Error>(HasSubstr("neither here nor on the device")));
  std::vector<PartFile> held = Others();
  EXPECT_EQ(JudgeIt(file, {.held = held}).parts.size(), 3U);
  std::vector<PartFile> twice = Others();
  twice.push_back(twice[0]);
  EXPECT_THAT([&] { Build(App(), twice, Whole()); },
              ThrowsMessage<sign::Error>(HasSubstr("given twice")));
}

TEST_F(PackageTool, AFirmwareOfAnotherVersionThanTheDriverNeedsIsRefused) {
  const auto value = radio::EncodeRequirement({0x01020E09, radio::feature::kSystem});
  WriteImage("app.img", old_program_, {sign::NameCompanion(image::companion::kWifiFirmware, wifi_)},
             {{image::tlv::kRadioRequirement, {value.begin(), value.end()}}});
  const Data file = Build(App(), {ReadCompanion("wifi:" + wifi_)}, Whole());
  EXPECT_THAT([&] { JudgeIt(file); },
              ThrowsMessage<sign::Error>(HasSubstr("the Wi-Fi firmware is 1.2.14.8, the "
                                                   "application's driver needs 1.2.14.9")));
}

TEST_F(PackageTool, OptionsAreChecked) {
  BuildOptions options = Whole();
  options.product = "two words";
  EXPECT_THROW(Build(App(), Others(), options), sign::Error);
  options = Whole();
  options.alignment = 3000;
  EXPECT_THROW(Build(App(), Others(), options), sign::Error);
  EXPECT_THROW(ReadBases(wifi_), sign::Error);
  EXPECT_THROW(ReadBootImage("net.img"), sign::Error);
  EXPECT_THROW(ReadCompanion("wifi@1.x:" + wifi_), sign::Error);
}

TEST_F(PackageTool, APackageIsABaseToo) {
  sign::WriteFile(dir_ + "old.pkg", Build(App(), Others(), {.product = "lamp", .board = "an505"}));
  const std::vector<PartFile> bases = ReadBases(dir_ + "old.pkg");
  ASSERT_EQ(bases.size(), 3U);
  EXPECT_EQ(bases[0].digest, App().digest);
  EXPECT_EQ(bases[1].kind, PartKind::kBootImage);
}

/// The vendor's file: the application, and the patch signed as an image.
TEST_F(PackageTool, TheVendorsFileIsJudgedBySameRules) {
  WriteImage("app.img", old_program_,
             {sign::NameCompanion(image::companion::kWifiFirmware, wifi_)});
  WriteImage("patch.img", sign::ReadFile(wifi_), {});
  const Data app = sign::ReadFile(dir_ + "app.img");
  const Data patch = sign::ReadFile(dir_ + "patch.img");
  Data file(100);
  cbor::Writer writer(MutableBytes(file).subspan(2));
  writer.BeginMap(1);
  writer.Text("img");
  writer.BeginArray(2);
  for (const auto& [id, size] : {std::pair(0, app.size()), std::pair(1, patch.size())}) {
    writer.BeginMap(2);
    writer.Text("id");
    writer.Integer(id);
    writer.Text("size");
    writer.Unsigned(size);
  }
  const std::size_t head = writer.Finish()->size();
  StoreLe16(static_cast<std::uint16_t>(head), file);
  file.resize(2 + head);
  file.insert(file.end(), app.begin(), app.end());
  file.insert(file.end(), patch.begin(), patch.end());
  JudgeOptions options{
      .components = {{.id = 0, .kind = PartKind::kApplication},
                     {.id = 1, .kind = PartKind::kCompanion, .index = 1, .wrapped = true}}};
  const Judgement judgement = JudgeIt(file, options);
  EXPECT_EQ(judgement.kind, FileKind::kMultiImage);
  EXPECT_EQ(judgement.parts.size(), 2U);
  options.components.pop_back();
  EXPECT_THAT([&] { JudgeIt(file, options); },
              ThrowsMessage<sign::Error>(HasSubstr("image id 1 is not in this board's component")));
}

TEST_F(PackageTool, ABareImageIsJudgedToo) {
  EXPECT_EQ(JudgeIt(sign::ReadFile(dir_ + "old.img")).kind, FileKind::kImage);
  EXPECT_THAT([&] { JudgeIt(sign::ReadFile(dir_ + "app.img")); },
              ThrowsMessage<sign::Error>(HasSubstr("neither here nor on the device")));
  EXPECT_THROW(JudgeIt(sign::ReadFile(wifi_)), sign::Error);
}

}  // namespace
}  // namespace linnet::package
