// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Build directories of the reference case: each of its problems is named, with the remedy.
#include "tools/doctor/doctor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>

#include "image/tlv.hpp"
#include "radio/patch.hpp"
#include "radio/requirement.hpp"
#include "tools/doctor/archive.hpp"
#include "tools/layout/yaml.hpp"
#include "tools/sign/sign.hpp"

namespace linnet::doctor {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::Contains;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::string kCase = LINNET_SOURCE_DIR "/tests/reference_case";

std::vector<std::byte> BytesOf(const std::string& text) {
  const auto* bytes = reinterpret_cast<const std::byte*>(text.data());
  return {bytes, bytes + text.size()};
}

/// A copy of a build directory of the reference case, to which files are added.
class Folder {
 public:
  explicit Folder(const std::string& name)
      : path_(fs::temp_directory_path() / ("linnet-doctor-" + std::to_string(::getpid()))) {
    fs::remove_all(path_);
    fs::copy(kCase + "/" + name, path_, fs::copy_options::recursive);
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  void Write(const std::string& name, const std::vector<std::byte>& content) const {
    fs::create_directories((path_ / name).parent_path());
    std::ofstream file(path_ / name, std::ios::binary);
    file.write(reinterpret_cast<const char*>(content.data()),
               static_cast<std::streamsize>(content.size()));
  }
  void Write(const std::string& name, const std::string& content) const {
    Write(name, BytesOf(content));
  }

  [[nodiscard]] Findings Run(const std::string& driver = "1.2.14.1") const {
    return Diagnose(LoadBuild(path_.string() + "/build", {.driver_version = driver}));
  }

 private:
  fs::path path_;
};

auto Has(const char* id, const char* what, const char* remedy) {
  return Contains(AllOf(Field(&layout::Finding::severity, layout::Severity::kError),
                        Field(&layout::Finding::id, id),
                        Field(&layout::Finding::what, HasSubstr(what)),
                        Field(&layout::Finding::remedy, HasSubstr(remedy))));
}

auto Id(const char* id) {
  return Contains(Field(&layout::Finding::id, id));
}

std::vector<std::byte> Signed(const std::vector<std::byte>& payload, const std::string& key,
                              image::Version version = {.major = 1}) {
  return sign::SignImage({.payload = payload, .version = version},
                         sign::LoadPrivateKeyPem(LINNET_SOURCE_DIR "/tests/keys/" + key));
}

std::vector<std::byte> Patch(const std::string& version) {
  const std::vector<std::byte> data(64, std::byte{7});
  std::array<radio::ImageContent, hal::kRadioImageCount> images;
  for (std::size_t i = 0; i < images.size(); ++i) {
    images[i] = {static_cast<hal::RadioImage>(i), data};
  }
  std::vector<std::byte> out(4096);
  const auto bytes =
      radio::WritePatch({radio::ParseFirmwareVersion(version).value(), 1}, images, out);
  return {bytes.value().begin(), bytes.value().end()};
}

/// A dfu_multi_image.bin of two images, 0 and 1.
std::vector<std::byte> Package(const std::vector<std::byte>& first,
                               const std::vector<std::byte>& second) {
  std::vector<std::byte> out = BytesOf(std::string("\x24\x00\xA1\x63img\x82", 8));
  int id = 0;
  for (const auto* image : {&first, &second}) {
    const std::vector<std::byte> head = BytesOf(
        std::string("\xA2\x62id", 4) + static_cast<char>(id++) + std::string("\x64size\x1A", 6));
    out.insert(out.end(), head.begin(), head.end());
    for (int shift = 24; shift >= 0; shift -= 8) {
      out.push_back(static_cast<std::byte>(image->size() >> shift));
    }
  }
  out.insert(out.end(), first.begin(), first.end());
  out.insert(out.end(), second.begin(), second.end());
  return out;
}

void Put(std::vector<std::byte>& out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) {
    out.push_back(static_cast<std::byte>(value));
    value >>= 8;
  }
}

/// A zip file of stored entries.
std::vector<std::byte> Zip(const std::vector<ArchiveFile>& files) {
  std::vector<std::byte> out;
  std::vector<std::byte> directory;
  for (const ArchiveFile& file : files) {
    const auto crc = crc32(0, reinterpret_cast<const Bytef*>(file.content.data()),
                           static_cast<uInt>(file.content.size()));
    const std::size_t at = out.size();
    const auto common = [&](std::vector<std::byte>& to) {
      Put(to, 20, 2);
      Put(to, 0, 8);
      Put(to, crc, 4);
      Put(to, file.content.size(), 4);
      Put(to, file.content.size(), 4);
      Put(to, file.name.size(), 2);
      Put(to, 0, 2);
    };
    Put(out, 0x04034B50, 4);
    common(out);
    Put(directory, 0x02014B50, 4);
    Put(directory, 20, 2);
    common(directory);
    Put(directory, 0, 10);
    Put(directory, at, 4);
    for (const char c : file.name) {
      out.push_back(static_cast<std::byte>(c));
      directory.push_back(static_cast<std::byte>(c));
    }
    out.insert(out.end(), file.content.begin(), file.content.end());
  }
  const std::size_t at = out.size();
  out.insert(out.end(), directory.begin(), directory.end());
  Put(out, 0x06054B50, 4);
  Put(out, 0, 4);
  Put(out, files.size(), 2);
  Put(out, files.size(), 2);
  Put(out, directory.size(), 4);
  Put(out, at, 4);
  Put(out, 0, 2);
  return out;
}

constexpr const char* kApp = "build/aws_iot/zephyr/zephyr.signed.bin";
constexpr const char* kPatchFile = "build/nrf70.signed.bin";
constexpr const char* kKey = "TEST-ONLY-release.pem";

TEST(ReferenceCase, ProblemATheOptionThatSysbuildTurnsOff) {
  const Findings findings = Folder("problem_a").Run();
  EXPECT_THAT(findings, Has("option-not-set", "CONFIG_NRF_WIFI_FW_PATCH_DFU=y is asked for",
                            "SB_CONFIG_DFU_MULTI_IMAGE_PACKAGE_WIFI_FW_PATCH=y"));
  EXPECT_THAT(findings, Has("option-not-set",
                            "sysbuild sets it to n without a word, because "
                            "SB_CONFIG_DFU_MULTI_IMAGE_PACKAGE_WIFI_FW_PATCH is not y (",
                            ""));
  EXPECT_THAT(findings, Has("option-not-set", ".config.sysbuild:3", ""));
  EXPECT_THAT(findings, Has("option-not-set",
                            "it depends on CONFIG_DFU_MULTI_IMAGE, which is not set (", ""));
  EXPECT_THAT(findings, Has("option-not-set", "sdk/Kconfig.wifi:9", ""));
}

TEST(ReferenceCase, ProblemAWithoutTheSdksFiles) {
  const Folder folder("problem_a");
  folder.Write("build/aws_iot/zephyr/kconfig/sources.txt", "/moved/away/Kconfig\n");
  folder.Write("build/aws_iot/zephyr/.config.sysbuild", "");
  folder.Write("source/prj.conf", "CONFIG_NRF_WIFI_FW_PATCH_DFU=y\nCONFIG_HTTP_SERVER=y\n");
  const Findings findings = folder.Run();
  EXPECT_THAT(findings, Has("option-not-set", "sysbuild sets it to n without a word", ""));
  EXPECT_THAT(findings, Has("option-not-set", "CONFIG_DFU_MULTI_IMAGE, which it needs", ""));
  EXPECT_THAT(findings,
              Contains(AllOf(
                  Field(&layout::Finding::what, HasSubstr("CONFIG_HTTP_SERVER=y is asked for")),
                  Field(&layout::Finding::why, HasSubstr("Its conditions are not known here")))));
}

TEST(Doctor, ExplainsAnOptionThatOnlyTheSdksFilesKnow) {
  const Folder folder("problem_a");
  folder.Write("source/prj.conf", "CONFIG_HTTP_SERVER=y\nCONFIG_DFU_TARGETT=y\n");
  folder.Write("sdk/Kconfig.wifi",
               "config HTTP_SERVER\n\tbool \"h\"\n\tdepends on NET_TCP && EVENTFD\n");
  const Findings findings = folder.Run();
  const auto what = [](const char* text) {
    return Contains(Field(&layout::Finding::what, HasSubstr(text)));
  };
  EXPECT_THAT(findings, what("it depends on CONFIG_EVENTFD, which is not set ("));
  EXPECT_THAT(findings, what("no Kconfig file of this build defines it; CONFIG_DFU_TARGET is "
                             "defined"));
  folder.Write("sdk/Kconfig.wifi", "config X\n\tdepends on ((\n");
  EXPECT_THAT(folder.Run(), Contains(Field(&layout::Finding::why, HasSubstr("Kconfig.wifi:2"))));
}

TEST(ReferenceCase, ProblemBThePackageBeforeTheSignature) {
  const Folder folder("problem_b");
  EXPECT_THAT(folder.Run(), Has("patch-not-signed", "nrf70.signed.bin was not made",
                                "nrf70_wifi_fw_patch_signed_target"));
}

TEST(ReferenceCase, ProblemBAPackageOfAnEarlierBuild) {
  const Folder folder("problem_b");
  const std::vector<std::byte> app = Signed(BytesOf("application"), kKey);
  const std::vector<std::byte> patch = Signed(Patch("1.2.14.1"), kKey);
  folder.Write(kApp, app);
  folder.Write(kPatchFile, patch);
  folder.Write("build/dfu_multi_image.bin", Package(app, patch));
  const Findings sound = folder.Run();
  EXPECT_THAT(sound, Not(Id("package-stale")));
  EXPECT_THAT(sound, Not(Id("package-damaged")));
  EXPECT_THAT(sound, Not(Id("patch-not-signed")));
  EXPECT_THAT(sound, Not(Id("patch-version")));
  folder.Write(kPatchFile, Signed(Patch("1.2.14.2"), kKey));
  EXPECT_THAT(folder.Run(), Has("package-stale", "image 1 of the package", "last step"));
  folder.Write("build/dfu_multi_image.bin", Package(app, Patch("1.2.14.1")));
  EXPECT_THAT(folder.Run(), Has("package-unsigned", "image 1", "signed"));
  folder.Write("build/dfu_multi_image.bin", BytesOf("\x24"));
  EXPECT_THAT(folder.Run(), Has("package-damaged", "", ""));
}

TEST(ReferenceCase, ProblemCTheDownloadReachesImage0Only) {
  EXPECT_THAT(Folder("problem_c").Run(),
              Has("patch-unreachable", "writes image 0 only", "CONFIG_DFU_TARGET_CUSTOM"));
}

TEST(ReferenceCase, ProblemDAPairThatCanPart) {
  const Folder folder("problem_c");
  const Findings findings = folder.Run();
  EXPECT_THAT(findings, Has("pair-not-atomic", "nothing installs them as one", "one release"));
  EXPECT_THAT(findings, Has("confirms-one", "confirms image 0 only", "Confirm each image"));
  folder.Write(kPatchFile, Signed(Patch("1.2.14.0"), kKey));
  EXPECT_THAT(folder.Run(), Has("patch-version", "1.2.14.0, the driver wants 1.2.14.1", ""));
}

TEST(Doctor, TheDriversVersionIsFoundInTheSdk) {
  const Folder folder("problem_c");
  folder.Write(kPatchFile, Signed(Patch("1.2.14.0"), kKey));
  folder.Write("sdk/fw_if/umac_if/inc/fw/patch_info.h",
               "#define RPU_FAMILY (1)\n#define RPU_MAJOR_VERSION (2)\n"
               "#define RPU_MINOR_VERSION (13)\n#define RPU_PATCH_VERSION (23)\n");
  EXPECT_THAT(folder.Run(""), Has("patch-version", "the driver wants 1.2.13.23", ""));
}

TEST(Doctor, ImagesKeysVersionsAndFit) {
  const Folder folder("problem_c");
  folder.Write(kApp, Signed(BytesOf("application"), "TEST-ONLY-other.pem", {.major = 2}));
  folder.Write(kPatchFile, Signed(Patch("1.2.14.1"), kKey));
  const Findings findings = folder.Run();
  EXPECT_THAT(findings, Has("keys-differ", "", "Sign both"));
  EXPECT_THAT(findings, Id("version-differs"));
  folder.Write(kApp, Signed(std::vector<std::byte>(0xE4000 - 0x1000), kKey));
  EXPECT_THAT(folder.Run(), Has("does-not-fit", "", "linnet size"));
  folder.Write(kApp, BytesOf("no image"));
  EXPECT_THAT(folder.Run(), Id("image-damaged"));
  folder.Write("build/mcuboot/zephyr/.config",
               "CONFIG_UPDATEABLE_IMAGE_NUMBER=1\nCONFIG_BOOT_UPGRADE_ONLY=y\n");
  EXPECT_THAT(folder.Run(), AllOf(Id("image-count"), Id("no-revert")));
}

TEST(Doctor, ExplainsTheBootLoadersOptions) {
  const Folder folder("problem_c");
  folder.Write("source/sysbuild/mcuboot.conf", "CONFIG_BOOT_UPGRADE_ONLY=y\nCONFIG_LOG=y\n");
  folder.Write("build/mcuboot/zephyr/.config.sysbuild", "CONFIG_BOOT_UPGRADE_ONLY=n\n");
  folder.Write("build/mcuboot/zephyr/.config",
               "CONFIG_UPDATEABLE_IMAGE_NUMBER=2\n# CONFIG_BOOT_UPGRADE_ONLY is not set\n"
               "# CONFIG_LOG is not set\n");
  const Findings findings = folder.Run();
  EXPECT_THAT(findings, Has("option-not-set", "CONFIG_BOOT_UPGRADE_ONLY=y is asked for",
                            "SB_CONFIG_MCUBOOT_MODE_OVERWRITE_ONLY=y"));
  EXPECT_THAT(findings, Has("option-not-set", "mcuboot/zephyr/.config.sysbuild:1", ""));
  EXPECT_THAT(findings, Contains(Field(&layout::Finding::what, HasSubstr("CONFIG_LOG=y"))));
}

TEST(Doctor, AnApplicationThatNamesItsFirmwareIsBelieved) {
  const Folder folder("problem_c");
  const auto needs = radio::EncodeRequirement({radio::ParseFirmwareVersion("1.2.14.3").value(), 1});
  const sign::SignOptions options{
      .payload = BytesOf("application"),
      .version = {.major = 1},
      .protected_tlvs = {{image::tlv::kRadioRequirement, {needs.begin(), needs.end()}}}};
  folder.Write(kApp,
               sign::SignImage(options, sign::LoadPrivateKeyPem(
                                            std::string(LINNET_SOURCE_DIR "/tests/keys/") + kKey)));
  folder.Write(kPatchFile, Signed(Patch("1.2.14.1"), kKey));
  EXPECT_THAT(folder.Run(""), Has("patch-version", "the application's image wants 1.2.14.3", ""));
  EXPECT_THAT(folder.Run("1.2.14.1"), Not(Id("patch-version")));
  EXPECT_THROW((void)folder.Run("newest"), layout::Error);
}

TEST(Doctor, TheArchiveHoldsWhatItsManifestNames) {
  const Folder folder("problem_b");
  const std::vector<std::byte> app = Signed(BytesOf("application"), kKey);
  folder.Write(kApp, app);
  const std::string manifest = R"({"files":[{"file":"aws_iot.signed.bin"},{"file":"gone.bin"}]})";
  folder.Write("build/dfu_application.zip",
               Zip({{"aws_iot.signed.bin", app}, {"manifest.json", BytesOf(manifest)}}));
  Findings findings = folder.Run();
  EXPECT_THAT(findings, Has("archive-manifest", "names 'gone.bin'", ""));
  EXPECT_THAT(findings, Not(Id("package-stale")));
  folder.Write(kApp, Signed(BytesOf("a later application"), kKey));
  EXPECT_THAT(folder.Run(), Has("package-stale", "'aws_iot.signed.bin' in the archive", ""));
  std::vector<std::byte> damaged = Zip({{"manifest.json", BytesOf(manifest)}});
  damaged[50] ^= std::byte{1};
  folder.Write("build/dfu_application.zip", damaged);
  EXPECT_THROW((void)folder.Run(), layout::Error);
}

TEST(Doctor, DamagedFilesEndInOneError) {
  const Folder folder("problem_a");
  folder.Write("build/aws_iot/zephyr/.config", "CONFIG_A=y\nrubbish\n");
  try {
    (void)folder.Run();
    FAIL() << "accepted";
  } catch (const layout::Error& error) {
    EXPECT_THAT(error.what(), HasSubstr(".config:2: expected CONFIG_NAME=value"));
  }
  Config config;
  EXPECT_THROW(kconfig::ReadSettings("x", std::string(kconfig::kMaxSettingsSize + 1, '\n'), config),
               layout::Error);
  EXPECT_THROW(LoadBuild("/nonexistent", {}), layout::Error);
  EXPECT_THROW(LoadBuild(kCase + "/maps", {}), layout::Error) << "no build directory";
  EXPECT_THROW(ReadArchive("x.zip", BytesOf("PK")), layout::Error);
}

}  // namespace
}  // namespace linnet::doctor
