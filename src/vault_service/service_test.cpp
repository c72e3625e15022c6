// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "vault_service/service.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

#include "crypto/private_key.hpp"
#include "crypto/testing/test_entropy.hpp"
#include "image/testing/sample_image.hpp"
#include "release/snapshot_log.hpp"
#include "sim/nor_flash.hpp"
#include "vault/client.hpp"
#include "vault_service/device_key.hpp"

namespace linnet::vault_service {
namespace {

using vault::Function;

constexpr hal::FlashGeometry kGeometry{4 * 4096, 4096, 4, std::byte{0xFF}};

/// Notes what arrives.
class FakeBootControl final : public release::BootControl {
 public:
  Status Query(release::ReleaseStatus& out) override {
    out = status;
    return result;
  }
  Status Stage(const crypto::Digest& digest) override {
    staged = digest;
    return result;
  }
  Status Accept(const crypto::Digest& digest) override {
    accepted = digest;
    return result;
  }
  Status Reject(const crypto::Digest& digest, release::RejectReason why) override {
    rejected = digest;
    reason = why;
    return result;
  }
  Status MarkGolden(const crypto::Digest& digest) override {
    golden = digest;
    return result;
  }
  Status RestoreGolden() override {
    restored = true;
    return result;
  }
  Status result;
  release::ReleaseStatus status;
  crypto::Digest staged{};
  crypto::Digest accepted{};
  crypto::Digest rejected{};
  crypto::Digest golden{};
  bool restored = false;
  release::RejectReason reason = release::RejectReason::kUnspecified;
};

crypto::Digest DigestOf(std::uint8_t fill) {
  crypto::Digest digest;
  digest.fill(std::byte{fill});
  return digest;
}

class ServiceTest : public ::testing::Test {
 protected:
  FakeBootControl releases_;
  image::testing::TestKey key_;
  Service service_{releases_, key_};
};

TEST_F(ServiceTest, CarriesReleaseControl) {
  vault::ReleaseControl client(service_);
  releases_.status.state = release::ReleaseState::kTrial;
  releases_.status.confirmed = DigestOf(9);
  release::ReleaseStatus status;
  EXPECT_EQ(client.Query(status), OkStatus());
  EXPECT_EQ(status.state, release::ReleaseState::kTrial);
  EXPECT_EQ(status.confirmed, DigestOf(9));
  EXPECT_EQ(client.Stage(DigestOf(1)), OkStatus());
  EXPECT_EQ(releases_.staged, DigestOf(1));
  EXPECT_EQ(client.MarkGolden(DigestOf(7)), OkStatus());
  EXPECT_EQ(releases_.golden, DigestOf(7));
  EXPECT_EQ(client.RestoreGolden(), OkStatus());
  EXPECT_TRUE(releases_.restored);
  EXPECT_EQ(client.Accept(DigestOf(2)), OkStatus());
  EXPECT_EQ(releases_.accepted, DigestOf(2));
  EXPECT_EQ(client.Reject(DigestOf(3), release::RejectReason::kNoConnection), OkStatus());
  EXPECT_EQ(releases_.rejected, DigestOf(3));
  EXPECT_EQ(releases_.reason, release::RejectReason::kNoConnection);
  releases_.result = Code::kDataLoss;
  EXPECT_EQ(client.Query(status), Status(Code::kDataLoss));
  EXPECT_EQ(client.Stage(DigestOf(1)), Status(Code::kDataLoss));
}

TEST_F(ServiceTest, GivesSecretsOfTheDeviceKeyForSealing) {
  crypto::testing::TestEntropy entropy;
  crypto::Random random(entropy);
  crypto::PrivateKey key(random);
  Service service(releases_, key);
  vault::Signer client(service);
  crypto::Digest secret{};
  EXPECT_EQ(client.Derive(DigestOf(1), secret), Status(Code::kFailedPrecondition));
  EXPECT_EQ(secret, crypto::Digest{});
  ASSERT_TRUE(key.Generate().ok());
  crypto::Digest own{};
  ASSERT_TRUE(key.Derive(DigestOf(1), own).ok());
  EXPECT_EQ(client.Derive(DigestOf(1), secret), OkStatus());
  EXPECT_EQ(secret, own);
  EXPECT_EQ(client.Derive(DigestOf(2), secret), OkStatus());
  EXPECT_NE(secret, own);
}

TEST_F(ServiceTest, SignsSoThatThePublicKeyVerifies) {
  vault::Signer client(service_);
  crypto::P256PublicKey public_key{};
  crypto::P256Signature signature{};
  ASSERT_EQ(client.PublicKey(public_key), OkStatus());
  EXPECT_EQ(public_key, key_.public_key());
  ASSERT_EQ(client.Sign(DigestOf(7), signature), OkStatus());
  EXPECT_EQ(crypto::VerifyP256(public_key, DigestOf(7), signature), OkStatus());
  EXPECT_EQ(crypto::VerifyP256(public_key, DigestOf(8), signature), Status(Code::kUnauthenticated));
}

TEST_F(ServiceTest, RefusesEveryOtherSizeAndFunction) {
  struct Shape {
    Function function;
    std::size_t request;
    std::size_t reply;
  };
  const std::array shapes = {
      Shape{Function::kQuery, 0, sizeof(release::ReleaseStatus)},
      Shape{Function::kStage, 32, 0},
      Shape{Function::kAccept, 32, 0},
      Shape{Function::kReject, 36, 0},
      Shape{Function::kSign, 32, 64},
      Shape{Function::kPublicKey, 0, 64},
  };
  const std::vector<std::byte> request(vault::kMaxRequestSize + 1);
  std::vector<std::byte> reply(vault::kMaxReplySize + 1);
  for (const Shape& shape : shapes) {
    for (std::size_t in = 0; in <= request.size(); ++in) {
      for (const std::size_t out :
           {std::size_t{0}, std::size_t{1}, std::size_t{63}, std::size_t{64}, std::size_t{65},
            sizeof(release::ReleaseStatus) - 1, sizeof(release::ReleaseStatus), reply.size()}) {
        const Status status =
            service_.Call(shape.function, Bytes(request).first(in), MutableBytes(reply).first(out));
        const bool fits = in == shape.request && out == shape.reply;
        EXPECT_EQ(status == Code::kInvalidArgument, !fits)
            << static_cast<int>(shape.function) << " " << in << " " << out;
      }
    }
  }
  EXPECT_EQ(service_.Call(static_cast<Function>(0), {}, {}), Status(Code::kInvalidArgument));
  EXPECT_EQ(service_.Call(static_cast<Function>(7), {}, {}), Status(Code::kInvalidArgument));
}

class DeviceKeyTest : public ::testing::Test {
 protected:
  crypto::testing::TestEntropy entropy_;
  crypto::Random random_{entropy_};
  crypto::PrivateKey key_{random_};
  sim::NorFlash flash_{kGeometry};
};

TEST_F(DeviceKeyTest, LoadsWhatTheFactoryWrote) {
  crypto::PrivateKey out(random_);
  EXPECT_EQ(LoadDeviceKey(flash_, out), Status(Code::kFailedPrecondition));
  EXPECT_EQ(WriteDeviceKey(flash_, key_), Status(Code::kFailedPrecondition)) << "no key yet";
  ASSERT_EQ(key_.Generate(), OkStatus());
  ASSERT_EQ(WriteDeviceKey(flash_, key_), OkStatus());
  ASSERT_EQ(LoadDeviceKey(flash_, out), OkStatus());
  crypto::P256PublicKey ours{};
  crypto::P256PublicKey theirs{};
  ASSERT_EQ(key_.PublicKey(ours), OkStatus());
  ASSERT_EQ(out.PublicKey(theirs), OkStatus());
  EXPECT_EQ(ours, theirs);
}

TEST_F(DeviceKeyTest, LeavesNoOlderKeyBehind) {
  ASSERT_EQ(key_.Generate(), OkStatus());
  crypto::P256Scalar first{};
  ASSERT_EQ(key_.Export(first), OkStatus());
  ASSERT_EQ(WriteDeviceKey(flash_, key_), OkStatus());
  ASSERT_EQ(key_.Generate(), OkStatus());
  ASSERT_EQ(WriteDeviceKey(flash_, key_), OkStatus());
  const std::vector<std::byte> all = flash_.Peek(0, kGeometry.size);
  EXPECT_EQ(std::search(all.begin(), all.end(), first.begin(), first.end()), all.end());
}

TEST_F(DeviceKeyTest, OneBankMayBeLost) {
  ASSERT_EQ(key_.Generate(), OkStatus());
  ASSERT_EQ(WriteDeviceKey(flash_, key_), OkStatus());
  crypto::PrivateKey out(random_);
  ASSERT_TRUE(flash_.ErasePage(0).ok());
  EXPECT_EQ(LoadDeviceKey(flash_, out), OkStatus());
}

TEST_F(DeviceKeyTest, ADamagedKeyIsNotUsed) {
  ASSERT_EQ(key_.Generate(), OkStatus());
  ASSERT_EQ(WriteDeviceKey(flash_, key_), OkStatus());
  for (const std::uint32_t bank : {0U, kGeometry.size / 2}) {
    const std::byte bad = ~flash_.Peek(bank + 30, 1)[0];
    flash_.Poke(bank + 30, Bytes(&bad, 1));
  }
  crypto::PrivateKey out(random_);
  EXPECT_EQ(LoadDeviceKey(flash_, out), Status(Code::kDataLoss));
  EXPECT_FALSE(out.has_key());
}

TEST_F(DeviceKeyTest, OtherContentIsNotTakenForAKey) {
  release::SnapshotLog log(flash_, {0, kGeometry.size / 2});
  IgnoreStatus(log.Mount());
  std::array<std::byte, 36> content{};
  crypto::PrivateKey out(random_);
  ASSERT_EQ(log.Append(content), OkStatus());
  EXPECT_EQ(LoadDeviceKey(flash_, out), Status(Code::kUnsupported));
  content[0] = std::byte{1};
  content[1] = std::byte{1};
  ASSERT_EQ(log.Append(content), OkStatus());
  EXPECT_EQ(LoadDeviceKey(flash_, out), Status(Code::kDataLoss)) << "zero is no key";
  ASSERT_EQ(log.Append(Bytes(content).first(35)), OkStatus());
  EXPECT_EQ(LoadDeviceKey(flash_, out), Status(Code::kUnsupported));
}

}  // namespace
}  // namespace linnet::vault_service
