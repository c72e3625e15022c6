// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Release control inside the vault: the rules by which the application may change the record.
#pragma once

#include <cstdint>

#include "base/status.hpp"
#include "base/view.hpp"
#include "crypto/sha256.hpp"
#include "release/boot_control.hpp"
#include "release/image_set.hpp"
#include "release/record.hpp"
#include "release/store_view.hpp"

namespace linnet::vault_service {

/// How often a candidate may be started, and how often a start may end inside its installation.
struct Budget {
  std::uint8_t attempts = 3;
  std::uint8_t install_starts = 10;
};

/// See release::BootControl for what each call promises.
class ReleaseService final : public release::BootControl {
 public:
  struct Config {
    release::Record* record = nullptr;      ///< The one that boot has mounted in this start.
    release::StoreView* store = nullptr;    ///< Mounted anew by each Stage().
    Span<const release::BootImage> images;  ///< As in boot::Config; outlive this.
    crypto::Digest running{};               ///< What boot has started.
    Budget budget{};                        ///< Both at least 1.
  };

  explicit ReleaseService(const Config& config) : config_(config) {}

  Status Query(release::ReleaseStatus& out) override;
  Status Stage(const crypto::Digest& release) override;
  Status Accept(const crypto::Digest& release) override;
  Status Reject(const crypto::Digest& release, release::RejectReason reason) override;
  Status MarkGolden(const crypto::Digest& release) override;
  Status RestoreGolden() override;

 private:
  release::SetVerdict FindInStore(const crypto::Digest& release, release::Places places);
  Status CheckCandidate(const crypto::Digest& candidate, release::RecordData& data);
  Status Refuse(const crypto::Digest& release, const release::SetVerdict& verdict);
  Status Change(release::RecordData& data, const crypto::Digest& release, release::Outcome outcome,
                const char* line, std::uint8_t detail = 0);
  [[nodiscard]] bool HoldsConfirmed();

  Config config_;
  release::ImageSet set_;  // not on the caller's stack, which checks signatures
};

}  // namespace linnet::vault_service
