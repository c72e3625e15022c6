// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The gate between a device process and the loader that plays its Secure side: one message there,
// one back, over a socket pair that keeps messages apart.
#pragma once

#include "vault/gate.hpp"

namespace linnet::loader {

/// The application's end.
class SocketGate final : public vault::Gate {
 public:
  /// `socket` stays the caller's.
  explicit SocketGate(int socket) : socket_(socket) {}
  Status Call(vault::Function function, Bytes request, MutableBytes reply) override;

 private:
  int socket_;
};

/// The loader's end: waits for one call and answers it from `service`. kClosed: the other end is
/// gone. kUnavailable: a signal came first.
Status ServeOneCall(int socket, vault::Gate& service);

}  // namespace linnet::loader
