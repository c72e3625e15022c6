// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tls/client_stream.hpp"

#include <mbedtls/platform.h>
#include <mbedtls/ssl.h>
#include <mbedtls/ssl_internal.h>

#include <array>
#include <new>

#include "base/log.hpp"
#include "crypto/arena.hpp"
#include "net/url.hpp"
#include "tls/errors.hpp"
#include "tls/library_time.hpp"
#include "tls/server_hello.hpp"
#include "tls/signer_key.hpp"

namespace linnet::tls {

namespace {

constexpr std::string_view kTag = "tls";
constexpr std::array<std::string_view, 4> kStateNames = {"closed", "opening", "open", "failed"};

unsigned char RecordLimitCode(Config::RecordLimit limit) {
  switch (limit) {
    case Config::RecordLimit::k1024:
      return MBEDTLS_SSL_MAX_FRAG_LEN_1024;
    case Config::RecordLimit::k2048:
      return MBEDTLS_SSL_MAX_FRAG_LEN_2048;
    case Config::RecordLimit::k4096:
      return MBEDTLS_SSL_MAX_FRAG_LEN_4096;
    case Config::RecordLimit::k16384:
      break;
  }
  return MBEDTLS_SSL_MAX_FRAG_LEN_NONE;
}

// The messages whose handling holds a public-key operation.
bool IsExpensive(int state) {
  return state == MBEDTLS_SSL_SERVER_CERTIFICATE || state == MBEDTLS_SSL_SERVER_KEY_EXCHANGE ||
         state == MBEDTLS_SSL_CLIENT_KEY_EXCHANGE || state == MBEDTLS_SSL_CERTIFICATE_VERIFY;
}

bool WantsToWait(int result) {
  return result == MBEDTLS_ERR_SSL_WANT_READ || result == MBEDTLS_ERR_SSL_WANT_WRITE;
}

}  // namespace

// Everything the library keeps for one connection. Lives in the arena.
struct ClientStream::Session {
  explicit Session(net::Stream& stream) : transport(stream) {
    mbedtls_ssl_init(&ssl);
    mbedtls_ssl_config_init(&options);
    mbedtls_x509_crt_init(&certificate);
    mbedtls_pk_init(&key);
  }
  ~Session() {
    mbedtls_ssl_free(&ssl);
    mbedtls_ssl_config_free(&options);
    mbedtls_x509_crt_free(&certificate);
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  int Set(const Config& config, const net::Endpoint& endpoint);
  int SetIdentity(const Config& config);
  int SetServerName(std::string_view host);
  int Step();
  /// 0, or an error; when nothing more can be sent that is for Receive to find out.
  int Flush() { return ssl.out_left == 0 ? 0 : mbedtls_ssl_flush_output(&ssl); }
  [[nodiscard]] Situation Describe(int error) const;

  static int Send(void* self, const unsigned char* data, std::size_t size);
  static int Receive(void* self, unsigned char* out, std::size_t size);
  static int Verify(void* config, mbedtls_x509_crt*, int depth, std::uint32_t* flags);

  net::Stream& transport;
  mbedtls_ssl_context ssl;
  mbedtls_ssl_config options;
  mbedtls_x509_crt certificate;
  mbedtls_pk_context key;
  std::array<const char*, kMaxProtocols + 1> protocols{};
  bool record_limit_agreed = false;
  bool our_certificate_broken = false;
  bool write_broken = false;
  bool ended = false;
};

int ClientStream::Session::Set(const Config& config, const net::Endpoint& endpoint) {
  int error = mbedtls_ssl_config_defaults(&options, MBEDTLS_SSL_IS_CLIENT,
                                          MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT);
  if (error != 0) {
    return error;
  }
  mbedtls_ssl_conf_authmode(&options, MBEDTLS_SSL_VERIFY_REQUIRED);
  mbedtls_ssl_conf_rng(&options, crypto::Random::Callback, &config.random);
  mbedtls_ssl_conf_ca_chain(&options, config.trust.chain(), nullptr);
  mbedtls_ssl_conf_verify(&options, Verify, &config.clock);
  mbedtls_ssl_conf_max_frag_len(&options, RecordLimitCode(config.record_limit));
  if (!config.protocols.empty()) {
    std::copy(config.protocols.begin(), config.protocols.end(), protocols.begin());
    mbedtls_ssl_conf_alpn_protocols(&options, protocols.data());
  }
  error = SetIdentity(config);
  if (error == 0) {
    error = mbedtls_ssl_setup(&ssl, &options);
  }
  mbedtls_ssl_set_bio(&ssl, this, Send, Receive, nullptr);
  return error != 0 ? error : SetServerName(endpoint.host);
}

int ClientStream::Session::SetIdentity(const Config& config) {
  if (config.signer == nullptr || config.certificate.empty()) {
    return 0;
  }
  const auto* der = reinterpret_cast<const unsigned char*>(config.certificate.data());
  const int error = mbedtls_x509_crt_parse_der_nocopy(&certificate, der, config.certificate.size());
  our_certificate_broken = error != 0 && !IsOutOfMemory(error);
  if (error != 0) {
    return error;
  }
  BindSigner(key, *config.signer);
  return mbedtls_ssl_conf_own_cert(&options, &certificate, &key);
}

int ClientStream::Session::SetServerName(std::string_view host) {
  std::array<char, net::kMaxHostLength + 1> terminated{};
  std::copy(host.begin(), host.end(), terminated.begin());
  return mbedtls_ssl_set_hostname(&ssl, terminated.data());
}

// One message of the handshake. The library does not remember whether the server took the record
// limit over, and makes the receive buffer small after the handshake in any case (without a limit
// even as small as the sending one). It leaves a buffer alone that looks full.
int ClientStream::Session::Step() {
  const int before = ssl.state;
  const std::size_t buffered = ssl.in_left;
  const bool keep_buffer = before == MBEDTLS_SSL_HANDSHAKE_WRAPUP && !record_limit_agreed;
  if (keep_buffer) {
    ssl.in_left = ssl.in_buf_len;
  }
  const int error = mbedtls_ssl_handshake_step(&ssl);
  if (keep_buffer) {
    ssl.in_left = buffered;
  }
  if (error == 0 && before == MBEDTLS_SSL_SERVER_HELLO && ssl.state != before) {
    record_limit_agreed = AgreesToRecordLimit(std::as_bytes(std::span(ssl.in_msg, ssl.in_hslen)));
  }
  return error;
}

Situation ClientStream::Session::Describe(int error) const {
  Situation situation;
  situation.error = error;
  situation.verify_flags = mbedtls_ssl_get_verify_result(&ssl);
  if (error == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE) {
    situation.alert = ssl.in_msg[1];
  }
  situation.awaiting_verdict = ssl.client_auth != 0 && ssl.state > MBEDTLS_SSL_CLIENT_CERTIFICATE &&
                               ssl.state < MBEDTLS_SSL_HANDSHAKE_OVER;
  return situation;
}

// A transport that cannot send any more may still hold what the server said last, an alert for
// instance. So data is swallowed, and the library goes on to read.
int ClientStream::Session::Send(void* self, const unsigned char* data, std::size_t size) {
  auto& session = *static_cast<Session*>(self);
  if (!session.write_broken) {
    const auto taken = session.transport.Write(std::as_bytes(std::span(data, size)));
    if (taken.ok()) {
      return *taken == 0 ? MBEDTLS_ERR_SSL_WANT_WRITE : static_cast<int>(*taken);
    }
    session.write_broken = true;
  }
  return static_cast<int>(size);
}

int ClientStream::Session::Receive(void* self, unsigned char* out, std::size_t size) {
  auto& session = *static_cast<Session*>(self);
  const auto got = session.transport.Read(std::as_writable_bytes(std::span(out, size)));
  if (got.ok() && *got == 0) {
    return session.write_broken ? kTransportBroken : MBEDTLS_ERR_SSL_WANT_READ;
  }
  if (got.ok()) {
    return static_cast<int>(*got);
  }
  return got.code() == Code::kClosed ? MBEDTLS_ERR_SSL_CONN_EOF : kTransportBroken;
}

int ClientStream::Session::Verify(void* clock, mbedtls_x509_crt* /*certificate*/, int depth,
                                  std::uint32_t* flags) {
  const bool verified = static_cast<net::WallClock*>(clock)->time_verified();
  if (!verified && (*flags & MBEDTLS_X509_BADCERT_FUTURE) != 0) {
    log::Warning(kTag, "certificate {}: not yet valid, but the time is not verified", depth);
    *flags &= ~std::uint32_t{MBEDTLS_X509_BADCERT_FUTURE};
  }
  return 0;
}

Status ClientStream::Open(const net::Endpoint& endpoint) {
  if (state_ != State::kClosed) {
    return Code::kFailedPrecondition;
  }
  if (config_.protocols.size() > kMaxProtocols || endpoint.host.size() > net::kMaxHostLength) {
    return Code::kInvalidArgument;
  }
  LINNET_TRY(transport_.Open(endpoint));
  endpoint_ = endpoint;
  give_up_ = kNever;
  reason_ = Failure::kNone;
  SetState(State::kOpening);
  return OkStatus();
}

net::Stream::State ClientStream::Poll(Instant now) {
  if (state_ == State::kOpening || state_ == State::kOpen) {
    const State below = transport_.Poll(now);
    if (state_ == State::kOpen) {
      // A failure shows when the caller reads.
      static_cast<void>(session_->Flush());
    } else if (below == State::kOpen) {
      ContinueOpening(now);
    } else if (below != State::kOpening) {
      Fail(Failure::kTransport);
    }
  }
  return state_;
}

void ClientStream::ContinueOpening(Instant now) {
  if (session_ == nullptr) {
    give_up_ = now + config_.handshake_deadline;
    CreateSession();
  }
  if (state_ != State::kOpening) {
    return;
  }
  if (now >= give_up_) {
    Fail(Failure::kTimeout);
    return;
  }
  BindClock(config_.clock);
  AdvanceHandshake();
}

void ClientStream::CreateSession() {
  void* memory = mbedtls_calloc(1, sizeof(Session));
  if (memory == nullptr) {
    Fail(Failure::kNoMemory);
    return;
  }
  session_ = new (memory) Session(transport_);
  if (const int error = session_->Set(config_, endpoint_); error != 0) {
    Fail(session_->our_certificate_broken ? Failure::kOurCertificateMalformed
                                          : Classify({.error = error}));
  }
}

void ClientStream::DestroySession() {
  if (session_ != nullptr) {
    session_->~Session();
    mbedtls_free(session_);
    session_ = nullptr;
  }
}

void ClientStream::AdvanceHandshake() {
  mbedtls_ssl_context& ssl = session_->ssl;
  bool expensive = false;
  while (!expensive && ssl.state != MBEDTLS_SSL_HANDSHAKE_OVER) {
    const int before = ssl.state;
    const int error = session_->Step();
    if (WantsToWait(error)) {
      return;
    }
    if (error != 0) {
      const Situation situation = session_->Describe(error);
      log::Debug(kTag, "step {}: error -{:x} flags {:x} alert {}", before, -error,
                 situation.verify_flags, situation.alert);
      Fail(Classify(situation));
      return;
    }
    expensive = IsExpensive(before) && ssl.state != before;
  }
  if (ssl.state == MBEDTLS_SSL_HANDSHAKE_OVER) {
    FinishHandshake();
  }
}

void ClientStream::FinishHandshake() {
  const crypto::Arena& arena = crypto::Arena::installed();
  log::Info(kTag, "{} open: {}, arena {} peak {} of {}", endpoint_.host,
            mbedtls_ssl_get_ciphersuite(&session_->ssl), arena.in_use(), arena.peak(),
            arena.capacity());
  SetState(State::kOpen);
}

Status ClientStream::failure() const {
  return reason_ == Failure::kTransport ? transport_failure_ : ToStatus(reason_);
}

std::string_view ClientStream::failure_text() const {
  return ToString(reason_);
}

std::string_view ClientStream::protocol() const {
  const char* chosen =
      session_ == nullptr ? nullptr : mbedtls_ssl_get_alpn_protocol(&session_->ssl);
  return chosen == nullptr ? std::string_view() : std::string_view(chosen);
}

Result<std::size_t> ClientStream::Read(MutableBytes out) {
  if (state_ != State::kOpen) {
    return state_ == State::kFailed ? failure() : Status(Code::kFailedPrecondition);
  }
  if (session_->ended) {
    return Code::kClosed;
  }
  auto* data = reinterpret_cast<unsigned char*>(out.data());
  const int result = out.empty() ? 0 : mbedtls_ssl_read(&session_->ssl, data, out.size());
  if (result > 0) {
    return static_cast<std::size_t>(result);
  }
  if (out.empty() || WantsToWait(result)) {
    return std::size_t{0};
  }
  if (result == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY) {
    session_->ended = true;
    return Code::kClosed;
  }
  Fail(Classify(session_->Describe(result == 0 ? MBEDTLS_ERR_SSL_CONN_EOF : result)));
  return failure();
}

Result<std::size_t> ClientStream::Write(Bytes data) {
  if (state_ != State::kOpen) {
    return state_ == State::kFailed ? failure() : Status(Code::kFailedPrecondition);
  }
  const int limit = mbedtls_ssl_get_max_out_record_payload(&session_->ssl);
  if (session_->write_broken || limit <= 0) {
    return Code::kUnavailable;
  }
  if (data.empty() || session_->Flush() != 0) {
    return session_->write_broken ? Result<std::size_t>(Code::kUnavailable) : std::size_t{0};
  }
  const Bytes record = data.first(std::min(data.size(), static_cast<std::size_t>(limit)));
  const int result = mbedtls_ssl_write(
      &session_->ssl, reinterpret_cast<const unsigned char*>(record.data()), record.size());
  if (session_->write_broken || (result < 0 && !WantsToWait(result))) {
    return Code::kUnavailable;
  }
  // Once encrypted a record is taken, even if the transport has no room for it yet.
  return record.size();
}

void ClientStream::Close() {
  if (state_ == State::kClosed) {
    return;
  }
  if (state_ == State::kOpen && session_->Flush() == 0) {
    static_cast<void>(mbedtls_ssl_close_notify(&session_->ssl));
  }
  DestroySession();
  transport_.Close();
  SetState(State::kClosed);
}

void ClientStream::Fail(Failure reason) {
  reason_ = reason;
  transport_failure_ = transport_.failure();
  if (reason == Failure::kTransport && transport_failure_.ok()) {
    transport_failure_ = Code::kUnavailable;
  }
  log::Warning(kTag, "{}: {}", endpoint_.host, ToString(reason));
  DestroySession();
  SetState(State::kFailed);
}

void ClientStream::SetState(State state) {
  log::Debug(kTag, "{} -> {}", kStateNames[static_cast<std::size_t>(state_)],
             kStateNames[static_cast<std::size_t>(state)]);
  state_ = state;
}

}  // namespace linnet::tls
