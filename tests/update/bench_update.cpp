// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What updates of the board's real firmware cost, held against budgets: scripts/bench-update.
//
//   bench_update AN505_BUILD ENGINE_RAM BUDGETS     prints the table; fails when a budget is
//   exceeded
#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <stdexcept>

#include "tests/update/measured_device.hpp"
#include "tests/update/packed_streams.hpp"
#include "tools/sign/files.hpp"

namespace linnet::update {
namespace {

using testing::AreaCost;
using testing::Measured;
using testing::MeasuredDevice;
using testing::Octets;
using testing::Pack;
using testing::SampleRelease;

constexpr std::uint32_t kFirmwareImage = 84'000 - 40 - 512 - 3;  // As long as the vendor's.
constexpr std::uint64_t kPage = 4096;

std::uint64_t PagesOf(std::uint64_t bytes) {
  return (bytes + kPage - 1) / kPage;
}

/// One line of the table, and what of it has a budget.
struct Row {
  std::string name;
  Measured cost;
  std::uint64_t data = 0;  ///< Bytes of the parts that were missing, as they are in the store.
  std::uint64_t parts = 0;
  std::map<std::string, std::uint64_t> figures{};
};

class Bench {
 public:
  /// `engine`: bytes of the board's RAM that its update engine takes.
  Bench(const std::string& build, std::uint64_t engine)
      : engine_(engine),
        first_(Application(build, "device", 1, firmware7_, 7)),
        second_(Application(build, "device-second", 2, firmware8_, 8)),
        mute_(Application(build, "device-mute", 3, firmware8_, 8)),
        third_(Application(build, "device-second", 4, firmware8_, 8)) {}

  std::vector<Row> Run() {
    const Octets whole = testing::MakePackage(second_, firmware8_);
    MeasuredDevice device(first_, testing::MakePackage(first_, firmware7_));
    Add("full", device.Install(whole), {second_.file.size(), firmware8_.size()});
    const std::uint64_t full_air = rows_[0].cost.air;
    Add("application", device.Install(testing::MakePackage(mute_, firmware8_)),
        {mute_.file.size()});
    const testing::Packed delta = testing::PackDelta(mute_, third_);
    Add("delta",
        device.Install(
            testing::MakePackage({Pack(third_), delta, Pack(firmware8_)}, third_.digest)),
        {third_.file.size()});
    rows_.back().figures["stream_percent"] = Percent(delta.bytes.size(), third_.file.size());

    MeasuredDevice cut(first_, testing::MakePackage(first_, firmware7_));
    Add("resumed", cut.Install(whole, full_air / 2), {second_.file.size(), firmware8_.size()});
    rows_.back().figures["air_permille_of_full"] = rows_.back().cost.air * 1000 / full_air;
    const testing::Packed small = testing::PackCompressed(mute_);
    Add("compressed",
        cut.Install(testing::MakePackage({Pack(mute_), small, Pack(firmware8_)}, mute_.digest)),
        {mute_.file.size()});
    rows_.back().figures["stream_percent"] = Percent(small.bytes.size(), mute_.file.size());
    return rows_;
  }

 private:
  static std::uint64_t Percent(std::size_t part, std::size_t whole) {
    return (part * 100 + whole - 1) / whole;
  }

  static SampleRelease Application(const std::string& build, const char* variant,
                                   std::uint8_t version, const Octets& firmware,
                                   std::uint8_t driver) {
    const Octets program = sign::ReadFile(build + "/images/device/" + variant + ".bin");
    return testing::SignApplication(version, program, firmware, driver);
  }

