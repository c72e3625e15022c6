// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tls/server_stream.hpp"

#include <gmock/gmock.h>
#include <openssl/x509v3.h>

#include <random>

#include "crypto/arena.hpp"
#include "crypto/private_key.hpp"
#include "crypto/testing/test_arena.hpp"
#include "crypto/testing/test_entropy.hpp"
#include "net/testing/manual_clock.hpp"
#include "tls/self_signed.hpp"
#include "tls/testing/openssl_client.hpp"

namespace linnet::tls {
namespace {

using testing::ClientOptions;
using testing::OpenSslClient;
using State = net::Stream::State;

constexpr SelfSignedSubject kSubject{
    .common_name = "lamp-12AB", .dns_name = "wifiprov.local", .address = {192, 168, 0, 1}};

class ServerStreamTest : public ::testing::Test {
 protected:
  ServerStreamTest() {
    crypto::P256Scalar scalar{};
    scalar.fill(std::byte{0x42});
    EXPECT_TRUE(key_.Load(scalar).ok());
    const Result<Bytes> made = MakeSelfSigned(key_, kSubject, memory_);
    EXPECT_TRUE(made.ok());
    certificate_ = made.value_or({});
  }

  OpenSslClient& Meet(const ClientOptions& options = {}) {
    stream_.reset();
    return client_.emplace(options);
  }

  State Serve(OpenSslClient& client) {
    stream_.emplace(
        client,
        ServerConfig{
            .random = random_, .clock = wall_clock_, .certificate = certificate_, .signer = key_});
    EXPECT_TRUE(stream_->Open({"client", 0}).ok());
    for (int i = 0; i < 100'000 && stream_->state() == State::kOpening; ++i) {
      clock_.Advance(Milliseconds{1});
      stream_->Poll(clock_.Now());
    }
    return stream_->state();
  }

  std::string ReadSome(std::size_t size) {
    std::string all;
    std::array<std::byte, 1024> buffer{};
    for (int quiet = 0; all.size() < size && quiet < 1000;) {
      const auto got = stream_->Read(buffer);
      if (!got.ok()) {
        break;
      }
      quiet = *got == 0 ? quiet + 1 : 0;
      all += AsText(Bytes(buffer).first(*got));
    }
    return all;
  }

