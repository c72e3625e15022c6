// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "image/verify.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "base/endian.hpp"
#include "image/manifest.hpp"
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

using Image = std::vector<std::byte>;
using Keys = std::vector<crypto::P256PublicKey>;

constexpr std::uint32_t kArea = 0x10000;
constexpr std::uint32_t kBodyEnd = 32 + 64;  // of Small()

Image Small() {
  return SampleImage({1, 2, 3, 4}, 64);
}

Verdict Judge(Source& source, const Policy& policy, Info& info, std::size_t scratch_size = 64) {
  std::vector<std::byte> scratch(scratch_size);
  return Verify(source, policy, scratch, info);
}

Reason Judge(const Image& image, Policy policy = {}) {
  static const Keys trusted{TestKey(1).public_key()};
  policy.keys = trusted;
  policy.area_size = policy.area_size == 0 ? kArea : policy.area_size;
  MemorySource source(image);
  Info info;
  return Judge(source, policy, info).reason;
}

// The TLVs behind the protected area, replaced.
Image WithUnprotected(Image image, const std::vector<std::pair<std::uint16_t, Image>>& items,
                      std::uint32_t begin = kBodyEnd) {
  image.resize(begin);
  Image area;
  const auto put16 = [&area](std::size_t value) {
    area.push_back(static_cast<std::byte>(value));
    area.push_back(static_cast<std::byte>(value >> 8));
  };
  std::size_t size = kTlvInfoSize;
  for (const auto& [type, value] : items) {
    size += kTlvEntrySize + value.size();
  }
  put16(kUnprotectedTlvMagic);
  put16(size);
  for (const auto& [type, value] : items) {
    put16(type);
    put16(value.size());
    area.insert(area.end(), value.begin(), value.end());
  }
  image.insert(image.end(), area.begin(), area.end());
  return image;
}

// What the TLVs of an image say.
struct Parts {
  Image digest;
  Image key_hash;
  Image signature;
};

Parts PartsOf(const Image& image, std::uint32_t begin = kBodyEnd) {
  const auto at = [&](std::size_t offset, std::size_t size) {
    const Bytes bytes = Bytes(image).subspan(begin + offset, size);
    return Image(bytes.begin(), bytes.end());
  };
  return {at(8, 32), at(44, 32), at(80, image.size() - begin - 80)};
}

Image WrongSignature(Image signature) {
  signature.back() ^= std::byte{1};
  return signature;
}

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

