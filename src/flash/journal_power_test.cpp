// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Power is cut at every flash operation of mounting, appending, erasing and moving to the other
// bank.
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "flash/journal.hpp"
#include "sim/nor_flash.hpp"
#include "sim/power_cut_sweep.hpp"

namespace linnet::flash {
namespace {

struct Geometry {
  const char* name;
  hal::FlashGeometry flash;
};

constexpr std::byte kFf{0xFF};
constexpr std::byte k00{0x00};
constexpr std::array<Geometry, 8> kGeometries = {{
    {"512x2u1", {1024, 512, 1, kFf}},
    {"512x4u8", {2048, 512, 8, k00}},
    {"1Kx2u4", {2048, 1024, 4, kFf}},
    {"1Kx3u32", {3072, 1024, 32, kFf}},
    {"4Kx8u4", {32768, 4096, 4, kFf}},
    {"2Kx6u16", {12288, 2048, 16, k00}},
    {"16Kx2u2", {32768, 16384, 2, k00}},
    {"64Kx2u32", {131072, 65536, 32, kFf}},
}};

using sim::NorFlash;

using Values = std::map<std::uint16_t, std::string>;

/// A journal on a flash whose power may fail, and what it must and may hold.
class Device {
 public:
  explicit Device(const hal::FlashGeometry& geometry) : flash_(geometry, power_) {}

  /// One step of a scenario: sets a key, or removes it.
  struct Step {
    std::uint16_t key;
    std::optional<std::string> value;
  };

  void Setup(const std::vector<Step>& steps) {
    Journal journal(flash_);
    EXPECT_TRUE(journal.Mount().ok());
    start_.clear();
    for (const Step& step : steps) {
      EXPECT_TRUE(Do(journal, step).ok());
      Apply(start_, step);
    }
  }

  /// Until the end or until power fails; remembers what was acknowledged and what was begun.
  void Run(const std::vector<Step>& steps) {
    committed_ = start_;
    begun_.reset();
    seen_.reset();
    Journal journal(flash_);
    if (!journal.Mount().ok()) {
      return;
    }
    for (const Step& step : steps) {
      Values after = committed_;
      Apply(after, step);
      begun_ = after;
      if (!Do(journal, step).ok()) {
        return;
      }
      committed_ = after;
      begun_.reset();
    }
  }

  void Forget() { seen_.reset(); }

  /// What the device does after power is back: mounts, and looks.
  void Recover() {
    Journal journal(flash_);
    if (!journal.Mount().ok()) {
      EXPECT_FALSE(power_.on());
      return;
    }
    Look(journal);
  }

  /// Several more starts see the same values; then everything can be written.
  void Check() {
    for (int start = 0; start < 4; ++start) {
      power_.On();
      Journal journal(flash_);
      ASSERT_TRUE(journal.Mount().ok());
      Look(journal);
    }
    power_.On();
    Journal journal(flash_);
    ASSERT_TRUE(journal.Mount().ok());
    for (int i = 0; i < 3; ++i) {
      ASSERT_TRUE(journal.Write(9, AsBytes("afterwards " + std::to_string(i))).ok());
      (*seen_)[9] = "afterwards " + std::to_string(i);
    }
    Look(journal);
    power_.On();
    Journal again(flash_);
    ASSERT_TRUE(again.Mount().ok());
    Look(again);
  }

  sim::Power& power() { return power_; }
  NorFlash& flash() { return flash_; }

 private:
  static Status Do(Journal& journal, const Step& step) {
    return step.value ? journal.Write(step.key, AsBytes(*step.value)) : journal.Erase(step.key);
  }

  static void Apply(Values& values, const Step& step) {
    if (step.value) {
      values[step.key] = *step.value;
    } else {
      values.erase(step.key);
    }
  }

  static Values ReadAll(Journal& journal) {
    Values values;
    std::array<std::byte, 512> buffer{};
    std::uint32_t first = 0;
    while (true) {
      const Result<std::uint16_t> key = journal.NextKey(first);
      if (!key.ok()) {
        EXPECT_EQ(key.code(), Code::kNotFound);
        return values;
      }
      const Result<std::size_t> size = journal.Read(*key, buffer);
      EXPECT_TRUE(size.ok());
      values[*key] = AsText(Bytes(buffer).first(size.value_or(0)));
      first = *key + 1U;
    }
  }

  /// The old or the new state, whole; and once seen, never another.
  void Look(Journal& journal) {
    const Values values = ReadAll(journal);
    if (seen_) {
      EXPECT_EQ(values, *seen_) << "a value changed without a write";
    } else if (values != committed_) {
      EXPECT_TRUE(begun_.has_value() && values == *begun_) << "neither the old nor the new state";
    }
    seen_ = values;
  }

