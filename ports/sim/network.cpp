// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "sim/network.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/view.hpp"
#include "connection.hpp"

namespace linnet::sim {

namespace {

/// "10.0.2.2"; anything else is a name.
std::optional<hal::Ipv4Address> ParseDotted(StringView text) {
  hal::Ipv4Address address;
  for (std::size_t i = 0; i < 4; ++i) {
    unsigned value = 0;
    std::size_t digits = 0;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9' && digits < 3) {
      value = value * 10 + static_cast<unsigned>(text.front() - '0');
      text.remove_prefix(1);
      ++digits;
    }
    if (digits == 0 || value > 255 || (i < 3) != text.starts_with('.')) {
      return std::nullopt;
    }
    address.octets[i] = static_cast<std::uint8_t>(value);
    text.remove_prefix(i < 3 ? 1 : 0);
  }
  return text.empty() ? std::optional(address) : std::nullopt;
}

}  // namespace

TcpPeer::TcpPeer(std::shared_ptr<Connection> connection) : connection_(std::move(connection)) {}

Status TcpPeer::Connect(hal::Ipv4Address /*address*/, std::uint16_t /*port*/) {
  return Code::kFailedPrecondition;
}

hal::TcpSocket::State TcpPeer::state() const {
  return connection_->state(Connection::kServer);
}

Status TcpPeer::failure() const {
  return connection_->failure();
}

Result<std::size_t> TcpPeer::Read(MutableBytes out) {
  return connection_->Read(Connection::kServer, out);
}

Result<std::size_t> TcpPeer::Write(Bytes data) {
  return connection_->Write(Connection::kServer, data);
}

void TcpPeer::Close() {
  connection_->Close(Connection::kServer);
}

void TcpPeer::Abort() {
  connection_->Break();
}

std::string TcpPeer::ReadAll() {
  std::string text;
  std::array<std::byte, 256> buffer{};
  while (true) {
    const Result<std::size_t> count = Read(buffer);
    if (!count.ok() || *count == 0) {
      return text;
    }
    text += AsText(Bytes(buffer).first(*count));
  }
}

void TcpPeer::Send(StringView text) {
  connection_->Push(Connection::kServer, AsBytes(text));
}

std::shared_ptr<TcpPeer> Listener::Accept() {
  if (waiting_.empty() || waiting_.front()->state() == hal::TcpSocket::State::kConnecting) {
    return nullptr;
  }
  std::shared_ptr<TcpPeer> peer = waiting_.front();
  waiting_.pop_front();
  ++count_;
  return peer;
}

Result<hal::Ipv4Address> Network::Resolve(StringView host) {
  if (host.empty() || host.size() > 253) {
    return Code::kInvalidArgument;
  }
  if (const auto address = ParseDotted(host)) {
    return *address;
  }
  if (link_ != hal::LinkState::kUp) {
    return Code::kUnavailable;
  }
  const auto found = names_.find(host);
  const Name name = found == names_.end() ? Name{} : found->second;
  if (pending_name_ != host) {
    pending_name_ = host;
    pending_until_ = clock_.Now() + name.delay;
  }
  if (clock_.Now() < pending_until_) {
    return Code::kPending;
  }
  pending_name_.clear();
  return name.answer;
}

void Network::SetLink(hal::LinkState link) {
  link_ = link;
  if (link == hal::LinkState::kUp) {
    return;
  }
  for (const auto& weak : connections_) {
    if (const auto connection = weak.lock()) {
      connection->Break();
    }
  }
  connections_.clear();
}

void Network::AddName(const std::string& host, hal::Ipv4Address address, Milliseconds delay) {
  names_.insert_or_assign(host, Name{address, delay});
}

void Network::FailName(const std::string& host, Code code, Milliseconds delay) {
  names_.insert_or_assign(host, Name{code, delay});
}

Listener& Network::Listen(hal::Ipv4Address address, std::uint16_t port) {
  return listeners_[{address.octets, port}];
}

void Network::Serve(hal::Ipv4Address address, std::uint16_t port, DatagramService service) {
  services_[{address.octets, port}] = std::move(service);
}

bool Network::TakeSocket() {
  if (sockets_ == socket_limit_) {
    return false;
  }
  ++sockets_;
  return true;
}

TcpSocket::~TcpSocket() {
  TcpSocket::Close();
}

Status TcpSocket::Connect(hal::Ipv4Address address, std::uint16_t port) {
  if (connection_ != nullptr) {
    return Code::kFailedPrecondition;
  }
  if (network_.link_ != hal::LinkState::kUp) {
    return Code::kUnavailable;
  }
  if (!network_.TakeSocket()) {
    return Code::kResourceExhausted;
  }
  const auto found = network_.listeners_.find({address.octets, port});
  Listener* listener = found == network_.listeners_.end() ? nullptr : &found->second;
  const auto policy = listener == nullptr ? Listener::Policy::kRefuse : listener->policy_;
  connection_ = std::make_shared<Connection>(network_.clock_, network_.behaviour_, policy);
  network_.connections_.push_back(connection_);
  if (policy == Listener::Policy::kAccept) {
    listener->waiting_.push_back(std::make_shared<TcpPeer>(connection_));
  }
  return OkStatus();
}