  /// `lengths`: of the parts that the device lacks.
  void Add(const std::string& name, const Measured& cost, const std::vector<std::size_t>& lengths) {
    Row row{.name = name, .cost = cost};
    std::uint64_t pages = 0;
    for (const std::size_t length : lengths) {
      row.data += length;
      pages += PagesOf(length);
    }
    row.figures = {{"air_percent_of_parts", Percent(cost.air, row.data)},
                   {"store_bytes_over", cost.store.bytes - row.data},
                   {"store_erases_over", cost.store.erases - pages},
                   {"execution_bytes_over", Over(cost.execution.bytes, lengths[0])},
                   {"execution_erases_over", Over(cost.execution.erases, PagesOf(lengths[0]))},
                   {"record_bytes", cost.record.bytes},
                   {"record_erases", cost.record.erases},
                   {"notes_bytes", cost.notes.bytes},
                   {"notes_erases", cost.notes.erases},
                   {"seconds", static_cast<std::uint64_t>(cost.time.count() + 999) / 1000},
                   {"stack_bytes", cost.stack},
                   {"engine_bytes", engine_}};
    rows_.push_back(row);
  }

  static std::uint64_t Over(std::uint64_t value, std::uint64_t limit) {
    return value > limit ? value - limit : 0;
  }

  const std::uint64_t engine_;
  const Octets firmware7_ = testing::Firmware(7, kFirmwareImage);
  const Octets firmware8_ = testing::Firmware(8, kFirmwareImage);
  const SampleRelease first_;
  const SampleRelease second_;
  const SampleRelease mute_;
  const SampleRelease third_;
  std::vector<Row> rows_;
};

void Print(const std::vector<Row>& rows) {
  std::printf("%-12s %8s %8s %17s %17s %14s %14s %8s %7s\n", "update", "parts", "air", "execution",
              "store", "record", "notes", "time", "stack");
  const auto area = [](const AreaCost& cost, int width) {
    const std::string text =
        std::to_string(cost.bytes) + " B " + std::to_string(cost.erases) + " e";
    std::printf(" %*s", width, text.c_str());
  };
  for (const Row& row : rows) {
    std::printf("%-12s %8llu %8llu", row.name.c_str(), static_cast<unsigned long long>(row.data),
                static_cast<unsigned long long>(row.cost.air));
    area(row.cost.execution, 17);
    area(row.cost.store, 17);
    area(row.cost.record, 14);
    area(row.cost.notes, 14);
    std::printf(" %6.1f s %7zu\n", static_cast<double>(row.cost.time.count()) / 1000,
                row.cost.stack);
  }
  std::printf(
      "bytes; flash areas: bytes written, pages erased. Time at 60,000 B/s, 100 ms a request, the\n"
      "flash's own times, without computing. RAM: %llu bytes of the board's for the engine, and at "
      "most\n"
      "the stack that it takes on this machine.\n",
      static_cast<unsigned long long>(rows.front().figures.at("engine_bytes")));
}

/// Lines "UPDATE FIGURE LIMIT"; the number of those that are exceeded.
int Judge(std::vector<Row>& rows, std::istream& budgets) {
  int exceeded = 0;
  std::string line;
  while (std::getline(budgets, line)) {
    std::istringstream words(line);
    std::string update;
    std::string figure;
    std::uint64_t limit = 0;
    if (line.empty() || line[0] == '#') {
      continue;
    }
    words >> update >> figure >> limit;
    bool known = false;
    for (const Row& row : rows) {
      const auto found = row.figures.find(figure);
      if ((update != "*" && update != row.name) || found == row.figures.end()) {
        continue;
      }
      known = true;
      if (found->second > limit) {
        std::printf("bench-update: %s: %s is %llu, its budget %llu\n", row.name.c_str(),
                    figure.c_str(), static_cast<unsigned long long>(found->second),
                    static_cast<unsigned long long>(limit));
        ++exceeded;
      }
    }
    if (!known || words.fail()) {
      throw std::runtime_error("no such budget: " + line);
    }
  }
  return exceeded;
}

int Run(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: bench_update AN505_BUILD ENGINE_RAM BUDGETS\n";
    return 2;
  }
  std::ifstream budgets(argv[3]);
  if (!budgets) {
    throw std::runtime_error(std::string("cannot read ") + argv[3]);
  }
  std::vector<Row> rows = Bench(argv[1], std::stoull(argv[2])).Run();
  Print(rows);
  return Judge(rows, budgets) == 0 ? 0 : 1;
}

}  // namespace
}  // namespace linnet::update

int main(int argc, char** argv) {
  try {
    return linnet::update::Run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "bench-update: " << error.what() << "\n";
    return 1;
  }
}
