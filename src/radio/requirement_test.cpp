// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "radio/requirement.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <vector>

#include "image/testing/sample_image.hpp"
#include "image/tlv.hpp"
#include "image/verify.hpp"
#include "radio/testing/patches.hpp"

namespace linnet::radio {
namespace {

using testing::kFirmware;

std::vector<std::byte> Program(const std::vector<hal::RadioFirmware>& notes) {
  std::vector<std::byte> program(101, std::byte{0x42});
  for (const hal::RadioFirmware& firmware : notes) {
    const auto note =
        std::bit_cast<std::array<std::byte, sizeof(RequirementNote)>>(RequirementNote(firmware));
    program.insert(program.end(), note.begin(), note.end());
    program.insert(program.end(), 7, std::byte{0x43});
  }
  return program;
}

TEST(Requirement, IsFoundInAProgram) {
  EXPECT_EQ(*FindRequirementNote(Program({kFirmware})), kFirmware);
  EXPECT_EQ(*FindRequirementNote(Program({kFirmware, kFirmware})), kFirmware);
  EXPECT_FALSE(FindRequirementNote(Program({}))->has_value());
  EXPECT_FALSE(FindRequirementNote({})->has_value());
  EXPECT_EQ(FindRequirementNote(Program({kFirmware, {.version = 1}})).code(), Code::kMalformed);
  const auto program = Program({kFirmware});
  EXPECT_FALSE(FindRequirementNote(Bytes(program).first(program.size() - 8))->has_value());
}

Result<std::optional<hal::RadioFirmware>> Read(const std::vector<image::TlvItem>& items) {
  image::testing::TestKey key;
  const std::vector<std::byte> body = image::testing::SampleBody(100);
  const std::vector<std::byte> bytes =
      image::testing::Signed({.version = {1}, .body = body, .protected_tlvs = items}, key);
  image::MemorySource source(bytes);
  const Result<image::Header> header = image::ReadHeader(source);
  return ReadRequirement(source, header.value());
}

TEST(Requirement, IsReadFromAnImage) {
  const auto value = EncodeRequirement(kFirmware);
  const image::TlvItem item{image::tlv::kRadioRequirement, value};
  EXPECT_EQ(*Read({{image::tlv::kVendorId, Bytes(value)}, item}), kFirmware);
  EXPECT_FALSE(Read({})->has_value());
  EXPECT_EQ(Read({item, item}).code(), Code::kMalformed);
  EXPECT_EQ(Read({{image::tlv::kRadioRequirement, Bytes(value).first(7)}}).code(),
            Code::kMalformed);
}

}  // namespace
}  // namespace linnet::radio
