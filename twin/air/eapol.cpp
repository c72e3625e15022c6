// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/air/eapol.hpp"

#include <array>

#include "base/endian.hpp"

namespace linnet::air {
namespace {

constexpr std::byte kVersion{2};
constexpr std::byte kTypeKey{3};
constexpr std::byte kDescriptorRsn{2};
// Offsets in the message.
constexpr std::size_t kLength = 2;
constexpr std::size_t kDescriptor = 4;
constexpr std::size_t kInfo = 5;
constexpr std::size_t kKeyLength = 7;
constexpr std::size_t kReplay = 9;
constexpr std::size_t kNonce = 17;
constexpr std::size_t kMicAt = 81;
constexpr std::size_t kDataLength = 97;

constexpr std::byte kElementRsn{48};
constexpr std::byte kElementVendor{0xDD};
constexpr std::array kGtkKind = {std::byte{0x00}, std::byte{0x0F}, std::byte{0xAC}, std::byte{1}};
constexpr std::size_t kGtkHead = kGtkKind.size() + 2;  // and the key's number
constexpr std::size_t kWrapUnit = 8;

void Append(Blob& blob, Bytes bytes) {
  blob.insert(blob.end(), bytes.begin(), bytes.end());
}

void AppendSuite(Blob& blob, std::uint8_t kind) {
  Append(blob, std::array{std::byte{0x00}, std::byte{0x0F}, std::byte{0xAC}, std::byte{kind}});
}

void AppendLe16(Blob& blob, std::uint16_t value) {
  std::array<std::byte, 2> bytes{};
  StoreLe16(value, bytes);
  Append(blob, bytes);
}

std::optional<Gtk> GtkOf(Bytes element) {
  if (element.size() != kGtkHead + sizeof(Gtk) ||
      !Equal(element.first(kGtkKind.size()), kGtkKind)) {
    return std::nullopt;
  }
  Gtk gtk{};
  CopyBytes(element.subspan(kGtkHead), gtk);
  return gtk;
}

}  // namespace

Blob Serialize(const KeyMessage& message) {
  Blob bytes(kKeyMessageSize);
  const MutableBytes at(bytes);
  at[0] = kVersion;
  at[1] = kTypeKey;
  StoreBe16(static_cast<std::uint16_t>(kKeyMessageSize - kDescriptor + message.data.size()),
            at.subspan(kLength));
  at[kDescriptor] = kDescriptorRsn;
  StoreBe16(message.info, at.subspan(kInfo));
  StoreBe16(message.key_length, at.subspan(kKeyLength));
  StoreBe32(static_cast<std::uint32_t>(message.replay >> 32U), at.subspan(kReplay));
  StoreBe32(static_cast<std::uint32_t>(message.replay), at.subspan(kReplay + 4));
  CopyBytes(message.nonce, at.subspan(kNonce));
  CopyBytes(message.mic, at.subspan(kMicAt));
  StoreBe16(static_cast<std::uint16_t>(message.data.size()), at.subspan(kDataLength));
  Append(bytes, message.data);
  return bytes;
}

Result<KeyMessage> ParseKeyMessage(Bytes bytes) {
  if (bytes.size() < kKeyMessageSize || bytes[1] != kTypeKey ||
      bytes[kDescriptor] != kDescriptorRsn) {
    return Code::kMalformed;
  }
  const std::size_t data = LoadBe16(bytes.subspan(kDataLength));
  if (data > kMaxKeyData ||
      LoadBe16(bytes.subspan(kLength)) != kKeyMessageSize - kDescriptor + data ||
      bytes.size() < kKeyMessageSize + data) {
    return Code::kMalformed;
  }
  KeyMessage message;
  message.info = LoadBe16(bytes.subspan(kInfo));
  message.key_length = LoadBe16(bytes.subspan(kKeyLength));
  message.replay = (static_cast<std::uint64_t>(LoadBe32(bytes.subspan(kReplay))) << 32U) |
                   LoadBe32(bytes.subspan(kReplay + 4));
  CopyBytes(bytes.subspan(kNonce, message.nonce.size()), message.nonce);
  CopyBytes(bytes.subspan(kMicAt, message.mic.size()), message.mic);
  message.data = BlobOf(bytes.subspan(kKeyMessageSize, data));
  return message;
}

Blob Sign(Akm akm, const Ptk& ptk, KeyMessage message) {
  message.mic = {};
  message.mic = ComputeMic(akm, ptk, Serialize(message));
  return Serialize(message);
}

bool IsSigned(Akm akm, const Ptk& ptk, const KeyMessage& message) {
  KeyMessage unsigned_one = message;
  unsigned_one.mic = {};
  return EqualConstantTime(message.mic, ComputeMic(akm, ptk, Serialize(unsigned_one)));
}

Blob RsnElement(const std::vector<Akm>& akms) {
  constexpr std::uint8_t kCcmp = 4;
  constexpr std::uint8_t kAkmPsk = 2;
  constexpr std::uint8_t kAkmSae = 8;
  constexpr std::uint16_t kProtectionCapable = 1U << 7;
  Blob body;
  AppendLe16(body, 1);
  AppendSuite(body, kCcmp);
  AppendLe16(body, 1);
  AppendSuite(body, kCcmp);
  AppendLe16(body, static_cast<std::uint16_t>(akms.size()));
  std::uint16_t capabilities = 0;
  for (const Akm akm : akms) {
    AppendSuite(body, akm == Akm::kSae ? kAkmSae : kAkmPsk);
    capabilities |= akm == Akm::kSae ? kProtectionCapable : 0;
  }
  AppendLe16(body, capabilities);
  Blob element = {kElementRsn, static_cast<std::byte>(body.size())};
  Append(element, body);
  return element;
}

Blob SerializeKeyData(const KeyData& data) {
  Blob bytes = data.rsn;
  if (data.gtk) {
    Append(bytes, std::array{kElementVendor, static_cast<std::byte>(kGtkHead + sizeof(Gtk))});
    Append(bytes, kGtkKind);
    Append(bytes, std::array{std::byte{1}, std::byte{0}});
    Append(bytes, *data.gtk);
  }
  if (bytes.size() % kWrapUnit != 0) {
    bytes.push_back(kElementVendor);
    bytes.resize((bytes.size() + kWrapUnit - 1) / kWrapUnit * kWrapUnit);
  }
  return bytes;
}

Result<KeyData> ParseKeyData(Bytes bytes) {
  KeyData data;
  while (bytes.size() >= 2) {
    const std::byte kind = bytes[0];
    const std::size_t size = std::to_integer<std::size_t>(bytes[1]);
    if (kind == kElementVendor && size == 0) {
      break;  // padding from here
    }
    if (size + 2 > bytes.size()) {
      return Code::kMalformed;
    }
    if (kind == kElementRsn) {
      data.rsn = BlobOf(bytes.first(size + 2));
    } else if (const auto gtk = GtkOf(bytes.subspan(2, size)); kind == kElementVendor && gtk) {
      data.gtk = gtk;
    }
    bytes = bytes.subspan(size + 2);
  }
  return data;
}

}  // namespace linnet::air
