// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Starts the reference board under QEMU, reads its console and cuts its power.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace linnet::board {

/// Lets a host program reach a server on the board: host loopback `host_port` -> board
/// `board_port`.
struct PortForward {
  std::uint16_t host_port = 0;
  std::uint16_t board_port = 0;
};

struct RunOptions {
  std::filesystem::path flash_file;  ///< An existing FlashFile; its content survives any end.
  std::filesystem::path boot_elf;    ///< The Secure image; Secure code is fetched from it.
  /// The console goes here, appended. Empty: `<flash_file>.console`.
  std::filesystem::path console_file;
  bool network = true;  ///< Off: the cable leads nowhere; the link is up, and nobody answers.
  /// A socket on which a radio listens (the twin's `air/radio.sock`): the board's fourth serial
  /// line leads there, and is connected again whenever the radio comes back. Empty: it leads
  /// nowhere.
  std::filesystem::path radio;
  std::vector<PortForward> forwards;
  std::string mac;  ///< As "52:54:00:12:34:56"; empty: QEMU's default.
  /// Instructions last 2^shift ns and virtual time follows them: figures that do not depend on the
  /// host. Empty: real time.
  std::optional<unsigned> icount_shift;
  bool entropy = true;  ///< Off: the board's entropy source is dead, for tests.
  std::string qemu = "qemu-system-arm";
};

/// The one place that knows how the board is started. [0] is the program.
std::vector<std::string> QemuCommand(const RunOptions& options);

/// The console's file that `options` stands for.
std::filesystem::path ConsoleFile(const RunOptions& options);

/// The socket on which a running board's console can be spoken to: `<flash_file>.serial`. What the
/// board says goes to the console's file in any case.
std::filesystem::path SerialSocket(const std::filesystem::path& flash_file);

/// One running board. Throws Error (flash_file.hpp) from everything that can fail.
///
/// The process is killed when the object ends or when the program that made it dies, unless Detach
/// was called. Its pid is in `<flash_file>.pid` while it runs.
class Emulator {
 public:
  /// Starts it. Refused while another board runs on the same flash file.
  explicit Emulator(const RunOptions& options);
  /// As above; with `detached`, the board goes on after this program has ended.
  Emulator(const RunOptions& options, bool detached);
  ~Emulator();
  Emulator(const Emulator&) = delete;
  Emulator& operator=(const Emulator&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  /// Whether the process is still there.
  bool Running();

  /// What the console has said since this object began and was not returned yet; waits up to
  /// `timeout` for the first of it. Empty: nothing came.
  std::string ReadConsole(std::chrono::milliseconds timeout);
  /// Collects console text until it contains `text`; returns all of it since the last read, up to
  /// the end of the text. Throws Error, with what was said last, if it does not come in time or the
  /// board ends.
  std::string WaitFor(std::string_view text, std::chrono::milliseconds timeout);

  /// Ends it as a power cut would: at once, wherever it is. Idempotent.
  void Cut();

 private:
  bool Fetch();

  RunOptions options_;
  pid_t pid_ = -1;
  bool detached_ = false;
  std::uintmax_t console_offset_ = 0;
  std::string pending_;
};

/// The pid of the board that runs on `flash_file`, whoever started it; checked against the process
/// itself, so that a pid that was given to another program since is not taken for it.
std::optional<pid_t> FindRunning(const std::filesystem::path& flash_file);

/// Cuts the power of that board. Throws Error if none runs.
void CutRunning(const std::filesystem::path& flash_file);

}  // namespace linnet::board
