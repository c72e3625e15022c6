// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tools/layout/emit.hpp"
#include "tools/layout/map.hpp"
#include "tools/layout/yaml.hpp"

namespace linnet::layout {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* kRegions = R"(
flash:
  base: 0x80000000
  size: 0x10000
  page_size: 0x1000
  program_unit: 4
  access: memory_mapped
spi:
  base: 0x80100000
  size: 65536
  page_size: 0x1000
  program_unit: 1
  access: driver
ram:
  base: 0x20000000
  size: 0x8000
  access: memory_mapped
)";

constexpr const char* kPartitions = R"(# comment
boot:
  address: 0x0
  end_address: 0x4000   # exclusive
  region: flash
  size: 0x4000
  security: secure

app:
  address: 0x5000
  end_address: 0x10000
  region: flash
  security: nonsecure
big_store:
  address: 0
  size: 0x10000
  region: spi
  security: nonsecure
)";

Map Build(const std::string& regions, const std::string& partitions) {
  return BuildMap(ParseYaml("regions.yml", regions), ParseYaml("pm.yml", partitions));
}

/// The message of the refusal, or "accepted".
std::string Refusal(const std::string& regions, const std::string& partitions) {
  try {
    Build(regions, partitions);
  } catch (const Error& error) {
    return error.what();
  }
  return "accepted";
}

std::string PartitionRefusal(const std::string& partitions) {
  return Refusal(kRegions, partitions);
}

std::string One(const std::string& address, const std::string& size,
                const std::string& region = "flash") {
  return "a:\n  address: " + address + "\n  size: " + size + "\n  region: " + region +
         "\n  security: nonsecure\n";
}

TEST(Layout, ReadsACompleteMap) {
  const Map map = Build(kRegions, kPartitions);
  ASSERT_EQ(map.regions.size(), 3U);
  ASSERT_EQ(map.partitions.size(), 3U);
  EXPECT_EQ(map.regions[1].size, 65536U);
  EXPECT_EQ(map.regions[1].access, Region::Access::kDriver);
  EXPECT_EQ(map.partitions[0].security, Security::kSecure);
  EXPECT_EQ(map.partitions[1].name, "app");
  EXPECT_EQ(map.partitions[1].offset, 0x5000U);
  EXPECT_EQ(map.partitions[1].size, 0xB000U);
  EXPECT_EQ(map.partitions[1].security, Security::kNonSecure);
}

TEST(Layout, EmitsConstantsAndLinkerMemory) {
  const Map map = Build(kRegions, kPartitions);
  const std::string header = EmitHeader(map, "toy");
  EXPECT_THAT(header, HasSubstr("namespace linnet::layout::toy {"));
  EXPECT_THAT(header, HasSubstr("Region kFlash{.base = 0x80000000"));
  EXPECT_THAT(header, HasSubstr("Partition kBigStore{.region = kSpi"));
  const std::string script = EmitLinkerScript(map);
  EXPECT_THAT(script, HasSubstr("app : ORIGIN = 0x80005000, LENGTH = 0x0000b000"));
  EXPECT_THAT(script, HasSubstr("ram : ORIGIN = 0x20000000"));
  EXPECT_THAT(script, HasSubstr("layout_boot_size = 0x00004000;"));
  EXPECT_THAT(script, Not(HasSubstr("big_store"))) << "nothing is linked to a driver's flash";
}

TEST(Layout, SyntaxIsStrictAndErrorsNameTheLine) {
  EXPECT_THAT(PartitionRefusal("a:\n\taddress: 0\n"), StartsWith("pm.yml:2: a tab"));
  EXPECT_THAT(PartitionRefusal("  address: 0\n"), StartsWith("pm.yml:1: an indented line before"));
  EXPECT_THAT(PartitionRefusal("a:\n  address 0\n"), StartsWith("pm.yml:2: expected 'name:'"));
  EXPECT_THAT(PartitionRefusal("a:\n  address:0\n"), StartsWith("pm.yml:2: 'address' needs"));
  EXPECT_THAT(PartitionRefusal("a:\n  address:\n"), StartsWith("pm.yml:2: 'address' has nothing"));
  EXPECT_THAT(PartitionRefusal("a:\n  span: [b, c]\n"),
              StartsWith("pm.yml:1: 'a': spans 'b', which is not"));
  EXPECT_THAT(PartitionRefusal("a: 4\n"), StartsWith("pm.yml:1: 'a': needs fields"));
  EXPECT_THAT(PartitionRefusal(One("0", "0x1000").replace(0, 1, "A")),
              StartsWith("pm.yml:1: 'A': is not a name"));
  EXPECT_THAT(PartitionRefusal("a:\nb:\n  size: 1\n"), StartsWith("pm.yml:1: 'a' has nothing"));
  EXPECT_THAT(PartitionRefusal("b:\n  size: 1\n\na:\n"), StartsWith("pm.yml:4: 'a' has nothing"));
  EXPECT_THAT(PartitionRefusal("a:\n  size: 1\n  size: 2\n"),
              StartsWith("pm.yml:3: 'size' is there already, in line 2"));
  EXPECT_THAT(PartitionRefusal("a:\n  size: 1\na:\n"),
              StartsWith("pm.yml:3: 'a' is there already"));
  EXPECT_THAT(PartitionRefusal(""), HasSubstr("no partition"));
}

