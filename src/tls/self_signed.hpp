// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A certificate that the device makes for itself, for a server that nobody can vouch for.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/view.hpp"
#include "crypto/signer.hpp"

namespace linnet::tls {

/// Whom the certificate is for.
struct SelfSignedSubject {
  static constexpr std::size_t kMinName = 3;
  static constexpr std::size_t kMaxName = 48;

  StringView common_name;  ///< UTF-8, kMinName to kMaxName bytes.
  StringView dns_name;     ///< kMinName to kMaxName bytes.
  std::array<std::uint8_t, 4> address{};
};

inline constexpr std::size_t kMaxSelfSignedSize = 520;

/// X.509 v3 (RFC 5280) in DER for a TLS server, with the signer's own key, in `out`. The same
/// signer and subject give the same bytes each time (the serial number comes from the key, the
/// signature is deterministic, the time is all the time there is), so that a browser that was told
/// to trust it goes on to, and nothing needs to be stored. Also the signer's codes.
/// kInvalidArgument: a name. kTooLarge: `out` has less than kMaxSelfSignedSize bytes.
Result<Bytes> MakeSelfSigned(crypto::Signer& signer, const SelfSignedSubject& subject,
                             MutableBytes out);

}  // namespace linnet::tls
