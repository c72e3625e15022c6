// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "release/outcome.hpp"

#include "base/view.hpp"

namespace linnet::release {

StringView ToText(Outcome outcome) {
  switch (outcome) {
    case Outcome::kNone:
      return "nothing happened";
    case Outcome::kAdopted:
      return "found and adopted";
    case Outcome::kStaged:
      return "staged";
    case Outcome::kStageRefused:
      return "did not verify when it was staged";
    case Outcome::kAccepted:
      return "accepted";
    case Outcome::kRejected:
      return "rejected by the application";
    case Outcome::kAttemptEnded:
      return "an attempt ended without acceptance";
    case Outcome::kAttemptsSpent:
      return "the last attempt was spent";
    case Outcome::kInstallFailed:
      return "could not be installed from the store";
    case Outcome::kCopyFailed:
      return "the execution area did not take it";
    case Outcome::kInstallStartsSpent:
      return "too many starts ended inside the installation";
    case Outcome::kRepaired:
      return "restored over something else";
    case Outcome::kGoldenMarked:
      return "marked as golden";
    case Outcome::kGoldenRestored:
      return "golden release restored, nothing else was left";
    case Outcome::kFactoryReset:
      return "golden release wanted by a factory reset";
  }
  return "unknown outcome";
}

DigestPrefix PrefixOf(const crypto::Digest& digest) {
  DigestPrefix prefix;
  CopyBytes(Bytes(digest).first(prefix.size()), prefix);
  return prefix;
}

}  // namespace linnet::release
