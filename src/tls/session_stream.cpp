// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tls/session_stream.hpp"

#include <mbedtls/platform.h>
#include <mbedtls/ssl.h>

#include <algorithm>
#include <new>

#include "base/log.hpp"
#include "base/view.hpp"
#include "base/words.hpp"
#include "crypto/arena.hpp"
#include "tls/errors.hpp"
#include "tls/library_time.hpp"
#include "tls/session.hpp"

namespace linnet::tls {

namespace {

constexpr const char* kTag = "tls";
constexpr StringView kStateNames = "closed|opening|open|failed";

// The messages whose handling holds a public-key operation.
bool IsExpensive(int state) {
  return state == MBEDTLS_SSL_SERVER_CERTIFICATE || state == MBEDTLS_SSL_SERVER_KEY_EXCHANGE ||
         state == MBEDTLS_SSL_CLIENT_KEY_EXCHANGE || state == MBEDTLS_SSL_CERTIFICATE_VERIFY;
}

bool WantsToWait(int result) {
  return result == MBEDTLS_ERR_SSL_WANT_READ || result == MBEDTLS_ERR_SSL_WANT_WRITE;
}

}  // namespace

void SessionStream::Begin(StringView peer) {
  peer_ = peer;
  give_up_ = kNever;
  reason_ = Failure::kNone;
  ended_ = false;
  SetState(State::kOpening);
}

net::Stream::State SessionStream::Poll(Instant now) {
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

void SessionStream::ContinueOpening(Instant now) {
  if (session_ == nullptr) {
    give_up_ = now + handshake_deadline_;
    CreateSession();
  }
  if (state_ != State::kOpening) {
    return;
  }
  if (now >= give_up_) {
    Fail(Failure::kTimeout);
    return;
  }
  BindClock(clock_);
  AdvanceHandshake();
}

void SessionStream::CreateSession() {
  void* memory = mbedtls_calloc(1, sizeof(Session));
  if (memory == nullptr) {
    Fail(Failure::kNoMemory);
    return;
  }
  session_ = new (memory) Session(transport_);
  if (const int error = Prepare(*session_); error != 0) {
    Fail(session_->our_certificate_broken() ? Failure::kOurCertificateMalformed
                                            : Classify({.error = error}));
  }
}

int SessionStream::Step(Session& session) {
  return mbedtls_ssl_handshake_step(&session.ssl());
}

void SessionStream::DestroySession() {
  if (session_ != nullptr) {
    session_->~Session();
    mbedtls_free(session_);
    session_ = nullptr;
  }
}

void SessionStream::AdvanceHandshake() {
  mbedtls_ssl_context& ssl = session_->ssl();
  bool expensive = false;
  while (!expensive && ssl.state != MBEDTLS_SSL_HANDSHAKE_OVER) {
    const int before = ssl.state;
    const int error = Step(*session_);
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

void SessionStream::FinishHandshake() {
  const crypto::Arena& arena = crypto::Arena::installed();
  log::Info(kTag, "{} open: {}, arena {} peak {} of {}", peer_,
            mbedtls_ssl_get_ciphersuite(&session_->ssl()), arena.in_use(), arena.peak(),
            arena.capacity());
  SetState(State::kOpen);
}

Status SessionStream::failure() const {
  return reason_ == Failure::kTransport ? transport_failure_ : ToStatus(reason_);
}

StringView SessionStream::failure_text() const {
  return ToString(reason_);
}

Result<std::size_t> SessionStream::Read(MutableBytes out) {
  if (state_ != State::kOpen) {
    return state_ == State::kFailed ? failure() : Status(Code::kFailedPrecondition);
  }
  if (ended_) {
    return Code::kClosed;
  }
  auto* data = reinterpret_cast<unsigned char*>(out.data());
  const int result = out.empty() ? 0 : mbedtls_ssl_read(&session_->ssl(), data, out.size());
  if (result > 0) {
    return static_cast<std::size_t>(result);
  }
  if (out.empty() || WantsToWait(result)) {
    return std::size_t{0};
  }
  if (result == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY) {
    ended_ = true;
    return Code::kClosed;
  }
  Fail(Classify(session_->Describe(result == 0 ? MBEDTLS_ERR_SSL_CONN_EOF : result)));
  return failure();
}

Result<std::size_t> SessionStream::Write(Bytes data) {
  if (state_ != State::kOpen) {
    return state_ == State::kFailed ? failure() : Status(Code::kFailedPrecondition);
  }
  const int limit = mbedtls_ssl_get_max_out_record_payload(&session_->ssl());
  if (session_->write_broken() || limit <= 0) {
    return Code::kUnavailable;
  }
  if (data.empty() || session_->Flush() != 0) {
    return session_->write_broken() ? Result<std::size_t>(Code::kUnavailable) : std::size_t{0};
  }
  const Bytes record = data.first(std::min(data.size(), static_cast<std::size_t>(limit)));
  const int result = mbedtls_ssl_write(
      &session_->ssl(), reinterpret_cast<const unsigned char*>(record.data()), record.size());
  if (session_->write_broken() || (result < 0 && !WantsToWait(result))) {
    return Code::kUnavailable;
  }
  // Once encrypted a record is taken, even if the transport has no room for it yet.
  return record.size();
}

void SessionStream::Close() {
  if (state_ == State::kClosed) {
    return;
  }
  if (state_ == State::kOpen && session_->Flush() == 0) {
    static_cast<void>(mbedtls_ssl_close_notify(&session_->ssl()));
  }
  DestroySession();
  transport_.Close();
  SetState(State::kClosed);
}

void SessionStream::Fail(Failure reason) {
  reason_ = reason;
  transport_failure_ = transport_.failure();
  if (reason == Failure::kTransport && transport_failure_.ok()) {
    transport_failure_ = Code::kUnavailable;
  }
  log::Warning(kTag, "{}: {}", peer_, ToString(reason));
  DestroySession();
  SetState(State::kFailed);
}

void SessionStream::SetState(State state) {
  log::Debug(kTag, "{} -> {}", WordAt(static_cast<std::size_t>(state_), kStateNames),
             WordAt(static_cast<std::size_t>(state), kStateNames));
  state_ = state;
}

}  // namespace linnet::tls
