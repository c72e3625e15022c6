/* SPDX-FileCopyrightText: The Linnet authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * pk_wrap.c for the board, whose mbedTLS only ever has public keys (the device's own signs behind
 * the vault). The tables in it would link the private halves of RSA and of the curve into the
 * device; here their entries refuse. */
#include "common.h"

#include "mbedtls/ecdsa.h"
#include "mbedtls/pk_internal.h"
#include "mbedtls/rsa.h"

#define mbedtls_rsa_pkcs1_sign(...) MBEDTLS_ERR_PK_FEATURE_UNAVAILABLE
#define mbedtls_rsa_pkcs1_decrypt(...) MBEDTLS_ERR_PK_FEATURE_UNAVAILABLE
#define mbedtls_rsa_pkcs1_encrypt(...) MBEDTLS_ERR_PK_FEATURE_UNAVAILABLE
#define mbedtls_rsa_check_pub_priv(...) MBEDTLS_ERR_PK_FEATURE_UNAVAILABLE
#define mbedtls_ecdsa_write_signature(...) MBEDTLS_ERR_PK_FEATURE_UNAVAILABLE
#define mbedtls_ecp_check_pub_priv(...) MBEDTLS_ERR_PK_FEATURE_UNAVAILABLE

#include "pk_wrap.c"
