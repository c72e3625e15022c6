// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Everything that mbedTLS keeps for one connection. For src/tls only; lives in the arena.
#pragma once

#include <mbedtls/pk.h>
#include <mbedtls/ssl.h>
#include <mbedtls/x509_crt.h>

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/view.hpp"
#include "net/stream.hpp"
#include "tls/client_stream.hpp"
#include "tls/errors.hpp"
#include "tls/server_stream.hpp"

namespace linnet::tls {

/// The receive buffer follows the traffic: a record may have 16 KiB and needs to be in memory
/// whole, but few ever do. It starts small, grows to the record whose header has come in, and the
/// library makes it small again after the handshake.
class Session {
 public:
  explicit Session(net::Stream& transport);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Prepares the handshake. 0, or the library's error.
  int Start(const Config& config, StringView host);
  /// The same for a server.
  int StartServer(const ServerConfig& config);
  /// Sends what is left of earlier records. 0, or the library's error.
  int Flush();
  [[nodiscard]] Situation Describe(int error) const;

  mbedtls_ssl_context& ssl() { return ssl_; }
  /// Nothing more can be sent; what the server said before may still be read.
  [[nodiscard]] bool write_broken() const { return write_broken_; }
  /// Why Start failed.
  [[nodiscard]] bool our_certificate_broken() const { return our_certificate_broken_; }

 private:
  int Configure(int endpoint, int verification, crypto::Random& random);
  int Finish();
  int SetIdentity(Bytes certificate, crypto::Signer& signer);
  int SetServerName(StringView host);
  int FitNextRecord();
  int ReplaceReceiveBuffer(std::size_t size);

  static int Send(void* self, const unsigned char* data, std::size_t size);
  static int Receive(void* self, unsigned char* out, std::size_t size);
  static int Verify(void* clock, mbedtls_x509_crt* certificate, int depth, std::uint32_t* flags);

  net::Stream& transport_;
  mbedtls_ssl_context ssl_;
  mbedtls_ssl_config options_;
  mbedtls_x509_crt certificate_;
  mbedtls_pk_context key_;
  std::array<const char*, ClientStream::kMaxProtocols + 1> protocols_{};
  bool our_certificate_broken_ = false;
  bool write_broken_ = false;
};

}  // namespace linnet::tls
