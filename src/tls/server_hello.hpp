// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What the library does not tell about the server's answer. For src/tls only.
#pragma once

#include "base/bytes.hpp"

namespace linnet::tls {

/// Whether a ServerHello handshake message (RFC 5246, 7.4.1.3, with its 4-byte header) carries the
/// max_fragment_length extension (RFC 6066, 4): only then is the server bound to small records.
/// false for anything malformed; the library judges that.
bool AgreesToRecordLimit(Bytes server_hello);

}  // namespace linnet::tls
