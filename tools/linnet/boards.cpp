// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/linnet/boards.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "base/endian.hpp"
#include "ports/linux/partition.hpp"
#include "release/store.hpp"
#include "tools/board/flash_file.hpp"
#include "tools/linnet/context.hpp"
#include "tools/linnet/provision.hpp"
#include "twin/files.hpp"

namespace linnet::cli {
namespace {

// The host's loopback, as each board reaches it.
constexpr const char* kHostSeenFromQemu = "10.0.2.2";
constexpr const char* kHostSeenFromLinux = "127.0.0.1";

namespace linux_layout = layout::linux;

void OpenLinux(const std::filesystem::path& directory, const linux_layout::Partition& partition,
               posix::FileFlash& flash) {
  if (const Status status = posix::OpenPartition(directory.string(), partition, flash);
      !status.ok()) {
    throw Failure("cannot open the flash files in " + directory.string() + ": " +
                  (status.code() == Code::kInvalidArgument ? "a file has a wrong size"
                                                           : std::strerror(errno)));
  }
}

void Require(Status status, const char* what) {
  if (!status.ok()) {
    throw Failure(std::string("cannot write ") + what + ": " +
                  std::string(ToString(status.code())));
  }
}

// Erases the partition and programs `image` at its start, padded to whole program units.
void Place(hal::Flash& flash, std::vector<std::byte> image) {
  const hal::FlashGeometry& geometry = flash.geometry();
  if (image.size() > geometry.size) {
    throw Failure("the image has " + std::to_string(image.size()) + " bytes, but its place holds " +
                  std::to_string(geometry.size));
  }
  image.resize(
      (image.size() + geometry.program_unit - 1) / geometry.program_unit * geometry.program_unit,
      geometry.erased_value);
  for (std::uint32_t page = 0; page < geometry.size; page += geometry.page_size) {
    Require(flash.ErasePage(page), "the image");
  }
  Require(flash.Program(0, image), "the image");
}

// What is there already stays as it is.
void Keep(hal::Flash& region, const package::PartFile& companion) {
  release::Store store(region);
  Require(store.Mount(), "the release store");
  if (store.Find(companion.digest).ok()) {
    return;
  }
  const auto length = static_cast<std::uint32_t>(companion.bytes.size());
  Require(store.Begin(companion.kind, length, LoadLe64(companion.digest)), companion.name.c_str());
  Require(store.Write(Bytes(companion.bytes).subspan(store.position())), companion.name.c_str());
  Require(store.Finish(companion.digest), companion.name.c_str());
}

}  // namespace

BoardKind KindOf(const std::filesystem::path& flash, const std::string& wanted) {
  if (std::filesystem::exists(flash)) {
    return std::filesystem::is_directory(flash) ? BoardKind::kLinux : BoardKind::kAn505;
  }
  return wanted == "linux" ? BoardKind::kLinux : BoardKind::kAn505;
}

void EnsureFlash(BoardKind kind, const std::filesystem::path& flash) {
  if (kind == BoardKind::kLinux) {
    twin::MakePrivateDirectory(flash);
  } else if (!std::filesystem::exists(flash)) {
    static_cast<void>(board::FlashFile::Create(flash));
  }
}

void PlaceImage(BoardKind kind, const std::filesystem::path& flash, unsigned index,
                std::vector<std::byte> image) {
  if (index > 1) {
    throw Failure("the board has no execution area " + std::to_string(index) +
                  ": 0 is the application's, 1 the second image's");
  }
  if (kind == BoardKind::kAn505) {
    board::FlashFile::Open(flash).Place(index == 0 ? board::layout::kApp : board::layout::kSecond,
                                        image);
    return;
  }
  posix::FileFlash region;
  OpenLinux(flash, index == 0 ? linux_layout::kApp : linux_layout::kSecond, region);
  Place(region, std::move(image));
}

void PlaceCompanion(BoardKind kind, const std::filesystem::path& flash,
                    const package::PartFile& companion) {
  if (kind == BoardKind::kAn505) {
    const board::FlashFile file = board::FlashFile::Open(flash);
    auto region = file.Window(board::layout::kReleaseStore);
    Keep(region, companion);
    return;
  }
  posix::FileFlash region;
  OpenLinux(flash, linux_layout::kReleaseStore, region);
  Keep(region, companion);
}

namespace {

template <typename Write>
void WithSettings(BoardKind kind, const std::filesystem::path& flash, const Write& write) {
  if (kind == BoardKind::kAn505) {
    const board::FlashFile file = board::FlashFile::Open(flash);
    auto settings = file.Window(board::layout::kSettings);
    write(settings);
    return;
  }
  posix::FileFlash settings;
  OpenLinux(flash, linux_layout::kSettings, settings);
  write(settings);
}

}  // namespace

void SetEntries(BoardKind kind, const std::filesystem::path& flash,
                const std::vector<std::string>& assignments) {
  WithSettings(kind, flash, [&assignments](hal::Flash& settings) {
    for (const std::string& assignment : assignments) {
      SetEntry(settings, assignment);
    }
  });
}

void WriteNetworks(BoardKind kind, const std::filesystem::path& flash,
                   const std::vector<std::string>& names_and_keys) {
  WithSettings(kind, flash, [&](hal::Flash& settings) { SetNetworks(settings, names_and_keys); });
}

void ProvisionBoard(BoardKind kind, const std::filesystem::path& flash,
                    const std::filesystem::path& factory, const std::string& address) {
  if (kind == BoardKind::kAn505) {
    const board::FlashFile file = board::FlashFile::Open(flash);
    auto settings = file.Window(board::layout::kSettings);
    auto vault = file.Window(board::layout::kVault);
    Provision(settings, vault, factory, address.empty() ? kHostSeenFromQemu : address);
    return;
  }
  posix::FileFlash settings;
  posix::FileFlash vault;
  OpenLinux(flash, linux_layout::kSettings, settings);
  OpenLinux(flash, linux_layout::kVault, vault);
  Provision(settings, vault, factory, address.empty() ? kHostSeenFromLinux : address);
}

}  // namespace linnet::cli
