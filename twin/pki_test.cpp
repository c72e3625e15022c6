// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/pki.hpp"

#include <gmock/gmock.h>
#include <openssl/x509v3.h>

#include "twin/authority.hpp"
#include "twin/files.hpp"
#include "twin/testing/temp_dir.hpp"

namespace linnet::twin {
namespace {

constexpr UnixSeconds kNow = 1800000000;

// What a peer that trusts `root` finds when it checks `certificate` at `time`; X509_V_OK or the
// reason.
int Verify(const Certificate& certificate, const Certificate& root, UnixSeconds time, int purpose) {
  const std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)> store(X509_STORE_new(),
                                                                      X509_STORE_free);
  X509_STORE_add_cert(store.get(), root.get());
  const std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> context(
      X509_STORE_CTX_new(), X509_STORE_CTX_free);
  X509_STORE_CTX_init(context.get(), store.get(), certificate.get(), nullptr);
  X509_STORE_CTX_set_time(context.get(), 0, time);
  X509_STORE_CTX_set_purpose(context.get(), purpose);
  X509_verify_cert(context.get());
  return X509_STORE_CTX_get_error(context.get());
}

class AuthorityTest : public testing::Test {
 protected:
  testing_support::TempDir dir_;
  Authority authority_{dir_.path() / "ca", KeyKind::kP256, kNow};
};

TEST_F(AuthorityTest, ServerVerifiesAgainstItsRootOnly) {
  const Certificate server = CertificateFromPem(ReadFile(authority_.certificate_file("server")));
  EXPECT_EQ(Verify(server, authority_.root_p256(), kNow, X509_PURPOSE_SSL_SERVER), X509_V_OK);
  EXPECT_NE(Verify(server, authority_.root_rsa(), kNow, X509_PURPOSE_SSL_SERVER), X509_V_OK);
  EXPECT_EQ(Verify(server, authority_.root_p256(), kNow, X509_PURPOSE_SSL_CLIENT),
            X509_V_ERR_INVALID_PURPOSE);
  EXPECT_EQ(Verify(server, authority_.root_p256(), kNow - 2L * 86400, X509_PURPOSE_SSL_SERVER),
            X509_V_ERR_CERT_NOT_YET_VALID);
}

TEST_F(AuthorityTest, ServerOfTheOtherKindReplacesIt) {
  const Authority rsa(dir_.path() / "ca", KeyKind::kRsa2048, kNow);
  const Certificate server = CertificateFromPem(ReadFile(rsa.certificate_file("server")));
  EXPECT_TRUE(IsOfKind(server, KeyKind::kRsa2048));
  EXPECT_EQ(Verify(server, rsa.root_rsa(), kNow, X509_PURPOSE_SSL_SERVER), X509_V_OK);
}

TEST_F(AuthorityTest, OpeningAgainKeepsRootsAndRenewsInTime) {
  const std::string before = ReadFile(authority_.certificate_file("server"));
  const Authority again(dir_.path() / "ca", KeyKind::kP256, kNow);
  EXPECT_EQ(ReadFile(again.certificate_file("server")), before);
  EXPECT_EQ(CertificateId(again.root_p256()), CertificateId(authority_.root_p256()));
  const Authority later(dir_.path() / "ca", KeyKind::kP256, kNow + 2 * 365L * 86400 - 86400);
  EXPECT_NE(ReadFile(later.certificate_file("server")), before);
}

TEST_F(AuthorityTest, ThingCertificateComesFromARequest) {
  const Key key = GenerateKey(KeyKind::kP256);
  const Key wanted = KeyOfRequest(MakeRequest(key, "whatever"));
  const Certificate certificate = authority_.IssueForThing("lamp-1", wanted, kNow);
  EXPECT_EQ(Verify(certificate, authority_.root_p256(), kNow, X509_PURPOSE_SSL_CLIENT), X509_V_OK);
  EXPECT_EQ(CertificateId(certificate).size(), 64U);
  EXPECT_EQ(CertificateId(CertificateFromPem(CertificateToPem(certificate))),
            CertificateId(certificate));
}

TEST_F(AuthorityTest, DamagedRequestIsRefused) {
  std::string request = MakeRequest(GenerateKey(KeyKind::kP256), "lamp");
  EXPECT_THROW(KeyOfRequest("nonsense"), std::runtime_error);
  // One character of the signature, which ends just above the footer.
  const std::size_t at = request.find("\n-----END") - 8;
  request[at] = request[at] == 'A' ? 'B' : 'A';
  EXPECT_THROW(KeyOfRequest(request), std::runtime_error);
}

TEST_F(AuthorityTest, SecretsAreForTheOwner) {
  using std::filesystem::perms;
  const auto mode = std::filesystem::status(authority_.key_file("root-p256")).permissions();
  EXPECT_EQ(mode & (perms::group_all | perms::others_all), perms::none);
  const auto dir = std::filesystem::status(dir_.path() / "ca").permissions();
  EXPECT_EQ(dir & (perms::group_all | perms::others_all), perms::none);
}

TEST(DigestTest, KnownVectors) {
  EXPECT_EQ(Sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(HmacSha256Hex("Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(RandomHex(16).size(), 32U);
  EXPECT_NE(RandomHex(16), RandomHex(16));
}

}  // namespace
}  // namespace linnet::twin
