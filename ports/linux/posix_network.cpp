// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "ports/linux/posix_network.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <bit>
#include <cstdint>

#include "base/view.hpp"

namespace linnet::posix {

namespace {

constexpr std::size_t kMaxNameLength = 253;
// Threads that wait for a resolver which does not answer.
constexpr int kMaxThreads = 4;
std::atomic<int> g_threads = 0;

hal::Ipv4Address ToAddress(in_addr address) {
  return {std::bit_cast<std::array<std::uint8_t, 4>>(address.s_addr)};
}

Code LookUpName(const std::string& host, hal::Ipv4Address& out) {
  addrinfo hints = {};
  hints.ai_family = AF_INET;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = getaddrinfo(host.c_str(), nullptr, &hints, &found);
  if (error != 0) {
    return error == EAI_NONAME || error == EAI_NODATA ? Code::kNotFound : Code::kUnavailable;
  }
  out = ToAddress(reinterpret_cast<const sockaddr_in*>(found->ai_addr)->sin_addr);
  freeaddrinfo(found);
  return Code::kOk;
}

}  // namespace

// Shared by the network and the thread; whoever is last frees it.
struct PosixNetwork::LookUp {
  explicit LookUp(StringView name) : host(name), event(eventfd(0, EFD_CLOEXEC)) {}
  ~LookUp() { close(event); }
  LookUp(const LookUp&) = delete;
  LookUp& operator=(const LookUp&) = delete;

  const std::string host;
  const int event;  ///< Becomes readable when `done`, to wake the loop.
  hal::Ipv4Address address;
  Code result = Code::kPending;
  std::atomic<bool> done = false;

  static void* Run(void* shared) {
    const std::unique_ptr<std::shared_ptr<LookUp>> self(
        static_cast<std::shared_ptr<LookUp>*>(shared));
    LookUp& look_up = **self;
    look_up.result = LookUpName(look_up.host, look_up.address);
    look_up.done = true;
    eventfd_write(look_up.event, 1);
    --g_threads;
    return nullptr;
  }
};

hal::Ipv4Address PosixNetwork::address() const {
  // Connecting a datagram socket sends nothing; it only chooses the route.
  const int probe = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(9);
  address.sin_addr.s_addr = htonl(0xC0000201);  // 192.0.2.1, for documentation only
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (connect(probe, generic, size) != 0 || getsockname(probe, generic, &size) != 0) {
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  }
  close(probe);
  return ToAddress(address.sin_addr);
}

Result<hal::Ipv4Address> PosixNetwork::Resolve(StringView host) {
  if (host.empty() || host.size() > kMaxNameLength) {
    return Code::kInvalidArgument;
  }
  in_addr quad = {};
  if (inet_pton(AF_INET, std::string(host).c_str(), &quad) == 1) {
    return ToAddress(quad);
  }
  if (look_up_ == nullptr || look_up_->host != host) {
    Forget();
    LINNET_TRY(StartLookUp(host));
  }
  if (look_up_ == nullptr || !look_up_->done) {
    return Code::kPending;
  }
  const std::shared_ptr<LookUp> finished = look_up_;
  Forget();
  if (finished->result != Code::kOk) {
    return finished->result;
  }
  return finished->address;
}

Status PosixNetwork::StartLookUp(StringView host) {
  if (g_threads >= kMaxThreads) {
    return OkStatus();  // Pending, until one of them ends.
  }
  auto look_up = std::make_shared<LookUp>(host);
  auto* handed_over = new std::shared_ptr<LookUp>(look_up);
  pthread_t thread = {};
  ++g_threads;
  if (pthread_create(&thread, nullptr, LookUp::Run, handed_over) != 0) {
    --g_threads;
    delete handed_over;
    return Code::kUnavailable;
  }
  pthread_detach(thread);
  IgnoreStatus(watched_.Add(look_up->event));
  look_up_ = std::move(look_up);
  return OkStatus();
}

void PosixNetwork::Forget() {
  if (look_up_ != nullptr) {
    watched_.Remove(look_up_->event);
    look_up_.reset();
  }
}

}  // namespace linnet::posix