  net::testing::ManualClock clock_;
  net::WallClock wall_clock_{clock_, {1'750'000'000}};
  crypto::testing::TestEntropy entropy_;
  crypto::Random random_{entropy_};
  crypto::PrivateKey key_{random_};
  std::array<std::byte, kMaxSelfSignedSize> memory_{};
  Bytes certificate_;
  std::optional<OpenSslClient> client_;
  std::optional<ServerStream> stream_;
};

TEST_F(ServerStreamTest, ServesAClientInBothDirections) {
  OpenSslClient& client = Meet();
  ASSERT_EQ(Serve(client), State::kOpen) << stream_->failure_text();
  EXPECT_TRUE(client.established());
  EXPECT_EQ(client.cipher(), "ECDHE-ECDSA-AES128-GCM-SHA256");
  EXPECT_TRUE(Equal(client.certificate(), certificate_));
  client.Send("hello device");
  EXPECT_EQ(ReadSome(12), "hello device");
  EXPECT_EQ(stream_->Write(AsBytes("hello phone")).value_or(0), 11U);
  EXPECT_EQ(client.received(), "hello phone");
  stream_->Close();
  EXPECT_TRUE(client.got_goodbye());
}

TEST_F(ServerStreamTest, ServesOverATransportThatGivesAByteAtATime) {
  OpenSslClient& client =
      Meet({.ciphers = "ECDHE-ECDSA-AES256-GCM-SHA384", .chunk = 1, .stutter = true});
  ASSERT_EQ(Serve(client), State::kOpen) << stream_->failure_text();
  client.Send("hello");
  EXPECT_EQ(ReadSome(5), "hello");
  client.Goodbye();
  std::array<std::byte, 8> buffer{};
  Result<std::size_t> got = std::size_t{0};
  for (int i = 0; i < 1000 && got.ok(); ++i) {
    got = stream_->Read(buffer);
  }
  EXPECT_EQ(got.code(), Code::kClosed);
}

TEST_F(ServerStreamTest, PassesOverWhatABrowserAsksForBesides) {
  OpenSslClient& client = Meet({.asks_for_more = true});
  ASSERT_EQ(Serve(client), State::kOpen) << stream_->failure_text();
  EXPECT_TRUE(client.established());
  client.Send("hello");
  EXPECT_EQ(ReadSome(5), "hello");
}

TEST_F(ServerStreamTest, RefusesWhatItDoesNotOffer) {
  OpenSslClient& rsa = Meet({.ciphers = "ECDHE-RSA-AES128-GCM-SHA256"});
  EXPECT_EQ(Serve(rsa), State::kFailed);
  OpenSslClient& old = Meet({.ciphers = "ECDHE-ECDSA-CHACHA20-POLY1305"});
  EXPECT_EQ(Serve(old), State::kFailed);
  OpenSslClient& young = Meet({.least_version = TLS1_3_VERSION});
  EXPECT_EQ(Serve(young), State::kFailed);
}

TEST_F(ServerStreamTest, GivesASilentClientUp) {
  OpenSslClient& client = Meet({.chunk = 0});
  EXPECT_EQ(Serve(client), State::kFailed);
  EXPECT_EQ(stream_->reason(), Failure::kTimeout);
}

TEST_F(ServerStreamTest, AnyBytesEndWithoutHarmAndTakeNoMemory) {
  std::mt19937 random(7);  // NOLINT: the same each time
  std::size_t before = 0;
  for (int round = 0; round < 300; ++round) {
    OpenSslClient& client = Meet({.chunk = round % 3 == 0 ? std::size_t{0} : std::size_t{4096}});
    std::vector<std::byte> bytes(random() % 600);
    for (std::byte& byte : bytes) {
      byte = static_cast<std::byte>(random());
    }
    if (bytes.size() > 5 && round % 2 == 0) {  // the header of a handshake record
      constexpr std::array kHeader{std::byte{22}, std::byte{3}, std::byte{3}};
      std::copy(kHeader.begin(), kHeader.end(), bytes.begin());
    }
    client.SendRaw(bytes);
    client.HangUp();
    static_cast<void>(Serve(client));
    stream_.reset();
    if (round == 0) {
      before = crypto::Arena::installed().in_use();
    }
    ASSERT_EQ(crypto::Arena::installed().in_use(), before);
  }
}

TEST_F(ServerStreamTest, TheCertificateIsWhatBrowsersExpect) {
  const auto* der = reinterpret_cast<const unsigned char*>(certificate_.data());
  X509* certificate = d2i_X509(nullptr, &der, static_cast<long>(certificate_.size()));
  ASSERT_NE(certificate, nullptr);
  EVP_PKEY* key = X509_get0_pubkey(certificate);
  EXPECT_EQ(X509_verify(certificate, key), 1);
  EXPECT_EQ(X509_check_host(certificate, "wifiprov.local", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_ip_asc(certificate, "192.168.0.1", 0), 1);
  EXPECT_EQ(X509_check_purpose(certificate, X509_PURPOSE_SSL_SERVER, 0), 1);
  EXPECT_EQ(X509_check_purpose(certificate, X509_PURPOSE_SSL_CLIENT, 0), 0);
  EXPECT_EQ(X509_get_version(certificate), 2);
  EXPECT_LT(X509_cmp_current_time(X509_get0_notBefore(certificate)), 0);
  EXPECT_GT(X509_cmp_current_time(X509_get0_notAfter(certificate)), 0);
  X509_free(certificate);
}

TEST_F(ServerStreamTest, TheCertificateIsTheSameEachTime) {
  std::array<std::byte, kMaxSelfSignedSize> memory{};
  const Result<Bytes> again = MakeSelfSigned(key_, kSubject, memory);
  ASSERT_TRUE(again.ok());
  EXPECT_TRUE(Equal(*again, certificate_));
}

TEST_F(ServerStreamTest, TheCertificateIsOneForNamesOfAnyLength) {
  constexpr auto kShortest = SelfSignedSubject::kMinName;
  constexpr auto kLongest = SelfSignedSubject::kMaxName;
  std::array<std::byte, kMaxSelfSignedSize> memory{};
  for (std::size_t common = kShortest; common <= kLongest; ++common) {
    for (const std::size_t dns : {kShortest, kShortest + 1, kLongest}) {
      const std::string common_name(common, 'c');
      const std::string dns_name(dns, 'd');
      const auto made =
          MakeSelfSigned(key_, {.common_name = common_name, .dns_name = dns_name}, memory);
      ASSERT_TRUE(made.ok());
      const auto* der = reinterpret_cast<const unsigned char*>(made->data());
      const auto* const end = der + made->size();
      X509* certificate = d2i_X509(nullptr, &der, static_cast<long>(made->size()));
      ASSERT_NE(certificate, nullptr) << common << " " << dns;
      EXPECT_EQ(der, end);
      EXPECT_EQ(X509_verify(certificate, X509_get0_pubkey(certificate)), 1);
      EXPECT_EQ(X509_check_host(certificate, dns_name.c_str(), 0, 0, nullptr), 1);
      X509_free(certificate);
    }
  }
}

TEST_F(ServerStreamTest, NamesAndRoomAreChecked) {
  std::array<std::byte, kMaxSelfSignedSize> memory{};
  EXPECT_EQ(MakeSelfSigned(key_, {.common_name = "", .dns_name = "a"}, memory).code(),
            Code::kInvalidArgument);
  EXPECT_EQ(MakeSelfSigned(key_, {.common_name = "lamp", .dns_name = "ab"}, memory).code(),
            Code::kInvalidArgument);
  const std::string longer(SelfSignedSubject::kMaxName + 1, 'n');
  EXPECT_EQ(MakeSelfSigned(key_, {.common_name = longer, .dns_name = "abc"}, memory).code(),
            Code::kInvalidArgument);
  for (std::size_t room = 0; room < memory.size(); room += 7) {
    EXPECT_EQ(MakeSelfSigned(key_, kSubject, MutableBytes(memory).first(room)).code(),
              Code::kTooLarge);
  }
}

}  // namespace
}  // namespace linnet::tls