TEST(Verify, NoSingleBitMayFlip) {
  const Image image = Small();
  for (std::size_t bit = 0; bit < image.size() * 8; ++bit) {
    Image flipped = image;
    flipped[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
    ASSERT_NE(Judge(flipped), Reason::kAccepted) << "byte " << bit / 8 << " bit " << bit % 8;
  }
}

TEST(Verify, NoByteMayBeMissing) {
  const Image image = Small();
  for (std::size_t size = 0; size < image.size(); ++size) {
    ASSERT_NE(Judge({image.begin(), image.begin() + static_cast<std::ptrdiff_t>(size)}),
              Reason::kAccepted)
        << size;
  }
}

TEST(Verify, NoByteMayBeErased) {
  for (const std::byte erased : {std::byte{0xFF}, std::byte{0}}) {
    Image slot = Small();
    for (std::size_t last = slot.size(); last-- > 0;) {
      const bool same = slot[last] == erased && last + 1 == slot.size();
      slot[last] = erased;
      ASSERT_EQ(Judge(slot) == Reason::kAccepted, same) << last;
    }
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

Reason JudgeProtected(std::span<const TlvItem> items) {
  TestKey key;
  const Image body = SampleBody(64);
  return Judge(Signed({.body = body, .protected_tlvs = items}, key));
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

Image WithCounter(std::uint32_t counter, std::uint8_t key) {
  TestKey signer(key);
  const Image body = SampleBody(64);
  std::array<std::byte, 4> value;
  StoreLe32(counter, value);
  const TlvItem items[] = {{tlv::kSecurityCounter, value}};
  return Signed({.body = body, .protected_tlvs = items}, signer);
}

// Key 1 signs up to counter 4, key 2 from 5 on, both include 5 for the change.
TEST(Verify, AKeyHoldsForItsCountersOnly) {
  const Keys keys{TestKey(1).public_key(), TestKey(2).public_key()};
  const std::array<KeyValidity, 2> validity{{{.last = 5}, {.first = 5}}};
  for (const std::uint8_t key : {std::uint8_t{1}, std::uint8_t{2}}) {
    for (std::uint32_t counter = 0; counter < 9; ++counter) {
      for (std::uint32_t floor = 0; floor < 9; ++floor) {
        const Image image = WithCounter(counter, key);
        MemorySource source(image);
        Info info;
        const Reason reason =
            Judge(source, {.keys = {keys, validity}, .area_size = kArea, .minimum_counter = floor},
                  info)
                .reason;
        const bool holds = key == 1 ? counter <= 5 : counter >= 5;
        EXPECT_EQ(reason, counter < floor ? Reason::kCounterTooLow
                          : holds         ? Reason::kAccepted
                                          : Reason::kKeyNotValid);
      }
    }
  }
}

// A key that does not hold is as good as a stranger's: its signature neither helps nor hurts.
TEST(Verify, ARevokedKeysSignatureIsPassedOver) {
  const Image image = Small();
  const Parts p = PartsOf(image);
  const crypto::Digest old_hash = crypto::KeyHash(TestKey(2).public_key());
  const Image signed_twice =
      WithUnprotected(image, {{tlv::kSha256, p.digest},
                              {tlv::kKeyHash, {old_hash.begin(), old_hash.end()}},
                              {tlv::kEcdsa, WrongSignature(p.signature)},
                              {tlv::kKeyHash, p.key_hash},
                              {tlv::kEcdsa, p.signature}});
  const Keys keys{TestKey(2).public_key(), TestKey(1).public_key()};
  const std::array<KeyValidity, 1> validity{{{.first = 1}}};
  MemorySource source(signed_twice);
  Info info;
  EXPECT_TRUE(Judge(source, {.keys = {keys, validity}, .area_size = kArea}, info).ok());
  EXPECT_EQ(info.key_index, 1U);
  EXPECT_EQ(Judge(source, {.keys = keys, .area_size = kArea}, info).reason,
            Reason::kSignatureInvalid);
}

TEST(Verify, OtherAlgorithmsAreNamedAsTheReason) {
  const Image image = Small();
  const Parts p = PartsOf(image);
  const Image foreign(32, std::byte{1});
  for (const std::uint16_t type : {tlv::kRsa2048, tlv::kRsa3072, tlv::kEd25519}) {
    EXPECT_EQ(Judge(WithUnprotected(
                  image, {{tlv::kSha256, p.digest}, {tlv::kKeyHash, foreign}, {type, Image(64)}})),
              Reason::kAlgorithmUnsupported);
    EXPECT_EQ(Judge(WithUnprotected(image, {{tlv::kSha256, p.digest},
                                            {tlv::kKeyHash, foreign},
                                            {type, Image(64)},
                                            {tlv::kKeyHash, p.key_hash},
                                            {tlv::kEcdsa, p.signature}})),
              Reason::kAccepted);
  }
  for (const std::uint16_t type : {tlv::kSha384, tlv::kSha512}) {
    EXPECT_EQ(
        Judge(WithUnprotected(
            image, {{type, Image(48)}, {tlv::kKeyHash, p.key_hash}, {tlv::kEcdsa, p.signature}})),
        Reason::kAlgorithmUnsupported);
  }
}

TEST(Verify, TheImageIsForThisDeviceWhenTheDeviceAsks) {
  TestKey key;
  const Image body = SampleBody(64);
  const Uuid ours{std::byte{1}, std::byte{2}};
  const Uuid theirs{std::byte{1}, std::byte{3}};
  for (const auto& [type, reason] : {std::pair(tlv::kVendorId, Reason::kWrongVendor),
                                     std::pair(tlv::kClassId, Reason::kWrongClass)}) {
    const auto judge = [&, type = type](std::span<const TlvItem> items, bool asked = true) {
      Policy policy;
      (type == tlv::kVendorId ? policy.vendor : policy.device_class) = asked ? &ours : nullptr;
      return Judge(Signed({.body = body, .protected_tlvs = items}, key), policy);
    };
    EXPECT_EQ(judge({}), reason);
    EXPECT_EQ(judge({}, false), Reason::kAccepted);
    EXPECT_EQ(judge(std::array{TlvItem{type, ours}}), Reason::kAccepted);
    EXPECT_EQ(judge(std::array{TlvItem{type, theirs}}), reason);
    EXPECT_EQ(judge(std::array{TlvItem{type, theirs}}, false), Reason::kAccepted);
    EXPECT_EQ(judge(std::array{TlvItem{type, Bytes(ours).first(15)}}), Reason::kTlvBadLength);
    EXPECT_EQ(judge(std::array{TlvItem{type, ours}, TlvItem{type, ours}}), Reason::kTlvDuplicate);
    EXPECT_EQ(judge(std::array{TlvItem{type, ours}, TlvItem{type, theirs}}), Reason::kTlvDuplicate);
  }
}

Image ManifestValue(std::size_t count) {
  Image value(count * kManifestEntrySize);
  for (std::size_t i = 0; i < count; ++i) {
    value[i * kManifestEntrySize] = std::byte{3};
    value[i * kManifestEntrySize + 1] = static_cast<std::byte>(i);
    value[i * kManifestEntrySize + 12] = std::byte{1};
  }
  return value;
}

TEST(Verify, TheManifestIsWholeAndStandsOnce) {
  const auto judge = [](const Image& value) {
    return JudgeProtected(std::array{TlvItem{tlv::kManifest, value}});
  };
  for (std::size_t size = 0; size <= 16 * kManifestEntrySize; ++size) {
    Image value = ManifestValue(16);
    value.resize(size);
    EXPECT_EQ(judge(value), size % kManifestEntrySize == 0 && size <= 15 * kManifestEntrySize
                                ? Reason::kAccepted
                                : Reason::kManifestMalformed)
        << size;
  }
  Image value = ManifestValue(3);
  value[2 * kManifestEntrySize + 1] = std::byte{0};
  EXPECT_EQ(judge(value), Reason::kManifestMalformed);  // named twice
  value = ManifestValue(3);
  value[kManifestEntrySize + 12] = std::byte{0};
  EXPECT_EQ(judge(value), Reason::kManifestMalformed);  // no length
  value = ManifestValue(3);
  value[kManifestEntrySize] = std::byte{4};
  EXPECT_EQ(judge(value), Reason::kManifestUnsupported);
  value = ManifestValue(1);
  EXPECT_EQ(
      JudgeProtected(std::array{TlvItem{tlv::kManifest, value}, TlvItem{tlv::kManifest, value}}),
      Reason::kTlvDuplicate);
}

TEST(Verify, AnyHeaderSize) {
  TestKey key;
  const Image body = SampleBody(64);
  for (const unsigned size : {32U, 33U, 34U, 64U, 127U, 512U, 2048U, 65535U}) {
    const Image image =
        Signed({.header_size = static_cast<std::uint16_t>(size), .body = body}, key);
    EXPECT_EQ(Judge(image, {.area_size = 0x20000}), Reason::kAccepted) << size;
  }
}

// Every entry and both area heads, each 16-bit field with values that are near, far and extreme.
TEST(Verify, NoFieldOfTheTlvAreasMayChange) {
  const Image image = WithCounter(5, 1);
  for (std::size_t at = 96; at + 1 < image.size(); ++at) {
    const std::uint16_t old = LoadLe16(Bytes(image).subspan(at));
    for (const int change : {-0x100, -4, -1, 1, 4, 0x100}) {
      Image changed = image;
      StoreLe16(static_cast<std::uint16_t>(old + change), MutableBytes(changed).subspan(at));
      ASSERT_NE(Judge(changed), Reason::kAccepted) << at << " " << change;
    }
    for (const std::uint16_t value : {std::uint16_t{0}, std::uint16_t{0xFFFF}}) {
      Image changed = image;
      StoreLe16(value, MutableBytes(changed).subspan(at));
      ASSERT_EQ(Judge(changed) == Reason::kAccepted, value == old) << at << " " << value;
    }
  }
}

// Pieces of two good images, spliced at every pair of places.
TEST(Verify, NoSpliceOfTwoImagesIsAnImage) {
  const Image one = SampleImage({1, 0, 0, 0}, 40);
  const Image two = SampleImage({2, 0, 0, 0}, 48);
  for (std::size_t head = 1; head < one.size(); head += 3) {
    for (std::size_t tail = 0; tail < two.size(); tail += 5) {
      Image spliced(one.begin(), one.begin() + static_cast<std::ptrdiff_t>(head));
      spliced.insert(spliced.end(), two.begin() + static_cast<std::ptrdiff_t>(tail), two.end());
      ASSERT_EQ(Judge(spliced) == Reason::kAccepted, spliced == one || spliced == two)
          << head << " " << tail;
    }
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
