// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/sign/sign.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "base/endian.hpp"
#include "image/tlv.hpp"
#include "image/writer.hpp"
#include "tools/sign/manifest.hpp"
#include "tools/sign/requirement.hpp"

namespace linnet::sign {
namespace {

std::vector<std::byte> EncodeDependency(const image::Dependency& dependency) {
  std::vector<std::byte> value(12);
  const MutableBytes all(value);
  all[0] = static_cast<std::byte>(dependency.image);
  image::StoreVersion(dependency.minimum, all.subspan(4));
  return value;
}

// All signed entries in the order of the file: counter, dependencies, manifest, the firmware that
// the program needs, then what the caller wants.
std::vector<ProtectedTlv> ProtectedTlvs(const SignOptions& options) {
  std::vector<ProtectedTlv> tlvs;
  if (options.security_counter.has_value()) {
    std::vector<std::byte> value(4);
    StoreLe32(*options.security_counter, value);
    tlvs.push_back({image::tlv::kSecurityCounter, value});
  }
  if (options.vendor) {
    tlvs.push_back({image::tlv::kVendorId, {options.vendor->begin(), options.vendor->end()}});
  }
  if (options.device_class) {
    tlvs.push_back(
        {image::tlv::kClassId, {options.device_class->begin(), options.device_class->end()}});
  }
  for (const image::Dependency& dependency : options.dependencies) {
    tlvs.push_back({image::tlv::kDependency, EncodeDependency(dependency)});
  }
  if (!options.manifest.empty()) {
    tlvs.push_back({image::tlv::kManifest, EncodeManifest(options.manifest)});
  }
  const std::vector<std::byte> firmware = RequirementEntry(options.payload, options.manifest);
  if (!firmware.empty()) {
    tlvs.push_back({image::tlv::kRadioRequirement, firmware});
  }
  tlvs.insert(tlvs.end(), options.protected_tlvs.begin(), options.protected_tlvs.end());
  return tlvs;
}

void CheckOptions(const SignOptions& options) {
  if (options.payload.empty()) {
    throw Error("the payload is empty: there is nothing to sign.");
  }
  if (options.header_size < image::kHeaderSize ||
      options.header_size > std::numeric_limits<std::uint16_t>::max()) {
    throw Error("the header size is " + std::to_string(options.header_size) +
                " bytes; it must be from 32 to 65535.");
  }
  if (options.dependencies.size() > image::kMaxDependencies) {
    throw Error("an image can depend on at most " + std::to_string(image::kMaxDependencies) +
                " others.");
  }
  for (const ProtectedTlv& tlv : options.protected_tlvs) {
    if (tlv.type == image::tlv::kManifest) {
      throw Error(
          "entry type 0x4ca0 is the release's manifest: name its parts by --with and --needs.");
    }
    const unsigned low = tlv.type & 0xFFU;
    if (low < 0xA0 || low > 0xFE) {
      throw Error("entry type " + std::to_string(tlv.type) +
                  " is not a vendor's: its low byte must be from 0xa0 to 0xfe.");
    }
  }
}

std::string NameOf(std::uint16_t type) {
  switch (type) {
    case image::tlv::kKeyHash:
      return "key hash";
    case image::tlv::kPublicKey:
      return "public key";
    case image::tlv::kSha256:
      return "SHA-256";
    case image::tlv::kSha384:
      return "SHA-384";
    case image::tlv::kSha512:
      return "SHA-512";
    case image::tlv::kRsa2048:
      return "RSA-2048 signature";
    case image::tlv::kRsa3072:
      return "RSA-3072 signature";
    case image::tlv::kEcdsa:
      return "ECDSA signature";
    case image::tlv::kEd25519:
      return "Ed25519 signature";
    case image::tlv::kDependency:
      return "dependency";
    case image::tlv::kSecurityCounter:
      return "security counter";
    case image::tlv::kManifest:
      return "manifest";
    case image::tlv::kRadioRequirement:
      return "needed firmware";
    case image::tlv::kDigestList:
      return "digest list";
    case image::tlv::kBootRecord:
      return "boot record";
    case image::tlv::kVendorId:
      return "vendor id";
    case image::tlv::kClassId:
      return "class id";
    default: {
      std::array<std::byte, 2> bytes;
      StoreBe16(type, bytes);
      const unsigned low = type & 0xFFU;
      return (low >= 0xA0 && low <= 0xFE ? "vendor 0x" : "type 0x") + ToHex(bytes);
    }
  }
}

// Inspect() has accepted the structure, so that reading cannot fail here.
std::vector<Entry> ReadArea(image::Source& source, std::uint32_t begin, std::uint16_t magic) {
  image::Cursor cursor(source, begin);
  image::TlvArea area(cursor);
  std::vector<Entry> entries;
  image::Verdict verdict = area.Open(magic);
  while (verdict.ok() && !area.at_end()) {
    image::TlvEntry tlv;
    verdict = area.Next(tlv);
    std::vector<std::byte> value(verdict.ok() ? tlv.length : 0);
    if (verdict.ok()) {
      verdict = area.ReadValue(value);
    }
    entries.push_back(
        {magic == image::kProtectedTlvMagic, tlv.type, NameOf(tlv.type), tlv.offset, value});
  }
  return entries;
}

}  // namespace

std::vector<std::byte> SignImage(const SignOptions& options, const crypto::P256Scalar& key) {
  CheckOptions(options);
  const std::vector<ProtectedTlv> tlvs = ProtectedTlvs(options);
  std::vector<image::TlvItem> items;
  items.reserve(tlvs.size());
  for (const ProtectedTlv& tlv : tlvs) {
    items.push_back({tlv.type, tlv.value});
  }
  const image::Content content{.version = options.version,
                               .header_size = static_cast<std::uint16_t>(options.header_size),
                               .body = options.payload,
                               .protected_tlvs = items};
  KeySigner signer(key);
  std::vector<std::byte> bytes(image::MaxImageSize(content));
  const Result<std::size_t> size = image::WriteImage(content, signer, bytes);
  if (size.code() == Code::kOutOfRange) {
    throw Error("the signed entries take more than 65535 bytes together.");
  }
  if (!size.ok()) {
    throw Error("signing failed: " + std::string(ToString(size.code())) + ".");
  }
  bytes.resize(*size);
  return bytes;
}

Description Describe(Bytes bytes) {
  image::MemorySource source(bytes);
  Description description;
  description.file_size = bytes.size();
  const image::Verdict verdict = image::Inspect(source, description.info);
  if (!verdict.ok()) {
    throw Error("not a whole image: " + ToText(verdict));
  }
  const image::Header& header = description.info.header;
  if (header.protected_size != 0) {
    description.entries = ReadArea(source, header.body_end(), image::kProtectedTlvMagic);
  }
  std::ranges::move(ReadArea(source, header.digest_end(), image::kUnprotectedTlvMagic),
                    std::back_inserter(description.entries));
  std::array<std::byte, 4096> scratch;
  description.actual_digest = *image::HashImage(source, scratch);
  return description;
}

Judgement VerifyImage(Bytes bytes, image::Policy policy) {
  EnsureArena();
  image::MemorySource source(bytes);
  std::array<std::byte, 4096> scratch;
  if (policy.area_size == 0) {
    policy.area_size = std::numeric_limits<std::uint32_t>::max();
  }
  Judgement judgement;
  judgement.verdict = image::Verify(source, policy, scratch, judgement.info);
  return judgement;
}

Judgement VerifyImage(Bytes bytes, std::span<const crypto::P256PublicKey> keys,
                      std::uint32_t area_size, std::uint32_t minimum_counter, image::Use use) {
  return VerifyImage(
      bytes,
      {.keys = keys, .area_size = area_size, .minimum_counter = minimum_counter, .use = use});
}

Judgement VerifyFile(const std::string& path, std::span<const crypto::P256PublicKey> keys,
                     std::uint32_t area_size, std::uint32_t minimum_counter, image::Use use) {
  return VerifyImage(ReadFile(path), keys, area_size, minimum_counter, use);
}

std::string ToText(const image::Verdict& verdict) {
  return std::string(image::ToText(verdict.reason)) +
         (verdict.ok() ? "" : " (at byte " + std::to_string(verdict.offset) + ")");
}

image::Uuid ParseUuid(const std::string& text) {
  std::string digits;
  std::ranges::copy_if(text, std::back_inserter(digits), [](char c) { return c != '-'; });
  const bool hyphens =
      digits.size() == text.size() || (text.size() == 36 && text[8] == '-' && text[13] == '-' &&
                                       text[18] == '-' && text[23] == '-');
  const bool hex = digits.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
  image::Uuid uuid{};
  if (!hyphens || !hex || digits.size() != 2 * uuid.size()) {
    throw Error("\"" + text +
                "\" is no UUID: 32 hexadecimal digits, such as "
                "6ba7b810-9dad-11d1-80b4-00c04fd430c8.");
  }
  for (std::size_t i = 0; i < uuid.size(); ++i) {
    uuid.at(i) = static_cast<std::byte>(std::stoul(digits.substr(2 * i, 2), nullptr, 16));
  }
  return uuid;
}

std::string UuidText(Bytes uuid) {
  std::string text = ToHex(uuid);
  for (const std::size_t at : {20U, 16U, 12U, 8U}) {
    if (text.size() == 32 + (20 - at) / 4) {
      text.insert(at, "-");
    }
  }
  return text;
}

std::string FlagNames(std::uint32_t flags) {
  constexpr std::array<std::pair<std::uint32_t, std::string_view>, 9> kNames{{
      {1, "position independent"},
      {image::flag::kEncryptedAes128, "encrypted AES-128"},
      {image::flag::kEncryptedAes256, "encrypted AES-256"},
      {image::flag::kNonBootable, "non-bootable"},
      {image::flag::kRamLoad, "RAM load"},
      {image::flag::kRomFixed, "fixed address"},
      {image::flag::kCompressedLzma1, "compressed LZMA1"},
      {image::flag::kCompressedLzma2, "compressed LZMA2"},
      {image::flag::kCompressedThumb, "Thumb filter"},
  }};
  std::string text;
  for (const auto& [flag, name] : kNames) {
    if ((flags & flag) != 0) {
      text += (text.empty() ? "" : ", ") + std::string(name);
      flags &= ~flag;
    }
  }
  if (flags != 0) {
    std::array<std::byte, 4> rest;
    StoreBe32(flags, rest);
    text += (text.empty() ? "unknown 0x" : ", unknown 0x") + ToHex(rest);
  }
  return text.empty() ? "none" : text;
}

std::string ToHex(Bytes bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const std::byte byte : bytes) {
    text += kDigits[std::to_integer<unsigned>(byte) >> 4];
    text += kDigits[std::to_integer<unsigned>(byte) & 15U];
  }
  return text;
}

}  // namespace linnet::sign
