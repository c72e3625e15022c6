// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The user's maps: read, judged, planned, drawn, written.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <utility>

#include "tools/layout/check.hpp"
#include "tools/layout/load.hpp"
#include "tools/layout/picture.hpp"
#include "tools/layout/plan.hpp"
#include "tools/layout/write.hpp"

namespace linnet::layout {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Field;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::string kFolder = LINNET_SOURCE_DIR "/tests/reference_case/maps/";

Map Read(const std::string& text, const std::string& name = "pm.yml") {
  return ReadMapText(name, text, "nrf5340");
}

std::string Refusal(const std::string& text, const std::string& name = "pm.yml") {
  try {
    Read(text, name);
  } catch (const Error& error) {
    return error.what();
  }
  return "accepted";
}

std::vector<std::string> Ids(const std::vector<Finding>& findings) {
  std::vector<std::string> ids;
  for (const Finding& finding : findings) {
    ids.push_back(std::string(ToString(finding.severity)) + " " + finding.id);
    EXPECT_FALSE(finding.what.empty() || finding.where.empty() || finding.why.empty() ||
                 finding.remedy.empty())
        << finding.id;
  }
  return ids;
}

std::vector<std::string> IdsOf(const std::string& text, SwapMode mode = SwapMode::kMove) {
  return Ids(Check(Read(text), {.mode = mode}, nullptr));
}

std::string Part(const std::string& name, const std::string& address, const std::string& size,
                 const std::string& region = "flash_primary") {
  return name + ":\n  address: " + address + "\n  size: " + size + "\n  region: " + region + "\n";
}

TEST(ReferenceMap, TheSamplesMapIsSoundAndItsWasteIsNamed) {
  const Map map = LoadMap(kFolder + "aws_iot.yml", "nrf5340");
  const std::vector<Finding> findings = Check(map, {}, nullptr);
  EXPECT_FALSE(HasErrors(findings)) << findings[0].what;
  EXPECT_THAT(findings, Contains(AllOf(Field(&Finding::id, "storage-windows"),
                                       Field(&Finding::what, HasSubstr("16384 B are lost")))));
}

TEST(ReferenceMap, TheExternalPatchIsSoundButNotForDevicesInTheField) {
  const Map map = LoadMap(kFolder + "external_patch.yml", "nrf5340");
  const Map deployed = LoadMap(kFolder + "aws_iot.yml", "nrf5340");
  const std::vector<std::string> ids = Ids(Check(map, {}, nullptr));
  EXPECT_THAT(ids, Not(Contains(StartsWith("error"))));
  EXPECT_THAT(ids, Contains("note loaded-in-chunks"));
  EXPECT_THAT(Ids(Check(map, {}, &deployed)), Contains("error deployed-boot"));
}

TEST(ReferenceMap, PlanGives48KiBAndTheTextOfTheNextStep) {
  PlanRequest request{.present = LoadMap(kFolder + "aws_iot.yml", "nrf5340"),
                      .images = {{"app", 742308}, {"mcuboot", 32768}, {"tfm", 122 * 1024}},
                      .external_patch = true};
  const Plan plan = MakePlan(request);
  EXPECT_EQ(plan.app_before, 0xC4000U);
  EXPECT_EQ(plan.app_after, 0xC4000U + 48 * 1024);
  EXPECT_EQ(plan.map.Find("tfm_storage")->size, 0x8000U);
  EXPECT_EQ(plan.map.Find("mcuboot_secondary")->size, plan.map.Find("mcuboot_primary")->size);
  ASSERT_NE(plan.map.Find("mcuboot_primary_1"), nullptr);
  const auto tfm = std::find_if(plan.costs.begin(), plan.costs.end(),
                                [](const PlanCost& cost) { return cost.name == "tfm"; });
  ASSERT_NE(tfm, plan.costs.end());
  EXPECT_EQ(tfm->next_cost, 0x4000U) << "one more byte than the window costs a protection unit";
  EXPECT_EQ(tfm->gain, 0x4000U);
  EXPECT_GE(tfm->less, 10U * 1024);
}

TEST(ReferenceMap, TheExternalPatchComesOffTheApplication) {
  PlanRequest request{.present = LoadMap(kFolder + "aws_iot.yml", "nrf5340"),
                      .images = {{"app", 742308}, {"nrf70_wifi_fw", 84 * 1024}},
                      .external_patch = true};
  const Plan plan = MakePlan(request);
  EXPECT_EQ(plan.app_need, 742308U - 84 * 1024);
  EXPECT_THAT(plan.reasons, Contains(HasSubstr("its 86016 B leave the application")));
  request.images.erase("nrf70_wifi_fw");
  EXPECT_EQ(MakePlan(request).app_need, 742308U);
  request.images["nrf70_wifi_fw"] = 0x20001;
  EXPECT_THROW(MakePlan(request), Error);
  request.images = {{"app", 1000}, {"nrf70_wifi_fw", 1000}};
  EXPECT_THROW(MakePlan(request), Error);
  request.external_patch = false;
  EXPECT_THROW(MakePlan(request), Error) << "there is no such partition";
}

// The application of a map that has the firmware outside does not hold it.
TEST(ReferenceMap, AnExternalPatchThatIsThereComesOffNothing) {
  const PlanRequest request{.present = LoadMap(kFolder + "external_patch.yml", "nrf5340"),
                            .images = {{"app", 656292}, {"nrf70_wifi_fw", 84 * 1024}},
                            .external_patch = true};
  EXPECT_EQ(MakePlan(request).app_need, 656292U);
}

TEST(Maps, WrittenMapsReadTheSame) {
  for (const char* name : {"aws_iot.yml", "external_patch.yml"}) {
    const Map map = LoadMap(kFolder + name, "nrf5340");
    const Map again = Read(WriteStaticMap(map));
    const Map tree = Read(WriteDevicetree(map), "x.overlay");
    ASSERT_EQ(again.partitions.size(), map.partitions.size());
    for (const Partition& partition : map.partitions) {
      EXPECT_EQ(again.Find(partition.name)->offset, partition.offset) << partition.name;
      EXPECT_EQ(again.Find(partition.name)->span, partition.span) << partition.name;
      EXPECT_EQ(again.Find(partition.name)->placement.after, partition.placement.after);
      if (map.FindRegion(partition.region)->is_flash()) {
        ASSERT_NE(tree.Find(partition.name), nullptr) << partition.name;
        EXPECT_EQ(tree.Find(partition.name)->offset, partition.offset) << partition.name;
        EXPECT_EQ(tree.Find(partition.name)->size, partition.size) << partition.name;
      }
    }
  }
}

TEST(Maps, DevicetreeIsReadWithItsSizesAndNesting) {
  const Map map = Read(R"(/dts-v1/;
/ { chosen { zephyr,code-partition = &slot0_partition; }; };
/delete-node/ &boot_partition;
&flash0 { partitions { compatible = "fixed-partitions"; #address-cells = <1>; #size-cells = <1>;
  boot_partition: partition@0 { label = "mcuboot"; reg = <0x0 DT_SIZE_K(48)>; };
  slot0_partition: partition@c000 {
    compatible = "fixed-subpartitions"; reg = <0xc000 (DT_SIZE_K(400) + 4 * 1024)>;
    ranges = <0 0xc000 0x65000>;
    inner: partition@1000 { reg = <0x1000 0x2000>; }; };
}; };
&mx25r64 { partitions { compatible = "fixed-partitions";
  slot1_partition: partition@0 { reg = <0 DT_SIZE_K(404)>; }; }; };)",
                       "a.overlay");
  EXPECT_EQ(map.Find("mcuboot")->size, 48U * 1024);
  EXPECT_EQ(map.Find("mcuboot_primary")->size, 404U * 1024);
  EXPECT_EQ(map.Find("inner")->offset, 0xd000U);
  EXPECT_EQ(map.Find("mcuboot_secondary")->region, "external_flash");
}

