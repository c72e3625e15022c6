// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "aws/shadow_document.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "aws/testing/fake_settings.hpp"
#include "base/view.hpp"

namespace linnet::aws {
namespace {

using testing::FakeSettings;

std::string Report(const FakeSettings& settings, const std::vector<ShadowSlot>& slots,
                   bool with_unknown = false, StringView unknown = "") {
  std::array<char, 1024> out{};
  const auto text = WriteReport(settings, slots, with_unknown, unknown, "t", out);
  return text.ok() ? std::string(*text) : std::string(ToString(text.code()));
}

ShadowSlot Slot(bool reporting, bool with_error = false, StringView reason = "") {
  ShadowSlot slot;
  slot.reporting = reporting;
  slot.with_error = with_error;
  slot.reason = reason;
  return slot;
}

TEST(ShadowReport, GroupsValuesByTheirPath) {
  const FakeSettings settings({"a.b.c", "a.b.d", "a.bb", "a.e.f.g", "h", "a2.x"});
  EXPECT_EQ(Report(settings, std::vector<ShadowSlot>(6, Slot(true))),
            R"({"state":{"reported":{"a":{"b":{"c":0,"d":1},"bb":2,"e":{"f":{"g":3}}},)"
            R"("h":4,"a2":{"x":5}}},"clientToken":"t"})");
}

TEST(ShadowReport, LeavesOutWhatIsNotReported) {
  const FakeSettings settings({"a.b", "a.c", "d"});
  EXPECT_EQ(Report(settings, {Slot(false), Slot(true), Slot(false, true, "x")}),
            R"({"state":{"reported":{"a":{"c":1}}},"clientToken":"t"})");
  EXPECT_EQ(Report(settings, {Slot(false), Slot(false), Slot(true)}),
            R"({"state":{"reported":{"d":2}},"clientToken":"t"})");
}

TEST(ShadowReport, WritesAndClearsErrors) {
  const FakeSettings settings({"a.b", "a.c", "d"});
  EXPECT_EQ(Report(settings, {Slot(true, true, "no"), Slot(true, true), Slot(true)}),
            R"({"state":{"reported":{"a":{"b":0,"c":1},"d":2,)"
            R"("errors":{"a":{"b":"no","c":null}}}},"clientToken":"t"})");
  EXPECT_EQ(Report(settings, {Slot(false), Slot(false), Slot(true, true, "x")}, true, "q.r"),
            R"({"state":{"reported":{"d":2,"errors":{"d":"x","unknown":"q.r"}}},)"
            R"("clientToken":"t"})");
  EXPECT_EQ(Report(settings, {Slot(false), Slot(false), Slot(false)}, true),
            R"({"state":{"reported":{"errors":{"unknown":null}}},"clientToken":"t"})");
}

TEST(ShadowReport, SaysWhenItDoesNotFit) {
  const FakeSettings settings({"a"});
  const std::vector<ShadowSlot> slots = {Slot(true)};
  std::array<char, 50> out{};
  const std::string whole = Report(settings, slots);
  for (std::size_t size = 0; size < whole.size() && size < out.size(); ++size) {
    EXPECT_EQ(WriteReport(settings, slots, false, "", "t", std::span(out).first(size)).code(),
              Code::kTooLarge);
  }
}

}  // namespace
}  // namespace linnet::aws
