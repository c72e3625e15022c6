// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// hal::Network over lwIP and any link.
#pragma once

#include <array>

#include "base/view.hpp"
#include "hal/clock.hpp"
#include "hal/entropy.hpp"
#include "hal/network.hpp"
#include "lwip/ip_addr.h"
#include "lwip/netif.h"
#include "ports/lwip/network_link.hpp"

namespace linnet::lwip {

/// One an image: lwIP's state is global. Sockets (lwip_tcp.hpp, lwip_udp.hpp) belong to it.
class LwipNetwork final : public hal::Network {
 public:
  /// Open at once; a further one gets kResourceExhausted.
  static constexpr unsigned kMaxTcpSockets = 3;
  static constexpr unsigned kMaxUdpSockets = 4;

  /// All outlive the network. The link's state is looked at every `look`.
  LwipNetwork(const hal::Clock& clock, hal::Entropy& entropy, NetworkLink& link, Milliseconds look);

  /// Starts the link and DHCP. kUnavailable: nothing answers there, or no entropy for the numbers
  /// that must not be guessed. Before Start the link is down.
  Status Start();

  void Poll() override;
  /// When Poll() has to come again, also if no frame does; for a sleep that no clock's tick ends.
  [[nodiscard]] Instant next_timer() const;
  [[nodiscard]] hal::LinkState link() const override;
  [[nodiscard]] hal::Ipv4Address address() const override;
  Result<hal::Ipv4Address> Resolve(StringView host) override;

  /// A place among the open sockets of a kind; the socket that took it gives it back.
  class Places {
   public:
    explicit Places(unsigned free) : free_(free) {}
    Status Take();
    void GiveBack() { ++free_; }

   private:
    unsigned free_;
  };
  [[nodiscard]] Places& tcp_places() { return tcp_places_; }
  /// See NetworkLink::own_network().
  [[nodiscard]] netif* own_network() { return link_.own_network(); }
  [[nodiscard]] Places& udp_places() { return udp_places_; }

 private:
  enum class Lookup : std::uint8_t { kNone, kAsking, kFound, kFailed };

  static err_t InitInterface(netif* interface);
  static err_t Output(netif* interface, pbuf* frame);
  static void OnName(const char* name, const ip_addr_t* address, void* self);

  void PollLink();
  Result<hal::Ipv4Address> AskFor(StringView host);
  Result<hal::Ipv4Address> TakeAnswer();

  const hal::Clock& clock_;
  NetworkLink& link_;
  const Milliseconds look_;
  netif interface_{};
  bool started_ = false;
  Instant next_link_look_{};
  Places tcp_places_{kMaxTcpSockets};
  Places udp_places_{kMaxUdpSockets};

  static constexpr std::size_t kMaxName = 253;
  /// lwIP wants the name with a terminator, and keeps no other hold on it.
  std::array<char, kMaxName + 1> name_{};
  std::size_t name_size_ = 0;
  Lookup lookup_ = Lookup::kNone;
  Instant asked_at_{};
  Instant answered_at_{};
  hal::Ipv4Address found_;
};

/// lwIP's address of ours, and back.
ip_addr_t ToLwip(hal::Ipv4Address address);
hal::Ipv4Address FromLwip(const ip_addr_t& address);

}  // namespace linnet::lwip
