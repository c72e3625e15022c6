// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// From reset to what runs: reconciles the execution areas with the release that the record wants.
#pragma once

#include <cstdint>

#include "base/bytes.hpp"
#include "base/status.hpp"
#include "base/view.hpp"
#include "crypto/sha256.hpp"
#include "hal/reset.hpp"
#include "hal/watchdog.hpp"
#include "image/header.hpp"
#include "release/image_set.hpp"
#include "release/record.hpp"
#include "release/store_view.hpp"

namespace linnet::boot {

struct Config {
  release::Record* record = nullptr;    ///< Run() mounts it. The vault's service uses it on.
  release::StoreView* store = nullptr;  ///< Run() mounts it if it is needed.
  /// The execution areas by image index, the application's first: 1 to release::kMaxBootImages.
  Span<const release::BootImage> images;
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
  release::SetVerdict refusal;
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
  bool TryCandidate(Decision& decision);
  bool TryConfirmed(Decision& decision);
  bool TryGolden(Decision& decision);
  bool TryExecutionArea(Decision& decision);
  bool TryAnythingInStore(Decision& decision);

  [[nodiscard]] release::SetSearch Search() const;
  bool Bring(const crypto::Digest& release, release::Places places);
  bool Find(const crypto::Digest& release, release::Places places);
  bool Install(const crypto::Digest& release);
  Status CopyImage(std::size_t index);
  bool InstallCandidate();
  bool BeginAttempt();
  bool Adopt(const crypto::Digest& release, release::Outcome outcome, Decision& decision);
  bool Start(Decision::Start start, const crypto::Digest& release, Decision& decision);

  struct Failure {
    release::Outcome outcome{};
    std::uint8_t detail = 0;
    std::uint8_t image = 0;
  };
  void Log(const crypto::Digest& release, const Failure& what);
  void GiveUp(StringView why, const Failure& failure);
  Status Commit();

  Config config_;
  release::RecordData wanted_;     // what the record shall say; Commit() makes it so
  release::ImageSet set_;          // what Find() found
  release::SetVerdict refusal_{};  // why the last try was refused
  Failure failure_;                // what the outcome log says of that
  bool repaired_ = false;          // Install() has written something
};

}  // namespace linnet::boot
