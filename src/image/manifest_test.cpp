// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "image/manifest.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "base/endian.hpp"
#include "base/view.hpp"
#include "image/testing/sample_image.hpp"
#include "image/tlv.hpp"
#include "image/verify.hpp"

namespace linnet::image {
namespace {

crypto::Digest DigestOf(std::uint8_t number) {
  crypto::Digest digest{};
  digest[0] = static_cast<std::byte>(number);
  digest[31] = std::byte{0xD1};
  return digest;
}

Manifest Two() {
  Manifest manifest{.count = 2};
  manifest.entries[0] = {.kind = ManifestKind::kBootImage,
                         .index = 1,
                         .version = {2, 1, 300, 70000},
                         .length = 0x12345,
                         .digest = DigestOf(1)};
  manifest.entries[1] = {.kind = ManifestKind::kCompanion,
                         .index = companion::kWifiFirmware,
                         .version = {.build = 0x01020E03},
                         .length = 84000,
                         .digest = DigestOf(2)};
  return manifest;
}

std::vector<std::byte> Encoded(const Manifest& manifest) {
  std::vector<std::byte> value(kMaxManifestEntries * kManifestEntrySize);
  value.resize(EncodeManifest(manifest, value).size());
  return value;
}

Status Read(Span<const TlvItem> items, Manifest& out) {
  testing::TestKey key;
  const std::vector<std::byte> body = testing::SampleBody(100);
  const std::vector<std::byte> bytes =
      testing::Signed({.version = {1, 0, 0, 0}, .body = body, .protected_tlvs = items}, key);
  MemorySource source(bytes);
  const Result<Header> header = ReadHeader(source);
  return header.ok() ? ReadManifest(source, *header, out) : header.status();
}

// The bytes that `imgtool sign -s 5 --custom-tlv 0x4ca0 0x02...` leaves between body and signature:
// the protected area with the counter, then the entry, as imgtool's documentation orders them.
TEST(Manifest, ReadsWhatImgtoolWrites) {
  const std::vector<std::byte> value = Encoded(Two());
  std::vector<std::byte> bytes(kHeaderSize + 8);
  for (const int byte : {0x08, 0x69, 112, 0, 0x50, 0, 4, 0, 5, 0, 0, 0, 0xA0, 0x4C, 96, 0}) {
    bytes.push_back(static_cast<std::byte>(byte));
  }
  bytes.insert(bytes.end(), value.begin(), value.end());
  CopyBytes(EncodeHeader({.protected_size = 112, .body_size = 8}), bytes);
  MemorySource source(bytes);
  Manifest manifest;
  ASSERT_TRUE(ReadManifest(source, *ReadHeader(source), manifest).ok());
  ASSERT_EQ(manifest.count, 2);
  EXPECT_EQ(manifest.entries[0].version, (Version{2, 1, 300, 70000}));
  EXPECT_EQ(manifest.entries[1].digest, DigestOf(2));
}

TEST(Manifest, LiesInAnImageAsTheFormatSays) {
  const std::vector<std::byte> value = Encoded(Two());
  ASSERT_EQ(value.size(), 96U);
  EXPECT_EQ(value[0], std::byte{2});
  EXPECT_EQ(value[1], std::byte{1});
  EXPECT_EQ(LoadLe16(Bytes(value).subspan(2)), 0);
  EXPECT_EQ(LoadLe16(Bytes(value).subspan(6)), 300);
  EXPECT_EQ(LoadLe32(Bytes(value).subspan(12)), 0x12345U);
  EXPECT_EQ(value[16 + 31], std::byte{0xD1});
  EXPECT_EQ(value[48], std::byte{3});
  EXPECT_EQ(LoadLe32(Bytes(value).subspan(48 + 8)), 0x01020E03U);
}

TEST(Manifest, IsReadBackFromASignedImage) {
  const std::vector<std::byte> value = Encoded(Two());
  const std::vector<TlvItem> items{{tlv::kManifest, value}};
  Manifest manifest;
  ASSERT_TRUE(Read(items, manifest).ok());
  ASSERT_EQ(manifest.count, 2);
  const ManifestEntry* second = manifest.Find(ManifestKind::kBootImage, 1);
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(second->version, (Version{2, 1, 300, 70000}));
  EXPECT_EQ(second->length, 0x12345U);
  EXPECT_EQ(second->digest, DigestOf(1));
  EXPECT_NE(manifest.Find(ManifestKind::kCompanion, companion::kWifiFirmware), nullptr);
  EXPECT_EQ(manifest.Find(ManifestKind::kCompanion, companion::kModel), nullptr);
}

TEST(Manifest, NoneIsNothing) {
  Manifest manifest = Two();
  ASSERT_TRUE(Read({}, manifest).ok());
  EXPECT_EQ(manifest.count, 0);
}

TEST(Manifest, TwoAreRefused) {
  const std::vector<std::byte> value = Encoded(Two());
  const std::vector<TlvItem> items{{tlv::kManifest, value}, {tlv::kManifest, value}};
  Manifest manifest;
  EXPECT_EQ(Read(items, manifest), Code::kMalformed);
}

TEST(Manifest, WhatBreaksARuleIsRefused) {
  const std::vector<std::byte> good = Encoded(Two());
  Manifest out;
  const auto with = [&](std::size_t at, std::uint8_t value) {
    std::vector<std::byte> bytes = good;
    bytes[at] = static_cast<std::byte>(value);
    return DecodeManifest(bytes, out);
  };
  ASSERT_TRUE(DecodeManifest(good, out).ok());
  EXPECT_EQ(with(0, 1), Code::kUnsupported);
  EXPECT_EQ(with(0, 4), Code::kUnsupported);
  EXPECT_EQ(with(1, 0), Code::kMalformed) << "the application names itself";
  EXPECT_EQ(with(1, 8), Code::kMalformed);
  EXPECT_EQ(with(2, 1), Code::kMalformed);
  EXPECT_EQ(with(3, 1), Code::kMalformed);
  EXPECT_EQ(DecodeManifest(Bytes(good).first(95), out), Code::kMalformed);

  Manifest empty_part = Two();
  empty_part.entries[0].length = 0;
  EXPECT_EQ(DecodeManifest(Encoded(empty_part), out), Code::kMalformed);

  Manifest twice = Two();
  twice.entries[1] = twice.entries[0];
  EXPECT_EQ(DecodeManifest(Encoded(twice), out), Code::kMalformed);

  std::vector<std::byte> many((kMaxManifestEntries + 1) * kManifestEntrySize);
  EXPECT_EQ(DecodeManifest(many, out), Code::kTooLarge);
}

TEST(Manifest, TheDigestListOfTheNrfConnectSdkIsUnderstood) {
  std::vector<std::byte> value(8 + 2 * 32);
  StoreLe32(1, value);
  StoreLe32(3, MutableBytes(value).subspan(4));
  CopyBytes(DigestOf(1), MutableBytes(value).subspan(8));
  CopyBytes(DigestOf(2), MutableBytes(value).subspan(40));
  const std::vector<TlvItem> items{{tlv::kDigestList, value}};
  Manifest manifest;
  ASSERT_TRUE(Read(items, manifest).ok());
  ASSERT_EQ(manifest.count, 2);
  EXPECT_EQ(manifest.Find(ManifestKind::kBootImage, 1)->digest, DigestOf(1));
  EXPECT_EQ(manifest.Find(ManifestKind::kBootImage, 2)->digest, DigestOf(2));
  EXPECT_EQ(manifest.entries[0].length, 0U);

  StoreLe32(4, MutableBytes(value).subspan(4));  // one digest short
  EXPECT_EQ(Read(items, manifest), Code::kMalformed);
  StoreLe32(2, value);  // another format
  EXPECT_EQ(Read(items, manifest), Code::kUnsupported);
}

}  // namespace
}  // namespace linnet::image