hal::TcpSocket::State TcpSocket::state() const {
  return connection_ == nullptr ? State::kClosed : connection_->state(Connection::kDevice);
}

Status TcpSocket::failure() const {
  return connection_ == nullptr ? OkStatus() : connection_->failure();
}

Result<std::size_t> TcpSocket::Read(MutableBytes out) {
  if (connection_ == nullptr) {
    return Code::kUnavailable;
  }
  return connection_->Read(Connection::kDevice, out);
}

Result<std::size_t> TcpSocket::Write(Bytes data) {
  if (connection_ == nullptr) {
    return Code::kUnavailable;
  }
  return connection_->Write(Connection::kDevice, data);
}

void TcpSocket::Close() {
  if (connection_ != nullptr) {
    connection_->Close(Connection::kDevice);
    connection_.reset();
    --network_.sockets_;
  }
}

std::shared_ptr<TcpPeer> Network::ConnectToDevice(std::uint16_t port, hal::Ipv4Address from) {
  const auto door = doors_.find(port);
  if (door == doors_.end() || door->second.size() == kMaxCallers) {
    return nullptr;
  }
  auto connection = std::make_shared<Connection>(clock_, behaviour_, Listener::Policy::kAccept);
  connections_.push_back(connection);
  door->second.push_back({connection, from});
  return std::make_shared<TcpPeer>(connection);
}

bool Network::SendToDevice(std::uint16_t to_port, hal::Ipv4Address from, std::uint16_t from_port,
                           Bytes data) {
  const auto socket = bound_.find(to_port);
  if (socket == bound_.end()) {
    return false;
  }
  socket->second->arrivals_.push_back(
      {clock_.Now() + behaviour_.delay, from, from_port, {data.begin(), data.end()}});
  return true;
}

TcpListener::~TcpListener() {
  TcpListener::Close();
}

Status TcpListener::Listen(std::uint16_t port) {
  if (port_ != 0) {
    return Code::kFailedPrecondition;
  }
  if (!network_.doors_.try_emplace(port).second) {
    return Code::kResourceExhausted;
  }
  port_ = port;
  return OkStatus();
}

bool TcpListener::waiting() const {
  const auto door = network_.doors_.find(port_);
  return door != network_.doors_.end() && !door->second.empty() &&
         door->second.front().connection->state(Connection::kDevice) !=
             hal::TcpSocket::State::kConnecting;
}

Result<hal::TcpListener::Peer> TcpListener::Accept(hal::TcpSocket& into) {
  auto& socket = static_cast<TcpSocket&>(into);
  if (socket.connection_ != nullptr) {
    return Code::kFailedPrecondition;
  }
  if (!waiting()) {
    return Code::kPending;
  }
  const auto door = network_.doors_.find(port_);
  const Network::Caller caller = door->second.front();
  if (!network_.TakeSocket()) {
    return Code::kResourceExhausted;
  }
  door->second.pop_front();
  socket.connection_ = caller.connection;
  return Peer{caller.from, 49'152};
}

void TcpListener::Close() {
  const auto door = network_.doors_.find(std::exchange(port_, std::uint16_t{0}));
  if (door != network_.doors_.end()) {
    for (const Network::Caller& caller : door->second) {
      caller.connection->Break();
    }
    network_.doors_.erase(door);
  }
}

UdpSocket::~UdpSocket() {
  UdpSocket::Close();
}

Status UdpSocket::Open() {
  if (open_) {
    return Code::kFailedPrecondition;
  }
  if (!network_.TakeSocket()) {
    return Code::kResourceExhausted;
  }
  open_ = true;
  return OkStatus();
}

Status UdpSocket::OpenAt(std::uint16_t port) {
  if (network_.bound_.contains(port)) {
    return Code::kResourceExhausted;
  }
  LINNET_TRY(Open());
  network_.bound_[port] = this;
  port_ = port;
  return OkStatus();
}

Status UdpSocket::SendTo(hal::Ipv4Address address, std::uint16_t port, Bytes data) {
  if (!open_ || network_.link_ != hal::LinkState::kUp) {
    return Code::kUnavailable;
  }
  const auto found = network_.services_.find({address.octets, port});
  if (found != network_.services_.end()) {
    std::vector<std::byte> answer = found->second(data);
    if (!answer.empty()) {
      const Instant at = network_.clock_.Now() + 2 * network_.behaviour_.delay;
      arrivals_.push_back({at, address, port, std::move(answer)});
    }
  }
  return OkStatus();
}

Result<hal::UdpSocket::Datagram> UdpSocket::ReceiveFrom(MutableBytes out) {
  if (arrivals_.empty() || network_.clock_.Now() < arrivals_.front().at) {
    return Code::kPending;
  }
  const Arrival arrival = std::move(arrivals_.front());
  arrivals_.pop_front();
  return Datagram{CopyBytes(arrival.data, out), arrival.from, arrival.port};
}

void UdpSocket::Close() {
  if (open_) {
    open_ = false;
    network_.bound_.erase(std::exchange(port_, std::uint16_t{0}));
    arrivals_.clear();
    --network_.sockets_;
  }
}

}  // namespace linnet::sim
