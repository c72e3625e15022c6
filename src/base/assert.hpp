// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Invariants of our own: a broken one stops the device in a controlled way.
#pragma once

namespace linnet {

/// Link-time hook, one per image: logs the place and resets (device) or aborts (host). Never
/// returns. The cause survives the reset as `ResetCause::kAssert`.
[[noreturn]] void AssertFailed(const char* file, int line);

}  // namespace linnet

/// For programming errors only; input is never judged by an assert. Always compiled in.
#define LINNET_ASSERT(condition)                       \
  do {                                                 \
    if (!(condition)) [[unlikely]] {                   \
      ::linnet::AssertFailed(__FILE_NAME__, __LINE__); \
    }                                                  \
  } while (false)