/// Zephyr's form since `zephyr,mapped-partition`: slots with a Secure and a Non-secure part.
TEST(Maps, DevicetreeOfMarkedPartitionsIsRead) {
  const char* const text = R"(
&flash0 { partitions { ranges; #address-cells = <1>; #size-cells = <1>;
    boot_partition: partition@0 { compatible = "zephyr,mapped-partition"; reg = <0x0 0x10000>; };
    slot0_partition: partition@10000 { compatible = "zephyr,mapped-partition";
      reg = <0x10000 0x70000>; ranges = <0x0 0x10000 0x70000>;
      slot0_s_partition: partition@0 { compatible = "zephyr,mapped-partition"; reg = <0 0x40000>; };
      slot0_ns_partition: partition@40000 { compatible = "zephyr,mapped-partition";
        reg = <0x40000 0x30000>; }; };
    slot1_partition: partition@80000 { compatible = "zephyr,mapped-partition";
      reg = <0x80000 0x70000>; };
    tfm_ps_partition: partition@f0000 { compatible = "zephyr,mapped-partition";
      reg = <0xf0000 0x4000>; };
    tfm_its_partition: partition@f4000 { compatible = "zephyr,mapped-partition";
      reg = <0xf4000 0x2000>; };
    tfm_otp_partition: partition@f6000 { compatible = "zephyr,mapped-partition";
      reg = <0xf6000 0x2000>; };
    storage_partition: partition@f8000 { compatible = "zephyr,mapped-partition";
      reg = <0xf8000 0x8000>; }; }; };
)";
  const Map map = ReadMapText("nrf91.dts", text, "nrf9151");
  ASSERT_NE(map.Find("app"), nullptr);
  EXPECT_EQ(map.Find("app")->offset, 0x50000U);
  ASSERT_NE(map.Find("tfm"), nullptr);
  EXPECT_EQ(map.Find("tfm")->offset, 0x10000U);
  EXPECT_TRUE(HasTwoWorlds(map, "flash_primary"));
  EXPECT_EQ(SecurityOf(map, *map.Find("tfm_otp_nv_counters")), Security::kSecure);
  EXPECT_EQ(SecurityOf(map, *map.Find("settings_storage")), Security::kNonSecure);
  EXPECT_FALSE(HasErrors(Check(map, {.mode = SwapMode::kOverwrite}, nullptr)));
}

