/* SPDX-FileCopyrightText: The Linnet authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * rsa.c for the board, whose mbedTLS only checks signatures with keys out of certificates. What
 * would complete a private key from some of its numbers stays out, and with it the library's
 * inversion and greatest common divisor. */
#include "common.h"

#include "mbedtls/rsa.h"
#include "mbedtls/rsa_internal.h"

#define mbedtls_rsa_deduce_primes(...) MBEDTLS_ERR_RSA_BAD_INPUT_DATA
#define mbedtls_rsa_deduce_private_exponent(...) MBEDTLS_ERR_RSA_BAD_INPUT_DATA

#include "rsa.c"
