// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A network that does exactly what the test says, one answer at a time.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "base/view.hpp"
#include "hal/network.hpp"

namespace linnet::net::testing {

inline constexpr hal::Ipv4Address kFirstAddress{{192, 0, 2, 1}};
inline constexpr hal::Ipv4Address kSecondAddress{{192, 0, 2, 2}};

class FakeNetwork final : public hal::Network {
 public:
  void Poll() override {}
  [[nodiscard]] hal::LinkState link() const override { return state; }
  [[nodiscard]] hal::Ipv4Address address() const override { return {{10, 0, 2, 15}}; }
  /// As a port does it: one look-up at a time, a new name starts anew, and the answer takes
  /// `patience` questions.
  Result<hal::Ipv4Address> Resolve(StringView host) override {
    ++questions;
    if (current != host) {
      current = std::string(host);
      asked = 0;
    }
    if (++asked <= patience) {
      return Code::kPending;
    }
    current.clear();
    const auto found = names.find(std::string(host));
    return found == names.end() ? Result<hal::Ipv4Address>(Code::kNotFound) : found->second;
  }

  hal::LinkState state = hal::LinkState::kUp;
  std::map<std::string, hal::Ipv4Address> names;
  int patience = 0;
  int questions = 0;
  std::string current;
  int asked = 0;
};

class FakeTcpSocket final : public hal::TcpSocket {
 public:
  Status Connect(hal::Ipv4Address to, std::uint16_t port_number) override {
    address = to;
    port = port_number;
    if (connect_result.ok()) {
      now = State::kConnecting;
    }
    return connect_result;
  }
  [[nodiscard]] State state() const override { return now; }
  [[nodiscard]] Status failure() const override { return why; }
  Result<std::size_t> Read(MutableBytes out) override {
    if (readable.empty()) {
      return read_end.ok() ? Result<std::size_t>(std::size_t{0}) : Result<std::size_t>(read_end);
    }
    const std::size_t count = CopyBytes(AsBytes(readable), out);
    readable.erase(0, count);
    return count;
  }
  Result<std::size_t> Write(Bytes data) override {
    if (!write_result.ok()) {
      return write_result;
    }
    written += AsText(data);
    return data.size();
  }
  void Close() override {
    now = State::kClosed;
    ++closed;
  }

  State now = State::kClosed;
  Status connect_result;
  Status why;
  Status read_end;
  Status write_result;
  hal::Ipv4Address address;
  std::uint16_t port = 0;
  std::string readable;
  std::string written;
  int closed = 0;
};

class FakeUdpSocket final : public hal::UdpSocket {
 public:
  struct Packet {
    hal::Ipv4Address address;
    std::uint16_t port = 0;
    std::vector<std::byte> data;
  };

  Status Open() override {
    open = true;
    return OkStatus();
  }
  Status OpenAt(std::uint16_t port_number) override {
    bound_to = port_number;
    return Open();
  }
  Status SendTo(hal::Ipv4Address address, std::uint16_t port, Bytes data) override {
    if (!send_result.ok()) {
      return send_result;
    }
    sent.push_back({address, port, {data.begin(), data.end()}});
    return OkStatus();
  }
  Result<Datagram> ReceiveFrom(MutableBytes out) override {
    if (!open || waiting.empty()) {
      return Code::kPending;
    }
    const Packet packet = waiting.front();
    waiting.pop_front();
    return Datagram{CopyBytes(packet.data, out), packet.address, packet.port};
  }
  void Close() override { open = false; }

  bool open = false;
  std::uint16_t bound_to = 0;
  Status send_result;
  std::vector<Packet> sent;
  std::deque<Packet> waiting;
};

}  // namespace linnet::net::testing