  sim::Power power_;
  NorFlash flash_;
  Values start_;
  Values committed_;
  std::optional<Values> begun_;
  std::optional<Values> seen_;
};

class JournalPower : public ::testing::TestWithParam<Geometry> {
 protected:
  sim::SweepResult Sweep(const std::string& what, const std::vector<Device::Step>& setup,
                         const std::vector<Device::Step>& steps, sim::SweepOptions options) {
    Device device(GetParam().flash);
    const sim::SweepResult result =
        sim::RunPowerCutSweep(device.power(), {&device.flash()},
                              {.name = "journal/" + what + "/" + GetParam().name,
                               .setup = [&] { device.Setup(setup); },
                               .run = [&] { device.Run(steps); },
                               .recover = [&] { device.Recover(); },
                               .forget = [&] { device.Forget(); },
                               .check = [&] { device.Check(); }},
                              options);
    return result;
  }

  /// Values that differ in length and content; `round` makes them new.
  static std::string Value(std::uint32_t round, std::size_t size) {
    std::string value;
    for (std::size_t i = 0; i < size; ++i) {
      value += static_cast<char>('!' + (std::size_t{7} * round + 3 * i) % 90);
    }
    return value;
  }

  /// How many one-key updates fill a bank, so that the next one moves to the other.
  std::uint32_t UpdatesPerBank() const {
    NorFlash flash(GetParam().flash);
    Journal journal(flash);
    EXPECT_TRUE(journal.Mount().ok());
    EXPECT_TRUE(journal.Write(1, AsBytes(Value(0, 20))).ok());
    const std::uint64_t erases = flash.erases();
    std::uint32_t count = 0;
    while (flash.erases() == erases) {
      EXPECT_TRUE(journal.Write(2, AsBytes(Value(++count, FillSize()))).ok());
    }
    return count;
  }

  /// Long records in large banks, so that filling one takes a few hundred operations at most.
  std::size_t FillSize() const {
    return std::min<std::size_t>(500, GetParam().flash.size / 64 + 4);
  }

  std::vector<Device::Step> AlmostFull() const {
    std::vector<Device::Step> steps = {{1, Value(0, 20)}};
    const std::uint32_t updates = UpdatesPerBank();
    for (std::uint32_t i = 1; i + 1 < updates; ++i) {
      steps.push_back({2, Value(i, FillSize())});
    }
    return steps;
  }

  /// Every operation is cut in every form. Recovery is cut less often in large flashes: the
  /// protocol is the same there, and reading them takes longer.
  static sim::SweepOptions Options() {
    const std::uint32_t size = GetParam().flash.size;
    if (sim::FullSweeps()) {
      const std::uint32_t stride = size <= 4096 ? 1 : size <= 16384 ? 3 : 31;
      return {.seeds = 8, .unreadable = true, .second_stride = stride};
    }
    const std::uint32_t stride = size <= 4096 ? 3 : size <= 16384 ? 9 : 0;
    return {.seeds = 2, .unreadable = true, .second_stride = stride};
  }

  /// Erases in the last of these runs, without a cut: whether it moved to the other bank.
  static void ExpectMoves(const sim::SweepResult& result, std::uint64_t moves) {
    EXPECT_GE(result.erases, moves * (GetParam().flash.size / GetParam().flash.page_size / 2));
  }
};

TEST_P(JournalPower, FirstMountAndFirstWrites) {
  Sweep("first", {}, {{1, "a"}, {2, Value(1, 20)}, {1, "bb"}}, Options());
}

TEST_P(JournalPower, Formatting) {
  Device device(GetParam().flash);
  sim::RunPowerCutSweep(device.power(), {&device.flash()},
                        {.name = std::string("journal/format/") + GetParam().name,
                         .setup = [] {},
                         .run =
                             [&] {
                               device.Run({{1, "a"}});
                             },
                         .recover = [&] { device.Recover(); },
                         .forget = [&] { device.Forget(); },
                         .check = [&] { device.Check(); }},
                        Options());
}

TEST_P(JournalPower, UpdatesAndErases) {
  Sweep("update", {{1, Value(0, 20)}, {2, Value(1, 70)}, {3, ""}},
        {{1, Value(2, 33)}, {2, std::nullopt}, {3, Value(3, 64)}, {2, ""}}, Options());
}

TEST_P(JournalPower, MovingToTheOtherBank) {
  const std::vector<Device::Step> steps = {
      {1, Value(99, 21)}, {2, Value(100, FillSize())}, {2, Value(101, FillSize())}, {3, "x"}};
  ExpectMoves(Sweep("move", AlmostFull(), steps, Options()), 1);
}

TEST_P(JournalPower, MovingTwice) {
  std::vector<Device::Step> setup = AlmostFull();
  const std::vector<Device::Step> again = AlmostFull();
  setup.insert(setup.end(), again.begin(), again.end());
  setup.push_back({2, Value(7, FillSize())});
  std::vector<Device::Step> steps;
  for (std::uint32_t i = 0; i < 4; ++i) {
    steps.push_back({2, Value(200 + i, FillSize())});
    steps.push_back({1, std::nullopt});
    steps.push_back({1, Value(300 + i, 20)});
  }
  ExpectMoves(Sweep("again", setup, steps, Options()), 1);
}

INSTANTIATE_TEST_SUITE_P(Geometries, JournalPower, ::testing::ValuesIn(kGeometries),
                         [](const auto& geometry) {
                           return "g" + std::string(geometry.param.name);
                         });

}  // namespace
}  // namespace linnet::flash