TEST(Maps, DamagedFilesEndInOneErrorWithItsLine) {
  EXPECT_THAT(Refusal("a:\n  span: *x\n"), StartsWith("pm.yml:2: '*x' is not defined"));
  EXPECT_THAT(Refusal("a:\n  span: [b\n"), StartsWith("pm.yml:2: a '['"));
  EXPECT_THAT(Refusal("a:\n  span: [b]\nb:\n  span: [a]\n"), HasSubstr("it has no address"));
  EXPECT_THAT(Refusal("a: {" + std::string(200, '{')), HasSubstr("pm.yml:1:"));
  EXPECT_THAT(Refusal(std::string(kMaxYamlSize + 1, '#')), HasSubstr("longer than"));
  std::string deep;
  for (std::size_t i = 0; i < 50; ++i) {
    deep += std::string(i, ' ') + "a:\n";
  }
  EXPECT_THAT(Refusal(deep), HasSubstr("nested deeper"));
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    bomb += "b" + std::to_string(i) + ": &b" + std::to_string(i) + "\n";
    for (int j = 0; j < 10; ++j) {
      bomb += "- *" + (i == 1 ? "a0" : "b" + std::to_string(i - 1)) + "\n";
    }
  }
  EXPECT_THAT(Refusal(bomb), HasSubstr("more than"));
  EXPECT_THAT(Refusal("#include <x.h>\n", "a.dts"), StartsWith("a.dts:1: '#include'"));
  EXPECT_THAT(Refusal("&flash0 { partitions { a: b@0 { reg = <OFFSET 1>; }; }; };", "a.dts"),
              HasSubstr("found 'OFFSET': macros are not expanded here; give the merged file"));
  EXPECT_THAT(Refusal("/ {\n  a {\n", "a.dts"), HasSubstr("does not end"));
  EXPECT_THAT(Refusal("&x { partitions { compatible = \"fixed-partitions\";\n"
                      "a: b@0 { reg = <0 1>; }; }; };\n",
                      "a.dts"),
              StartsWith("a.dts:2: 'a': the flash around it ('x')"));
  std::string nested;
  for (int i = 0; i < 100; ++i) {
    nested += "a {";
  }
  EXPECT_THAT(Refusal(nested, "a.dts"), HasSubstr("nested deeper"));
  EXPECT_THROW(ElfFlashSize("x.elf", Bytes()), Error);
}

TEST(Check, NamesEachFault) {
  const std::string boot = Part("mcuboot", "0", "0x10000");
  EXPECT_THAT(IdsOf(boot + Part("app", "0x8000", "0x10000")), Contains("error overlap"));
  EXPECT_THAT(IdsOf(boot + Part("app", "0xf8000", "0x10000")), Contains("error outside"));
  EXPECT_THAT(IdsOf(boot + Part("a", "0x10000", "0x800") + Part("b", "0x10800", "0x800")),
              Contains("error page-shared"));
  EXPECT_THAT(IdsOf(boot + Part("settings_storage", "0xf8000", "0x1800")),
              Contains("warning page-unaligned"));
  EXPECT_THAT(IdsOf(boot + Part("tfm", "0x10000", "0x9000") + Part("app", "0x19000", "0x7000")),
              Contains("error protection-mixed"));
  EXPECT_THAT(IdsOf(boot + Part("tfm", "0x10000", "0x8000") +
                    Part("tfm_nonsecure", "0x18000", "0x7000") + Part("app", "0x18000", "0x7000")),
              Contains("error protection-unaligned"));
  EXPECT_THAT(IdsOf(Part("app", "0", "0x1000", "external_flash")),
              Contains("error xip-impossible"));
  EXPECT_THAT(IdsOf(Part("x", "0", "0x1000", "nowhere")), Contains("warning unknown-region"));
}

