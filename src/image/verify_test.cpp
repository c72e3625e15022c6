// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "image/verify.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "base/endian.hpp"
#include "image/testing/judge.hpp"
#include "image/testing/print.hpp"
#include "image/testing/sample_image.hpp"
#include "image/testing/strict_source.hpp"
#include "image/tlv.hpp"

namespace linnet::image {

namespace {

using testing::FailingSource;
using testing::OnceSource;
using testing::SampleBody;
using testing::SampleImage;
using testing::Signed;
using testing::TestKey;

using testing::Image;
using testing::Judge;
using testing::JudgeProtected;
using testing::kArea;
using testing::kBodyEnd;
using testing::Keys;
using testing::Parts;
using testing::PartsOf;
using testing::Small;
using testing::WithUnprotected;
using testing::WrongSignature;

TEST(Verify, AcceptsAndFillsInfo) {
  const Image image = Small();
  const Keys keys{TestKey(1).public_key()};
  MemorySource source(image);
  Info info;
  ASSERT_TRUE(Judge(source, {.keys = keys, .area_size = kArea}, info).ok());
  EXPECT_EQ(info.header.version, (Version{1, 2, 3, 4}));
  EXPECT_EQ(info.header.body_size, 64U);
  EXPECT_EQ(info.total_size, image.size());
  EXPECT_EQ(info.digest, crypto::Hash(Bytes(image).first(kBodyEnd)));
  EXPECT_FALSE(info.has_security_counter);
  EXPECT_EQ(info.security_counter, 0U);
}

// A verdict must not depend on what else the medium would have said.
TEST(Verify, ReadsEveryByteOnceWhateverTheScratch) {
  const std::array<std::byte, 4> counter{std::byte{9}};
  const TlvItem items[] = {{tlv::kSecurityCounter, counter}};
  TestKey key;
  const Image body = SampleBody(500);
  const Image image = Signed({.body = body, .protected_tlvs = items}, key);
  const Keys keys{key.public_key()};
  for (const std::size_t scratch : {1U, 7U, 64U, 499U, 500U, 4096U}) {
    OnceSource source(image);
    Info info;
    EXPECT_TRUE(Judge(source, {.keys = keys, .area_size = kArea}, info, scratch).ok()) << scratch;
    EXPECT_FALSE(source.read_again());
    EXPECT_EQ(info.security_counter, 9U);
  }
}

TEST(Verify, WhatLiesBehindTheImageDoesNotMatter) {
  Image slot = Small();
  slot.resize(4096, std::byte{0xA5});
  EXPECT_EQ(Judge(slot), Reason::kAccepted);
}

TEST(Verify, FailedReadsAreNeverAnAcceptance) {
  const Image image = Small();
  const Keys keys{TestKey(1).public_key()};
  const Policy policy{.keys = keys, .area_size = kArea};
  Info info;
  for (std::uint32_t fail_at = 0;; ++fail_at) {
    FailingSource source(image, fail_at, Code::kDataLoss);
    const Verdict verdict = Judge(source, policy, info, 16);
    if (source.reads() <= fail_at) {
      EXPECT_TRUE(verdict.ok());
      EXPECT_GT(fail_at, 8U);
      break;
    }
    EXPECT_EQ(verdict.reason, Reason::kReadFailed) << fail_at;
    EXPECT_EQ(verdict.status(), Code::kDataLoss);
  }
}

TEST(Verify, FitsItsAreaToTheByte) {
  const Image image = Small();
  const auto size = static_cast<std::uint32_t>(image.size());
  EXPECT_EQ(Judge(image, {.area_size = size}), Reason::kAccepted);
  for (std::uint32_t area = 1; area < size; ++area) {
    ASSERT_EQ(Judge(image, {.area_size = area}), Reason::kTooLarge) << area;
  }
}

TEST(Verify, AcceptsOnlyItsKeys) {
  const Image image = Small();
  const Keys none;
  const Keys other{TestKey(2).public_key()};
  const Keys both{TestKey(2).public_key(), TestKey(1).public_key()};
  Info info;
  for (const auto& [keys, reason] :
       {std::pair(none, Reason::kSignatureMissing), std::pair(other, Reason::kSignatureMissing),
        std::pair(both, Reason::kAccepted)}) {
    MemorySource source(image);
    EXPECT_EQ(Judge(source, {.keys = keys, .area_size = kArea}, info).reason, reason);
  }
  EXPECT_EQ(info.key_index, 1U);
}

TEST(Verify, CounterMustNotBeLower) {
  TestKey key;
  const Image body = SampleBody(64);
  std::array<std::byte, 4> value;
  StoreLe32(5, value);
  const TlvItem items[] = {{tlv::kSecurityCounter, value}};
  const Image with = Signed({.body = body, .protected_tlvs = items}, key);
  EXPECT_EQ(Judge(with, {.minimum_counter = 4}), Reason::kAccepted);
  EXPECT_EQ(Judge(with, {.minimum_counter = 5}), Reason::kAccepted);
  EXPECT_EQ(Judge(with, {.minimum_counter = 6}), Reason::kCounterTooLow);
  EXPECT_EQ(Judge(Small(), {.minimum_counter = 0}), Reason::kAccepted);
  EXPECT_EQ(Judge(Small(), {.minimum_counter = 1}), Reason::kCounterTooLow);
}

TEST(Verify, ProtectedEntriesOfKnownTypesHaveTheirLength) {
  const Image bytes(16);
  for (std::size_t size = 0; size <= 16; ++size) {
    const TlvItem counter[] = {{tlv::kSecurityCounter, Bytes(bytes).first(size)}};
    EXPECT_EQ(JudgeProtected(counter), size == 4 ? Reason::kAccepted : Reason::kTlvBadLength);
    const TlvItem dependency[] = {{tlv::kDependency, Bytes(bytes).first(size)}};
    EXPECT_EQ(JudgeProtected(dependency), size == 12 ? Reason::kAccepted : Reason::kTlvBadLength);
    const TlvItem vendor[] = {{0xA0, Bytes(bytes).first(size)}};
    EXPECT_EQ(JudgeProtected(vendor), Reason::kAccepted);
  }
}

TEST(Verify, ProtectedEntriesThatDecideStandOnce) {
  const Image bytes(12);
  const TlvItem counter{tlv::kSecurityCounter, Bytes(bytes).first(4)};
  const TlvItem dependency{tlv::kDependency, bytes};
  EXPECT_EQ(JudgeProtected(std::array{counter, counter}), Reason::kTlvDuplicate);
  EXPECT_EQ(JudgeProtected(std::vector(kMaxDependencies, dependency)), Reason::kAccepted);
  EXPECT_EQ(JudgeProtected(std::vector(kMaxDependencies + 1, dependency)),
            Reason::kTooManyDependencies);
  EXPECT_EQ(JudgeProtected(std::array{TlvItem{tlv::kSignaturePure, Bytes(bytes).first(1)}}),
            Reason::kSignatureUnsupported);
}

TEST(Verify, ASignatureBelongsToTheKeyBeforeIt) {
  const Image image = Small();
  const Parts p = PartsOf(image);
  const Image foreign(32, std::byte{1});
  const auto judge = [&](const std::vector<std::pair<std::uint16_t, Image>>& items) {
    return Judge(WithUnprotected(image, items));
  };
  EXPECT_EQ(
      judge({{tlv::kSha256, p.digest}, {tlv::kKeyHash, p.key_hash}, {tlv::kEcdsa, p.signature}}),
      Reason::kAccepted);
  EXPECT_EQ(
      judge({{tlv::kKeyHash, p.key_hash}, {tlv::kEcdsa, p.signature}, {tlv::kSha256, p.digest}}),
      Reason::kAccepted);
  EXPECT_EQ(
      judge({{tlv::kSha256, p.digest}, {tlv::kEcdsa, p.signature}, {tlv::kKeyHash, p.key_hash}}),
      Reason::kSignatureUnbound);
  EXPECT_EQ(judge({{tlv::kSha256, p.digest},
                   {tlv::kKeyHash, p.key_hash},
                   {tlv::kEcdsa, p.signature},
                   {tlv::kEcdsa, p.signature}}),
            Reason::kSignatureUnbound);
  EXPECT_EQ(judge({{tlv::kSha256, p.digest}, {tlv::kKeyHash, foreign}, {tlv::kEcdsa, p.signature}}),
            Reason::kSignatureMissing);
  EXPECT_EQ(judge({{tlv::kSha256, p.digest},
                   {tlv::kKeyHash, p.key_hash},
                   {tlv::kKeyHash, foreign},
                   {tlv::kEcdsa, p.signature}}),
            Reason::kSignatureMissing);
  EXPECT_EQ(judge({{tlv::kSha256, p.digest},
                   {tlv::kKeyHash, p.key_hash},
                   {tlv::kEd25519, Image(64)},
                   {tlv::kEcdsa, p.signature}}),
            Reason::kSignatureUnbound);
}

TEST(Verify, OneWrongSignatureOfOursIsTooMany) {
  const Image image = Small();
  const Parts p = PartsOf(image);
  const Image wrong = WrongSignature(p.signature);
  for (const auto& [first, second] :
       {std::pair(wrong, p.signature), std::pair(p.signature, wrong)}) {
    EXPECT_EQ(Judge(WithUnprotected(image, {{tlv::kSha256, p.digest},
                                            {tlv::kKeyHash, p.key_hash},
                                            {tlv::kEcdsa, first},
                                            {tlv::kKeyHash, p.key_hash},
                                            {tlv::kEcdsa, second}})),
              Reason::kSignatureInvalid);
  }
}

TEST(Verify, DigestAndKeyHashHaveOneLengthAndTheDigestStandsOnce) {
  const Image image = Small();
  const Parts p = PartsOf(image);
  for (std::size_t size = 0; size < 40; ++size) {
    if (size == 32) {
      continue;
    }
    Image digest = p.digest;
    Image key_hash = p.key_hash;
    digest.resize(size);
    key_hash.resize(size);
    EXPECT_EQ(Judge(WithUnprotected(image, {{tlv::kSha256, digest},
                                            {tlv::kKeyHash, p.key_hash},
                                            {tlv::kEcdsa, p.signature}})),
              Reason::kTlvBadLength);
    EXPECT_EQ(Judge(WithUnprotected(image, {{tlv::kSha256, p.digest},
                                            {tlv::kKeyHash, key_hash},
                                            {tlv::kEcdsa, p.signature}})),
              Reason::kTlvBadLength);
  }
  EXPECT_EQ(Judge(WithUnprotected(image, {{tlv::kSha256, p.digest},
                                          {tlv::kSha256, p.digest},
                                          {tlv::kKeyHash, p.key_hash},
                                          {tlv::kEcdsa, p.signature}})),
            Reason::kTlvDuplicate);
  EXPECT_EQ(
      Judge(WithUnprotected(image, {{tlv::kKeyHash, p.key_hash}, {tlv::kEcdsa, p.signature}})),
      Reason::kDigestMissing);
  EXPECT_EQ(Judge(WithUnprotected(image, {})), Reason::kDigestMissing);
}

TEST(Verify, UnsignedEntriesAreOnTheListOrRefused) {
  const Image image = Small();
  const Parts p = PartsOf(image);
  const std::set<std::uint16_t> allowed = {0x01, 0x02, 0x11, 0x12, 0x20, 0x23,
                                           0x24, 0x30, 0x31, 0x32, 0x33, 0x34};
  const std::set<std::uint16_t> signatures = {0x20, 0x23, 0x24};
  for (std::uint32_t type = 0; type <= 0xFFFF; type += type < 0x200 ? 1 : 0xFF) {
    if (type == tlv::kSha256 || type == tlv::kEcdsa) {
      continue;
    }
    const Reason reason =
        Judge(WithUnprotected(image, {{tlv::kSha256, p.digest},
                                      {tlv::kKeyHash, p.key_hash},
                                      {tlv::kEcdsa, p.signature},
                                      {static_cast<std::uint16_t>(type), Image(32)}}));
    const Reason expected =
        signatures.contains(static_cast<std::uint16_t>(type)) ? Reason::kSignatureUnbound
        : allowed.contains(static_cast<std::uint16_t>(type))  ? Reason::kAccepted
                                                              : Reason::kTlvNotAllowed;
    ASSERT_EQ(reason, expected) << type;
  }
}

TEST(Verify, PaddingIsZerosUpToTheLongestSignatureAndNothingElse) {
  Image image = Small();
  Parts p = PartsOf(image);
  for (std::uint32_t build = 0; p.signature.size() == crypto::kMaxSignatureDerSize; ++build) {
    image = SampleImage({1, 2, 3, build}, 64);
    p = PartsOf(image);
  }
  const auto judge = [&](const Image& signature) {
    return Judge(WithUnprotected(
        image, {{tlv::kSha256, p.digest}, {tlv::kKeyHash, p.key_hash}, {tlv::kEcdsa, signature}}));
  };
  for (std::size_t size = p.signature.size(); size < 80; ++size) {
    Image padded = p.signature;
    padded.resize(size);
    EXPECT_EQ(judge(padded), size == p.signature.size() || size == crypto::kMaxSignatureDerSize
                                 ? Reason::kAccepted
                                 : Reason::kSignatureMalformed);
  }
  Image padded = p.signature;
  padded.resize(crypto::kMaxSignatureDerSize);
  padded.back() = std::byte{1};
  EXPECT_EQ(judge(padded), Reason::kSignatureMalformed);
  EXPECT_EQ(judge({}), Reason::kSignatureMalformed);
}

TEST(Verify, AFullKeyServesAsWellAsItsHash) {
  const Image image = Small();
  const Parts p = PartsOf(image);
  const auto der = crypto::EncodePublicKeyDer(TestKey(1).public_key());
  const auto foreign = crypto::EncodePublicKeyDer(TestKey(2).public_key());
  const auto judge = [&](Bytes key) {
    return Judge(WithUnprotected(image, {{tlv::kSha256, p.digest},
                                         {tlv::kPublicKey, Image(key.begin(), key.end())},
                                         {tlv::kEcdsa, p.signature}}));
  };
  EXPECT_EQ(judge(der), Reason::kAccepted);
  EXPECT_EQ(judge(foreign), Reason::kSignatureMissing);
  EXPECT_EQ(judge(Bytes(der).first(90)), Reason::kSignatureMissing);
}

TEST(Verify, KindsThatCannotRunInPlace) {
  TestKey key;
  const Image body = SampleBody(64);
  for (const auto& [flags, start, keep] :
       {std::tuple(0x1U, Reason::kAccepted, Reason::kAccepted),
        std::tuple(flag::kEncryptedAes128, Reason::kEncrypted, Reason::kEncrypted),
        std::tuple(flag::kEncryptedAes256, Reason::kEncrypted, Reason::kEncrypted),
        std::tuple(flag::kEncrypted, Reason::kFlagsConflict, Reason::kFlagsConflict),
        std::tuple(flag::kNonBootable, Reason::kNotBootable, Reason::kAccepted),
        std::tuple(flag::kRamLoad, Reason::kForRam, Reason::kAccepted),
        std::tuple(flag::kRomFixed, Reason::kForFixedAddress, Reason::kAccepted),
        std::tuple(flag::kCompressedLzma1, Reason::kCompressed, Reason::kAccepted),
        std::tuple(flag::kCompressedLzma2, Reason::kCompressed, Reason::kAccepted),
        std::tuple(flag::kCompressed, Reason::kFlagsConflict, Reason::kFlagsConflict)}) {
    const Image image = Signed({.flags = flags, .body = body}, key);
    EXPECT_EQ(Judge(image), start) << flags;
    EXPECT_EQ(Judge(image, {.use = Use::kKeep}), keep) << flags;
  }
}

TEST(Inspect, ReadsWithoutTrusting) {
  Image image = Small();
  image[40] ^= std::byte{1};
  MemorySource source(image);
  const Result<Info> info = Inspect(source);
  ASSERT_TRUE(info.ok());
  EXPECT_EQ(info->header.version, (Version{1, 2, 3, 4}));
  EXPECT_EQ(info->total_size, image.size());
  std::array<std::byte, 16> scratch;
  const Result<crypto::Digest> digest = HashImage(source, scratch);
  ASSERT_TRUE(digest.ok());
  EXPECT_NE(*digest, info->digest);
  EXPECT_EQ(*digest, crypto::Hash(Bytes(image).first(kBodyEnd)));
}

TEST(Inspect, RefusesEveryTruncation) {
  const Image image = Small();
  for (std::size_t size = 0; size < image.size(); ++size) {
    MemorySource source(Bytes(image).first(size));
    EXPECT_FALSE(Inspect(source).ok()) << size;
    std::array<std::byte, 16> scratch;
    EXPECT_EQ(HashImage(source, scratch).ok(), size >= kBodyEnd);
    EXPECT_EQ(ReadHeader(source).ok(), size >= kHeaderSize);
  }
}

}  // namespace
}  // namespace linnet::image
