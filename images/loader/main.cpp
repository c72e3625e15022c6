// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// linnet_loader DIRECTORY [--radio SOCKET]: runs the device whose flash files are in DIRECTORY.
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "base/log.hpp"
#include "base/view.hpp"
#include "crypto/arena.hpp"
#include "images/loader/device.hpp"
#include "ports/linux/devices.hpp"
#include "ports/linux/exit_codes.hpp"
#include "release_keys.hpp"

namespace {

volatile std::sig_atomic_t g_stop = 0;

void OnStop(int /*signal*/) {
  g_stop = 1;
}

// They come through only where the loader waits for them.
void CatchStopSignals() {
  struct sigaction action = {};
  action.sa_handler = OnStop;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGINT);
  sigaddset(&stop, SIGTERM);
  sigprocmask(SIG_BLOCK, &stop, nullptr);
}

int Explain(const char* directory, linnet::Status status) {
  if (status.code() == linnet::Code::kNotFound) {
    std::fprintf(stderr,
                 "linnet_loader: %s holds no application that verifies; write a signed image into "
                 "it.\n",
                 directory);
  } else if (status.code() == linnet::Code::kAlreadyExists) {
    std::fprintf(stderr, "linnet_loader: the device in %s is running or being written.\n",
                 directory);
  } else if (status.code() == linnet::Code::kInvalidArgument) {
    std::fprintf(stderr, "linnet_loader: the flash files in %s have a wrong size.\n", directory);
  } else {
    std::fprintf(stderr, "linnet_loader: %s: %s\n", directory, std::strerror(errno));
  }
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace linnet;
  const bool has_radio = argc == 4 && StringView(argv[2]) == "--radio";
  if (argc != 2 && !has_radio) {
    std::fprintf(
        stderr,
        "usage: linnet_loader DIRECTORY [--radio SOCKET]\n"
        "Runs the device whose flash files are in DIRECTORY, until Ctrl-C. SOCKET: where a "
        "radio listens.\n");
    return 2;
  }
  if (has_radio) {
    setenv(posix::kRadioVariable, argv[3], 1);
  } else {
    unsetenv(posix::kRadioVariable);
  }
  alignas(8) static std::array<std::byte, std::size_t{64} * 1024> arena;
  crypto::Arena::Install(arena);
  const posix::SteadyClock clock;
  posix::StdoutConsole console;
  posix::ConsoleLog sink(console, clock);
  log::SetSink(&sink);
  if (kHasTestKey) {
    log::Warning("loader", "built with a test key: everybody can sign for this device");
  }
  CatchStopSignals();
  loader::Device device(argv[1], kReleaseKeys);
  Status status = device.Open();
  if (status.ok()) {
    status = device.Run(g_stop);
  }
  return status.ok() ? 0 : Explain(argv[1], status);
}
