/* SPDX-FileCopyrightText: The Linnet authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * In front of ssl_tls.c: it calls the server's handshake only for a server, so that an image without
 * one (src/tls/server_stream.cpp names it) need not link it. */
#pragma weak mbedtls_ssl_handshake_server_step
