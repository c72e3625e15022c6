// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The application's end of the Secure gateway: the vault's entry by its name, at a fixed address
// instead of through an import library, so that application and boot can be built apart.
#include <cstdint>

#include "ports/an505/memory.hpp"
#include "ports/an505/registers.hpp"

/// Declared in full by src/vault; only its address passes through here.
struct LinnetVaultCall;

extern "C" std::uint32_t LinnetVaultEntry(const LinnetVaultCall* call) {
  constexpr std::uintptr_t kThumb = 1;
  using Entry = std::uint32_t(const LinnetVaultCall*);
  return linnet::an505::At<Entry>(linnet::an505::kGatewayAddress | kThumb)(call);
}
