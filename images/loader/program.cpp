// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "images/loader/program.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <vector>

#include "ports/linux/exit_codes.hpp"

namespace linnet::loader {

namespace {

constexpr std::uint32_t kPiece = 64 * 1024;
constexpr int kCannotRun = 127;

bool WriteAll(int file, Bytes data) {
  while (!data.empty()) {
    const ssize_t done = write(file, data.data(), data.size());
    if (done <= 0) {
      return false;
    }
    data = data.subspan(static_cast<std::size_t>(done));
  }
  return true;
}

// The payload in a file that exists only in memory. Not closed on exec: a script's interpreter
// would still need it, and the program does not mind.
Result<int> CopyPayload(hal::Flash& area, const image::Header& header) {
  const int file = memfd_create("linnet-device", 0);
  std::vector<std::byte> piece(kPiece);
  std::uint32_t at = header.header_size;
  const std::uint32_t end = header.body_end();
  bool ok = file >= 0;
  while (ok && at < end) {
    const MutableBytes part = MutableBytes(piece).first(std::min(kPiece, end - at));
    ok = area.Read(at, part).ok() && WriteAll(file, part);
    at += static_cast<std::uint32_t>(part.size());
  }
  if (!ok) {
    close(file);
    return Code::kDataLoss;
  }
  return file;
}

[[noreturn]] void Become(int program, int gate, const std::string& directory, hal::ResetCause cause,
                         pid_t loader) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  if (getppid() != loader) {
    _exit(kCannotRun);  // The loader died before the line above.
  }
  setenv(posix::kDirectoryVariable, directory.c_str(), 1);
  setenv(posix::kGateVariable, std::to_string(gate).c_str(), 1);
  setenv(posix::kResetCauseVariable, std::to_string(static_cast<int>(cause)).c_str(), 1);
  std::string name = "linnet-device";
  std::array<char*, 2> arguments = {name.data(), nullptr};
  fexecve(program, arguments.data(), environ);
  _exit(kCannotRun);
}

}  // namespace

Result<Program> StartProgram(hal::Flash& area, const image::Header& header,
                             const std::string& directory, hal::ResetCause cause) {
  LINNET_TRY_ASSIGN(const int file, CopyPayload(area, header));
  std::array<int, 2> ends = {-1, -1};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    close(file);
    return Code::kUnavailable;
  }
  const pid_t loader = getpid();
  const pid_t process = fork();
  if (process == 0) {
    fcntl(ends[1], F_SETFD, 0);
    Become(file, ends[1], directory, cause, loader);
  }
  close(file);
  close(ends[1]);
  if (process < 0) {
    close(ends[0]);
    return Code::kUnavailable;
  }
  return Program{.process = process, .gate = ends[0]};
}

std::optional<hal::ResetCause> CauseOf(int status) {
  if (WIFSIGNALED(status)) {
    return WTERMSIG(status) == SIGABRT ? hal::ResetCause::kAssert : hal::ResetCause::kFault;
  }
  switch (WEXITSTATUS(status)) {
    case 0:
      return std::nullopt;
    case posix::kExitSoftwareReset:
      return hal::ResetCause::kSoftware;
    case posix::kExitWatchdog:
      return hal::ResetCause::kWatchdog;
    default:
      return hal::ResetCause::kFault;
  }
}

}  // namespace linnet::loader
