// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/air/network.hpp"

#include <arpa/inet.h>
#include <slirp/libslirp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <list>
#include <stdexcept>

namespace linnet::air {
namespace {

std::int64_t NowNs() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

in_addr Address(std::uint32_t host_order) {
  return {.s_addr = htonl(host_order)};
}

struct Timer {
  SlirpTimerCb callback = nullptr;
  void* argument = nullptr;
  std::int64_t expires_ms = -1;
};

/// A loopback port that nobody uses at the moment.
std::uint16_t FreePort(bool udp) {
  const int probe = ::socket(AF_INET, udp ? SOCK_DGRAM : SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  const bool bound = ::bind(probe, generic, size) == 0 && ::getsockname(probe, generic, &size) == 0;
  ::close(probe);
  return bound ? ntohs(address.sin_port) : std::uint16_t{0};
}

}  // namespace

struct SlirpNetwork::State {
  static State& Of(void* opaque) { return *static_cast<State*>(opaque); }
  static SlirpCb Callbacks();

  Output output;
  SlirpCb callbacks = Callbacks();
  Slirp* slirp = nullptr;
  std::list<Timer> timers;
  std::vector<pollfd>* filling = nullptr;
  const std::vector<pollfd>* ready = nullptr;
};

SlirpCb SlirpNetwork::State::Callbacks() {
  SlirpCb calls{};
  calls.send_packet = [](const void* frame, std::size_t size, void* opaque) -> ssize_t {
    Of(opaque).output(Bytes(static_cast<const std::byte*>(frame), size));
    return static_cast<ssize_t>(size);
  };
  calls.guest_error = [](const char* /*message*/, void* /*opaque*/) {};
  calls.clock_get_ns = [](void* /*opaque*/) { return NowNs(); };
  calls.timer_new = [](SlirpTimerCb callback, void* argument, void* opaque) -> void* {
    return &Of(opaque).timers.emplace_back(Timer{callback, argument, -1});
  };
  calls.timer_free = [](void* timer, void* opaque) {
    Of(opaque).timers.remove_if([timer](const Timer& one) { return &one == timer; });
  };
  calls.timer_mod = [](void* timer, std::int64_t expires_ms, void* /*opaque*/) {
    static_cast<Timer*>(timer)->expires_ms = expires_ms;
  };
  calls.register_poll_fd = [](int /*fd*/, void* /*opaque*/) {};
  calls.unregister_poll_fd = [](int /*fd*/, void* /*opaque*/) {};
  calls.notify = [](void* /*opaque*/) {};
  return calls;
}

SlirpNetwork::SlirpNetwork(const Settings& settings, Output output)
    : state_(std::make_unique<State>()) {
  // It must have an address of its own even when it is off: then one that nobody is given.
  const std::uint32_t name_server = settings.network + (settings.dns ? 3 : 254);
  constexpr std::uint32_t kFirstLease = 15;
  state_->output = std::move(output);
  SlirpConfig config{};
  config.version = 4;
  config.in_enabled = true;
  config.vnetwork = Address(settings.network);
  config.vnetmask = Address(0xFFFFFF00U);
  config.vhost = Address(settings.host);
  config.vdhcp_start = Address(settings.network + kFirstLease);
  config.vnameserver = Address(name_server);
  config.disable_dns = !settings.dns;
  config.disable_dhcp = !settings.dhcp;
  state_->slirp = slirp_new(&config, &state_->callbacks, state_.get());
  if (state_->slirp == nullptr) {
    throw std::runtime_error("libslirp refuses the network " + Ipv4Text(settings.network));
  }
}

SlirpNetwork::~SlirpNetwork() {
  slirp_cleanup(state_->slirp);
}

void SlirpNetwork::Input(Bytes ethernet) {
  slirp_input(state_->slirp, reinterpret_cast<const std::uint8_t*>(ethernet.data()),
              static_cast<int>(ethernet.size()));
}

void SlirpNetwork::Fill(std::vector<pollfd>& fds, int& timeout_ms) {
  auto wait = static_cast<std::uint32_t>(std::max(timeout_ms, 0));
  state_->filling = &fds;
  slirp_pollfds_fill(
      state_->slirp, &wait,
      [](int fd, int events, void* opaque) {
        short wanted = 0;
        wanted |= (events & SLIRP_POLL_IN) != 0 ? POLLIN : 0;
        wanted |= (events & SLIRP_POLL_OUT) != 0 ? POLLOUT : 0;
        wanted |= (events & SLIRP_POLL_PRI) != 0 ? POLLPRI : 0;
        std::vector<pollfd>& list = *State::Of(opaque).filling;
        list.push_back({fd, wanted, 0});
        return static_cast<int>(list.size()) - 1;
      },
      state_.get());
  timeout_ms = static_cast<int>(wait);
}

void SlirpNetwork::Ready(const std::vector<pollfd>& fds) {
  state_->ready = &fds;
  slirp_pollfds_poll(
      state_->slirp, 0,
      [](int index, void* opaque) {
        const short seen = (*State::Of(opaque).ready)[static_cast<std::size_t>(index)].revents;
        int events = 0;
        events |= (seen & POLLIN) != 0 ? SLIRP_POLL_IN : 0;
        events |= (seen & POLLOUT) != 0 ? SLIRP_POLL_OUT : 0;
        events |= (seen & POLLPRI) != 0 ? SLIRP_POLL_PRI : 0;
        events |= (seen & POLLERR) != 0 ? SLIRP_POLL_ERR : 0;
        events |= (seen & POLLHUP) != 0 ? SLIRP_POLL_HUP : 0;
        return events;
      },
      state_.get());
  const std::int64_t now_ms = NowNs() / 1'000'000;
  for (Timer& timer : state_->timers) {
    if (timer.expires_ms >= 0 && timer.expires_ms <= now_ms) {
      timer.expires_ms = -1;
      timer.callback(timer.argument);
    }
  }
}

std::uint16_t SlirpNetwork::Open(std::uint32_t address, std::uint16_t remote, bool udp) {
  constexpr int kAttempts = 5;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const std::uint16_t local = FreePort(udp);
    if (local != 0 && slirp_add_hostfwd(state_->slirp, udp ? 1 : 0, Address(INADDR_LOOPBACK), local,
                                        Address(address), remote) == 0) {
      return local;
    }
  }
  throw std::runtime_error(std::string("no loopback port can be opened: ") + std::strerror(errno));
}

std::string Ipv4Text(std::uint32_t address) {
  const in_addr network = Address(address);
  char text[INET_ADDRSTRLEN] = "";
  ::inet_ntop(AF_INET, &network, text, sizeof text);
  return text;
}

}  // namespace linnet::air
