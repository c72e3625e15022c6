// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The board's IP network: link, address, names, TCP and UDP sockets. Nothing here blocks.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "base/view.hpp"

namespace linnet::hal {

struct alignas(4) Ipv4Address {
  std::array<std::uint8_t, 4> octets{};
  friend bool operator==(const Ipv4Address&, const Ipv4Address&) = default;
};

enum class LinkState : std::uint8_t {
  kDown,         ///< No link.
  kConfiguring,  ///< Link, but no address yet.
  kUp,           ///< Link and address.
};

/// One TCP connection at a time; reusable after Close. Owned by the caller, who destroys it before
/// the Network. The port may bound how many can be open at once.
class TcpSocket {
 public:
  enum class State : std::uint8_t {
    kClosed,      ///< Never connected, or closed by us.
    kConnecting,  ///< Connect was called and neither succeeded nor failed yet.
    kOpen,        ///< Bytes flow. Also while the peer has half-closed: Read then reports kClosed.
    kFailed,      ///< Refused, reset or timed out; `failure()` says which. Close() to reuse.
  };

  /// Starts connecting. kFailedPrecondition: not closed. kResourceExhausted: no socket left.
  /// kUnavailable: the link is down.
  virtual Status Connect(Ipv4Address address, std::uint16_t port) = 0;
  [[nodiscard]] virtual State state() const = 0;
  /// Why the state is kFailed: kUnavailable (refused or reset), kDeadlineExceeded.
  [[nodiscard]] virtual Status failure() const = 0;

  /// Bytes received into the front of `out`; 0 when there are none now. kClosed: the peer ended the
  /// stream and everything was read. kUnavailable: the connection is broken.
  virtual Result<std::size_t> Read(MutableBytes out) = 0;
  /// How many bytes from the front of `data` were taken (copied); 0 when there is no room now.
  /// kUnavailable: the connection is broken.
  virtual Result<std::size_t> Write(Bytes data) = 0;
  /// Ends the connection and frees it at once; unsent bytes may be lost. Idempotent.
  virtual void Close() = 0;

 protected:
  ~TcpSocket() = default;  // nobody deletes through it
};

/// Takes TCP connections at one port. Owned by the caller, who destroys it before the Network.
class TcpListener {
 public:
  struct Peer {
    Ipv4Address address;
    std::uint16_t port = 0;
  };

  /// Takes connections at all of our addresses from now on. kFailedPrecondition: it does already.
  /// kResourceExhausted: the port is taken, or there is no memory.
  virtual Status Listen(std::uint16_t port) = 0;
  /// Whether Accept() would find a connection.
  [[nodiscard]] virtual bool waiting() const = 0;
  /// Hands over the connection that has waited longest: `into`, which is closed and belongs to the
  /// same implementation, is open then. kPending: none waits. kResourceExhausted: no socket left;
  /// the connection goes on waiting. The port may bound how many can wait, and refuses further
  /// ones.
  virtual Result<Peer> Accept(TcpSocket& into) = 0;
  /// Refuses what waits and whatever comes; accepted connections go on. Idempotent.
  virtual void Close() = 0;

 protected:
  ~TcpListener() = default;  // nobody deletes through it
};

class UdpSocket {
 public:
  struct Datagram {
    std::size_t size = 0;  ///< Bytes written to the caller's buffer; longer datagrams are cut.
    Ipv4Address from;
    std::uint16_t port = 0;
  };

  /// Binds to an ephemeral port. kResourceExhausted: no socket left.
  virtual Status Open() = 0;
  /// Binds to this port, for what is sent there to us, to everybody or, at port 5353, to the group
  /// of multicast DNS. kResourceExhausted: no socket left, or the port is taken.
  virtual Status OpenAt(std::uint16_t port) = 0;
  /// To one, or to 255.255.255.255: everybody on the link. kUnavailable: not sent (no link, no
  /// route, no buffer).
  virtual Status SendTo(Ipv4Address address, std::uint16_t port, Bytes data) = 0;
  /// kPending: nothing has arrived.
  virtual Result<Datagram> ReceiveFrom(MutableBytes out) = 0;
  virtual void Close() = 0;

 protected:
  ~UdpSocket() = default;  // nobody deletes through it
};

class Network {
 public:
  /// Moves packets, timers and DHCP forward. Called from the loop; never blocks.
  virtual void Poll() = 0;
  [[nodiscard]] virtual LinkState link() const = 0;
  /// Valid while link() is kUp.
  [[nodiscard]] virtual Ipv4Address address() const = 0;
  /// Looks a name up; dotted quads need no server. One look-up at a time: a new name abandons the
  /// one before. kPending: call again with the same name. kNotFound: no such name.
  /// kUnavailable: no link or no answer. kInvalidArgument: empty or over 253 characters.
  virtual Result<Ipv4Address> Resolve(StringView host) = 0;

 protected:
  ~Network() = default;  // nobody deletes through it
};

}  // namespace linnet::hal
