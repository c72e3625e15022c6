// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// An application that ends in every way there is, and updates itself on the way.
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "base/assert.hpp"
#include "images/loader/socket_gate.hpp"
#include "ports/linux/devices.hpp"
#include "ports/linux/exit_codes.hpp"
#include "ports/linux/partition.hpp"
#include "release/backup.hpp"
#include "release/store_view.hpp"
#include "vault/client.hpp"

using namespace linnet;

namespace {

void Require(bool ok, const char* what) {
  if (!ok) {
    std::fprintf(stderr, "test program: %s\n", what);
    _exit(3);
  }
}

// What release 1 does after each cause; the test reads the diary.
[[noreturn]] void EndOtherwise(hal::ResetCause cause) {
  posix::ProcessReset reset(cause);
  switch (cause) {
    case hal::ResetCause::kPowerOn:
      reset.Now();
    case hal::ResetCause::kSoftware: {
      posix::AlarmWatchdog watchdog;
      IgnoreStatus(watchdog.Start(Milliseconds(20)));
      for (;;) {
        pause();
      }
    }
    case hal::ResetCause::kWatchdog:
      LINNET_ASSERT(cause == hal::ResetCause::kPowerOn);
      break;
    case hal::ResetCause::kAssert:
      std::raise(SIGSEGV);
      break;
    case hal::ResetCause::kFault:
      break;
  }
  _exit(0);
}

// Keeps release 1 in the store, and stages the other application that lies there.
void Update(const std::string& directory, vault::ReleaseControl& control) {
  posix::FileFlash area;
  posix::FileFlash store_flash;
  Require(posix::OpenPartition(directory, layout::linux::kApp, area).ok(), "application area");
  Require(posix::OpenPartition(directory, layout::linux::kReleaseStore, store_flash).ok(), "store");
  release::Store store(store_flash);
  Require(store.Mount().ok(), "mount");
  release::ReleaseStatus status;
  Require(control.Query(status).ok(), "query");
  release::FlashSource running(area);
  release::Backup backup(running, store);
  Status step = Code::kPending;
  while (step.code() == Code::kPending) {
    step = backup.Step(status.confirmed);
  }
  Require(step.ok(), "backup");
  for (std::size_t i = 0; i < store.part_count(); ++i) {
    const release::Part part = store.PartAt(i);
    if (part.digest != status.confirmed) {
      Require(control.Stage(part.digest).ok(), "stage");
    }
  }
}

}  // namespace

int main() {
  const std::string directory = std::getenv(posix::kDirectoryVariable);
  const int gate_socket = std::atoi(std::getenv(posix::kGateVariable));
  const auto cause =
      static_cast<hal::ResetCause>(std::atoi(std::getenv(posix::kResetCauseVariable)));
  std::ofstream(directory + "/diary", std::ios::app)
      << TEST_RELEASE << " " << hal::ToString(cause) << "\n";

  loader::SocketGate gate(gate_socket);
  vault::Signer signer(gate);
  vault::ReleaseControl control(gate);
  crypto::P256PublicKey key{};
  crypto::P256Signature signature{};
  Require(signer.PublicKey(key).ok(), "public key");
  Require(signer.Sign(crypto::Digest{}, signature).ok(), "sign");

  if (TEST_RELEASE == 2) {
    release::ReleaseStatus status;
    Require(control.Query(status).ok(), "query");
    Require(status.state == release::ReleaseState::kTrial, "not on trial");
    Require(control.Accept(status.running).ok(), "accept");
    _exit(0);
  }
  if (std::ifstream(directory + "/survive").good()) {
    std::filesystem::remove(directory + "/survive");
    prctl(PR_SET_PDEATHSIG, 0);  // As slow to die as a test can want it.
    std::ofstream(directory + "/diary", std::ios::app) << "survivor " << getpid() << std::endl;
  }
  if (std::ifstream(directory + "/stay").good()) {
    for (;;) {
      pause();
    }
  }
  if (std::ifstream(directory + "/update").good()) {
    Update(directory, control);
    posix::ProcessReset(cause).Now();
  }
  EndOtherwise(cause);
}
