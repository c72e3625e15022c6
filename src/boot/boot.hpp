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
  std::string_view name;
};

struct Config {
  release::Record* record = nullptr;  ///< Not yet mounted.
  hal::Flash* store = nullptr;        ///< All of the store's region.
  release::Verifier* verifier = nullptr;
  std::span<const BootImage> images;  ///< Exactly one for now.
  hal::Watchdog* watchdog = nullptr;  ///< Fed while images are read and written. May be nullptr.
  hal::ResetCause reset_cause = hal::ResetCause::kPowerOn;
  MutableBytes scratch;  ///< At least 1,024 bytes; only used during Run().
};

struct Decision {
  enum class Start : std::uint8_t {
    kNothing = 0,  ///< Nothing verifies: say so and wait; `refusal` is the last reason.
    kConfirmed = 1,
    kTrial = 2,
  };
  Start start = Start::kNothing;
  crypto::Digest running{};  ///< The release that is started.
  image::Header header;      ///< Of the application; its vectors stand at `header.header_size`.
  image::Verdict refusal;
};

/// Decides, installs, and commits to the record what the next start must know, in this order. The
/// decision table is in this module's README; every line that it takes goes to the log.
///
/// May be cut at any instant and simply runs again. Runs to its end: the caller starts what it
/// says, or nothing at all.
class Boot {
 public:
  explicit Boot(const Config& config) : config_(config), store_(*config.store) {}

  Decision Run();

 private:
  struct Wanted;
  Decision Decide();
  Decision StartConfirmed();
  bool PrepareCandidate();
  Decision StartTrial(const image::Header& header);
  Status Install(const crypto::Digest& digest, image::Verdict& verdict);
  Decision Adopt(const image::Info& info);
  void GiveUp(release::Outcome outcome, std::uint8_t detail);
  void Feed();

  Config config_;
  release::StoreView store_;
  bool store_mounted_ = false;
  image::Verdict refusal_;
};

}  // namespace linnet::boot
