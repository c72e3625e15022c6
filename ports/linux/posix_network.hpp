// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The machine's own network, as the board's.
#pragma once

#include <memory>
#include <string>

#include "base/view.hpp"
#include "hal/network.hpp"
#include "ports/linux/watch_list.hpp"

namespace linnet::posix {

/// The link is always up: what is missing shows when connecting. Names are looked up by the
/// system's resolver in a thread of its own, which is left to end by itself when it is not wanted
/// any more.
class PosixNetwork final : public hal::Network {
 public:
  /// `watched` outlives the network.
  explicit PosixNetwork(WatchList& watched) : watched_(watched) {}
  PosixNetwork(const PosixNetwork&) = delete;
  PosixNetwork& operator=(const PosixNetwork&) = delete;
  ~PosixNetwork() { Forget(); }

  void Poll() override {}
  [[nodiscard]] hal::LinkState link() const override { return hal::LinkState::kUp; }
  /// The address that connections to other machines come from; 127.0.0.1 if there is none.
  [[nodiscard]] hal::Ipv4Address address() const override;
  Result<hal::Ipv4Address> Resolve(StringView host) override;

 private:
  struct LookUp;

  Status StartLookUp(StringView host);
  void Forget();

  WatchList& watched_;
  std::shared_ptr<LookUp> look_up_;
};

}  // namespace linnet::posix
