// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "images/device/run.hpp"

#include <array>

#include "base/log.hpp"
#include "crypto/arena.hpp"
#include "flash/journal.hpp"
#include "image/header.hpp"
#include "images/device/app.hpp"
#include "images/device/config.hpp"
#include "images/device/identity.hpp"

namespace linnet::device {

namespace {

constexpr const char* kTag = "start";

alignas(8) std::array<std::byte, kConfig.tls_arena> g_arena;

/// Boot has verified what runs, so its header tells the truth.
image::Version RunningVersion(hal::Flash& area) {
  std::array<std::byte, image::kHeaderSize> bytes{};
  image::Header header;
  if (!area.Read(0, bytes).ok() || !image::DecodeHeader(bytes, header).ok()) {
    log::Error(kTag, "the execution area has no image header");
  }
  return header.version;
}

[[noreturn]] void Idle(Board& board) {
  while (true) {
    board.watchdog.Feed();
    board.idle.WaitUntil(board.clock.Now() + Seconds{1});
  }
}

}  // namespace

void Run(Board& board) {
  crypto::Arena::Install(g_arena);

  static flash::Journal journal(board.settings_flash);
  if (const Status status = journal.Mount(); !status.ok()) {
    log::Error(kTag, "settings cannot be read: {}", status);
    Idle(board);
  }
  static settings::Settings stored(journal);
  static Identity identity;
  if (!LoadIdentity(stored, identity).ok()) {
    log::Error(kTag, "no identity: this board did not go through the factory step");
    Idle(board);
  }
  static App app(board, stored, identity, RunningVersion(board.execution_area));
  if (const Status status = app.Start(); !status.ok()) {
    log::Error(kTag, "the application cannot start: {}", status);
    Idle(board);
  }
  while (true) {
    app.RunOnce();
  }
}

}  // namespace linnet::device
