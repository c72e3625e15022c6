// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A crypto::Signer as the library's private key. For src/tls only.
#pragma once

#include <mbedtls/pk.h>

#include "crypto/signer.hpp"

namespace linnet::tls {

/// Makes `key` sign through `signer`, which must outlive it. `key` was initialised and is empty;
/// freeing it leaves the signer alone.
void BindSigner(mbedtls_pk_context& key, crypto::Signer& signer);

}  // namespace linnet::tls
