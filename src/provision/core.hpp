// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The transport-neutral core of the vendor's protocol: requests in, responses and events out, for
// whatever carries them.
#pragma once

#include <cstddef>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "provision/networks.hpp"
#include "wifi/supervisor.hpp"

namespace linnet::provision {

/// What this protocol asks of the networks that the device knows.
class KnownNetworks {
 public:
  virtual void Forget() = 0;  ///< Every one.
  [[nodiscard]] virtual wifi::DeviceStatus status() const = 0;

 protected:
  ~KnownNetworks() = default;  // nobody deletes through it
};

/// Those of a supervisor, which outlives this.
class SupervisedNetworks final : public KnownNetworks {
 public:
  explicit SupervisedNetworks(wifi::Supervisor& supervisor) : supervisor_(supervisor) {}

  void Forget() override;
  [[nodiscard]] wifi::DeviceStatus status() const override;

 private:
  wifi::Supervisor& supervisor_;
};

/// A machine.
class Core {
 public:
  static constexpr std::size_t kMaxMessage = 96;

  /// Both outlive the core.
  Core(Networks& networks, KnownNetworks& known) : networks_(networks), known_(known) {}

  /// The response to one request; `out` has at least kMaxMessage bytes.
  Bytes Handle(Bytes request, MutableBytes out);
  /// The next event (a Result message): access points of a scan that was asked for, then how
  /// joining goes on. kNotFound: nothing to report.
  Result<Bytes> NextEvent(MutableBytes out);

 private:
  wifi::Answer Do(const wifi::Request& request);

  Networks& networks_;
  KnownNetworks& known_;
  bool reports_scan_ = false;
  std::size_t reported_ = 0;
  bool reports_state_ = false;
  wifi::DeviceStatus last_{};
};

}  // namespace linnet::provision
