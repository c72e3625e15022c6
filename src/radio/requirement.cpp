// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "radio/requirement.hpp"

#include "base/endian.hpp"
#include "image/tlv.hpp"

namespace linnet::radio {
namespace {

using Requirement = std::optional<hal::RadioFirmware>;

hal::RadioFirmware Decode(Bytes bytes) {
  return {.version = LoadLe32(bytes), .features = LoadLe32(bytes.subspan(4))};
}

}  // namespace

std::array<std::byte, kRequirementSize> EncodeRequirement(hal::RadioFirmware firmware) {
  std::array<std::byte, kRequirementSize> bytes;
  StoreLe32(firmware.version, bytes);
  StoreLe32(firmware.features, MutableBytes(bytes).subspan(4));
  return bytes;
}

Result<Requirement> ReadRequirement(image::Source& source, const image::Header& header) {
  image::TlvEntry entry;
  const Status first = image::FindProtected(source, header, image::tlv::kRadioRequirement, entry);
  if (!first.ok()) {
    return first == Code::kNotFound ? Result<Requirement>(Requirement()) : first;
  }
  std::array<std::byte, kRequirementSize> bytes;
  if (entry.length != bytes.size()) {
    return Code::kMalformed;
  }
  LINNET_TRY(source.Read(entry.offset, bytes));
  const Status second = image::FindProtected(source, header, image::tlv::kRadioRequirement, entry);
  if (second != Code::kNotFound) {
    return second.ok() ? Status(Code::kMalformed) : second;
  }
  return Requirement(Decode(bytes));
}

}  // namespace linnet::radio
