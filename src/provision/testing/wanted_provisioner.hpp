// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A provisioner as an application has it: in crypto::Arena from when it is wanted until it is
// closed.
#pragma once

#include <memory>
#include <new>

#include "crypto/arena.hpp"
#include "provision/provisioner.hpp"

namespace linnet::provision::testing {

class WantedProvisioner {
 public:
  WantedProvisioner(const Provisioner::Parts& parts, const Provisioner::Context& context)
      : parts_(parts), context_(context) {}

  void OnWanted() {
    if (!provisioner_) {
      if (void* memory = crypto::Arena::installed().Allocate(sizeof(Provisioner))) {
        provisioner_.reset(new (memory) Provisioner(parts_, context_));
      }
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
  struct Free {
    void operator()(Provisioner* provisioner) const {
      std::destroy_at(provisioner);
      crypto::Arena::installed().Free(provisioner);
    }
  };

  Provisioner::Parts parts_;
  Provisioner::Context context_;
  std::unique_ptr<Provisioner, Free> provisioner_;
};

}  // namespace linnet::provision::testing
