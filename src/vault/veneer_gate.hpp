// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The gate of the board: its one Non-secure callable entry.
#pragma once

#include "vault/gate.hpp"

namespace linnet::vault {

/// Calls LinnetVaultEntry(). Header only, so that only an image which uses it needs that symbol.
class VeneerGate final : public Gate {
 public:
  Status Call(Function function, Bytes request, MutableBytes reply) override {
    const LinnetVaultCall call = {static_cast<std::uint32_t>(function), request.data(),
                                  static_cast<std::uint32_t>(request.size()), reply.data(),
                                  static_cast<std::uint32_t>(reply.size())};
    return static_cast<Code>(LinnetVaultEntry(&call));
  }
};

}  // namespace linnet::vault
