// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Installs one image over another with our boot, on simulated flash that counts, and prints it
// beside what MCUboot's ways of installing take by their operation counts.
//
//   boot_comparison            prints the tables of docs/boot-comparison.md
//   boot_comparison --check    also fails unless a changed page costs one erase, and others none
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "boot/testing/simulated_device.hpp"

namespace linnet::boot {
namespace {

using testing::BoardShape;
using testing::Session;
using testing::SimulatedDevice;

constexpr std::uint32_t kPage = 4096;
constexpr std::uint32_t kScratchPages = 4;

/// Pages of 4 KiB throughout, as on the boards that the operation counts were taken for.
constexpr BoardShape kShape = {"comparison",
                               {160 * kPage, kPage, 4, testing::kOnes},
                               {400 * kPage, kPage, 1, testing::kOnes},
                               {2 * kPage, kPage, 4, testing::kOnes}};

struct Cost {
  std::uint64_t erases = 0;
  std::uint64_t bytes = 0;
  /// Erases, and writes of a page or less.
  std::uint64_t operations = 0;
};

struct Pair {
  const char* name;
  std::uint32_t pages;    ///< Of the image.
  std::uint32_t changed;  ///< Pages whose content differs, the first and the last among them.
};

constexpr Pair kPairs[] = {
    {"64 KiB, a small change", 16, 3},  {"64 KiB, all new", 16, 16},
    {"256 KiB, a small change", 64, 4}, {"256 KiB, a fifth new", 64, 13},
    {"256 KiB, all new", 64, 64},       {"400 KiB, a small change", 100, 5},
    {"400 KiB, all new", 100, 100},
};

release::testing::SampleRelease MakeImage(const Pair& pair, std::uint8_t version) {
  std::vector<std::byte> body = image::testing::SampleBody(pair.pages * kPage - 512, 7);
  const std::vector<std::byte> own = image::testing::SampleBody(body.size(), 70U + version);
  // The header's page and the signature's differ by themselves; the others are spread.
  const std::uint32_t inner = pair.changed - 2;
  for (std::uint32_t i = 0; i < inner; ++i) {
    const std::uint32_t page = 1 + i * (pair.pages - 2) / inner;
    const std::size_t at = std::size_t{page} * kPage;
    const auto count = static_cast<std::ptrdiff_t>(kPage / 2);
    std::copy_n(own.begin() + static_cast<std::ptrdiff_t>(at), count,
                body.begin() + static_cast<std::ptrdiff_t>(at));
  }
  image::testing::TestKey key;
  release::testing::SampleRelease release;
  release.file = image::testing::Signed({.version = {version, 0, 0, 0}, .body = body}, key);
  image::MemorySource source(release.file);
  release.digest = image::Inspect(source).value().digest;
  return release;
}

/// What flash operations of one flash came to since the last time.
class Meter {
 public:
  explicit Meter(const sim::NorFlash& flash) : flash_(flash) { Take(); }
  Cost Take() {
    const Cost cost{flash_.erases() - erases_, flash_.programmed_bytes() - bytes_, 0};
    erases_ = flash_.erases();
    bytes_ = flash_.programmed_bytes();
    return {cost.erases, cost.bytes, cost.erases + (cost.bytes + kPage - 1) / kPage};
  }

