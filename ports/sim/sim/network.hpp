// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A network in memory: devices on one side, a test's servers on the other, faults on demand.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/view.hpp"
#include "hal/network.hpp"
#include "sim/clock.hpp"

namespace linnet::sim {

/// How connections made from now on behave.
struct LinkBehaviour {
  /// Most bytes that one Read or Write moves; 1 splits every message at every byte.
  std::size_t read_limit = SIZE_MAX;
  std::size_t write_limit = SIZE_MAX;
  /// Bytes in flight in each direction before Write returns 0.
  std::size_t window = 16'384;
  /// From Write at one end to Read at the other; also the time that connecting takes.
  Milliseconds delay{0};
};

/// Both directions of one connection; shared by its two ends.
class Connection;

/// The server's end of an accepted connection. Also a hal::TcpSocket, so that server code may be
/// written against that; Connect is refused.
class TcpPeer final : public hal::TcpSocket {
 public:
  explicit TcpPeer(std::shared_ptr<Connection> connection);
  Status Connect(hal::Ipv4Address address, std::uint16_t port) override;
  [[nodiscard]] State state() const override;
  [[nodiscard]] Status failure() const override;
  Result<std::size_t> Read(MutableBytes out) override;
  Result<std::size_t> Write(Bytes data) override;
  /// Orderly end of the stream: the device reads what was sent, then kClosed.
  void Close() override;
  /// Breaks the connection: both ends get kUnavailable, bytes in flight are lost.
  void Abort();
  /// All that has arrived, as text.
  std::string ReadAll();
  /// Sends all of it regardless of limits and window.
  void Send(StringView text);

 private:
  std::shared_ptr<Connection> connection_;
};

/// A port at which a test's server waits.
class Listener {
 public:
  enum class Policy : std::uint8_t {
    kAccept,
    kRefuse,  ///< The device's socket fails with kUnavailable.
    kIgnore,  ///< No answer: the device stays in kConnecting.
  };
  void SetPolicy(Policy policy) { policy_ = policy; }
  /// The next connection, oldest first; nullptr when there is none.
  std::shared_ptr<TcpPeer> Accept();
  /// Connections ever accepted.
  [[nodiscard]] std::uint32_t count() const { return count_; }

 private:
  friend class TcpSocket;
  Policy policy_ = Policy::kAccept;
  std::deque<std::shared_ptr<TcpPeer>> waiting_;
  std::uint32_t count_ = 0;
};

/// One device's network. Names, listeners and datagram services are the world around it. The
/// device's sockets are sim::TcpSocket and sim::UdpSocket.
class Network final : public hal::Network {
 public:
  explicit Network(Clock& clock) : clock_(clock) {}

  void Poll() override {}
  [[nodiscard]] hal::LinkState link() const override { return link_; }
  [[nodiscard]] hal::Ipv4Address address() const override { return {{192, 0, 2, 1}}; }
  Result<hal::Ipv4Address> Resolve(StringView host) override;

  /// Anything but kUp breaks every open connection.
  void SetLink(hal::LinkState link);
  void AddName(const std::string& host, hal::Ipv4Address address, Milliseconds delay = {});
  /// Look-ups of `host` end with `code` after `delay`.
  void FailName(const std::string& host, Code code, Milliseconds delay = {});
  /// A port without a listener refuses connections.
  Listener& Listen(hal::Ipv4Address address, std::uint16_t port);
  /// What a datagram to this port is answered with; an empty vector is no answer.
  using DatagramService = std::function<std::vector<std::byte>(Bytes request)>;
  void Serve(hal::Ipv4Address address, std::uint16_t port, DatagramService service);
  /// The world connects to a port of the device; nullptr: nobody listens there, or too many wait.
  std::shared_ptr<TcpPeer> ConnectToDevice(std::uint16_t port, hal::Ipv4Address from);
  /// A datagram for whichever socket of the device was opened at `to_port`; false: none.
  bool SendToDevice(std::uint16_t to_port, hal::Ipv4Address from, std::uint16_t from_port,
                    Bytes data);
  /// For connections and datagrams from now on.
  void SetBehaviour(const LinkBehaviour& behaviour) { behaviour_ = behaviour; }
  /// Sockets open at once; Connect and Open beyond return kResourceExhausted.
  void SetSocketLimit(std::size_t limit) { socket_limit_ = limit; }

 private:
  friend class TcpSocket;
  friend class TcpListener;
  friend class UdpSocket;
  /// Somebody at the door of the device.
  struct Caller {
    std::shared_ptr<Connection> connection;
    hal::Ipv4Address from;
  };
  static constexpr std::size_t kMaxCallers = 2;
  struct Name {
    Result<hal::Ipv4Address> answer = Code::kNotFound;
    Milliseconds delay{0};
  };
  using Port = std::pair<std::array<std::uint8_t, 4>, std::uint16_t>;

  bool TakeSocket();

  Clock& clock_;
  hal::LinkState link_ = hal::LinkState::kUp;
  std::map<std::string, Name, std::less<>> names_;
  std::map<Port, Listener> listeners_;
  std::map<Port, DatagramService> services_;
  std::map<std::uint16_t, std::deque<Caller>> doors_;
  std::map<std::uint16_t, class UdpSocket*> bound_;
  std::vector<std::weak_ptr<Connection>> connections_;
  LinkBehaviour behaviour_;
  std::size_t socket_limit_ = 16;
  std::size_t sockets_ = 0;
  std::string pending_name_;
  Instant pending_until_{};
};

/// The device's end.
class TcpSocket final : public hal::TcpSocket {
 public:
  explicit TcpSocket(Network& network) : network_(network) {}
  TcpSocket(const TcpSocket&) = delete;
  TcpSocket& operator=(const TcpSocket&) = delete;
  ~TcpSocket();

  Status Connect(hal::Ipv4Address address, std::uint16_t port) override;
  [[nodiscard]] State state() const override;
  [[nodiscard]] Status failure() const override;
  Result<std::size_t> Read(MutableBytes out) override;
  Result<std::size_t> Write(Bytes data) override;
  void Close() override;

 private:
  friend class TcpListener;

  Network& network_;
  std::shared_ptr<Connection> connection_;
};

/// The device's door. Connections that wait are broken when it closes.
class TcpListener final : public hal::TcpListener {
 public:
  explicit TcpListener(Network& network) : network_(network) {}
  TcpListener(const TcpListener&) = delete;
  TcpListener& operator=(const TcpListener&) = delete;
  ~TcpListener();

  Status Listen(std::uint16_t port) override;
  [[nodiscard]] bool waiting() const override;
  Result<Peer> Accept(hal::TcpSocket& into) override;
  void Close() override;

 private:
  Network& network_;
  std::uint16_t port_ = 0;
};

class UdpSocket final : public hal::UdpSocket {
 public:
  explicit UdpSocket(Network& network) : network_(network) {}
  UdpSocket(const UdpSocket&) = delete;
  UdpSocket& operator=(const UdpSocket&) = delete;
  ~UdpSocket();

  Status Open() override;
  Status OpenAt(std::uint16_t port) override;
  Status SendTo(hal::Ipv4Address address, std::uint16_t port, Bytes data) override;
  Result<Datagram> ReceiveFrom(MutableBytes out) override;
  void Close() override;

 private:
  friend class Network;
  struct Arrival {
    Instant at;
    hal::Ipv4Address from;
    std::uint16_t port = 0;
    std::vector<std::byte> data;
  };
  Network& network_;
  bool open_ = false;
  std::uint16_t port_ = 0;
  std::deque<Arrival> arrivals_;
};

}  // namespace linnet::sim
