// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// An OpenSSL client behind a net::Stream, in memory: what the server under test uses as transport.
#pragma once

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include "base/view.hpp"
#include "net/stream.hpp"

namespace linnet::tls::testing {

struct ClientOptions {
  std::string ciphers = {};  ///< OpenSSL's names; empty: its default.
  int least_version = TLS1_2_VERSION;
  bool asks_for_more = false;  ///< A name, a protocol and short records.
  std::size_t chunk = std::numeric_limits<std::size_t>::max();  ///< Most bytes per Read or Write.
  bool stutter = false;  ///< Every second Read and Write finds nothing to do.
};

class OpenSslClient final : public net::Stream {
 public:
  explicit OpenSslClient(ClientOptions options = {}) : options_(std::move(options)) {
    context_ = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_min_proto_version(context_, options_.least_version);
    if (!options_.ciphers.empty()) {
      SSL_CTX_set_cipher_list(context_, options_.ciphers.c_str());
    }
    ssl_ = SSL_new(context_);
    if (options_.asks_for_more) {
      constexpr std::array<unsigned char, 9> kProtocols{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
      SSL_set_alpn_protos(ssl_, kProtocols.data(), kProtocols.size());
      std::string host = "wifiprov.local";
      SSL_ctrl(ssl_, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, host.data());
      SSL_set_tlsext_max_fragment_length(ssl_, TLSEXT_max_fragment_length_1024);
    }
    BIO* internal = nullptr;
    BIO_new_bio_pair(&internal, 1 << 20, &network_, 1 << 20);
    SSL_set_bio(ssl_, internal, internal);
    SSL_set_connect_state(ssl_);
    Work();
  }
  ~OpenSslClient() {
    BIO_free(network_);
    SSL_free(ssl_);
    SSL_CTX_free(context_);
  }
  OpenSslClient(const OpenSslClient&) = delete;
  OpenSslClient& operator=(const OpenSslClient&) = delete;

  Status Open(const net::Endpoint& /*endpoint*/) override { return Code::kFailedPrecondition; }
  State Poll(Instant /*now*/) override { return state_; }
  [[nodiscard]] State state() const override { return state_; }
  [[nodiscard]] Status failure() const override { return Code::kUnavailable; }
  Result<std::size_t> Read(MutableBytes out) override {
    if (state_ != State::kOpen) {
      return Code::kUnavailable;
    }
    if (options_.stutter && ++calls_ % 2 == 0) {
      return std::size_t{0};
    }
    Work();
    const std::size_t count = std::min({out.size(), options_.chunk, outgoing_.size()});
    if (count == 0 && ended_) {
      return Code::kClosed;
    }
    CopyBytes(Bytes(outgoing_).first(count), out);
    outgoing_.erase(outgoing_.begin(), outgoing_.begin() + static_cast<std::ptrdiff_t>(count));
    return count;
  }
  Result<std::size_t> Write(Bytes data) override {
    if (state_ != State::kOpen) {
      return Code::kUnavailable;
    }
    if (options_.stutter && ++calls_ % 2 == 0) {
      return std::size_t{0};
    }
    const std::size_t count = std::min(data.size(), options_.chunk);
    BIO_write(network_, data.data(), static_cast<int>(count));
    Work();
    return count;
  }
  void Close() override { state_ = State::kClosed; }

  void Send(StringView text) {
    SSL_write(ssl_, text.data(), static_cast<int>(text.size()));
    Work();
  }
  /// Bytes that OpenSSL knows nothing of.
  void SendRaw(Bytes bytes) { outgoing_.insert(outgoing_.end(), bytes.begin(), bytes.end()); }
  void Goodbye() {
    SSL_shutdown(ssl_);
    Work();
    ended_ = true;
  }
  void HangUp() { ended_ = true; }

  [[nodiscard]] std::string& received() { return received_; }
  [[nodiscard]] bool established() const { return SSL_is_init_finished(ssl_) == 1; }
  [[nodiscard]] bool got_goodbye() const {
    return (SSL_get_shutdown(ssl_) & SSL_RECEIVED_SHUTDOWN) != 0;
  }
  [[nodiscard]] std::string cipher() const { return SSL_get_cipher_name(ssl_); }
  /// The server's certificate in DER; empty: none.
  [[nodiscard]] std::vector<std::byte> certificate() const {
    std::vector<std::byte> der;
    if (X509* shown = SSL_get1_peer_certificate(ssl_); shown != nullptr) {
      der.resize(static_cast<std::size_t>(i2d_X509(shown, nullptr)));
      auto* out = reinterpret_cast<unsigned char*>(der.data());
      i2d_X509(shown, &out);
      X509_free(shown);
    }
    return der;
  }

 private:
  void Work() {
    std::array<char, 4096> buffer{};
    int got = 0;
    while ((got = SSL_read(ssl_, buffer.data(), static_cast<int>(buffer.size()))) > 0) {
      received_.append(buffer.data(), static_cast<std::size_t>(got));
    }
    ERR_clear_error();
    while ((got = BIO_read(network_, buffer.data(), static_cast<int>(buffer.size()))) > 0) {
      const Bytes more = std::as_bytes(std::span(buffer).first(static_cast<std::size_t>(got)));
      outgoing_.insert(outgoing_.end(), more.begin(), more.end());
    }
  }

  ClientOptions options_;
  SSL_CTX* context_ = nullptr;
  SSL* ssl_ = nullptr;
  BIO* network_ = nullptr;
  State state_ = State::kOpen;
  std::vector<std::byte> outgoing_;
  std::string received_;
  std::size_t calls_ = 0;
  bool ended_ = false;
};

}  // namespace linnet::tls::testing
