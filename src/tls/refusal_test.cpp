// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Whom the client refuses, who refuses the client, and what it says about it.
#include <openssl/ssl.h>

#include "base/view.hpp"
#include "tls/client_stream.hpp"
#include "tls/testing/rig.hpp"

namespace linnet::tls {
namespace {

using testing::CertificateOptions;
using testing::Client;
using testing::Identity;
using testing::Issue;
using testing::KeyKind;
using testing::kHost;
using testing::kToday;
using testing::ServerOptions;
using testing::World;
using State = net::Stream::State;

ServerOptions Mutual() {
  return {.chain = {&World::Get().ec_server}, .client_authority = &World::Get().ec_root};
}

void ExpectRefused(const Identity& server, Failure reason, StringView text, int alert) {
  Client client({.chain = {&server}});
  ASSERT_EQ(client.Connect(), State::kFailed);
  EXPECT_EQ(client.stream->reason(), reason) << client.stream->failure_text();
  EXPECT_EQ(client.stream->failure_text(), text);
  EXPECT_EQ(client.stream->failure().code(), Code::kUnauthenticated);
  EXPECT_FALSE(client.server.established());
  EXPECT_EQ(client.server.alert(), alert);
  std::array<std::byte, 8> buffer{};
  EXPECT_FALSE(client.stream->Read(buffer).ok());
  EXPECT_FALSE(client.stream->Write(buffer).ok());
}

TEST(RefusalTest, ServerForAnotherName) {
  ExpectRefused(Issue({.names = {"other.example.test"}}, &World::Get().ec_root),
                Failure::kServerName, "server certificate: name mismatch", SSL_AD_BAD_CERTIFICATE);
}

TEST(RefusalTest, ServerWhoseNameOnlyBeginsLikeOurs) {
  ExpectRefused(Issue({.names = {std::string(kHost) + ".evil.test"}}, &World::Get().ec_root),
                Failure::kServerName, "server certificate: name mismatch", SSL_AD_BAD_CERTIFICATE);
}

TEST(RefusalTest, ExpiredServer) {
  const UnixTime yesterday{kToday.seconds - 86'400};
  ExpectRefused(
      Issue({.names = {std::string(kHost)}, .not_after = yesterday}, &World::Get().ec_root),
      Failure::kServerExpired, "server certificate: expired", SSL_AD_CERTIFICATE_EXPIRED);
}

TEST(RefusalTest, ServerNotYetValid) {
  const UnixTime tomorrow{kToday.seconds + 86'400};
  ExpectRefused(
      Issue({.names = {std::string(kHost)}, .not_before = tomorrow}, &World::Get().ec_root),
      Failure::kServerNotYetValid, "server certificate: not yet valid", SSL_AD_CERTIFICATE_UNKNOWN);
}

TEST(RefusalTest, ServerOfAStranger) {
  ExpectRefused(Issue({.names = {std::string(kHost)}}, &World::Get().other_root),
                Failure::kServerNotTrusted, "server certificate: not trusted", SSL_AD_UNKNOWN_CA);
}

TEST(RefusalTest, SelfSignedServer) {
  ExpectRefused(Issue({.names = {std::string(kHost)}}, nullptr), Failure::kServerNotTrusted,
                "server certificate: not trusted", SSL_AD_UNKNOWN_CA);
}

// Same subject, another key: only the signature tells them apart.
TEST(RefusalTest, ServerOfAnImpostorAuthority) {
  const Identity impostor = Issue({.common_name = "EC root", .authority = true}, nullptr);
  ExpectRefused(Issue({.names = {std::string(kHost)}}, &impostor), Failure::kServerNotTrusted,
                "server certificate: not trusted", SSL_AD_UNKNOWN_CA);
}

TEST(RefusalTest, ServerSignedByAnotherServer) {
  const Identity leaf = Issue({.names = {std::string(kHost)}}, &World::Get().ec_server);
  Client client({.chain = {&leaf, &World::Get().ec_server}});
  ASSERT_EQ(client.Connect(), State::kFailed);
  EXPECT_EQ(client.stream->reason(), Failure::kServerNotTrusted);
}

TEST(RefusalTest, ServerWithAClientCertificate) {
  ExpectRefused(
      Issue({.names = {std::string(kHost)}, .usage = "clientAuth"}, &World::Get().ec_root),
      Failure::kServerUsage, "server certificate: not for a TLS server",
      SSL_AD_UNSUPPORTED_CERTIFICATE);
}

TEST(RefusalTest, ServerWithAWeakKey) {
  ExpectRefused(
      Issue({.key = KeyKind::kRsa1024, .names = {std::string(kHost)}}, &World::Get().ec_root),
      Failure::kServerWeak, "server certificate: key or hash too weak",
      SSL_AD_UNSUPPORTED_CERTIFICATE);
}

TEST(RefusalTest, ExpiredAlsoWhileTheTimeIsUnverified) {
  const UnixTime before_build{1'740'000'000};
  const Identity expired =
      Issue({.names = {std::string(kHost)}, .not_after = before_build}, &World::Get().ec_root);
  Client client({.chain = {&expired}});
  net::WallClock unverified(client.clock, {1'750'000'000});
  ClientStream stream(client.server,
                      {.trust = client.trust, .random = client.random, .clock = unverified});
  ASSERT_TRUE(stream.Open({kHost, 8883}).ok());
  for (int i = 0; i < 1000 && stream.Poll(client.clock.Now()) == State::kOpening; ++i) {
  }
  EXPECT_EQ(stream.reason(), Failure::kServerExpired);
}

// A device that has been off for years knows only that its build time has passed.
TEST(RefusalTest, NotYetValidIsLetPassWhileTheTimeIsUnverified) {
  const UnixTime after_build{1'760'000'000};
  const Identity fresh =
      Issue({.names = {std::string(kHost)}, .not_before = after_build}, &World::Get().ec_root);
  Client client({.chain = {&fresh}});
  net::WallClock unverified(client.clock, {1'750'000'000});
  ClientStream stream(client.server,
                      {.trust = client.trust, .random = client.random, .clock = unverified});
  ASSERT_TRUE(stream.Open({kHost, 8883}).ok());
  for (int i = 0; i < 1000 && stream.Poll(client.clock.Now()) == State::kOpening; ++i) {
  }
  EXPECT_EQ(stream.state(), State::kOpen);
}

void ExpectRefusesUs(Client& client) {
  ASSERT_EQ(client.Connect(), State::kFailed);
  EXPECT_EQ(client.stream->reason(), Failure::kOurCertificateRefused)
      << client.stream->failure_text();
  EXPECT_EQ(client.stream->failure_text(), "server refused our certificate");
  EXPECT_EQ(client.stream->failure().code(), Code::kUnauthenticated);
}

TEST(RefusalTest, ServerRefusesAnUnknownDevice) {
  Client client(Mutual());
  client.Use(World::Get().unknown_device);
  ExpectRefusesUs(client);
}

TEST(RefusalTest, ServerRefusesAnExpiredDevice) {
  const Identity expired =
      Issue({.not_after = {1'790'000'000}, .usage = "clientAuth"}, &World::Get().ec_root);
  Client client(Mutual());
  client.Use(expired);
  ExpectRefusesUs(client);
}

TEST(RefusalTest, ServerRefusesADeviceWithoutACertificate) {
  Client client(Mutual());
  client.UseNoIdentity();
  ExpectRefusesUs(client);
}

TEST(RefusalTest, ServerRefusesADeviceWhoseKeyIsNotItsCertificates) {
  Client client(Mutual());
  client.Use(World::Get().unknown_device);
  client.config.certificate = World::Get().device.der;
  ExpectRefusesUs(client);
}

class BrokenSigner final : public crypto::Signer {
 public:
  Status Sign(const crypto::Digest& /*digest*/, crypto::P256Signature& /*out*/) override {
    return Code::kFailedPrecondition;
  }
  Status PublicKey(crypto::P256PublicKey& /*out*/) override { return Code::kFailedPrecondition; }
};

TEST(RefusalTest, SaysThatOurKeyCannotSign) {
  Client client(Mutual());
  BrokenSigner signer;
  client.config.signer = &signer;
  ASSERT_EQ(client.Connect(), State::kFailed);
  EXPECT_EQ(client.stream->reason(), Failure::kSigner);
}

TEST(RefusalTest, SaysThatOurCertificateIsNone) {
  Client client(Mutual());
  client.config.certificate = AsBytes("no certificate");
  ASSERT_EQ(client.Connect(), State::kFailed);
  EXPECT_EQ(client.stream->reason(), Failure::kOurCertificateMalformed);
}

TEST(RefusalTest, SaysThatThereIsNoCommonCipherSuiteOrVersion) {
  Client old_suite({.chain = {&World::Get().rsa_server}, .ciphers = "AES128-SHA"});
  ASSERT_EQ(old_suite.Connect(), State::kFailed);
  EXPECT_EQ(old_suite.stream->reason(), Failure::kNoCommonOptions);
  Client new_version({.chain = {&World::Get().ec_server}, .version = TLS1_3_VERSION});
  ASSERT_EQ(new_version.Connect(), State::kFailed);
  EXPECT_EQ(new_version.stream->reason(), Failure::kNoCommonOptions);
}

TEST(RefusalTest, WithoutRootsNobodyIsTrusted) {
  Client client(Mutual());
  client.trust.Clear();
  ASSERT_EQ(client.Connect(), State::kFailed);
  EXPECT_EQ(client.stream->failure().code(), Code::kUnauthenticated);
}

TEST(RefusalTest, StopsWhenThereIsNoRandomness) {
  Client client(Mutual());
  crypto::testing::TestEntropy dry;
  dry.FailWith(Code::kUnavailable);
  crypto::Random random(dry);
  ClientStream stream(client.server,
                      {.trust = client.trust, .random = random, .clock = client.wall_clock});
  ASSERT_TRUE(stream.Open({kHost, 8883}).ok());
  for (int i = 0; i < 1000 && stream.Poll(client.clock.Now()) == State::kOpening; ++i) {
  }
  EXPECT_EQ(stream.reason(), Failure::kRandom);
}

// The connection breaks or ends behind every byte that the server sends in a handshake.
TEST(RefusalTest, EveryBreakInTheHandshakeEndsInAFailure) {
  Client whole(Mutual());
  ASSERT_EQ(whole.Connect(), State::kOpen);
  const std::size_t handshake = whole.server.sent();
  whole.stream.reset();
  const std::size_t in_use = crypto::Arena::installed().in_use();
  for (std::size_t at = 0; at < handshake; at += at < 120 ? 1 : 37) {
    ServerOptions options = Mutual();
    options.reset_after = at;
    options.end_instead_of_reset = at % 2 == 0;
    Client client(options);
    ASSERT_EQ(client.Connect(), State::kFailed) << "broken after " << at << " bytes";
    EXPECT_EQ(client.stream->failure().code(), Code::kUnavailable) << at;
    EXPECT_FALSE(client.stream->failure_text().empty());
  }
  EXPECT_EQ(crypto::Arena::installed().in_use(), in_use);
}

TEST(RefusalTest, GivesUpOnAServerThatSaysNothing) {
  ServerOptions options = Mutual();
  options.chunk = 0;
  Client client(options);
  client.config.handshake_deadline = Seconds{30};
  ASSERT_EQ(client.Connect(), State::kFailed);
  EXPECT_EQ(client.stream->reason(), Failure::kTimeout);
  EXPECT_EQ(client.stream->failure().code(), Code::kDeadlineExceeded);
  EXPECT_NEAR(static_cast<double>(client.polls), 30'000, 10);
}

}  // namespace
}  // namespace linnet::tls
