// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tls/failure.hpp"

#include <array>
#include <cstddef>

#include "base/view.hpp"

namespace linnet::tls {

namespace {

struct Entry {
  StringView text;
  Code code;
};

// In the order of the enumeration.
constexpr std::array kEntries = {
    Entry{"", Code::kOk},
    Entry{"connection lost", Code::kUnavailable},
    Entry{"connection closed without a goodbye", Code::kUnavailable},
    Entry{"connection closed while the server judged our certificate", Code::kUnavailable},
    Entry{"handshake timed out", Code::kDeadlineExceeded},
    Entry{"server certificate: name mismatch", Code::kUnauthenticated},
    Entry{"server certificate: expired", Code::kUnauthenticated},
    Entry{"server certificate: not yet valid", Code::kUnauthenticated},
    Entry{"server certificate: not trusted", Code::kUnauthenticated},
    Entry{"server certificate: key or hash too weak", Code::kUnauthenticated},
    Entry{"server certificate: not for a TLS server", Code::kUnauthenticated},
    Entry{"server certificate: cannot be read", Code::kUnauthenticated},
    Entry{"server does not hold its certificate's key", Code::kUnauthenticated},
    Entry{"server refused our certificate", Code::kUnauthenticated},
    Entry{"our certificate cannot be read", Code::kMalformed},
    Entry{"our key could not sign", Code::kFailedPrecondition},
    Entry{"no TLS options in common with the server", Code::kUnsupported},
    Entry{"server sent a fatal alert", Code::kMalformed},
    Entry{"server broke the TLS protocol", Code::kMalformed},
    Entry{"out of TLS memory", Code::kResourceExhausted},
    Entry{"random generator failed", Code::kUnavailable},
};
static_assert(kEntries.size() == static_cast<std::size_t>(Failure::kRandom) + 1);

}  // namespace

StringView ToString(Failure failure) {
  return kEntries[static_cast<std::size_t>(failure)].text;
}

Status ToStatus(Failure failure) {
  return kEntries[static_cast<std::size_t>(failure)].code;
}

}  // namespace linnet::tls
