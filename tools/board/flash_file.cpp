// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/board/flash_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <utility>

#include "ports/an505/emulator_extras.hpp"

namespace linnet::an505 {

void FlashRuleBroken(const char* rule, std::uint32_t offset) {
  std::cerr << "flash: " << rule << ", at offset 0x" << std::hex << offset << "\n";
  std::abort();
}

}  // namespace linnet::an505

namespace linnet::board {

namespace {

using an505::kMediumSize;

[[noreturn]] void Fail(const std::filesystem::path& path, const std::string& what) {
  throw Error("The flash file " + path.string() + " " + what);
}

int OpenFile(const std::filesystem::path& path, bool create) {
  const int flags = O_RDWR | O_CLOEXEC | (create ? O_CREAT | O_EXCL : 0);
  const int file = open(path.c_str(), flags, 0644);
  if (file < 0) {
    Fail(path, std::string(create ? "cannot be made: " : "cannot be opened: ") +
                   std::strerror(errno) + ".");
  }
  return file;
}

std::byte* MapFile(const std::filesystem::path& path, bool create) {
  const int file = OpenFile(path, create);
  struct stat info {};
  std::string fault;
  void* memory = MAP_FAILED;  // NOLINT(cppcoreguidelines-pro-type-cstyle-cast): the system's macro
  if (create && posix_fallocate(file, 0, kMediumSize) != 0) {
    fault = "cannot be filled: the disk has no room for 16 MiB.";
  } else if (fstat(file, &info) != 0 || info.st_size != off_t{kMediumSize}) {
    fault = "is not a board's: it must have 16 MiB.";
  } else if (memory = mmap(nullptr, kMediumSize, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
             memory == MAP_FAILED) {
    fault = std::string("cannot be mapped: ") + std::strerror(errno) + ".";
  }
  close(file);
  if (!fault.empty()) {
    Fail(path, fault);
  }
  return static_cast<std::byte*>(memory);
}

std::size_t MediumOffset(const layout::Partition& partition) {
  return partition.address() - an505::kMediumBase;
}

}  // namespace

FlashFile::FlashFile(const std::filesystem::path& path, bool create)
    : medium_(MapFile(path, create)) {
  if (create) {
    std::fill_n(medium_, layout::kFlashPrimary.size + layout::kExternalFlash.size, std::byte{0xFF});
  }
}

FlashFile FlashFile::Create(const std::filesystem::path& path) {
  return {path, true};
}

FlashFile FlashFile::Open(const std::filesystem::path& path) {
  return {path, false};
}

FlashFile::FlashFile(FlashFile&& other) noexcept : medium_(std::exchange(other.medium_, nullptr)) {}

FlashFile::~FlashFile() {
  if (medium_ != nullptr) {
    munmap(medium_, kMediumSize);
  }
}

std::span<std::uint32_t> FlashFile::Wear(const layout::Partition& partition) const {
  const std::size_t page = MediumOffset(partition) / partition.region.page_size;
  auto* counters = reinterpret_cast<std::uint32_t*>(medium_ + an505::kWearCountersOffset);
  return {counters + page, partition.size / partition.region.page_size};
}

an505::MappedFlash FlashFile::Window(const layout::Partition& partition) const {
  const hal::FlashGeometry geometry{.size = partition.size,
                                    .page_size = partition.region.page_size,
                                    .program_unit = partition.region.program_unit};
  return {{medium_ + MediumOffset(partition), partition.size}, geometry, Wear(partition)};
}

void FlashFile::Place(const layout::Partition& partition, Bytes image) const {
  if (image.size() > partition.size) {
    throw Error("An image of " + std::to_string(image.size()) +
                " bytes does not fit the partition of " + std::to_string(partition.size) + ".");
  }
  an505::MappedFlash flash = Window(partition);
  std::vector<std::byte> padded(image.begin(), image.end());
  const std::size_t unit = partition.region.program_unit;
  padded.resize((padded.size() + unit - 1) / unit * unit, std::byte{0xFF});
  Status status;
  for (std::uint32_t offset = 0; status.ok() && offset < partition.size;
       offset += partition.region.page_size) {
    status = flash.ErasePage(offset);
  }
  if (status.ok()) {
    status = flash.Program(0, padded);
  }
  if (!status.ok()) {
    throw Error("The partition could not be written: " + std::string(ToString(status.code())) +
                ".");
  }
}

std::uint32_t FlashFile::EraseCount(const layout::Partition& partition,
                                    std::uint32_t offset) const {
  return Wear(partition)[offset / partition.region.page_size];
}

std::vector<std::byte> ReadWholeFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file) {
    throw Error("The file " + path.string() + " cannot be read.");
  }
  const Bytes bytes = AsBytes(text);
  return {bytes.begin(), bytes.end()};
}

}  // namespace linnet::board
