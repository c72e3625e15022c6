// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tls/client_stream.hpp"

#include <mbedtls/ssl.h>

#include "base/view.hpp"
#include "net/url.hpp"
#include "tls/session.hpp"

namespace linnet::tls {

Status ClientStream::Open(const net::Endpoint& endpoint) {
  if (state() != State::kClosed) {
    return Code::kFailedPrecondition;
  }
  if (config_.protocols.size() > kMaxProtocols || endpoint.host.size() > net::kMaxHostLength) {
    return Code::kInvalidArgument;
  }
  LINNET_TRY(transport().Open(endpoint));
  Begin(endpoint.host);
  return OkStatus();
}

int ClientStream::Prepare(Session& session) {
  return session.Start(config_, peer());
}

StringView ClientStream::protocol() const {
  const char* chosen =
      session() == nullptr ? nullptr : mbedtls_ssl_get_alpn_protocol(&session()->ssl());
  return chosen == nullptr ? StringView() : StringView(chosen);
}

}  // namespace linnet::tls
