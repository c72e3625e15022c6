// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Every image of tests/vectors/imgtool, made by MCUboot's imgtool or mutated from one that was.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/format.hpp"
#include "base/view.hpp"
#include "image/testing/print.hpp"
#include "image/tlv.hpp"
#include "image/verify.hpp"

namespace linnet::image {

namespace {

template <std::size_t kCount>
using Keys = std::array<crypto::P256PublicKey, kCount>;

const std::string kFolder = LINNET_SOURCE_DIR "/tests/vectors/imgtool/";

std::vector<std::byte> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const Bytes bytes = AsBytes(text);
  return {bytes.begin(), bytes.end()};
}

crypto::P256PublicKey ReadKey(const std::string& name) {
  crypto::P256PublicKey key{};
  EXPECT_TRUE(crypto::DecodePublicKeyDer(ReadFile(kFolder + name), key).ok());
  return key;
}

// What lies in the image's slot: the file, and erased flash behind it.
std::vector<std::byte> ReadSlot(const nlohmann::json& entry) {
  std::vector<std::byte> slot = ReadFile(kFolder + entry["file"].get<std::string>());
  slot.resize(entry["slot_size"].get<std::size_t>(), std::byte{0xFF});
  return slot;
}

// Why those are refused that the manifest wants refused, or leaves open and we refuse. (Left open
// and accepted: ec-p-ecdsa-trail, whose one trailing zero is what --pad-sig would have written.)
const std::map<std::string, Reason> kRefusals = {
    {"ec-n-hdr-pad1", Reason::kDigestMismatch},
    {"ec-p-hash-len33", Reason::kTlvBadLength},
    {"ec-p-trunc-31", Reason::kBadTlvMagic},
    {"ec-p-sem-prot-spill", Reason::kTlvOverrun},
    {"ec-n-hdr-imgsize-1", Reason::kBadTlvMagic},
    {"ec-p-wrong-key-khA", Reason::kSignatureInvalid},
    {"ec-p-hdr-imgsize-slot", Reason::kTooLarge},
    {"ec-p-pl-last", Reason::kDigestMismatch},
    {"ec-p-ecdsa-rn", Reason::kSignatureInvalid},
    {"ec-p-unprot-seccnt", Reason::kTlvNotAllowed},
    {"ec-p-ecdsa-s0", Reason::kSignatureInvalid},
    {"ec-n-sig-flip-last", Reason::kSignatureInvalid},
    {"ec-p-unprot-custom", Reason::kTlvNotAllowed},
    {"ec-n-hdr-load", Reason::kDigestMismatch},
    {"ec-p-hash-type", Reason::kAlgorithmUnsupported},
    {"ec-n-hdr-flag-nonboot", Reason::kDigestMismatch},
    {"ec-n-hdr-flag-aes256", Reason::kEncrypted},
    {"ec-n-hdr-imgsize+1", Reason::kBadTlvMagic},
    {"ec-n-no-keyhash", Reason::kSignatureUnbound},
    {"ec-n-sem-prot-spill", Reason::kTlvOverrun},
    {"ec-p-wrong-key-khB", Reason::kSignatureMissing},
    {"ec-n-hdr-protsize+4", Reason::kBadTlvMagic},
    {"ec-n-ecdsa-ber-longlen", Reason::kSignatureMalformed},
    {"ec-n-ecdsa-negint", Reason::kSignatureMalformed},
    // Properly signed, but their digest is over what a decryption would give.
    {"i-ec-enc128", Reason::kEncrypted},
    {"i-ec-enc256", Reason::kEncrypted},
};

// Accepted when kept, refused when they are to be started.
const std::map<std::string, Reason> kNotToBeStarted = {
    {"f-ec-nonbootable", Reason::kNotBootable},
    {"f-ec-ramload", Reason::kForRam},
};

nlohmann::json Manifest() {
  std::ifstream file(kFolder + "manifest.json");
  return nlohmann::json::parse(file)["images"];
}

Verdict VerifySlot(const nlohmann::json& entry, Span<const crypto::P256PublicKey> keys, Use use,
                   Info& info) {
  const std::vector<std::byte> slot = ReadSlot(entry);
  MemorySource source(slot);
  std::array<std::byte, 100> scratch;
  return Verify(source,
                {.keys = keys, .area_size = static_cast<std::uint32_t>(slot.size()), .use = use},
                scratch, info);
}

TEST(ImgtoolVectors, EveryVerdictIsTheManifests) {
  const Keys<1> keys{ReadKey("ecdsa-a.pub.der")};
  std::size_t refused = 0;
  std::size_t images = 0;
  for (const nlohmann::json& entry : Manifest()) {
    const auto id = entry["id"].get<std::string>();
    SCOPED_TRACE(id);
    Info info;
    const Verdict verdict = VerifySlot(entry, keys, Use::kKeep, info);
    const auto refusal = kRefusals.find(id);
    EXPECT_EQ(verdict.reason, refusal != kRefusals.end() ? refusal->second : Reason::kAccepted);
    const auto expected = entry["expected"].get<std::string>();
    if (expected == "reject") {
      EXPECT_FALSE(verdict.ok());
    } else if (expected == "accept" && !id.starts_with("i-ec-enc")) {
      EXPECT_TRUE(verdict.ok());
    }
    refused += verdict.ok() ? 0 : 1;
    ++images;
  }
  EXPECT_EQ(images, 43U);
  EXPECT_EQ(refused, kRefusals.size());
}

TEST(ImgtoolVectors, WhatCannotRunInPlaceIsNotStarted) {
  const Keys<1> keys{ReadKey("ecdsa-a.pub.der")};
  for (const nlohmann::json& entry : Manifest()) {
    const auto id = entry["id"].get<std::string>();
    SCOPED_TRACE(id);
    Info info;
    const Verdict kept = VerifySlot(entry, keys, Use::kKeep, info);
    const Verdict started = VerifySlot(entry, keys, Use::kExecuteInPlace, info);
    const auto refusal = kNotToBeStarted.find(id);
    if (refusal != kNotToBeStarted.end()) {
      EXPECT_EQ(started.reason, refusal->second);
      EXPECT_EQ(started.offset, 16U);
    } else {
      EXPECT_EQ(started.ok(), kept.ok());
    }
  }
}

TEST(ImgtoolVectors, HeadersAreReadAsImgtoolWroteThem) {
  for (const nlohmann::json& entry : Manifest()) {
    if (entry["expected"] != "accept" || !entry.contains("header")) {
      continue;
    }
    SCOPED_TRACE(entry["id"].get<std::string>());
    const std::vector<std::byte> slot = ReadSlot(entry);
    MemorySource source(slot);
    Info info;
    ASSERT_TRUE(Inspect(source, info).ok());
    const nlohmann::json& header = entry["header"];
    EXPECT_EQ(ToText(info.header.version).view(), header["version"].get<std::string>());
    EXPECT_EQ(info.header.header_size, header["hdr_size"]);
    EXPECT_EQ(info.header.body_size, header["img_size"]);
    EXPECT_EQ(info.header.protected_size, header["protect_tlv_size"]);
    EXPECT_EQ(info.header.load_address, header["load_addr"]);
    EXPECT_EQ(info.header.flags, std::stoul(header["flags"].get<std::string>(), nullptr, 16));
    const auto file = ReadFile(kFolder + entry["file"].get<std::string>());
    EXPECT_EQ(info.total_size, file.size());
    EXPECT_EQ(EncodeHeader(info.header),
              (*reinterpret_cast<const std::array<std::byte, kHeaderSize>*>(file.data())));
    std::array<char, 80> hex;
    for (const nlohmann::json& entry_tlv : entry["tlvs"]) {
      if (entry_tlv["type"] == "0x10") {
        EXPECT_EQ(Format(hex, "{}", Bytes(info.digest)), entry_tlv["hex"].get<std::string>());
      }
    }
  }
}

TEST(ImgtoolVectors, CounterAndDependenciesAreRead) {
  for (const nlohmann::json& entry : Manifest()) {
    if (entry["id"] != "d-ec-all") {
      continue;
    }
    const std::vector<std::byte> slot = ReadSlot(entry);
    MemorySource source(slot);
    const Result<Info> info = Inspect(source);
    ASSERT_TRUE(info.ok());
    EXPECT_TRUE(info->has_security_counter);
    EXPECT_EQ(info->security_counter, 7U);
    ASSERT_EQ(info->dependency_count, 2U);
    EXPECT_EQ(info->dependencies[0].image, 1U);
    EXPECT_EQ(info->dependencies[0].minimum, (Version{2, 0, 0, 0}));
    EXPECT_EQ(info->dependencies[1].image, 2U);
    EXPECT_EQ(info->dependencies[1].minimum, (Version{3, 1, 4, 1}));
    TlvEntry custom;
    ASSERT_TRUE(FindProtected(source, info->header, 0xA0, custom).ok());
    EXPECT_EQ(custom.offset, 1265U + kTlvEntrySize);
    EXPECT_EQ(custom.length, 4U);
    TlvEntry dependency;
    ASSERT_TRUE(FindProtected(source, info->header, tlv::kDependency, dependency).ok());
    EXPECT_EQ(dependency.offset, 1193U + kTlvEntrySize);
    ASSERT_TRUE(FindProtected(source, info->header, tlv::kDependency, dependency).ok());
    EXPECT_EQ(dependency.offset, 1209U + kTlvEntrySize);
    EXPECT_EQ(FindProtected(source, info->header, tlv::kDependency, dependency), Code::kNotFound);
  }
}

TEST(ImgtoolVectors, AForeignKeyAcceptsNothingThatItDidNotSign) {
  const Keys<1> keys{ReadKey("ecdsa-b.pub.der")};
  for (const nlohmann::json& entry : Manifest()) {
    const auto id = entry["id"].get<std::string>();
    SCOPED_TRACE(id);
    Info info;
    EXPECT_EQ(VerifySlot(entry, keys, Use::kKeep, info).ok(), id == "ec-p-two-sigs-ab");
  }
}

TEST(ImgtoolVectors, SeveralKeysAreTriedAndTheRightOneIsNamed) {
  const Keys<2> keys{ReadKey("ecdsa-b.pub.der"), ReadKey("ecdsa-a.pub.der")};
  for (const nlohmann::json& entry : Manifest()) {
    const auto id = entry["id"].get<std::string>();
    SCOPED_TRACE(id);
    Info info;
    const Verdict verdict = VerifySlot(entry, keys, Use::kKeep, info);
    if (id == "ec-p-wrong-key-khB") {
      EXPECT_EQ(verdict.reason, Reason::kSignatureInvalid);
    } else if (id == "ec-p-two-sigs-ab") {
      EXPECT_EQ(info.key_index, 1U);  // key a signs first
    } else if (!kRefusals.contains(id)) {
      EXPECT_TRUE(verdict.ok());
      EXPECT_EQ(info.key_index, 1U);
    } else {
      EXPECT_FALSE(verdict.ok());
    }
  }
}

}  // namespace
}  // namespace linnet::image
