// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Release control inside the vault: the rules by which the application may change the record.
#pragma once

#include <cstdint>

#include "base/status.hpp"
#include "crypto/sha256.hpp"
#include "release/boot_control.hpp"
#include "release/record.hpp"
#include "release/store_view.hpp"
#include "release/verifier.hpp"

namespace linnet::vault_service {

/// How often a candidate may be started, and how often a start may end inside its installation.
struct Budget {
  std::uint8_t attempts = 3;
  std::uint8_t install_starts = 10;
};

/// See release::BootControl for what each call promises.
class ReleaseService : public release::BootControl {
 public:
  struct Config {
    release::Record* record = nullptr;    ///< The one that boot has mounted in this start.
    release::StoreView* store = nullptr;  ///< Mounted anew by each Stage().
    release::Verifier* verifier = nullptr;
    std::uint32_t execution_size = 0;  ///< Bytes of the application's execution area.
    crypto::Digest running{};          ///< What boot has started.
    Budget budget{};                   ///< Both at least 1.
  };

  explicit ReleaseService(const Config& config) : config_(config) {}

  Status Query(release::ReleaseStatus& out) override;
  Status Stage(const crypto::Digest& release) override;
  Status Accept(const crypto::Digest& release) override;
  Status Reject(const crypto::Digest& release, release::RejectReason reason) override;

 private:
  Status CheckStore(const crypto::Digest& candidate, release::VerifiedPart& found);
  Status LogRefusal(const crypto::Digest& release, image::Reason reason);

  Config config_;
};

}  // namespace linnet::vault_service
