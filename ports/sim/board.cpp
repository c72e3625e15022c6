// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "sim/board.hpp"

namespace linnet::sim {

Status Entropy::Fill(MutableBytes out) {
  if (failed_) {
    return Code::kUnavailable;
  }
  for (std::byte& byte : out) {
    byte = static_cast<std::byte>(random_.Next() & 0xFF);
  }
  return OkStatus();
}

Status Watchdog::Start(Milliseconds timeout) {
  if (timeout < Milliseconds(1) || timeout > kLongest) {
    return Code::kOutOfRange;
  }
  if (!expired()) {
    timeout_ = timeout;
    deadline_ = clock_.Now() + timeout;
  }
  return OkStatus();
}

void Watchdog::Feed() {
  if (started() && !expired()) {
    deadline_ = clock_.Now() + timeout_;
  }
}

void Reset::Now() {
  ++count_;
  cause_ = hal::ResetCause::kSoftware;
  throw ResetRequest{};
}

}  // namespace linnet::sim
