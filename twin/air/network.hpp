// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// An IP network behind an access point, or a host behind a station: libslirp, without privileges.
#pragma once

#include <poll.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.hpp"

namespace linnet::air {

class Network {
 public:
  virtual ~Network() = default;
  /// An Ethernet frame from a station.
  virtual void Input(Bytes ethernet) = 0;
};

/// A part of the main loop that waits for file descriptors.
class Pollable {
 public:
  virtual ~Pollable() = default;
  /// Appends what it waits for; shortens the time that may pass before Ready().
  virtual void Fill(std::vector<pollfd>& fds, int& timeout_ms) = 0;
  /// After the wait; its entries stand where it has put them.
  virtual void Ready(const std::vector<pollfd>& fds) = 0;
};

/// A loopback port of this machine that leads to a port of the other end.
struct Forward {
  std::uint16_t local = 0;
  std::uint16_t remote = 0;
  bool udp = false;
};

class SlirpNetwork final : public Network, public Pollable {
 public:
  using Output = std::function<void(Bytes ethernet)>;

  struct Settings {
    std::uint32_t network = 0x0A000200;  ///< Of 256 addresses; host byte order.
    std::uint32_t host = 0x0A000202;     ///< This machine's address in it; its loopback is there.
    bool dhcp = true;
    bool dns = true;
  };
  /// 10.0.2.0/24 as QEMU's user network has it: DHCP from .15, gateway and host .2, DNS .3.
  static Settings AsQemu() { return {}; }

  /// `output` is called from Input() and Ready(). Throws std::runtime_error.
  SlirpNetwork(const Settings& settings, Output output);
  ~SlirpNetwork() override;
  SlirpNetwork(const SlirpNetwork&) = delete;
  SlirpNetwork& operator=(const SlirpNetwork&) = delete;

  void Input(Bytes ethernet) override;
  void Fill(std::vector<pollfd>& fds, int& timeout_ms) override;
  void Ready(const std::vector<pollfd>& fds) override;

  /// Opens a loopback port that leads to `remote` of the host `address`; returns its number. Throws
  /// std::runtime_error.
  std::uint16_t Open(std::uint32_t address, std::uint16_t remote, bool udp);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// "192.168.0.1", from host byte order.
std::string Ipv4Text(std::uint32_t address);

}  // namespace linnet::air
