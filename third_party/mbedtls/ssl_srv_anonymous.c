/* SPDX-FileCopyrightText: The Linnet authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * ssl_srv.c for a server with one certificate on the one curve, whose clients stay anonymous. It has
 * no use for names, protocols and shorter records that a client may ask for, and no code for a
 * client's certificate: with a configuration that demands one, the handshake fails.
 *
 * The headers come first, with the whole configuration: every structure is laid out as in the other
 * files. */
#include "common.h"

#include "mbedtls/platform.h"
#include "mbedtls/ssl.h"
#include "mbedtls/ssl_internal.h"

#undef MBEDTLS_SSL_SERVER_NAME_INDICATION
#undef MBEDTLS_SSL_ALPN
#undef MBEDTLS_SSL_MAX_FRAGMENT_LENGTH
#undef MBEDTLS_KEY_EXCHANGE_CERT_REQ_ALLOWED_ENABLED
#undef MBEDTLS_RSA_C
/* All 32 bytes of the server's hello are random. */
#undef MBEDTLS_HAVE_TIME

static int skip_certificate(mbedtls_ssl_context *ssl) {
  if (ssl->conf->authmode != MBEDTLS_SSL_VERIFY_NONE) {
    return MBEDTLS_ERR_SSL_FEATURE_UNAVAILABLE;
  }
  ssl->state++;
  return 0;
}
#define mbedtls_ssl_parse_certificate skip_certificate
#define mbedtls_ssl_ciphersuite_cert_req_allowed(suite) 0

/* Every suite that src/tls configures a server with is one of ECDHE and ECDSA. */
#define mbedtls_ssl_ciphersuite_uses_ec(suite) 1
#define mbedtls_ssl_ciphersuite_uses_ecdhe(suite) 1
#define mbedtls_ssl_ciphersuite_uses_server_signature(suite) 1
#define mbedtls_ssl_get_ciphersuite_sig_pk_alg(suite) MBEDTLS_PK_ECDSA
#define mbedtls_ssl_get_ciphersuite_sig_alg(suite) MBEDTLS_PK_ECDSA

#include "ssl_srv.c"
