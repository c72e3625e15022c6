// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tls/testing/openssl_server.hpp"

#include <openssl/err.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

#include "base/endian.hpp"

namespace linnet::tls::testing {

namespace {

constexpr std::size_t kRecordHeader = 5;

void Check(bool ok, const char* what) {
  if (!ok) {
    std::fprintf(stderr, "OpenSSL: %s failed\n", what);
    ERR_print_errors_fp(stderr);
    std::abort();
  }
}

int SelectProtocol(SSL* /*ssl*/, const unsigned char** out, unsigned char* out_size,
                   const unsigned char* in, unsigned in_size, void* list) {
  const auto& ours = *static_cast<std::vector<unsigned char>*>(list);
  unsigned char* chosen = nullptr;
  const int result = SSL_select_next_proto(&chosen, out_size, ours.data(),
                                           static_cast<unsigned>(ours.size()), in, in_size);
  *out = chosen;
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

SSL_CTX* MakeContext(const ServerOptions& options) {
  SSL_CTX* context = SSL_CTX_new(TLS_server_method());
  Check(context != nullptr, "SSL_CTX_new");
  SSL_CTX_set_security_level(context, 0);
  SSL_CTX_set_min_proto_version(context, options.version);
  SSL_CTX_set_max_proto_version(context, options.version);
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
  if (!options.ciphers.empty()) {
    Check(SSL_CTX_set_cipher_list(context, options.ciphers.c_str()) == 1, "ciphers");
  }
  Check(SSL_CTX_use_certificate(context, options.chain.at(0)->certificate.get()) == 1 &&
            SSL_CTX_use_PrivateKey(context, options.chain.at(0)->key.get()) == 1,
        "identity");
  for (std::size_t i = 1; i < options.chain.size(); ++i) {
    Check(SSL_CTX_add1_chain_cert(context, options.chain[i]->certificate.get()) == 1, "chain");
  }
  if (options.client_authority != nullptr) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context),
                        options.client_authority->certificate.get());
    X509_VERIFY_PARAM_set_time(SSL_CTX_get0_param(context), 1'800'000'000);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  return context;
}

}  // namespace

OpenSslServer::OpenSslServer(ServerOptions options)
    : options_(std::move(options)), context_(MakeContext(options_)) {
  for (const std::string& name : options_.protocols) {
    protocol_list_.push_back(static_cast<unsigned char>(name.size()));
    protocol_list_.insert(protocol_list_.end(), name.begin(), name.end());
  }
  if (!protocol_list_.empty()) {
    SSL_CTX_set_alpn_select_cb(context_, SelectProtocol, &protocol_list_);
  }
  ssl_ = SSL_new(context_);
}

OpenSslServer::~OpenSslServer() {
  BIO_free(network_);
  SSL_free(ssl_);
  SSL_CTX_free(context_);
}

Status OpenSslServer::Open(const net::Endpoint& /*endpoint*/) {
  if (state_ != State::kClosed) {
    return Code::kFailedPrecondition;
  }
  BIO_free(network_);
  SSL_free(ssl_);
  ssl_ = SSL_new(context_);
  BIO* internal = nullptr;
  Check(BIO_new_bio_pair(&internal, 1 << 20, &network_, 1 << 20) == 1, "BIO pair");
  SSL_set_bio(ssl_, internal, internal);
  SSL_set_accept_state(ssl_);
  SSL_set_msg_callback(ssl_, [](int write, int /*version*/, int type, const void* data,
                                std::size_t size, SSL* /*ssl*/, void* self) {
    if (write == 0 && type == SSL3_RT_ALERT && size == 2) {
      static_cast<OpenSslServer*>(self)->alert_ = static_cast<const unsigned char*>(data)[1];
    }
  });
  SSL_set_msg_callback_arg(ssl_, this);
  outgoing_.clear();
  received_.clear();
  parsed_ = sent_ = largest_record_ = 0;
  alert_ = 0;
  writes_broken_ = ended_ = false;
  state_ = State::kOpening;
  return OkStatus();
}

net::Stream::State OpenSslServer::Poll(Instant /*now*/) {
  if (state_ == State::kOpening) {
    state_ = State::kOpen;
  }
  return state_;
}

// Lets OpenSSL look at what came, and gathers what it wants to send.
void OpenSslServer::Work() {
  std::array<char, 4096> buffer{};
  int got = 0;
  while ((got = SSL_read(ssl_, buffer.data(), static_cast<int>(buffer.size()))) > 0) {
    received_.append(buffer.data(), static_cast<std::size_t>(got));
  }
  ERR_clear_error();
  Collect();
}

void OpenSslServer::Collect() {
  std::array<std::byte, 4096> buffer{};
  int got = 0;
  while ((got = BIO_read(network_, buffer.data(), static_cast<int>(buffer.size()))) > 0) {
    outgoing_.insert(outgoing_.end(), buffer.begin(), buffer.begin() + got);
  }
  NoteRecords();
}

void OpenSslServer::NoteRecords() {
  while (outgoing_.size() >= parsed_ + kRecordHeader) {
    const std::size_t size = LoadBe16(Bytes(outgoing_).subspan(parsed_ + 3));
    largest_record_ = std::max(largest_record_, size);
    parsed_ += kRecordHeader + size;
  }
}

Result<std::size_t> OpenSslServer::Read(MutableBytes out) {
  if (state_ != State::kOpen) {
    return Code::kUnavailable;
  }
  if (options_.stutter && ++calls_ % 2 == 0) {
    return std::size_t{0};
  }
  const std::size_t waiting = outgoing_.size() - sent_;
  const std::size_t before_reset = options_.reset_after - sent_;
  const std::size_t count = std::min({out.size(), options_.chunk, waiting, before_reset});
  if (count == 0 && before_reset == 0) {
    return options_.end_instead_of_reset ? Code::kClosed : Code::kUnavailable;
  }
  if (count == 0 && ended_) {
    return Code::kClosed;
  }
  if (count == 0 && writes_broken_) {
    return Code::kUnavailable;
  }
  CopyBytes(Bytes(outgoing_).subspan(sent_, count), out);
  sent_ += count;
  return count;
}

Result<std::size_t> OpenSslServer::Write(Bytes data) {
  if (state_ != State::kOpen || writes_broken_) {
    return Code::kUnavailable;
  }
  if (options_.stutter && ++calls_ % 2 == 0) {
    return std::size_t{0};
  }
  const std::size_t count = std::min(data.size(), options_.chunk);
  Check(BIO_write(network_, data.data(), static_cast<int>(count)) == static_cast<int>(count),
        "BIO_write");
  Work();
  return count;
}

void OpenSslServer::Close() {
  state_ = State::kClosed;
}

void OpenSslServer::Send(const std::string& data) {
  Check(
      SSL_write(ssl_, data.data(), static_cast<int>(data.size())) == static_cast<int>(data.size()),
      "SSL_write");
  Collect();
}

void OpenSslServer::Goodbye() {
  SSL_shutdown(ssl_);
  Collect();
  ended_ = true;
}

std::string OpenSslServer::server_name() const {
  const char* name = SSL_get_servername(ssl_, TLSEXT_NAMETYPE_host_name);
  return name == nullptr ? std::string() : name;
}

}  // namespace linnet::tls::testing
