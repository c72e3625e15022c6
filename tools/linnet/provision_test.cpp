// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/linnet/provision.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <span>

#include "crypto/private_key.hpp"
#include "flash/journal.hpp"
#include "settings/settings.hpp"
#include "tools/board/flash_file.hpp"
#include "tools/linnet/boards.hpp"
#include "tools/linnet/context.hpp"
#include "twin/authority.hpp"
#include "twin/files.hpp"
#include "twin/testing/temp_dir.hpp"
#include "vault_service/device_key.hpp"
#include "wifi/networks.hpp"

namespace linnet::cli {
namespace {

constexpr twin::UnixSeconds kNow = 1800000000;

// A board that is switched off, and factory files for it.
class ProvisionTest : public testing::Test {
 protected:
  void SetUp() override {
    const twin::Authority authority(dir_.path() / "ca", twin::KeyKind::kP256, kNow);
    key_ = twin::GenerateKey(twin::KeyKind::kP256);
    const twin::Certificate certificate = authority.IssueForThing("lamp-1", key_, kNow);
    std::filesystem::create_directory(factory_);
    twin::WriteSecretFile(factory_ / "key.pem", twin::KeyToPem(key_));
    twin::WriteFile(factory_ / "cert.der", twin::CertificateToDer(certificate));
    twin::WriteFile(factory_ / "root-p256.der", twin::CertificateToDer(authority.root_p256()));
    twin::WriteFile(factory_ / "root-rsa.der", twin::CertificateToDer(authority.root_rsa()));
    twin::WriteFile(
        factory_ / "factory.json",
        R"({"thingName":"lamp-1","endpoint":"linnet-twin.local","mqttPort":8884,"sntpPort":1234})");
    EnsureFlash(BoardKind::kAn505, flash_);
    ProvisionBoard(BoardKind::kAn505, flash_, factory_, "");
  }

  std::string Text(const settings::TextEntry& entry) {
    char buffer[300];
    const auto text = settings().Get(entry, buffer);
    return text.ok() ? std::string(*text) : "(none)";
  }

  std::string Blob(const settings::BlobEntry& entry) {
    std::array<std::byte, settings::kMaxCertificate> buffer;
    const auto blob = settings().Get(entry, buffer);
    return blob.ok() ? std::string(reinterpret_cast<const char*>(blob->data()), blob->size())
                     : "(none)";
  }

  // As the device finds it after its start.
  settings::Settings& settings() {
    file_.emplace(board::FlashFile::Open(flash_));
    region_.emplace(file_->Window(board::layout::kSettings));
    journal_.emplace(*region_);
    EXPECT_TRUE(journal_->Mount().ok());
    settings_.emplace(*journal_);
    return *settings_;
  }

