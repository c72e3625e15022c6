// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// HTTPS to a device that waits to be provisioned, as the vendor's phone application speaks it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hal/wifi.hpp"
#include "wifi/messages.hpp"

namespace linnet::cli {

struct SetupTarget {
  std::string host = "192.168.0.1";
  std::uint16_t port = 443;
  /// SHA-256 of the device's certificate in hexadecimal digits; empty: any is accepted, because the
  /// device makes it itself.
  std::string fingerprint = {};
};

struct SetupAnswer {
  int status = 0;
  std::string body;
  std::string fingerprint;  ///< Of the certificate that was shown.
};

/// Everything throws Failure: nobody answers, another certificate, no HTTP.
class SetupClient {
 public:
  explicit SetupClient(SetupTarget target) : target_(std::move(target)) {}

  /// What the device hears. Throws Failure also when it refuses.
  std::vector<hal::AccessPoint> Networks();
  /// Waits for the end of the trial: up to a minute.
  SetupAnswer Configure(const hal::AccessPoint& at, const wifi::Configuration& configuration);
  /// Of the last answer.
  [[nodiscard]] const std::string& fingerprint() const { return fingerprint_; }

 private:
  SetupAnswer Exchange(const std::string& request);

  SetupTarget target_;
  std::string fingerprint_;
};

}  // namespace linnet::cli
