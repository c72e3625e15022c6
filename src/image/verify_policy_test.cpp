// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What a device's policy asks beyond a good signature.
#include <gtest/gtest.h>

#include <vector>

#include "base/endian.hpp"
#include "base/view.hpp"
#include "image/manifest.hpp"
#include "image/testing/judge.hpp"
#include "image/testing/print.hpp"

namespace linnet::image {
namespace {

using testing::Image;
using testing::Judge;
using testing::JudgeProtected;
using testing::kArea;
using testing::Keys;
using testing::Parts;
using testing::PartsOf;
using testing::SampleBody;
using testing::SampleImage;
using testing::Signed;
using testing::Small;
using testing::TestKey;
using testing::WithUnprotected;
using testing::WrongSignature;

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
    const auto judge = [&, type = type](Span<const TlvItem> items, bool asked = true) {
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

}  // namespace
}  // namespace linnet::image
