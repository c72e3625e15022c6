// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tls/server_stream.hpp"

// The library's internal headers do not say themselves that they are C.
extern "C" {
#include <mbedtls/ssl_internal.h>
}

#include "tls/session.hpp"

namespace linnet::tls {

Status ServerStream::Open(const net::Endpoint& client) {
  if (state() != State::kClosed) {
    return Code::kFailedPrecondition;
  }
  Begin(client.host);
  return OkStatus();
}

int ServerStream::Prepare(Session& session) {
  return session.StartServer(config_);
}

// Called by name: the library's own way to it is weak, so that this is what links it.
int ServerStream::Step(Session& session) {
  return mbedtls_ssl_handshake_server_step(&session.ssl());
}

}  // namespace linnet::tls