TEST(Layout, FieldsAreKnownCompleteAndInRange) {
  EXPECT_THAT(PartitionRefusal(One("0", "0x1000") + "  colour: red\n"),
              StartsWith("pm.yml:6: 'a': the field 'colour' is not known"));
  EXPECT_THAT(PartitionRefusal("a:\n  address: 0\n  size: 0x1000\n  security: secure\n"),
              StartsWith("pm.yml:1: 'a': there is no region 'flash_primary'"));
  EXPECT_THAT(PartitionRefusal("a:\n  address: 0\n  region: flash\n  security: secure\n"),
              HasSubstr("needs 'size' or 'end_address'"));
  EXPECT_THAT(PartitionRefusal(One("0", "0x1000", "nowhere")),
              StartsWith("pm.yml:1: 'a': there is no region 'nowhere'"));
  EXPECT_THAT(PartitionRefusal(One("0x", "0x1000")), StartsWith("pm.yml:2: '0x' of 'address'"));
  EXPECT_THAT(PartitionRefusal(One("12k", "0x1000")), StartsWith("pm.yml:2: '12k' of 'address'"));
  EXPECT_THAT(PartitionRefusal(One("0x100000000", "4096")), HasSubstr("over 32 bits"));
  EXPECT_THAT(PartitionRefusal(One("0", "0")), StartsWith("pm.yml:3: 'a': 'size' is zero"));
  EXPECT_THAT(PartitionRefusal(One("0", "0x1000") + "  end_address: 0x2000\n"),
              StartsWith("pm.yml:3: 'a': 'size' is 0x1000, but"));
  EXPECT_THAT(PartitionRefusal("a:\n  address: 0x2000\n  end_address: 0x1000\n  region: flash\n"
                               "  security: secure\n"),
              StartsWith("pm.yml:3: 'a': 'end_address' 0x1000 is not above"));
  EXPECT_THAT(PartitionRefusal("a:\n  address: 0\n  size: 4096\n  region: flash\n"
                               "  security: open\n"),
              StartsWith("pm.yml:5: 'a': 'security' must be secure or nonsecure, not 'open'"));
}

TEST(Layout, PartitionsStayInsideOnPagesAndApart) {
  EXPECT_EQ(PartitionRefusal(One("0", "0x10000")), "accepted");
  EXPECT_THAT(PartitionRefusal(One("0x800", "0x1000")), StartsWith("pm.yml:1: 'a': 'address'"));
  EXPECT_THAT(PartitionRefusal(One("0", "0x1800")), HasSubstr("not a whole number of pages"));
  EXPECT_THAT(PartitionRefusal(One("0xf000", "0x2000")),
              HasSubstr("ends at 0x11000, beyond the 0x10000 bytes of 'flash'"));
  EXPECT_THAT(PartitionRefusal(One("0x1000", "0xfffff000")), HasSubstr("beyond"));
  EXPECT_THAT(PartitionRefusal(One("0", "0x1000", "ram")), HasSubstr("is no flash"));
  const std::string first = One("0x2000", "0x2000");
  const auto second = [](const std::string& address, const std::string& security) {
    return "b:\n  address: " + address +
           "\n  size: 0x1000\n  region: flash\n  security: " + security + "\n";
  };
  EXPECT_EQ(PartitionRefusal(first + second("0x4000", "nonsecure")), "accepted");
  EXPECT_THAT(PartitionRefusal(first + second("0x3000", "nonsecure")),
              StartsWith("pm.yml:6: 'b': overlaps 'a' (line 1), which ends at 0x4000"));
  EXPECT_THAT(PartitionRefusal(first + second("0x2000", "nonsecure")), HasSubstr("overlaps"));
  EXPECT_THAT(PartitionRefusal(first + second("0x1000", "nonsecure")),
              HasSubstr("write partitions in ascending order"));
  EXPECT_THAT(PartitionRefusal(first + second("0x4000", "secure")),
              HasSubstr("is Secure above the Non-secure 'a'"));
}

TEST(Layout, RegionsAreSoundAndApart) {
  const std::string good = kPartitions;
  EXPECT_THAT(Refusal("flash:\n  base: 0\n  size: 0x1000\n  page_size: 0x1000\n"
                      "  access: memory_mapped\n",
                      good),
              HasSubstr("both 'page_size' and 'program_unit'"));
  EXPECT_THAT(Refusal("flash:\n  base: 0\n  size: 0x1000\n  page_size: 0x1000\n"
                      "  program_unit: 3\n  access: memory_mapped\n",
                      good),
              HasSubstr("power of two"));
  EXPECT_THAT(Refusal("flash:\n  base: 0xfffff000\n  size: 0x1001\n  access: driver\n", good),
              HasSubstr("leaves the 32-bit address space"));
  EXPECT_THAT(Refusal(std::string(kRegions) + "ram2:\n  base: 0x20007fff\n  size: 4\n"
                                              "  access: driver\n",
                      good),
              StartsWith("regions.yml:18: 'ram2': overlaps the region 'ram' (line 14)"));
}

}  // namespace
}  // namespace linnet::layout
