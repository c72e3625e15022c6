// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/sign/keys.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

namespace linnet::sign {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

const std::string kKeys = LINNET_SOURCE_DIR "/tests/keys/";
const std::string kVectors = LINNET_SOURCE_DIR "/tests/vectors/imgtool/";

class KeysTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "linnet-keys-" + std::string(6, 'X');
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    dir_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(dir_); }

  [[nodiscard]] std::string Path(const std::string& name) const { return dir_ + "/" + name; }
  void Put(const std::string& name, std::string_view text) const {
    WriteFile(Path(name), AsBytes(text));
  }

  std::string dir_;
};

TEST_F(KeysTest, NewKeysDifferAndSurviveTheirFile) {
  const crypto::P256Scalar key = GenerateKey();
  EXPECT_NE(key, GenerateKey());
  Put("key.pem", PrivateKeyPem(key));
  Put("key.pub.pem", PublicKeyPem(PublicKeyOf(key)));
  EXPECT_EQ(LoadPrivateKeyPem(Path("key.pem")), key);
  EXPECT_EQ(LoadPublicKeyPem(Path("key.pub.pem")), PublicKeyOf(key));
  EXPECT_EQ(LoadPublicKeyPem(Path("key.pem")), PublicKeyOf(key));
}

TEST_F(KeysTest, WritesPkcs8AsOpensslDoes) {
  const std::string path = kKeys + "TEST-ONLY-release.pem";
  const std::vector<std::byte> file = ReadFile(path);
  EXPECT_EQ(PrivateKeyPem(LoadPrivateKeyPem(path)), AsText(file));
}

TEST_F(KeysTest, ReadsSec1AndImgtoolsFiles) {
  const std::string sec1 = kKeys + "TEST-ONLY-sec1.pem";
  EXPECT_EQ(PublicKeyOf(LoadPrivateKeyPem(sec1)), LoadPublicKeyPem(sec1));
  crypto::P256PublicKey expected;
  ASSERT_TRUE(crypto::DecodePublicKeyDer(ReadFile(kVectors + "ecdsa-a.pub.der"), expected).ok());
  EXPECT_EQ(LoadPublicKeyPem(kVectors + "ecdsa-a.pub.pem"), expected);
  EXPECT_EQ(PublicKeyOf(LoadPrivateKeyPem(kVectors + "ecdsa-a.pem")), expected);
}

TEST_F(KeysTest, RefusesOtherFilesWithASentence) {
  Put("text", "hello\n");
  EXPECT_THAT([&] { LoadPrivateKeyPem(Path("text")); },
              ThrowsMessage<Error>(HasSubstr("holds no private key in PEM form")));
  EXPECT_THAT([&] { LoadPublicKeyPem(Path("text")); },
              ThrowsMessage<Error>(HasSubstr("holds no key in PEM form")));
  EXPECT_THAT([&] { LoadPrivateKeyPem(kVectors + "ecdsa-a.pub.pem"); },
              ThrowsMessage<Error>(HasSubstr("holds no private key")));
  EXPECT_THAT([&] { LoadPrivateKeyPem(Path("none")); },
              ThrowsMessage<Error>(HasSubstr("No such file")));
  EXPECT_THAT([&] { ReadFile(dir_); }, ThrowsMessage<Error>(HasSubstr("is a directory")));
}

TEST_F(KeysTest, RefusesOtherKindsOfKeys) {
  Put("ed25519.pem",
      "-----BEGIN PRIVATE KEY-----\n"
      "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
      "-----END PRIVATE KEY-----\n");
  EXPECT_THAT([&] { LoadPrivateKeyPem(Path("ed25519.pem")); },
              ThrowsMessage<Error>(HasSubstr("a key of another kind")));
}

TEST_F(KeysTest, AProtectedKeyIsNamedAsSuch) {
  Put("locked.pem",
      "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
      "MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAgGZf3YSqUs9gICCAAw\n"
      "DAYIKoZIhvcNAgkFADAdBglghkgBZQMEAQIEEDQGv+XzQNKOWkhKi7MEh3MEgZC4\n"
      "77LdetSmHM5m1deFU/2FeMSm624pN0Sd/gEK5YYA3G0KX4P14Ix1bW2Ju/u0AHag\n"
      "jwad8ieZcvZ3ClbfM51LvKMmNbhyujod0w7FwUqpAWZY/G0wdNcXdz8MLr3WxLVH\n"
      "65t0ATrcUZkfKzmtnfKGKAwC4KD38qlV04ldMewK5xFsveZoG6OydwBEYRC1Y0U=\n"
      "-----END ENCRYPTED PRIVATE KEY-----\n");
  EXPECT_THAT([&] { LoadPrivateKeyPem(Path("locked.pem")); },
              ThrowsMessage<Error>(HasSubstr("is protected by a passphrase")));
}

TEST_F(KeysTest, SecretsAreTheirOwnersAlone) {
  WriteFile(Path("secret"), AsBytes("s"), FileUse::kSecret);
  struct stat info {};
  ASSERT_EQ(stat(Path("secret").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600U);
  WriteFile(Path("secret"), AsBytes("t"), FileUse::kSecret);
  EXPECT_EQ(AsText(ReadFile(Path("secret"))), "t");
  EXPECT_THAT([&] { WriteFile(Path("none/file"), {}); }, ThrowsMessage<Error>(HasSubstr("write")));
}

}  // namespace
}  // namespace linnet::sign