TEST(Check, NamesEachFaultOfSlots) {
  const auto slots = [](const std::string& primary, const std::string& secondary) {
    return Part("mcuboot_primary", "0x10000", primary) +
           Part("mcuboot_secondary", "0", secondary, "external_flash");
  };
  EXPECT_THAT(IdsOf(slots("0x80000", "0x80000")), Not(Contains(StartsWith("error"))));
  EXPECT_THAT(IdsOf(slots("0x80000", "0x70000")), Contains("error slot-sizes"));
  EXPECT_THAT(IdsOf(slots("0x80000", "0x81000")), Contains("warning slot-sizes"));
  EXPECT_THAT(IdsOf(slots("0x80000", "0x81000"), SwapMode::kOffset),
              Not(Contains("warning slot-sizes")));
  EXPECT_THAT(IdsOf(slots("0x80800", "0x80800")), Contains("error slot-unaligned"));
  EXPECT_THAT(IdsOf(slots("0x1000", "0x1000")), Contains("error largest-image"));
  EXPECT_THAT(IdsOf(slots("0x80000", "0x80000"), SwapMode::kScratch),
              Contains("error scratch-missing"));
  EXPECT_THAT(IdsOf(slots("0x80000", "0x80000") + Part("mcuboot_scratch", "0xf0000", "0x1000")),
              Contains("warning scratch-unused"));
  EXPECT_THAT(IdsOf(Part("mcuboot_primary", "0", "0x1000")), Contains("warning slot-missing"));
  EXPECT_THAT(IdsOf(Part("mcuboot_primary_1", "0", "0x8000") +
                    Part("mcuboot_secondary_1", "0x8000", "0x8000")),
              Contains("error image-index"));
  EXPECT_THAT(IdsOf(slots("0x80000", "0x80000") + Part("app", "0x10000", "0x80000")),
              Contains("warning pad-missing"));
}

constexpr std::array kVendorChips = {"nrf5340", "nrf54l15", "nrf9151", "nrf9160"};

// From the chips' product specifications: RRAM or flash, RAM, and the units of SPU or MPC.
TEST(Chips, HaveTheSizesOfTheirSpecifications) {
  struct Sizes {
    const char* chip;
    std::uint32_t flash, page, flash_unit, ram, ram_unit;
  };
  constexpr std::array kSizes = {
      Sizes{"nrf5340", 0x100000, 0x1000, 0x4000, 0x80000, 0x2000},
      Sizes{"nrf54l15", 0x17D000, 0x1000, 0x1000, 0x40000, 0x1000},
      Sizes{"nrf9151", 0x100000, 0x1000, 0x8000, 0x40000, 0x2000},
      Sizes{"nrf9160", 0x100000, 0x1000, 0x8000, 0x40000, 0x2000},
  };
  static_assert(kSizes.size() == kVendorChips.size());
  for (const Sizes& sizes : kSizes) {
    const Map map{.file = sizes.chip, .regions = ReadRegions(LoadChip(sizes.chip))};
    const Region* flash = map.FindRegion("flash_primary");
    const Region* ram = map.FindRegion("sram_primary");
    ASSERT_TRUE(flash != nullptr && ram != nullptr) << sizes.chip;
    EXPECT_EQ(flash->size, sizes.flash) << sizes.chip;
    EXPECT_EQ(flash->page_size, sizes.page) << sizes.chip;
    EXPECT_EQ(flash->protection_unit, sizes.flash_unit) << sizes.chip;
    EXPECT_EQ(ram->size, sizes.ram) << sizes.chip;
    EXPECT_EQ(ram->protection_unit, sizes.ram_unit) << sizes.chip;
    EXPECT_TRUE(map.FindRegion("external_flash") != nullptr) << sizes.chip;
  }
}

// A Secure image that ends inside of a unit is an error where the unit is that large, and only
// there.
TEST(Chips, HaveTheExternalFlashOfTheirBoards) {
  for (const auto& [chip, size] :
       {std::pair{"nrf5340", 8U << 20}, std::pair{"nrf54l15", 8U << 20},
        std::pair{"nrf9151", 32U << 20}, std::pair{"nrf9160", 8U << 20}}) {
    const std::vector<Region> regions = ReadRegions(LoadChip(chip));
    const auto found = std::find_if(regions.begin(), regions.end(), [](const Region& region) {
      return region.name == "external_flash";
    });
    ASSERT_NE(found, regions.end()) << chip;
    EXPECT_EQ(found->size, size) << chip;
  }
}

