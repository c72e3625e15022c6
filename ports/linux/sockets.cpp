// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "ports/linux/sockets.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <bit>
#include <cerrno>

namespace linnet::posix {

namespace {

constexpr std::uint16_t kMulticastDnsPort = 5353;
constexpr std::uint32_t kMulticastDnsGroup = 0xE00000FB;  // 224.0.0.251

sockaddr_in ToSockaddr(hal::Ipv4Address address, std::uint16_t port) {
  sockaddr_in out = {};
  out.sin_family = AF_INET;
  out.sin_port = htons(port);
  out.sin_addr.s_addr = std::bit_cast<in_addr_t>(address.octets);
  return out;
}

const sockaddr* Generic(const sockaddr_in& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

bool WouldBlock(int error) {
  return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

}  // namespace

Status PosixTcpSocket::Connect(hal::Ipv4Address address, std::uint16_t port) {
  if (state() != State::kClosed) {
    return Code::kFailedPrecondition;
  }
  socket_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket_ < 0 || !watched_.Add(socket_).ok()) {
    Close();
    return Code::kResourceExhausted;
  }
  // Requests are small and wait for answers: gathering them would only add delay.
  const int on = 1;
  setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const sockaddr_in target = ToSockaddr(address, port);
  failure_ = OkStatus();
  state_ = State::kConnecting;
  watched_.WantWrite(socket_, true);
  if (connect(socket_, Generic(target), sizeof target) == 0) {
    state_ = State::kOpen;
  } else if (errno != EINPROGRESS) {
    Fail(errno);
  }
  return OkStatus();
}

hal::TcpSocket::State PosixTcpSocket::state() const {
  if (state_ == State::kConnecting) {
    CheckConnect();
  }
  return state_;
}

void PosixTcpSocket::CheckConnect() const {
  pollfd ready = {.fd = socket_, .events = POLLOUT, .revents = 0};
  if (poll(&ready, 1, 0) <= 0) {
    return;
  }
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(socket_, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) {
    Fail(error);
    return;
  }
  state_ = State::kOpen;
  watched_.WantWrite(socket_, false);
}

void PosixTcpSocket::Fail(int error) const {
  failure_ = error == ETIMEDOUT ? Code::kDeadlineExceeded : Code::kUnavailable;
  state_ = State::kFailed;
  // A broken socket is always ready and would keep the loop awake.
  watched_.Remove(socket_);
}

Result<std::size_t> PosixTcpSocket::Read(MutableBytes out) {
  if (state() != State::kOpen) {
    return state_ == State::kConnecting ? Result<std::size_t>(std::size_t{0})
                                        : Result<std::size_t>(Code::kUnavailable);
  }
  if (out.empty()) {
    return std::size_t{0};
  }
  const ssize_t got = recv(socket_, out.data(), out.size(), 0);
  if (got > 0) {
    return static_cast<std::size_t>(got);
  }
  if (got == 0) {
    return Code::kClosed;
  }
  if (WouldBlock(errno)) {
    return std::size_t{0};
  }
  Fail(errno);
  return Code::kUnavailable;
}

Result<std::size_t> PosixTcpSocket::Write(Bytes data) {
  if (state() != State::kOpen) {
    return state_ == State::kConnecting ? Result<std::size_t>(std::size_t{0})
                                        : Result<std::size_t>(Code::kUnavailable);
  }
  const ssize_t sent = send(socket_, data.data(), data.size(), MSG_NOSIGNAL);
  const bool full = sent < 0 ? WouldBlock(errno) : static_cast<std::size_t>(sent) < data.size();
  // What was received before a break is still there to be read, so only Read ends the connection.
  if (sent < 0 && !full) {
    return Code::kUnavailable;
  }
  watched_.WantWrite(socket_, full);
  return sent < 0 ? std::size_t{0} : static_cast<std::size_t>(sent);
}

void PosixTcpSocket::Close() {
  if (socket_ >= 0) {
    watched_.Remove(socket_);
    close(socket_);
    socket_ = -1;
  }
  state_ = State::kClosed;
  failure_ = OkStatus();
}

Status PosixTcpListener::Listen(std::uint16_t port) {
  if (socket_ >= 0) {
    return Code::kFailedPrecondition;
  }
  socket_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const sockaddr_in here = ToSockaddr(at_, port);
  constexpr int kWaiting = 8;
  if (socket_ < 0 || bind(socket_, Generic(here), sizeof here) != 0 ||
      listen(socket_, kWaiting) != 0 || !watched_.Add(socket_).ok()) {
    Close();
    return Code::kResourceExhausted;
  }
  return OkStatus();
}

bool PosixTcpListener::waiting() const {
  pollfd ready = {.fd = socket_, .events = POLLIN, .revents = 0};
  return socket_ >= 0 && poll(&ready, 1, 0) > 0;
}

Result<hal::TcpListener::Peer> PosixTcpListener::Accept(hal::TcpSocket& into) {
  auto& socket = static_cast<PosixTcpSocket&>(into);
  if (socket.state_ != hal::TcpSocket::State::kClosed) {
    return Code::kFailedPrecondition;
  }
  sockaddr_in from = {};
  socklen_t size = sizeof from;
  const int taken = socket_ < 0 ? -1
                                : accept4(socket_, reinterpret_cast<sockaddr*>(&from), &size,
                                          SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (taken < 0) {
    return Code::kPending;
  }
  socket.socket_ = taken;
  if (!watched_.Add(taken).ok()) {
    socket.Close();
    return Code::kResourceExhausted;
  }
  const int on = 1;
  setsockopt(taken, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  socket.failure_ = OkStatus();
  socket.state_ = hal::TcpSocket::State::kOpen;
  Peer peer;
  peer.address.octets = std::bit_cast<std::array<std::uint8_t, 4>>(from.sin_addr.s_addr);
  peer.port = ntohs(from.sin_port);
  return peer;
}

void PosixTcpListener::Close() {
  if (socket_ >= 0) {
    watched_.Remove(socket_);
    close(socket_);
    socket_ = -1;
  }
}

Status PosixUdpSocket::Open() {
  return OpenAt(0);
}

Status PosixUdpSocket::OpenAt(std::uint16_t port) {
  Close();
  socket_ = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(socket_, SOL_SOCKET, SO_BROADCAST, &on, sizeof on);
  if (port == kMulticastDnsPort) {
    ip_mreq group = {};
    group.imr_multiaddr.s_addr = htonl(kMulticastDnsGroup);
    group.imr_interface.s_addr = std::bit_cast<in_addr_t>(at_.octets);
    // The machine's own responder has the port, too.
    setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    setsockopt(socket_, IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, sizeof group);
  }
  const sockaddr_in here = ToSockaddr(port == kMulticastDnsPort ? hal::Ipv4Address{} : at_, port);
  if (socket_ < 0 || bind(socket_, Generic(here), sizeof here) != 0 ||
      !watched_.Add(socket_).ok()) {
    Close();
    return Code::kResourceExhausted;
  }
  return OkStatus();
}

Status PosixUdpSocket::SendTo(hal::Ipv4Address address, std::uint16_t port, Bytes data) {
  const sockaddr_in target = ToSockaddr(address, port);
  const ssize_t sent =
      sendto(socket_, data.data(), data.size(), MSG_NOSIGNAL, Generic(target), sizeof target);
  return sent == static_cast<ssize_t>(data.size()) ? OkStatus() : Status(Code::kUnavailable);
}

Result<hal::UdpSocket::Datagram> PosixUdpSocket::ReceiveFrom(MutableBytes out) {
  sockaddr_in from = {};
  socklen_t size = sizeof from;
  const ssize_t got =
      recvfrom(socket_, out.data(), out.size(), 0, reinterpret_cast<sockaddr*>(&from), &size);
  if (got < 0) {
    return Code::kPending;
  }
  Datagram datagram;
  datagram.size = static_cast<std::size_t>(got);
  datagram.from.octets = std::bit_cast<std::array<std::uint8_t, 4>>(from.sin_addr.s_addr);
  datagram.port = ntohs(from.sin_port);
  return datagram;
}

void PosixUdpSocket::Close() {
  if (socket_ >= 0) {
    watched_.Remove(socket_);
    close(socket_);
    socket_ = -1;
  }
}

}  // namespace linnet::posix
