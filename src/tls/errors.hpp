// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The library's error numbers and verification flags as our reasons. For src/tls only.
#pragma once

#include <cstdint>

#include "tls/failure.hpp"

namespace linnet::tls {

/// Where the session stood when the library gave up.
struct Situation {
  int error = 0;
  /// What did not verify, MBEDTLS_X509_BADCERT_*; 0 if nothing or not yet looked at.
  std::uint32_t verify_flags = 0;
  /// The last alert's description; valid if the error is a fatal alert.
  std::uint8_t alert = 0;
  /// Our certificate, or the statement that we have none, is on its way and not accepted yet.
  bool awaiting_verdict = false;
};

Failure Classify(const Situation& situation);

/// Whether a library call failed because the arena is full.
bool IsOutOfMemory(int error);

/// What our transport callbacks hand to the library; outside of the library's own numbers.
inline constexpr int kTransportBroken = -0x0050;

}  // namespace linnet::tls
