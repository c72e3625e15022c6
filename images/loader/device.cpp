// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "images/loader/device.hpp"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <vector>

#include "base/log.hpp"
#include "images/loader/program.hpp"
#include "images/loader/socket_gate.hpp"
#include "ports/linux/devices.hpp"
#include "ports/linux/partition.hpp"
#include "vault_service/device_key.hpp"
#include "vault_service/release_service.hpp"
#include "vault_service/service.hpp"

namespace linnet::loader {

namespace {

constexpr const char* kTag = "loader";
constexpr std::size_t kScratch = std::size_t{64} * 1024;
// A program that ends at once shall not keep the machine busy.
constexpr int kLookInterval = 5;
constexpr useconds_t kPauseBetweenStarts = 100'000;

// Whether `file` can be read. Stop signals are blocked everywhere else, so that none can come
// between a look at the flag and the wait.
bool WaitFor(int file, int milliseconds) {
  pollfd entry = {.fd = file, .events = POLLIN, .revents = 0};
  const timespec time = {.tv_sec = 0, .tv_nsec = milliseconds * 1'000'000L};
  sigset_t none;
  sigemptyset(&none);
  return ppoll(&entry, 1, milliseconds < 0 ? nullptr : &time, &none) > 0;
}

// How the process ended: waitpid's status.
int EndOf(pid_t process, const volatile std::sig_atomic_t& stop) {
  int status = 0;
  while (waitpid(process, &status, WNOHANG) == 0) {
    WaitFor(-1, kLookInterval);
    if (stop != 0) {
      kill(process, SIGKILL);
    }
  }
  return stop != 0 ? 0 : status;
}

}  // namespace

Status Device::Entropy::Fill(MutableBytes out) {
  return posix::KernelEntropy().Fill(out);
}

Status Device::Open() {
  LINNET_TRY(lock_.Take(directory_));
  LINNET_TRY(posix::OpenPartition(directory_, layout::linux::kApp, application_));
  LINNET_TRY(posix::OpenPartition(directory_, layout::linux::kSecond, second_));
  LINNET_TRY(posix::OpenPartition(directory_, layout::linux::kReleaseRecord, record_region_));
  LINNET_TRY(posix::OpenPartition(directory_, layout::linux::kVault, vault_region_));
  LINNET_TRY(posix::OpenPartition(directory_, layout::linux::kReleaseStore, store_region_));
  record_.emplace(record_region_);
  store_.emplace(store_region_);
  return OkStatus();
}

Status Device::Run(const volatile std::sig_atomic_t& stop) {
  hal::ResetCause cause = hal::ResetCause::kPowerOn;
  while (stop == 0) {
    log::Info(kTag, "reset by {}", hal::ToString(cause));
    const boot::Decision decision = Boot(cause);
    if (decision.start == boot::Decision::Start::kNothing) {
      return Code::kNotFound;
    }
    LINNET_TRY_ASSIGN(const int ended, RunApplication(decision, cause, stop));
    const auto next = CauseOf(ended);
    if (!next) {
      log::Info(kTag, "switched off");
      return OkStatus();
    }
    cause = *next;
    usleep(kPauseBetweenStarts);
  }
  return OkStatus();
}

boot::Decision Device::Boot(hal::ResetCause cause) {
  std::vector<std::byte> scratch(kScratch);
  return boot::Boot({.record = &*record_,
                     .store = &*store_,
                     .images = images_,
                     .reset_cause = cause,
                     .scratch = scratch})
      .Run();
}

// The Secure side while the application runs: answers calls until the process is gone.
Result<int> Device::RunApplication(const boot::Decision& decision, hal::ResetCause cause,
                                   const volatile std::sig_atomic_t& stop) {
  crypto::PrivateKey key(random_);
  if (const Status loaded = vault_service::LoadDeviceKey(vault_region_, key); !loaded.ok()) {
    log::Warning(kTag, "no device key: {}", loaded);
  }
  vault_service::ReleaseService releases({.record = &*record_,
                                          .store = &*store_,
                                          .images = images_,
                                          .running = decision.running,
                                          .budget = {}});
  vault_service::Service service(releases, key);
  LINNET_TRY_ASSIGN(const Program program,
                    StartProgram(application_, decision.header, directory_, cause));
  log::Info(kTag, "started release {} as process {}", Bytes(decision.running).first(4),
            program.process);
  Status served;
  while (stop == 0 && served.code() != Code::kClosed) {
    if (WaitFor(program.gate, -1)) {
      served = ServeOneCall(program.gate, service);
    }
  }
  close(program.gate);
  if (stop != 0) {
    kill(program.process, SIGKILL);
  }
  return EndOf(program.process, stop);
}

}  // namespace linnet::loader
