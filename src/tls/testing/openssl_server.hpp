// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// An OpenSSL server behind a net::Stream, in memory: no sockets, no threads, faults on demand.
#pragma once

#include <openssl/ssl.h>

#include <cstddef>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "net/stream.hpp"
#include "tls/testing/certificates.hpp"

namespace linnet::tls::testing {

struct ServerOptions {
  /// The server's certificate first, then the authorities above it.
  std::vector<const Identity*> chain = {};
  /// Asks for a client certificate of this authority; nullptr: does not ask.
  const Identity* client_authority = nullptr;
  /// OpenSSL's names; empty: its default.
  std::string ciphers = {};
  int version = TLS1_2_VERSION;
  /// ALPN protocols that the server knows; if there are any, one of them must be offered.
  std::vector<std::string> protocols = {};
  std::size_t chunk = std::numeric_limits<std::size_t>::max();  ///< Most bytes per Read or Write.
  /// Every second Read and Write finds nothing to do.
  bool stutter = false;
  /// After this many bytes from the server the connection breaks.
  std::size_t reset_after = std::numeric_limits<std::size_t>::max();
  bool end_instead_of_reset = false;
};

/// What the client under test uses as its transport. The server echoes nothing by itself.
class OpenSslServer final : public net::Stream {
 public:
  explicit OpenSslServer(ServerOptions options);
  ~OpenSslServer();
  OpenSslServer(const OpenSslServer&) = delete;
  OpenSslServer& operator=(const OpenSslServer&) = delete;

  Status Open(const net::Endpoint& endpoint) override;
  State Poll(Instant now) override;
  [[nodiscard]] State state() const override { return state_; }
  [[nodiscard]] Status failure() const override { return failure_; }
  Result<std::size_t> Read(MutableBytes out) override;
  Result<std::size_t> Write(Bytes data) override;
  void Close() override;

  /// Encrypts `data` towards the client in records as large as OpenSSL makes them.
  void Send(const std::string& data);
  /// Sends close_notify and ends the stream behind it.
  void Goodbye();
  /// Breaks the connection for the client's writes; what was sent before can still be read.
  void BreakWrites() { writes_broken_ = true; }

  /// Application data that came from the client.
  [[nodiscard]] const std::string& received() const { return received_; }
  [[nodiscard]] std::string server_name() const;
  [[nodiscard]] bool established() const { return SSL_is_init_finished(ssl_) == 1; }
  [[nodiscard]] bool got_goodbye() const {
    return (SSL_get_shutdown(ssl_) & SSL_RECEIVED_SHUTDOWN) != 0;
  }
  /// The alert that the client sent last, 0 if none.
  [[nodiscard]] int alert() const { return alert_; }
  /// Largest record that the server has sent, from its header.
  [[nodiscard]] std::size_t largest_record() const { return largest_record_; }
  [[nodiscard]] std::size_t sent() const { return sent_; }

 private:
  void Work();
  void Collect();
  void NoteRecords();

  ServerOptions options_;
  std::vector<unsigned char> protocol_list_;
  SSL_CTX* context_ = nullptr;
  SSL* ssl_ = nullptr;
  BIO* network_ = nullptr;
  State state_ = State::kClosed;
  Status failure_;
  std::vector<std::byte> outgoing_;
  std::size_t parsed_ = 0;
  std::string received_;
  std::size_t sent_ = 0;
  std::size_t largest_record_ = 0;
  std::size_t calls_ = 0;
  int alert_ = 0;
  bool writes_broken_ = false;
  bool ended_ = false;
};

}  // namespace linnet::tls::testing
