/* SPDX-FileCopyrightText: The Linnet authors
 * SPDX-License-Identifier: Apache-2.0
 * lwIP for a device with two or three TCP connections: small first, fast enough second. Every
 * buffer is in a fixed pool; what runs out delays or drops, and never takes memory from others. */
#pragma once

/* One thread, no operating system, raw API only. */
#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_NETCONN 0
#define LWIP_SOCKET 0
#define LWIP_STATS 0
#define LWIP_NOASSERT 1

/* Protocols. */
#define LWIP_IPV4 1
#define LWIP_IPV6 0
#define LWIP_ARP 1
#define LWIP_ICMP 1
#define LWIP_RAW 0
#define LWIP_IGMP 0
#define LWIP_UDP 1
#define LWIP_TCP 1
#define LWIP_DHCP 1
#define LWIP_DNS 1
#define IP_FORWARD 0
#define IP_REASSEMBLY 0
#define IP_FRAG 0
#define IP_OPTIONS_ALLOWED 0
#define LWIP_SINGLE_NETIF 0
#define LWIP_NETIF_LOOPBACK 0
#define LWIP_HAVE_LOOPIF 0
#define LWIP_MULTICAST_TX_OPTIONS 0
#define LWIP_ACD 0
#define LWIP_AUTOIP 0
#define DHCP_DOES_ARP_CHECK 0
#define LWIP_DHCP_BOOTP_FILE 0
#define LWIP_NETIF_HOSTNAME 0
#define LWIP_NETIF_STATUS_CALLBACK 0
#define LWIP_CHECKSUM_ON_COPY 0

/* Names: one question at a time, and the one before it that was given up. */
#define DNS_TABLE_SIZE 2
#define DNS_MAX_NAME_LENGTH 254
#define DNS_MAX_SERVERS 2
#define DNS_LOCAL_HOSTLIST 0

/* Memory. The driver copies whole words: pool buffers are word-aligned and whole words long. */
#define MEM_ALIGNMENT __SIZEOF_POINTER__
#define MEM_LIBC_MALLOC 0
#define MEM_SIZE 7168
#define MEMP_NUM_PBUF 4
#define MEMP_NUM_UDP_PCB 7
#define MEMP_NUM_TCP_PCB 5
#define MEMP_NUM_TCP_PCB_LISTEN 2
#define MEMP_NUM_TCP_SEG 16
#define MEMP_NUM_REASSDATA 0
#define MEMP_NUM_ARP_QUEUE 2
#define ARP_TABLE_SIZE 4
#define PBUF_POOL_SIZE 28
#define PBUF_POOL_BUFSIZE 384

/* TCP. Two full windows fit the pool; a frame of 1,514 bytes takes four of its buffers. */
#define TCP_MSS 1460
#define TCP_WND (3 * TCP_MSS)
#define TCP_SND_BUF (2 * TCP_MSS)
#define TCP_SND_QUEUELEN 8
#define TCP_OVERSIZE 0
#define TCP_QUEUE_OOSEQ 1
#define TCP_OOSEQ_MAX_PBUFS 8
#define TCP_LISTEN_BACKLOG 0
#define LWIP_TCP_KEEPALIVE 0
#define LWIP_TCP_TIMESTAMPS 0
#define LWIP_TCP_SACK_OUT 0
#define LWIP_WND_SCALE 0
#define LWIP_ALTCP 0
