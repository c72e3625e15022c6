// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/sign/sign.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <algorithm>

#include "image/tlv.hpp"

namespace linnet::sign {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

const std::string kKeys = LINNET_SOURCE_DIR "/tests/keys/";
const std::string kVectors = LINNET_SOURCE_DIR "/tests/vectors/imgtool/";

using Image = std::vector<std::byte>;

const crypto::P256Scalar& ReleaseKey() {
  static const crypto::P256Scalar key = LoadPrivateKeyPem(kKeys + "TEST-ONLY-release.pem");
  return key;
}

std::vector<crypto::P256PublicKey> Trusted() {
  return {LoadPublicKeyPem(kKeys + "TEST-ONLY-release.pem")};
}

SignOptions Sample() {
  return {.payload = Image(3000, std::byte{0x11}), .version = {1, 2, 3, 4}, .security_counter = 7};
}

const Entry& Find(const Description& description, std::uint16_t type) {
  return *std::ranges::find(description.entries, type, &Entry::type);
}

TEST(SignImage, VerifiesWithTheLibraryThatBootUses) {
  const Image image = SignImage(Sample(), ReleaseKey());
  const Judgement judgement = VerifyImage(image, Trusted(), 0x10000, 7);
  EXPECT_TRUE(judgement.verdict.ok()) << ToText(judgement.verdict);
  EXPECT_EQ(judgement.info.header.version, (image::Version{1, 2, 3, 4}));
  EXPECT_EQ(judgement.info.header.header_size, 0x200U);
  EXPECT_EQ(judgement.info.security_counter, 7U);
  EXPECT_EQ(judgement.info.total_size, image.size());
  EXPECT_EQ(VerifyImage(image, Trusted(), 0x10000, 8).verdict.reason,
            image::Reason::kCounterTooLow);
  EXPECT_EQ(VerifyImage(image, Trusted(), 3000).verdict.reason, image::Reason::kTooLarge);
  const std::vector<crypto::P256PublicKey> other{LoadPublicKeyPem(kKeys + "TEST-ONLY-other.pem")};
  EXPECT_EQ(VerifyImage(image, other).verdict.reason, image::Reason::kSignatureMissing);
}

TEST(SignImage, SameInputSameBytes) {
  EXPECT_EQ(SignImage(Sample(), ReleaseKey()), SignImage(Sample(), ReleaseKey()));
}

// imgtool's images, made again from their payload: equal up to the signature, which is not
// deterministic there.
TEST(SignImage, WritesWhatImgtoolWrites) {
  for (const auto& [name, header_size, counter, unprotected] :
       {std::tuple("a-ec-rand4096.bin", 32U, std::optional<std::uint32_t>(), 4128U),
        std::tuple("b-ec-hdr2048.bin", 2048U, std::optional<std::uint32_t>(), 3069U),
        std::tuple("d-ec-secauto.bin", 64U, std::optional<std::uint32_t>(0x01020003), 1097U)}) {
    SCOPED_TRACE(name);
    const Image theirs = ReadFile(kVectors + name);
    const image::Info info = Describe(theirs).info;
    SignOptions options{
        .version = {1, 2, 3, 4}, .header_size = header_size, .security_counter = counter};
    options.payload.assign(theirs.begin() + header_size, theirs.begin() + info.header.body_end());
    const Image ours = SignImage(options, LoadPrivateKeyPem(kVectors + "ecdsa-a.pem"));
    EXPECT_TRUE(Equal(Bytes(ours).first(unprotected), Bytes(theirs).first(unprotected)));
    // SHA-256 and key hash entries, behind the area's size (which depends on the signature's).
    EXPECT_TRUE(Equal(Bytes(ours).subspan(unprotected + 4, 74),
                      Bytes(theirs).subspan(unprotected + 4, 74)));
  }
}

TEST(SignImage, OpensslAgreesWithTheSignature) {
  const Image image = SignImage(Sample(), ReleaseKey());
  const Description description = Describe(image);
  const auto der = crypto::EncodePublicKeyDer(Trusted()[0]);
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  EVP_PKEY* key = d2i_PUBKEY(nullptr, &at, static_cast<long>(der.size()));
  ASSERT_NE(key, nullptr);
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  ASSERT_EQ(EVP_DigestVerifyInit(context, nullptr, EVP_sha256(), nullptr, key), 1);
  const Image& signature = Find(description, image::tlv::kEcdsa).value;
  EXPECT_EQ(EVP_DigestVerify(context, reinterpret_cast<const unsigned char*>(signature.data()),
                             signature.size(), reinterpret_cast<const unsigned char*>(image.data()),
                             description.info.header.digest_end()),
            1);
  EVP_MD_CTX_free(context);
  EVP_PKEY_free(key);
}

TEST(SignImage, CarriesDependenciesAndVendorEntries) {
  const Image vendor{std::byte{0xC0}, std::byte{0xFF}, std::byte{0xEE}};
  SignOptions options = Sample();
  options.dependencies = {{1, {2, 0, 0, 0}}, {2, {3, 1, 4, 1}}};
  options.protected_tlvs = {{0xA0, vendor}, {0x01A1, {}}};
  const Description description = Describe(SignImage(options, ReleaseKey()));
  ASSERT_EQ(description.info.dependency_count, 2U);
  EXPECT_EQ(description.info.dependencies[1].image, 2U);
  EXPECT_EQ(description.info.dependencies[1].minimum, (image::Version{3, 1, 4, 1}));
  EXPECT_EQ(description.entries.size(), 8U);
  EXPECT_EQ(Find(description, 0xA0).value, vendor);
  EXPECT_TRUE(Find(description, 0xA0).is_protected);
  EXPECT_EQ(Find(description, 0xA0).name, "vendor 0x00a0");
  EXPECT_EQ(Find(description, image::tlv::kKeyHash).value.size(), 32U);
  EXPECT_FALSE(Find(description, image::tlv::kKeyHash).is_protected);
  EXPECT_EQ(description.info.digest, description.actual_digest);
}

TEST(SignImage, RefusesWhatCannotBe) {
  const auto sign = [](auto change) {
    return [change] {
      SignOptions options = Sample();
      change(options);
      SignImage(options, ReleaseKey());
    };
  };
  EXPECT_THAT(sign([](SignOptions& o) { o.payload.clear(); }),
              ThrowsMessage<Error>(HasSubstr("payload is empty")));
  EXPECT_THAT(sign([](SignOptions& o) { o.header_size = 31; }),
              ThrowsMessage<Error>(HasSubstr("from 32 to 65535")));
  EXPECT_THAT(sign([](SignOptions& o) { o.header_size = 65536; }),
              ThrowsMessage<Error>(HasSubstr("from 32 to 65535")));
  EXPECT_THAT(sign([](SignOptions& o) {
                o.protected_tlvs = {{0x50, {}}};
              }),
              ThrowsMessage<Error>(HasSubstr("not a vendor's")));
  EXPECT_THAT(sign([](SignOptions& o) {
                o.protected_tlvs = {{0xA0, Image(65536)}};
              }),
              ThrowsMessage<Error>(HasSubstr("more than 65535 bytes")));
  EXPECT_THAT(sign([](SignOptions& o) { o.dependencies.resize(9); }),
              ThrowsMessage<Error>(HasSubstr("at most 8")));
  EXPECT_THAT([] { SignImage(Sample(), crypto::P256Scalar{}); },
              ThrowsMessage<Error>(HasSubstr("not a number that P-256 allows")));
}

TEST(Uuid, GoesBothWays) {
  const std::string text = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
  EXPECT_EQ(UuidText(ParseUuid(text)), text);
  EXPECT_EQ(UuidText(ParseUuid("6BA7B8109DAD11D180B400C04FD430C8")), text);
  for (const char* const bad : {"", "6ba7b810", "6ba7b810-9dad-11d1-80b4-00c04fd430cg",
                                "6ba7b8109-dad-11d1-80b4-00c04fd430c8"}) {
    EXPECT_THAT([&] { ParseUuid(bad); }, ThrowsMessage<Error>(HasSubstr("is no UUID"))) << bad;
  }
}

TEST(FlagNames, NamesEveryFlag) {
  EXPECT_EQ(FlagNames(0), "none");
  EXPECT_EQ(FlagNames(0x30), "non-bootable, RAM load");
  EXPECT_EQ(FlagNames(0x80000001), "position independent, unknown 0x80000000");
}

TEST(Describe, NamesTheReasonAndThePlace) {
  Image image = SignImage(Sample(), ReleaseKey());
  image.pop_back();
  EXPECT_THAT([&] { Describe(image); },
              ThrowsMessage<Error>(HasSubstr("it ends too early (at byte 3")));
  EXPECT_THAT([] { Describe(AsBytes("not an image, but long enough to hold a header")); },
              ThrowsMessage<Error>("not a whole image: no image begins here (at byte 0)"));
}

TEST(Describe, ShowsDamageAndWhatLiesBehind) {
  Image image = SignImage(Sample(), ReleaseKey());
  image[0x300] ^= std::byte{1};
  image.push_back(std::byte{0});
  const Description description = Describe(image);
  EXPECT_NE(description.info.digest, description.actual_digest);
  EXPECT_EQ(description.file_size, description.info.total_size + 1);
}

}  // namespace
}  // namespace linnet::sign