  twin::testing_support::TempDir dir_;
  std::filesystem::path factory_ = dir_.path() / "factory";
  std::filesystem::path flash_ = dir_.path() / "board.flash";
  twin::Key key_;
  std::optional<board::FlashFile> file_;
  std::optional<an505::MappedFlash> region_;
  std::optional<flash::Journal> journal_;
  std::optional<settings::Settings> settings_;
};

class NoEntropy final : public crypto::EntropySource {
 public:
  Status Fill(MutableBytes /*out*/) override { return Code::kUnavailable; }
};

TEST_F(ProvisionTest, DeviceFindsItsIdentity) {
  EXPECT_EQ(Text(settings::kThingName), "lamp-1");
  EXPECT_EQ(Text(settings::kEndpointHost), "linnet-twin.local");
  EXPECT_EQ(Text(settings::kHostEntry), "linnet-twin.local=10.0.2.2");
  EXPECT_EQ(Text(settings::kTimeServerHost), "linnet-twin.local");
  EXPECT_EQ(settings().Get(settings::kEndpointPort), 8884U);
  EXPECT_EQ(settings().Get(settings::kTimeServerPort), 1234U);
  EXPECT_EQ(Blob(settings::kDeviceCertificate), twin::ReadFile(factory_ / "cert.der"));
  EXPECT_EQ(Blob(settings::kRootCertificate1), twin::ReadFile(factory_ / "root-p256.der"));
  EXPECT_EQ(Blob(settings::kRootCertificate2), twin::ReadFile(factory_ / "root-rsa.der"));
}

TEST_F(ProvisionTest, VaultHoldsTheKeyOfTheCertificate) {
  const board::FlashFile file = board::FlashFile::Open(flash_);
  auto vault = file.Window(board::layout::kVault);
  NoEntropy entropy;
  crypto::Random random(entropy);
  crypto::PrivateKey key(random);
  ASSERT_TRUE(vault_service::LoadDeviceKey(vault, key).ok());
  crypto::P256Scalar scalar{};
  ASSERT_TRUE(key.Export(scalar).ok());
  const std::string wanted = twin::PrivateScalar(key_);
  EXPECT_TRUE(std::ranges::equal(scalar, std::as_bytes(std::span(wanted))));
}

TEST_F(ProvisionTest, AnotherIdentityReplacesTheFirst) {
  twin::WriteFile(
      factory_ / "factory.json",
      R"({"thingName":"lamp-2","endpoint":"iot.example","mqttPort":8883,"sntpPort":123})");
  ProvisionBoard(BoardKind::kAn505, flash_, factory_, "192.168.1.9");
  EXPECT_EQ(Text(settings::kThingName), "lamp-2");
  EXPECT_EQ(Text(settings::kHostEntry), "iot.example=192.168.1.9");
}

TEST_F(ProvisionTest, SettingsAreSetByName) {
  SetEntries(BoardKind::kAn505, flash_, {"telemetry.interval_s=7", "log.level=3"});
  EXPECT_EQ(settings().Get(settings::kTelemetryIntervalS), 7U);
  EXPECT_EQ(settings().Get(settings::kLogLevel), 3U);
  EXPECT_EQ(Text(settings::kThingName), "lamp-1");
}

TEST_F(ProvisionTest, WrongSettingsAreRefused) {
  for (const char* wrong :
       {"telemetry.interval_s=0", "telemetry.interval_s=x", "telemetry.interval_s=", "nonsense=1",
        "log.level", "root.certificate1=abc", "log.level=99999999999"}) {
    EXPECT_THROW(SetEntries(BoardKind::kAn505, flash_, {wrong}), Failure) << wrong;
  }
  EXPECT_EQ(settings().Get(settings::kTelemetryIntervalS), 60U);
}

TEST_F(ProvisionTest, LinuxBoardGetsItsOwnAddress) {
  const std::filesystem::path directory = dir_.path() / "linux";
  EnsureFlash(BoardKind::kLinux, directory);
  ProvisionBoard(BoardKind::kLinux, directory, factory_, "");
  SetEntries(BoardKind::kLinux, directory, {"led=1"});
  EXPECT_EQ(KindOf(directory, "an505"), BoardKind::kLinux);
  EXPECT_EQ(KindOf(flash_, "linux"), BoardKind::kAn505);
}

TEST_F(ProvisionTest, MissingFilesAreNamed) {
  std::filesystem::remove(factory_ / "cert.der");
  try {
    ProvisionBoard(BoardKind::kAn505, flash_, factory_, "");
    FAIL() << "accepted";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("cert.der"));
  }
}

TEST_F(ProvisionTest, WritesNetworksAsADeviceTakesThemOver) {
  WriteNetworks(BoardKind::kAn505, flash_, {"home", "a good key", "cafe", ""});
  std::array<std::byte, 512> buffer{};
  const auto stored = settings().Get(settings::kWifiNetworks, buffer);
  ASSERT_TRUE(stored.ok());
  wifi::NetworkList list;
  ASSERT_TRUE(wifi::DecodeNetworks(*stored, list).ok());
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list.view()[0].ssid, "home");
  EXPECT_EQ(list.view()[0].passphrase, "a good key");
  EXPECT_EQ(list.view()[0].minimum_security, hal::WifiSecurity::kWpa2Psk);
  EXPECT_EQ(list.view()[1].minimum_security, hal::WifiSecurity::kOpen);
  EXPECT_THROW(WriteNetworks(BoardKind::kAn505, flash_, {"home", "short"}), Failure);
  EXPECT_THROW(WriteNetworks(BoardKind::kAn505, flash_, std::vector<std::string>(10, "12345678")),
               Failure);
}

}  // namespace
}  // namespace linnet::cli
