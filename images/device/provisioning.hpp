// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The device's own network in the application.
#pragma once

#include "images/device/wireless.hpp"
#include "provision/provisioner.hpp"

namespace linnet::device {

/// Hands on what comes from the supervisor.
class Provisioning final : public Provisioner {
 public:
  explicit Provisioning(const provision::Provisioner::Parts& parts) : provisioner_(parts) {}

  void Start(wifi::Supervisor& supervisor, const Connectivity::Neighbours& neighbours) override;
  void OnWanted() override { provisioner_.OnWanted(); }
  void OnState(wifi::State /*state*/, wifi::Reason /*reason*/) override {}
  void OnHeard(const hal::AccessPoint& heard) override { provisioner_.OnHeard(heard); }
  void OnScanEnded() override { provisioner_.OnScanEnded(); }
  void OnTrialEnded(wifi::Reason reason) override { provisioner_.OnTrialEnded(reason); }
  Instant Run(Instant now) override { return provisioner_.Run(now); }

 private:
  provision::Provisioner provisioner_;
};

}  // namespace linnet::device
