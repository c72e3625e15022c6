// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tls/session.hpp"

#include <mbedtls/platform.h>
#include <mbedtls/platform_util.h>

// The library's internal headers do not say themselves that they are C.
extern "C" {
#include <mbedtls/ssl_internal.h>
}

#include <algorithm>

#include "base/endian.hpp"
#include "base/log.hpp"
#include "base/view.hpp"
#include "net/url.hpp"
#include "tls/signer_key.hpp"

namespace linnet::tls {

namespace {

constexpr std::size_t kHeaderSize = 5;
constexpr std::size_t kSmallBuffer = 1024;
// Growing in steps leaves fewer odd holes in the arena.
constexpr std::size_t kGrowthStep = 1024;
// A record's number and its header.
constexpr std::size_t kMostKept = 8 + kHeaderSize;

// What a server can do whose key is one on P-256 (ssl_srv_anonymous.c knows no other).
constexpr std::array<int, 3> kServerSuites{MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
                                           MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384};

}  // namespace

Session::Session(net::Stream& transport) : transport_(transport) {
  mbedtls_ssl_init(&ssl_);
  mbedtls_ssl_config_init(&options_);
  mbedtls_x509_crt_init(&certificate_);
  mbedtls_pk_init(&key_);
}

Session::~Session() {
  mbedtls_ssl_free(&ssl_);
  mbedtls_ssl_config_free(&options_);
  mbedtls_x509_crt_free(&certificate_);
}

int Session::Configure(int endpoint, int verification, crypto::Random& random) {
  const int error = mbedtls_ssl_config_defaults(&options_, endpoint, MBEDTLS_SSL_TRANSPORT_STREAM,
                                                MBEDTLS_SSL_PRESET_DEFAULT);
  mbedtls_ssl_conf_authmode(&options_, verification);
  mbedtls_ssl_conf_rng(&options_, crypto::Random::Callback, &random);
  return error;
}

int Session::Finish() {
  int error = mbedtls_ssl_setup(&ssl_, &options_);
  if (error == 0) {
    error = ReplaceReceiveBuffer(kSmallBuffer);
  }
  mbedtls_ssl_set_bio(&ssl_, this, Send, Receive, nullptr);
  return error;
}

int Session::Start(const Config& config, StringView host) {
  int error = Configure(MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_VERIFY_REQUIRED, config.random);
  mbedtls_ssl_conf_ca_chain(&options_, config.trust.chain(), nullptr);
  mbedtls_ssl_conf_verify(&options_, Verify, &config.clock);
  if (!config.protocols.empty()) {
    std::copy(config.protocols.begin(), config.protocols.end(), protocols_.begin());
    mbedtls_ssl_conf_alpn_protocols(&options_, protocols_.data());
  }
  if (error == 0 && config.signer != nullptr && !config.certificate.empty()) {
    error = SetIdentity(config.certificate, *config.signer);
  }
  if (error == 0) {
    error = Finish();
  }
  return error != 0 ? error : SetServerName(host);
}

int Session::StartServer(const ServerConfig& config) {
  int error = Configure(MBEDTLS_SSL_IS_SERVER, MBEDTLS_SSL_VERIFY_NONE, config.random);
  mbedtls_ssl_conf_ciphersuites(&options_, kServerSuites.data());
  if (error == 0) {
    error = SetIdentity(config.certificate, config.signer);
  }
  return error == 0 ? Finish() : error;
}

int Session::SetIdentity(Bytes certificate, crypto::Signer& signer) {
  const auto* der = reinterpret_cast<const unsigned char*>(certificate.data());
  const int error = mbedtls_x509_crt_parse_der_nocopy(&certificate_, der, certificate.size());
  our_certificate_broken_ = error != 0 && !IsOutOfMemory(error);
  if (error != 0) {
    return error;
  }
  BindSigner(key_, signer);
  return mbedtls_ssl_conf_own_cert(&options_, &certificate_, &key_);
}

int Session::SetServerName(StringView host) {
  std::array<char, net::kMaxHostLength + 1> terminated{};
  std::copy(host.begin(), host.end(), terminated.begin());
  return mbedtls_ssl_set_hostname(&ssl_, terminated.data());
}

int Session::Flush() {
  return ssl_.out_left == 0 ? 0 : mbedtls_ssl_flush_output(&ssl_);
}

Situation Session::Describe(int error) const {
  Situation situation;
  situation.error = error;
  situation.verify_flags = mbedtls_ssl_get_verify_result(&ssl_);
  if (error == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE) {
    situation.alert = ssl_.in_msg[1];
  }
  situation.awaiting_verdict = ssl_.client_auth != 0 &&
                               ssl_.state > MBEDTLS_SSL_CLIENT_CERTIFICATE &&
                               ssl_.state < MBEDTLS_SSL_HANDSHAKE_OVER;
  return situation;
}

// A transport that cannot send any more may still hold what the server said last, an alert for
// instance. So data is swallowed, and the library goes on to read.
int Session::Send(void* self, const unsigned char* data, std::size_t size) {
  auto& session = *static_cast<Session*>(self);
  if (!session.write_broken_) {
    const auto taken = session.transport_.Write(std::as_bytes(std::span(data, size)));
    if (taken.ok()) {
      return *taken == 0 ? MBEDTLS_ERR_SSL_WANT_WRITE : static_cast<int>(*taken);
    }
    session.write_broken_ = true;
  }
  return static_cast<int>(size);
}

int Session::Receive(void* self, unsigned char* out, std::size_t size) {
  auto& session = *static_cast<Session*>(self);
  const auto got = session.transport_.Read(std::as_writable_bytes(std::span(out, size)));
  if (got.ok() && *got == 0) {
    return session.write_broken_ ? kTransportBroken : MBEDTLS_ERR_SSL_WANT_READ;
  }
  if (!got.ok()) {
    return got.code() == Code::kClosed ? MBEDTLS_ERR_SSL_CONN_EOF : kTransportBroken;
  }
  const std::size_t before = session.ssl_.in_left;
  if (before < kHeaderSize && before + *got == kHeaderSize) {
    if (const int error = session.FitNextRecord(); error != 0) {
      return error;
    }
  }
  return static_cast<int>(*got);
}

// The library asks for a record's header alone, and looks at its buffer again for the rest: between
// the two it may be exchanged.
int Session::FitNextRecord() {
  const auto header = std::as_bytes(std::span(ssl_.in_hdr, kHeaderSize));
  const auto in_front = static_cast<std::size_t>(ssl_.in_hdr - ssl_.in_buf);
  const std::size_t needed = in_front + kHeaderSize + LoadBe16(header.subspan(3));
  if (needed <= ssl_.in_buf_len || needed > MBEDTLS_SSL_IN_BUFFER_LEN) {
    return 0;  // What is over the largest record is refused by the library.
  }
  const std::size_t stepped = (needed + kGrowthStep - 1) / kGrowthStep * kGrowthStep;
  return ReplaceReceiveBuffer(std::min<std::size_t>(stepped, MBEDTLS_SSL_IN_BUFFER_LEN));
}

// Keeps what lies in front of a record (its number) and a header that may be there; nothing else is
// in the buffer then. The old one is given back first: the two need not fit side by side.
int Session::ReplaceReceiveBuffer(std::size_t size) {
  const auto in_front = static_cast<std::size_t>(ssl_.in_hdr - ssl_.in_buf);
  std::array<unsigned char, kMostKept> kept{};
  std::copy_n(ssl_.in_buf, in_front + kHeaderSize, kept.begin());
  const std::size_t old_size = ssl_.in_buf_len;
  mbedtls_platform_zeroize(ssl_.in_buf, old_size);
  mbedtls_free(ssl_.in_buf);
  auto* buffer = static_cast<unsigned char*>(mbedtls_calloc(1, size));
  const bool grown = buffer != nullptr;
  if (!grown) {
    size = old_size;  // The library wants one to the end; this much was just given back.
    buffer = static_cast<unsigned char*>(mbedtls_calloc(1, size));
  }
  std::copy_n(kept.begin(), in_front + kHeaderSize, buffer);
  ssl_.in_buf = buffer;
  ssl_.in_buf_len = size;
  ssl_.in_hdr = buffer + in_front;
  mbedtls_ssl_update_in_pointers(&ssl_);
  return grown ? 0 : MBEDTLS_ERR_SSL_ALLOC_FAILED;
}

// While only a lower bound of the time is known, "not yet valid" cannot be judged.
int Session::Verify(void* clock, mbedtls_x509_crt* /*certificate*/, int depth,
                    std::uint32_t* flags) {
  const bool verified = static_cast<net::WallClock*>(clock)->time_verified();
  if (!verified && (*flags & MBEDTLS_X509_BADCERT_FUTURE) != 0) {
    log::Warning("tls", "certificate {}: not yet valid, but the time is not verified", depth);
    *flags &= ~std::uint32_t{MBEDTLS_X509_BADCERT_FUTURE};
  }
  return 0;
}

}  // namespace linnet::tls
