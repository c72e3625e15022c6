// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/echo_servers.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

namespace linnet::conformance {

namespace {

void EchoConnection(int file) {
  std::string tail;
  std::array<char, 512> buffer{};
  ssize_t count = 0;
  while (!tail.ends_with("close") && (count = ::read(file, buffer.data(), buffer.size())) > 0) {
    const auto size = static_cast<std::size_t>(count);
    if (::send(file, buffer.data(), size, MSG_NOSIGNAL) != count) {
      break;
    }
    tail.append(buffer.data(), size);
    tail.erase(0, tail.size() > 5 ? tail.size() - 5 : 0);
  }
  ::close(file);
}

/// The threads end with the process.
void ServeTcp(int file) {
  int connection = 0;
  while ((connection = ::accept(file, nullptr, nullptr)) >= 0) {
    std::thread(EchoConnection, connection).detach();
  }
}

void ServeUdp(int file) {
  std::array<char, 512> buffer{};
  while (true) {
    sockaddr_in from = {};
    socklen_t size = sizeof(from);
    auto* generic = reinterpret_cast<sockaddr*>(&from);
    const ssize_t count = ::recvfrom(file, buffer.data(), buffer.size(), 0, generic, &size);
    if (count < 0) {
      return;
    }
    ::sendto(file, buffer.data(), static_cast<std::size_t>(count), 0, generic, size);
  }
}

}  // namespace

EchoServers::EchoServers()
    : tcp_(Bind(SOCK_STREAM)), udp_(Bind(SOCK_DGRAM)), refusing_(Bind(SOCK_STREAM)) {
  ::listen(tcp_.file, 8);
  std::thread(ServeTcp, tcp_.file).detach();
  std::thread(ServeUdp, udp_.file).detach();
}

std::uint16_t EchoServers::free_port() {
  const Bound bound = Bind(SOCK_STREAM);
  ::close(bound.file);
  return bound.port;
}

void EchoServers::Call(void* /*unused*/, std::uint16_t port) {
  std::thread([port] {
    const int file = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(file, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0) {
      EchoConnection(file);
    } else {
      std::perror("conformance: the device cannot be called");
      ::close(file);
    }
  }).detach();
}

std::uint16_t EchoServers::CallOnDatagram(std::uint16_t port) {
  const Bound bound = Bind(SOCK_DGRAM);
  std::thread([file = bound.file, port] {
    char byte = 0;
    while (::recv(file, &byte, 1, 0) >= 0) {
      Call(nullptr, port);
    }
  }).detach();
  return bound.port;
}

EchoServers::Bound EchoServers::Bind(int type) {
  const int file = ::socket(AF_INET, type | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (file < 0 || ::bind(file, generic, size) != 0 || ::getsockname(file, generic, &size) != 0) {
    std::perror("conformance: no loopback socket");
    std::exit(1);
  }
  return {file, ntohs(address.sin_port)};
}

}  // namespace linnet::conformance
