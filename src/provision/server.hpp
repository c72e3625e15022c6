// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Takes the connections of the device's own network, over TLS and in clear, and lets one client be
// served at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "hal/network.hpp"
#include "http/request_parser.hpp"
#include "net/socket_stream.hpp"
#include "provision/site.hpp"
#include "tls/server_stream.hpp"
#include "wifi/messages.hpp"

namespace linnet::provision {

/// One connection: bytes of requests come in, those of a response go out. Whoever has it closes it.
class Connection {
 public:
  /// For a request from the handshake's end, or the last response; and for a response that does
  /// not get on.
  static constexpr Milliseconds kPatience = Seconds{15};
  /// The longest WifiConfig; a header line that matters is shorter.
  static constexpr std::size_t kMaxBody = wifi::kMaxConfigurationSize;
  enum class State : std::uint8_t { kClosed, kOpening, kReading, kAnswering, kSending, kEnding };

  Connection(hal::TcpSocket& socket, const tls::ServerConfig& config)
      : socket_(socket), plain_(socket), secure_(plain_, config) {}
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  [[nodiscard]] hal::TcpSocket& socket() { return socket_; }
  [[nodiscard]] State state() const { return state_; }
  /// A response is on its way, or waited for.
  [[nodiscard]] bool busy() const {
    return state_ == State::kAnswering || state_ == State::kSending;
  }
  [[nodiscard]] bool is_secure() const { return stream_ == &secure_; }
  [[nodiscard]] hal::Ipv4Address peer() const { return peer_; }
  [[nodiscard]] const http::IncomingRequest& request() const { return parser_.request(); }
  [[nodiscard]] Bytes body() const { return parser_.body(); }
  /// Why what came is no request; kOk: it is one.
  [[nodiscard]] Code refusal() const { return refusal_; }

  /// The socket was accepted.
  void Begin(hal::Ipv4Address peer, bool is_secure);
  /// kAnswering: a request is whole, or refused: Send() the response. Otherwise it goes on by
  /// itself.
  void Advance(Instant now);
  /// `response` stays where it is until the state is another one than kSending.
  void Send(Bytes response, bool keep);
  void Close();
  /// Nothing of a request has come for a while, and nothing is to be sent. Sooner than that a
  /// request may be on its way, or the last response.
  [[nodiscard]] bool idle(Instant now) const {
    return (state_ == State::kReading || state_ == State::kEnding) && !parser_.begun() &&
           until_ <= now + (kPatience - kRest);
  }

 private:
  static constexpr Milliseconds kRest{1'000};

  void Read();
  /// Whether it gets on.
  bool Write();

  hal::TcpSocket& socket_;
  State state_ = State::kClosed;
  Code refusal_ = Code::kOk;
  bool keep_ = false;
  net::Stream* stream_ = &plain_;  // or the secure one
  hal::Ipv4Address peer_;
  Bytes response_;
  Instant until_ = kNever;
  net::SocketStream plain_;
  tls::ServerStream secure_;
  http::RequestParser parser_{memory_};
  std::array<std::byte, http::RequestParser::kTexts + kMaxBody>
      memory_;  // last: what is behind it is far to reach
};

class Server {
 public:
  /// Without a request another client may be the one.
  static constexpr Milliseconds kClientTime = Seconds{60};

  struct Parts {
    /// For TLS, and for what comes in clear.
    std::array<hal::TcpListener*, 2> listeners;
    /// For the two connections that there are at a time.
    std::array<hal::TcpSocket*, 2> sockets;
  };
  struct Ports {
    std::uint16_t secure = 443;
    std::uint16_t clear = 80;
  };

  Server(const Parts& parts, Networks& networks, const SiteConfig& site,
         const tls::ServerConfig& tls)
      : parts_(parts),
        site_(site, networks, memory_),
        connections_{Connection{*parts.sockets[0], tls}, Connection{*parts.sockets[1], tls}} {}
  ~Server() { Stop(); }

  /// Also the listener's codes.
  Status Start(const Ports& ports, Instant now);
  /// Ends every connection.
  void Stop();
  /// To be called from the loop, by the returned time at the latest.
  Instant Run(Instant now);

  /// When somebody was served last; the time of Start() before that.
  [[nodiscard]] Instant last_request() const { return last_request_; }
  /// Responses are on their way, or somebody waits for one.
  [[nodiscard]] bool busy() const { return speaker_ != nullptr; }

 private:
  static constexpr Milliseconds kLook{10};

  void Accept(Instant now);
  Connection* Free(Instant now);
  void Answer(Connection& connection, Instant now);
  bool MayServe(const Connection& connection, Instant now);

  const Parts parts_;
  Connection* speaker_ = nullptr;  ///< Whose response is in the memory, or is waited for.
  hal::Ipv4Address client_{};
  Instant client_until_{};
  Instant last_request_{};
  Site site_;
  std::array<Connection, 2> connections_;
  std::array<std::byte, Site::kResponseSize> memory_;  // last: as above
};

}  // namespace linnet::provision
