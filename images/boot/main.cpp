// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Composition root of the Secure image: boot decides and installs, then the vault stays behind the
// gateway while the application runs.
#include <array>

#include "base/log.hpp"
#include "boot/boot.hpp"
#include "crypto/private_key.hpp"
#include "crypto/random.hpp"
#include "images/boot/gateway.hpp"
#include "images/boot/nothing_to_run.hpp"
#include "layout/an505.hpp"
#include "ports/an505/console.hpp"
#include "ports/an505/entropy.hpp"
#include "ports/an505/partition.hpp"
#include "ports/an505/registers.hpp"
#include "ports/an505/retained.hpp"
#include "ports/an505/secure.hpp"
#include "ports/an505/watchdog.hpp"
#include "release/image_set.hpp"
#include "release/record.hpp"
#include "release/store_view.hpp"
#include "release/verifier.hpp"
#include "release_keys.hpp"
#include "vault_service/device_key.hpp"
#include "vault_service/release_service.hpp"
#include "vault_service/service.hpp"

namespace linnet {
namespace {

namespace board = layout::an505;

constexpr const char* kTag = "boot";
/// How long an application may take from its first instruction to its first word to the watchdog.
constexpr Milliseconds kFirstFeed{60'000};

class HardwareEntropy final : public crypto::EntropySource {
 public:
  explicit HardwareEntropy(hal::Entropy& entropy) : entropy_(entropy) {}
  Status Fill(MutableBytes out) override { return entropy_.Fill(out); }

 private:
  hal::Entropy& entropy_;
};

/// Everything that outlives the start of the application, because the gateway leads to it.
struct Secure {
  an505::CmsdkWatchdog watchdog;
  an505::MappedFlash record_flash = an505::OpenPartition(board::kReleaseRecord);
  an505::MappedFlash vault_flash = an505::OpenPartition(board::kVault);
  an505::MappedFlash app_flash = an505::OpenPartition(board::kApp);
  an505::MappedFlash second_flash = an505::OpenPartition(board::kSecond);
  an505::MappedFlash store_flash = an505::OpenPartition(board::kReleaseStore);
  release::Record record{record_flash};
  release::StoreView store{store_flash, &watchdog};
  release::SignatureVerifier verifier{kReleaseKeys};
  std::array<release::BootImage, 2> images{{{&app_flash, &verifier}, {&second_flash, &verifier}}};
  an505::SerialEntropy uart{an505::peripheral::kUart1 + an505::kSecureAlias};
  HardwareEntropy entropy{uart};
  crypto::Random random{entropy};
  crypto::PrivateKey device_key{random};
};

/// Out of line: its frame is gone when the application calls, whose stack lies on top of Run's.
[[gnu::noinline]] boot::Decision Decide(Secure& secure, hal::ResetCause cause,
                                        MutableBytes scratch) {
  boot::Boot boot({.record = &secure.record,
                   .store = &secure.store,
                   .images = secure.images,
                   .watchdog = &secure.watchdog,
                   .reset_cause = cause,
                   .scratch = scratch});
  return boot.Run();
}

void OpenVault(Secure& secure, const crypto::Digest& running) {
  static vault_service::ReleaseService releases({.record = &secure.record,
                                                 .store = &secure.store,
                                                 .images = secure.images,
                                                 .running = running,
                                                 .budget = {}});
  static vault_service::Service service(releases, secure.device_key);
  if (const Status status = vault_service::LoadDeviceKey(secure.vault_flash, secure.device_key);
      !status.ok()) {
    log::Warning(kTag, "no device key: {}", status);
  }
  OpenGateway(service);
}

[[noreturn]] void Wait(Secure& secure, MutableBytes scratch) {
  const std::array<hal::Flash*, 2> areas{&secure.app_flash, &secure.second_flash};
  NothingToRun(
      {.verifier = &secure.verifier, .record = &secure.record, .areas = areas, .scratch = scratch});
}

// Out of line: where the stack of a started application's calls begins (scripts/stack).
[[noreturn, gnu::noinline]] void Run(hal::ResetCause cause) {
  static Secure secure;
  static std::array<std::byte, boot::kScratchSize> scratch;
  const boot::Decision decision = Decide(secure, cause, scratch);
  const std::uint32_t table = board::kApp.address() + decision.header.header_size;
  if (decision.start == boot::Decision::Start::kNothing) {
    Wait(secure, scratch);
  }
  if (!an505::IsStartable(table)) {
    log::Error(kTag, "the application's vector table leads out of its partition");
    Wait(secure, scratch);
  }
  OpenVault(secure, decision.running);
  IgnoreStatus(secure.watchdog.Start(kFirstFeed));
  log::Info(kTag, "starting the application");
  an505::StartNonSecure(table);
}

}  // namespace
}  // namespace linnet

int main() {
  using namespace linnet;
  an505::SetUpSecurity();
  const hal::ResetCause cause = an505::TakeResetCause();
  static an505::UartConsole console(an505::peripheral::kUart0);
  static an505::ConsoleLog sink(console);
  log::SetSink(&sink);
  log::Info(kTag, "reset by {}", hal::ToString(cause));
  if (kHasTestKey) {
    log::Warning(kTag, "built with a test key: everybody can sign for this device");
  }
  Run(cause);
}
