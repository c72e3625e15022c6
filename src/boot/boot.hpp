// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// From reset to what runs: reconciles the execution areas with the release that the record wants.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/bytes.hpp"
#include "base/status.hpp"
#include "crypto/sha256.hpp"
#include "hal/flash.hpp"
#include "hal/reset.hpp"
#include "hal/watchdog.hpp"
#include "image/verify.hpp"
#include "release/record.hpp"
#include "release/store_view.hpp"
#include "release/verifier.hpp"

namespace linnet::boot {

/// One image of the release and where it runs. The first is the application.
struct BootImage {
  hal::Flash* area = nullptr;  ///< The execution area, all of it; the image begins at its start.
  std::string_view name;       ///< For the console.
};

struct Config {
  release::Record* record = nullptr;    ///< Run() mounts it. The vault's service uses it on.
  release::StoreView* store = nullptr;  ///< Run() mounts it if it is needed.
  release::Verifier* verifier = nullptr;
  std::span<const BootImage> images;  ///< Exactly one.
  hal::Watchdog* watchdog = nullptr;  ///< Fed while images are read and written. May be nullptr.
  hal::ResetCause reset_cause = hal::ResetCause::kPowerOn;
  MutableBytes scratch;  ///< At least kScratchSize, only used during Run(). Larger is faster.
};

inline constexpr std::size_t kScratchSize = 1024;

struct Decision {
  enum class Start : std::uint8_t {
    kNothing =
        0,  ///< Nothing verifies: say so and wait. `refusal` is why the last try was refused.
    kConfirmed = 1,
    kTrial = 2,
  };
  Start start = Start::kNothing;
  crypto::Digest running{};  ///< The release that is started.
  image::Header header;      ///< Of the application; its vectors stand at `header.header_size`.
  image::Verdict refusal;
};

/// Decides, installs, and commits to the record what the next start must know, in this order. The
/// decision table is in this module's README; the console is told what is done and why.
///
/// May be cut at any instant and simply runs again. The caller starts what Run() says, or nothing.
class Boot {
 public:
  explicit Boot(const Config& config);

  Decision Run();

 private:
  [[nodiscard]] const BootImage& application() const { return config_.images.front(); }
  [[nodiscard]] release::FlashSource Execution() const;
  [[nodiscard]] release::Limits Accepts() const;

  bool TryCandidate(Decision& decision);
  bool TryConfirmed(Decision& decision);
  bool TryExecutionArea(Decision& decision);
  bool TryAnythingInStore(Decision& decision);

  bool BeginAttempt();
  bool InstallCandidate();
  bool Matches(const crypto::Digest& digest) const;
  bool FindInStore(const crypto::Digest& digest, release::VerifiedPart& out);
  Status Install(const release::VerifiedPart& from);
  bool MountStore();
  bool Adopt(const crypto::Digest& digest, Decision& decision);
  bool Start(Decision::Start start, const crypto::Digest& digest, Decision& decision);

  void Log(const crypto::Digest& digest, release::Outcome outcome, std::uint8_t detail = 0);
  void GiveUp(std::string_view why, release::Outcome outcome, std::uint8_t detail);
  Status Commit();

  Config config_;
  release::RecordData wanted_;  // what the record shall say; Commit() makes it so
  bool store_mounted_ = false;
  image::Verdict refusal_;
};

}  // namespace linnet::boot