 private:
  const sim::NorFlash& flash_;
  std::uint64_t erases_ = 0;
  std::uint64_t bytes_ = 0;
};

struct Ours {
  Cost backup;    ///< Store: the confirmed image, before the first update ever.
  Cost download;  ///< Store.
  Cost install;   ///< Execution area.
  Cost revert;    ///< Execution area.
  Cost record;    ///< From the request to the acceptance.
};

void Require(bool condition, const char* what) {
  if (!condition) {
    std::fprintf(stderr, "boot_comparison: %s\n", what);
    std::exit(1);
  }
}

Ours Measure(const Pair& pair) {
  const auto before = MakeImage(pair, 1);
  const auto after = MakeImage(pair, 2);
  SimulatedDevice device(kShape);
  device.FlashExecutionArea(before.file);
  Meter execution(device.execution);
  Meter store(device.store);
  Meter record(device.record);
  Ours ours;
  {
    Session session(device);
    Require(session.Runs(before) && session.store.Mount().ok() && session.BackUp().ok(),
            "the device does not start");
    ours.backup = store.Take();
    record.Take();
    Require(session.Download(after, 1).ok(), "the download fails");
    ours.download = store.Take();
    Require(session.control.Stage(after.digest).ok(), "the release is not staged");
  }
  execution.Take();
  {
    Session session(device);
    Require(session.Runs(after), "the release is not installed");
    ours.install = execution.Take();
    Require(session.control.Accept(after.digest).ok(), "the release is not accepted");
    ours.record = record.Take();
  }
  {
    Session session(device);
    Require(session.store.Mount().ok() && session.control.Stage(before.digest).ok(),
            "the way back is not staged");
  }
  execution.Take();
  Session session(device);
  Require(session.Runs(before), "the way back does not end");
  ours.revert = execution.Take();
  return ours;
}

/// MCUboot's counts for an image of that many pages; writes are whole pages.
struct Theirs {
  const char* name;
  std::uint32_t erases_per_page;
  std::uint32_t erases_more;
  std::uint32_t writes_per_page;
  bool reverts;
  std::uint32_t more_pages;  ///< Beside the execution area, beyond one image and one trailer page.
};

constexpr Theirs kTheirs[] = {{"swap-move", 3, 2, 3, true, 1},
                              {"swap-offset", 2, 2, 2, true, 1},
                              {"swap-scratch", 3, 6, 3, true, kScratchPages},
                              {"overwrite", 1, 3, 1, false, 0}};

Cost CostOf(const Theirs& way, std::uint32_t pages) {
  const std::uint64_t erases = std::uint64_t{way.erases_per_page} * pages + way.erases_more;
  const std::uint64_t writes = std::uint64_t{way.writes_per_page} * pages;
  return {erases, writes * kPage, erases + writes};
}

void PrintRow(const char* name, const Cost& install, const Cost* revert, std::uint64_t space) {
  std::printf("| %s | %llu | %llu | %llu | ", name, static_cast<unsigned long long>(install.erases),
              static_cast<unsigned long long>(install.bytes),
              static_cast<unsigned long long>(install.operations));
  if (revert != nullptr) {
    std::printf("%llu", static_cast<unsigned long long>(revert->erases));
  } else {
    std::printf("none");
  }
  std::printf(" | %llu |\n", static_cast<unsigned long long>(space));
}

void PrintPair(const Pair& pair, const Ours& ours, std::uint64_t store_pages) {
  std::printf("### %s: %u of %u pages differ\n", pair.name, pair.changed, pair.pages);
  std::printf("| | erases | bytes written | operations | erases to go back | pages kept |\n");
  std::printf("| --- | --- | --- | --- | --- | --- |\n");
  PrintRow("Linnet", ours.install, &ours.revert, store_pages);
  for (const Theirs& way : kTheirs) {
    const Cost cost = CostOf(way, pair.pages);
    PrintRow(way.name, cost, way.reverts ? &cost : nullptr, pair.pages + 1 + way.more_pages);
  }
  std::printf(
      "\nBeside that, Linnet: record %llu erases, %llu bytes; download into the store %llu "
      "erases, %llu bytes;\nbefore the first update ever, the running image into the store "
      "%llu erases, %llu bytes.\n\n",
      static_cast<unsigned long long>(ours.record.erases),
      static_cast<unsigned long long>(ours.record.bytes),
      static_cast<unsigned long long>(ours.download.erases),
      static_cast<unsigned long long>(ours.download.bytes),
      static_cast<unsigned long long>(ours.backup.erases),
      static_cast<unsigned long long>(ours.backup.bytes));
}

int Run(bool check) {
  bool good = true;
  for (const Pair& pair : kPairs) {
    const Ours ours = Measure(pair);
    // Two images, and the directory: what the two parts' erases in the store show.
    const std::uint64_t store_pages = ours.backup.erases + ours.download.erases;
    PrintPair(pair, ours, store_pages);
    good = good && ours.install.erases == pair.changed && ours.revert.erases == pair.changed &&
           ours.record.erases <= 4;
  }
  if (check && !good) {
    std::fprintf(stderr, "boot_comparison: an update does not cost one erase a changed page\n");
    return 1;
  }
  return 0;
}

}  // namespace
}  // namespace linnet::boot

int main(int argc, char** argv) {
  return linnet::boot::Run(argc > 1 && std::strcmp(argv[1], "--check") == 0);
}
