/* SPDX-FileCopyrightText: The Linnet authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The board's mbedTLS hashes with src/crypto's SHA-256 (src/crypto/board), which boot has, too. */
#ifndef LINNET_SHA256_ALT_H
#define LINNET_SHA256_ALT_H

typedef struct mbedtls_sha256_context {
  unsigned long long hash[13]; /* a Sha256 */
} mbedtls_sha256_context;

#endif
