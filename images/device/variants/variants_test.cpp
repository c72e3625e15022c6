// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What the builds of the application say of themselves, read out of the programs.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "radio/patch.hpp"
#include "radio/requirement.hpp"

namespace linnet::device {
namespace {

struct Variant {
  const char* program;
  const char* label;
  std::uint32_t firmware;
};

void PrintTo(const Variant& variant, std::ostream* out) {
  *out << variant.label;
}

class Variants : public ::testing::TestWithParam<Variant> {};

TEST_P(Variants, SayTheirLabelAndTheFirmwareThatTheirDriverNeeds) {
  std::ifstream file(GetParam().program, std::ios::binary);
  const std::string program{std::istreambuf_iterator<char>(file), {}};
  ASSERT_FALSE(program.empty()) << GetParam().program;
  EXPECT_NE(program.find(GetParam().label), std::string::npos);
  const auto note = radio::FindRequirementNote(AsBytes(program));
  ASSERT_TRUE(note.ok());
  ASSERT_TRUE(note->has_value());
  EXPECT_EQ((*note)->version, GetParam().firmware);
  EXPECT_EQ((*note)->features, radio::feature::kSystem);
}

INSTANTIATE_TEST_SUITE_P(
    All, Variants,
    ::testing::Values(Variant{LINNET_DEVICE, "first light", 0x01020E07},
                      Variant{LINNET_DEVICE_SECOND, "second light", 0x01020E08},
                      Variant{LINNET_DEVICE_MUTE, "never connects", 0x01020E08},
                      Variant{LINNET_DEVICE_DEAF, "its radio is dead", 0x01020E08}));

}  // namespace
}  // namespace linnet::device
