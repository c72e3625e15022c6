// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/size/advise.hpp"

#include <gmock/gmock.h>

#include <functional>

namespace linnet::size {
namespace {

using ::testing::HasSubstr;

constexpr std::size_t kMaxText = 1U << 20U;

std::string ErrorOf(const std::function<void()>& action) {
  try {
    action();
  } catch (const BadInput& error) {
    return error.what();
  }
  return "none";
}

std::string Reference(const std::string& file) {
  return std::string(LINNET_SOURCE_DIR) + "/tests/reference_case/nrf7002dk_ns/zephyr/" + file;
}

kconfig::Settings Configuration(const std::string& text) {
  kconfig::Settings settings;
  kconfig::ReadSettings("c", text, settings);
  return settings;
}

const Advice* Find(const Advices& advices, const std::string& name) {
  for (const Advice& advice : advices.options) {
    if (advice.option->name == name)
      return &advice;
  }
  return nullptr;
}

TEST(ReferenceCase, ItsMemoryReportIsRead) {
  const auto regions = ParseMemoryReport(ReadText(Reference("memory.txt"), kMaxText));
  ASSERT_EQ(regions.size(), 3U);
  EXPECT_EQ(regions[0].used, 742'308U);
  EXPECT_EQ(regions[0].size, 802'816U);
  EXPECT_EQ(regions[1].used, 327'392U);
  EXPECT_EQ(regions[1].size, 409'600U);
}

TEST(ReferenceCase, TensOfKilobytesComeBackWithoutLosingARequiredFunction) {
  const Facts facts = DefaultFacts();
  const kconfig::Settings config = Configuration(ReadText(Reference(".config"), kMaxText).content);
  const Advices advices = Advise(facts, config);
  // Patch 83, shell 30, supplicant's messages 20, formats 4; outside: MCUboot 32, TF-M's
  // storage 16.
  EXPECT_EQ(advices.flash, (83 + 30 + 20 + 4) * 1024);
  EXPECT_EQ(advices.elsewhere, (32 + 16) * 1024);
  for (const char* broken : {"ipv6-off", "wpa3-off", "tfm-minimal", "no-tfm"}) {
    ASSERT_NE(Find(advices, broken), nullptr) << broken;
    EXPECT_FALSE(Find(advices, broken)->summed) << broken;
    EXPECT_FALSE(Find(advices, broken)->why_not.empty()) << broken;
  }
  EXPECT_EQ(Find(advices, "supplicant-basic"), nullptr);
}

TEST(Advice, WhatIsDoneAlreadyIsNotAdvisedAgain) {
  const Facts facts = DefaultFacts();
  const kconfig::Settings config =
      Configuration("CONFIG_CBPRINTF_NANO=y\n# CONFIG_SHELL is not set\n");
  EXPECT_TRUE(Advise(facts, config).options.empty());
}

TEST(Advice, WhatAnotherChangeContainsCountsOnce) {
  const Facts facts = ParseFacts(Text{"f",
                                      "facts t\nrevision 1\n"
                                      "option a\nwhen X=y\nflash 10\nsource s\n"
                                      "option b\nwhen X=y\nflash 30\nsource s\ncovers a\n"});
  const Advices advices = Advise(facts, Configuration("CONFIG_X=y\n"));
  EXPECT_EQ(advices.flash, 30);
  EXPECT_THAT(Find(advices, "a")->why_not, HasSubstr("contained"));
}

TEST(FactsReader, SaysWhatIsWrongAndWhere) {
  const auto error = [](const std::string& content) {
    return ErrorOf([&] { ParseFacts(Text{"f", content}); });
  };
  EXPECT_THAT(error("option a\nsource s\ncovers b\noption b\nsource s\ncovers a\n"),
              HasSubstr("covers itself"));
  EXPECT_THAT(error("option a\nsource s\ncovers x\n"), HasSubstr("which is no option"));
  EXPECT_THAT(error("facts t\noption a\nsource s\n"), HasSubstr("which revision it is"));
  EXPECT_THAT(error("option a\nflash 3\n"), HasSubstr("option 'a' does not say its source"));
  EXPECT_THAT(error("option a\nflash many\n"), HasSubstr("f:2: 'many' is no number"));
  EXPECT_THAT(error("flash 3\n"), HasSubstr("f:1: 'flash' stands before"));
  EXPECT_THAT(error("option a\noption a\n"), HasSubstr("f:2: option 'a' is there twice"));
  EXPECT_THAT(error(""), HasSubstr("holds no option"));
}

TEST(MemoryReport, SaysWhatIsWrongAndWhere) {
  EXPECT_THAT(ErrorOf([] {
                ParseMemoryReport(Text{"m", "FLASH: x B 784 KB 9%\n"});
              }),
              HasSubstr("m:1: is no line"));
  EXPECT_THAT(ErrorOf([] {
                ParseMemoryReport(Text{"m", "hello\n"});
              }),
              HasSubstr("is no memory report"));
}

}  // namespace
}  // namespace linnet::size
