// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A provisioner as an application has it: there from when it is wanted until it is closed.
#pragma once

#include <optional>

#include "provision/provisioner.hpp"

namespace linnet::provision::testing {

class WantedProvisioner {
 public:
  WantedProvisioner(const Provisioner::Parts& parts, const Provisioner::Context& context)
      : parts_(parts), context_(context) {}

  void OnWanted() {
    if (!provisioner_) {
      provisioner_.emplace(parts_, context_);
    }
  }
  void OnHeard(const hal::AccessPoint& heard) {
    if (provisioner_) {
      provisioner_->OnHeard(heard);
    }
  }
  void OnScanEnded() {
    if (provisioner_) {
      provisioner_->OnScanEnded();
    }
  }
  void OnTrialEnded(wifi::Reason reason) {
    if (provisioner_) {
      provisioner_->OnTrialEnded(reason);
    }
  }
  void Run(Instant now) {
    if (provisioner_) {
      provisioner_->Run(now);
    }
    if (state() == Provisioner::State::kClosed) {
      provisioner_.reset();
    }
  }

  [[nodiscard]] Provisioner::State state() const {
    return provisioner_ ? provisioner_->state() : Provisioner::State::kClosed;
  }
  /// While it is there.
  [[nodiscard]] Networks& networks() { return provisioner_->networks(); }

 private:
  Provisioner::Parts parts_;
  Provisioner::Context context_;
  std::optional<Provisioner> provisioner_;
};

}  // namespace linnet::provision::testing
