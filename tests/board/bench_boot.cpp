// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Counts the instructions from reset to the application, for images of several sizes, and holds
// them against the least that they could be. QEMU's virtual time follows the instructions
// (-icount), so the figures are the same on every machine.
//
//   bench_boot SOURCE_DIR AN505_BUILD     prints the table; fails when a start costs too much
#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <random>
#include <sstream>

#include "release/record.hpp"
#include "release/store.hpp"
#include "tools/board/emulator.hpp"
#include "tools/board/flash_file.hpp"
#include "tools/sign/keys.hpp"
#include "tools/sign/sign.hpp"

namespace linnet::board_test {
namespace {

namespace layout = layout::an505;
using board::Emulator;
using board::FlashFile;

constexpr std::uint32_t kHeaderSize = 0x200;
constexpr std::uint32_t kTlvRoom = 0x200;
/// An instruction lasts 1 ns (shift 0), a tick of the board's counter 50 ns.
constexpr std::uint64_t kInstructionsPerTick = 50;
constexpr std::chrono::seconds kPatience{600};
/// A start with nothing to do may cost this much more than the pass over the image.
constexpr std::uint64_t kStartOverhead = 600'000;
constexpr std::uint64_t kPercentOverHash = 5;
/// An update costs the check in the store and a usual start, and this much for comparing the pages.
constexpr std::uint64_t kPercentOverUpdate = 15;

struct Counts {
  std::uint64_t start = 0;
  std::uint64_t hash = 0;
  std::uint64_t signature = 0;
};

/// Images of one size differ in their header, in one byte amidst, and in their signature.
std::vector<std::byte> MakeImage(const std::filesystem::path& source,
                                 const std::filesystem::path& build, std::uint32_t size,
                                 std::uint8_t version) {
  sign::SignOptions options;
  options.payload = board::ReadWholeFile(build / "tests/board/bench_app.bin");
  options.version = {.major = version};
  std::mt19937 random(size);  // NOLINT: repeatable on purpose
  while (options.payload.size() < size - kHeaderSize - kTlvRoom) {
    options.payload.push_back(static_cast<std::byte>(random()));
  }
  options.payload[options.payload.size() / 4 * 3] = std::byte{version};
  return sign::SignImage(options,
                         sign::LoadPrivateKeyPem(source / "tests/keys/TEST-ONLY-release.pem"));
}

Counts Start(const std::filesystem::path& flash, const std::filesystem::path& build) {
  board::RunOptions options;
  options.flash_file = flash;
  options.boot_elf = build / "images/boot/boot.elf";
  options.network = false;
  options.icount_shift = 0;
  Emulator emulator(options);
  std::istringstream line(emulator.WaitFor(" end", kPatience));
  Counts counts;
  for (std::string word; line >> word;) {
    if (word == "bench:") {
      line >> word >> counts.start >> word >> counts.hash >> word >> counts.signature;
    }
  }
  for (std::uint64_t* count : {&counts.start, &counts.hash, &counts.signature}) {
    *count *= kInstructionsPerTick;
  }
  return counts;
}

crypto::Digest Keep(const FlashFile& file, Bytes image) {
  an505::MappedFlash region = file.Window(layout::kReleaseStore);
  release::Store store(region);
  image::MemorySource source(image);
  const Result<image::Info> info = image::Inspect(source);
  if (!info.ok() || !store.Mount().ok() ||
      !store.Begin(release::PartKind::kApplication, static_cast<std::uint32_t>(image.size()), 1)
           .ok() ||
      !store.Write(image).ok() || !store.Finish(info->digest).ok()) {
    throw board::Error("The store does not take the image.");
  }
  return info->digest;
}

/// The next start installs and tries it.
void Want(const FlashFile& file, const crypto::Digest& release) {
  an505::MappedFlash region = file.Window(layout::kReleaseRecord);
  release::Record record(region);
  IgnoreStatus(record.Mount());
  release::RecordData data = record.data();
  data.state = release::ReleaseState::kStaged;
  data.candidate = release;
  data.attempts_left = 1;
  data.install_starts_left = 1;
  if (!record.exists() || !record.Write(data).ok()) {
    throw board::Error("The record does not take the release.");
  }
}

/// One row; returns whether the usual start and the update stay within their bounds.
bool Measure(const std::filesystem::path& folder, const std::filesystem::path& source,
             const std::filesystem::path& build, std::uint32_t size) {
  const std::vector<std::byte> image = MakeImage(source, build, size, 1);
  const std::filesystem::path placed = folder / ("placed-" + std::to_string(size));
  const std::filesystem::path stored = folder / ("stored-" + std::to_string(size));
  FlashFile::Create(placed).Place(layout::kApp, image);
  Keep(FlashFile::Create(stored), image);
  const Counts first = Start(placed, build);
  const Counts usual = Start(placed, build);
  const Counts install = Start(stored, build);
  {
    const FlashFile file = FlashFile::Open(placed);
    Want(file, Keep(file, MakeImage(source, build, size, 2)));
  }
  const Counts update = Start(placed, build);
  // Without the pass in the store, its signature, and a usual start, which has the pass over the
  // area.
  const std::uint64_t passes = usual.start + usual.hash + usual.signature;
  const std::uint64_t copy = update.start - std::min(update.start, passes);
  std::printf("%6u KiB %12lu %12lu %12lu %12lu %12lu %12lu %12lu %8.2f\n", size / 1024,
              static_cast<unsigned long>(usual.hash), static_cast<unsigned long>(usual.signature),
              static_cast<unsigned long>(usual.start), static_cast<unsigned long>(first.start),
              static_cast<unsigned long>(install.start), static_cast<unsigned long>(update.start),
              static_cast<unsigned long>(copy),
              static_cast<double>(usual.start) / static_cast<double>(usual.hash));
  const std::uint64_t update_bound =
      passes + usual.hash * kPercentOverUpdate / 100 + kStartOverhead;
  return usual.start <= usual.hash + usual.hash * kPercentOverHash / 100 + kStartOverhead &&
         update.start <= update_bound;
}

int Run(const std::filesystem::path& source, const std::filesystem::path& build) {
  sign::EnsureArena();
  std::string pattern = "/tmp/linnet-bench-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) {
    throw board::Error("No directory can be made in /tmp.");
  }
  std::printf(
      "instructions   one hash    one check  usual start  first start      install       update  "
      "   of it copy   x hash\n");
  bool within = true;
  for (std::uint32_t size :
       {64U * 1024, 128U * 1024, 256U * 1024, 512U * 1024, layout::kApp.size}) {
    within = Measure(pattern, source, build, size) && within;
    std::fflush(stdout);
  }
  std::filesystem::remove_all(pattern);
  std::cout
      << "usual start: the record names what lies in the execution area. first start: no record,\n"
         "so that the signature is checked. install: the image comes from the store. update: one\n"
         "that differs in few pages is installed over another; of it copy: all but a pass with\n"
         "signature in the store and a usual start. x hash: of the usual start.\n";
  if (!within) {
    std::cerr
        << "bench: a usual start costs more than one pass over the image and its bound, or an "
           "update more than a check in the store and a usual start\n";
  }
  return within ? 0 : 1;
}

}  // namespace
}  // namespace linnet::board_test

int main(int count, char** words) {
  try {
    if (count != 3) {
      throw linnet::board::Error("usage: bench_boot SOURCE_DIR AN505_BUILD");
    }
    return linnet::board_test::Run(words[1], words[2]);
  } catch (const std::exception& error) {
    std::cerr << "bench: " << error.what() << "\n";
    return 1;
  }
}
