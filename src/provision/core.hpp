// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The transport-neutral core of the vendor's protocol: requests in, responses and events out, for
// whatever carries them.
#pragma once

#include <cstddef>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "provision/networks.hpp"

namespace linnet::provision {

/// A machine.
class Core {
 public:
  static constexpr std::size_t kMaxMessage = 96;

  /// Outlives the core.
  explicit Core(Networks& networks) : networks_(networks) {}

  /// The response to one request; `out` has at least kMaxMessage bytes.
  Bytes Handle(Bytes request, MutableBytes out);
  /// The next event (a Result message): access points of a scan that was asked for, then how
  /// joining goes on. kNotFound: nothing to report.
  Result<Bytes> NextEvent(MutableBytes out);

 private:
  wifi::Answer Do(const wifi::Request& request);

  Networks& networks_;
  bool reports_scan_ = false;
  std::size_t reported_ = 0;
  bool reports_state_ = false;
  wifi::DeviceStatus last_{};
};

}  // namespace linnet::provision
