// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "release/boot_control.hpp"

#include "base/view.hpp"

namespace linnet::release {

StringView ToString(ReleaseState state) {
  switch (state) {
    case ReleaseState::kNone:
      return "none";
    case ReleaseState::kReady:
      return "ready";
    case ReleaseState::kStaged:
      return "staged";
    case ReleaseState::kTrial:
      return "trial";
  }
  return "unknown";
}

bool Names(const ReleaseStatus& status, const crypto::Digest& digest) {
  return IsSet(digest) && (digest == status.confirmed || digest == status.candidate ||
                           digest == status.golden || digest == status.running);
}

}  // namespace linnet::release
