/* SPDX-FileCopyrightText: The Linnet authors
 * SPDX-License-Identifier: Apache-2.0
 * What lwIP asks of the platform. Random numbers come from the port. */
#pragma once

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
/** Unpredictable: transaction ids and port numbers rest on it. */
uint32_t linnet_lwip_random(void);
#ifdef __cplusplus
}
#endif

#define LWIP_RAND() linnet_lwip_random()
#define LWIP_NO_CTYPE_H 1
#define LWIP_NO_INTTYPES_H 1

/* One instruction each, where lwIP's own are calls. */
#define lwip_htonl(x) __builtin_bswap32(x)
#define lwip_htons(x) __builtin_bswap16(x)
