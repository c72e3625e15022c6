// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What every connection of the device shares: names, time, trust, randomness, the device key; and
// the two TLS connections over them.
#pragma once

#include "base/bytes.hpp"
#include "crypto/random.hpp"
#include "images/device/board.hpp"
#include "images/device/identity.hpp"
#include "net/host_table.hpp"
#include "net/resolver.hpp"
#include "net/sntp_client.hpp"
#include "net/tcp_stream.hpp"
#include "net/wall_clock.hpp"
#include "tls/client_stream.hpp"
#include "tls/trust.hpp"
#include "vault/client.hpp"

namespace linnet::device {

class Links {
 public:
  /// `identity` and `board` outlive the links. Nothing connects before Start().
  Links(Board& board, const Identity& identity, UnixTime build_time);

  /// Parses the roots and names the hosts. kUnauthenticated: no usable root certificate.
  /// kMalformed: the host entry.
  Status Start();

  crypto::Signer& signer() { return signer_; }
  crypto::Random& random() { return random_; }
  net::WallClock& wall_clock() { return wall_clock_; }
  net::SntpClient& time_client() { return time_client_; }
  tls::ClientStream& cloud() { return cloud_; }
  tls::ClientStream& download() { return download_; }

 private:
  /// hal::Entropy as the random generator wants it.
  class EntropyAdapter final : public crypto::EntropySource {
   public:
    explicit EntropyAdapter(hal::Entropy& entropy) : entropy_(entropy) {}
    Status Fill(MutableBytes out) override { return entropy_.Fill(out); }

   private:
    hal::Entropy& entropy_;
  };

  const Identity& identity_;
  net::HostTable hosts_;
  net::Resolver resolver_;
  net::WallClock wall_clock_;
  net::SntpClient time_client_;
  EntropyAdapter entropy_;
  crypto::Random random_;
  tls::Trust trust_;
  vault::Signer signer_;
  net::TcpStream cloud_tcp_;
  net::TcpStream download_tcp_;
  tls::ClientStream cloud_;
  tls::ClientStream download_;
};

}  // namespace linnet::device