TEST(Chips, TheProtectionUnitDecidesWhereTheSecureImageMayEnd) {
  const std::string map = Part("mcuboot", "0", "0x8000") + Part("tfm", "0x8000", "0xc000") +
                          Part("app", "0x14000", "0x4000");
  for (const auto& [chip, allowed] : {std::pair{"nrf5340", true}, std::pair{"nrf54l15", true},
                                      std::pair{"nrf9151", false}, std::pair{"nrf9160", false}}) {
    const auto ids = Ids(Check(ReadMapText("pm.yml", map, chip), {}, nullptr));
    const bool refused = std::ranges::find(ids, "error protection-mixed") != ids.end();
    EXPECT_EQ(refused, !allowed) << chip;
  }
}

/// Maps as products have them: random sizes, storage and slots, with and without TF-M.
Map RandomMap(std::mt19937& random) {
  const auto pick = [&](std::uint32_t low, std::uint32_t high) {
    return low + static_cast<std::uint32_t>(random()) % (high - low + 1);
  };
  Map map{.file = "random",
          .regions = ReadRegions(LoadChip(kVendorChips[random() % kVendorChips.size()]))};
  std::uint32_t at = 0;
  const auto add = [&](const char* name, std::uint32_t size) {
    map.partitions.push_back({.name = name, .region = "flash_primary", .offset = at, .size = size});
    at += size;
  };
  const std::uint32_t unit = map.regions[0].protection_unit;
  const bool tfm = pick(0, 1) == 1;
  add("mcuboot", pick(8, 16) * 0x1000 / unit * unit);
  const std::uint32_t slot = at;
  add("mcuboot_pad", 0x200);
  if (tfm) {
    add("tfm", pick(2, 8) * unit - 0x200);
  }
  add("app", (map.regions[0].size * 3 / 4) / unit * unit - at % unit);
  const std::uint32_t size = at - slot;
  if (tfm) {
    at = (at + unit - 1) / unit * unit;
    add("tfm_its", 0x2000);
    add("tfm_ps", pick(1, 4) * 0x1000);
    at = (at + unit - 1) / unit * unit;
  }
  if (pick(0, 1) == 1) {
    add("settings_storage", pick(1, 4) * 0x1000);
  }
  map.partitions.push_back(
      {.name = "mcuboot_primary", .region = "flash_primary", .offset = slot, .size = size});
  map.partitions.push_back(
      {.name = "mcuboot_secondary", .region = "external_flash", .offset = 0, .size = size});
  return map;
}

TEST(Plan, NeverReturnsAMapThatCheckRefusesAndNeverLess) {
  std::mt19937 random(5340);
  for (int round = 0; round < 200; ++round) {
    PlanRequest request{.present = RandomMap(random), .external_patch = round % 2 == 0};
    request.images["mcuboot"] = 20000 + random() % 12000;
    const bool sound = !HasErrors(Check(request.present, {}, nullptr));
    const Plan plan = MakePlan(request);
    EXPECT_FALSE(HasErrors(Check(plan.map, {}, nullptr))) << "round " << round;
    if (sound) {
      EXPECT_GE(plan.app_after, plan.app_before) << "round " << round;
    }
  }
}

TEST(Plan, SaysWhatDoesNotFit) {
  PlanRequest request{.present = LoadMap(kFolder + "aws_iot.yml", "nrf5340"),
                      .images = {{"app", 1000000}}};
  EXPECT_THROW(MakePlan(request), Error);
  request.images = {{"nothing", 1}};
  EXPECT_THROW(MakePlan(request), Error);
}

TEST(Plan, OurOwnBoardIsAtItsOptimum) {
  PlanRequest request{.present = LoadMap(LINNET_SOURCE_DIR "/boards/an505/pm_static.yml", "an505")};
  const Plan plan = MakePlan(request);
  EXPECT_EQ(plan.app_before, plan.app_after);
}

TEST(Picture, ShowsEveryPartInBothForms) {
  const Map map = LoadMap(kFolder + "external_patch.yml", "nrf5340");
  const std::string svg = DrawSvg({{"a <title>", &map}, {"b", &map}});
  const std::string text = DrawText(map, 60);
  for (const char* name : {"mcuboot", "tfm", "app", "tfm_ps", "nrf70_wifi_fw", "free"}) {
    EXPECT_THAT(svg, HasSubstr(name));
    EXPECT_THAT(text, HasSubstr(name));
  }
  EXPECT_THAT(svg, HasSubstr("a &lt;title&gt;"));
}

}  // namespace
}  // namespace linnet::layout
