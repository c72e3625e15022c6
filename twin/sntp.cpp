// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/sntp.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <stdexcept>

namespace linnet::twin {
namespace {

namespace asio = boost::asio;
using asio::ip::udp;

constexpr std::uint64_t kSecondsFrom1900To1970 = 2208988800U;
constexpr std::uint8_t kModeClient = 3;
constexpr std::uint8_t kModeServer = 4;
constexpr std::uint8_t kStratum = 1;
constexpr std::uint8_t kPrecision = 0xEC;  // 2^-20 s, as a signed exponent.
// Offsets of the fields in the packet.
constexpr std::size_t kReferenceId = 12;
constexpr std::size_t kReferenceTime = 16;
constexpr std::size_t kOriginTime = 24;
constexpr std::size_t kReceiveTime = 32;
constexpr std::size_t kTransmitTime = 40;

// Seconds since 1900, modulo 2^32, and a fraction of 2^-32 s.
std::uint64_t NtpTime(std::chrono::system_clock::time_point now) {
  const auto since = now.time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
  const auto nanoseconds =
      std::chrono::duration_cast<std::chrono::nanoseconds>(since - seconds).count();
  const auto whole = static_cast<std::uint64_t>(seconds.count()) + kSecondsFrom1900To1970;
  return (whole << 32U) | ((static_cast<std::uint64_t>(nanoseconds) << 32U) / 1000000000U);
}

void Put64(std::span<std::uint8_t> out, std::uint64_t value) {
  for (std::size_t i = 0; i < 8; ++i) {
    out[i] = static_cast<std::uint8_t>(value >> (56U - 8U * i));
  }
}

}  // namespace

std::optional<std::array<std::uint8_t, kSntpPacket>> SntpReply(
    std::span<const std::uint8_t> request, std::chrono::system_clock::time_point now) {
  if (request.size() < kSntpPacket) {
    return std::nullopt;
  }
  const std::uint8_t version = (request[0] >> 3U) & 7U;
  if ((request[0] & 7U) != kModeClient || version < 1 || version > 4) {
    return std::nullopt;
  }
  std::array<std::uint8_t, kSntpPacket> reply{};
  const std::span<std::uint8_t> bytes(reply);
  reply[0] = static_cast<std::uint8_t>((version << 3U) | kModeServer);
  reply[1] = kStratum;
  reply[2] = request[2];
  reply[3] = kPrecision;
  constexpr std::array<std::uint8_t, 4> kLocal = {'L', 'O', 'C', 'L'};
  std::copy(kLocal.begin(), kLocal.end(), bytes.begin() + kReferenceId);
  std::copy_n(request.begin() + kTransmitTime, 8, bytes.begin() + kOriginTime);
  const std::uint64_t time = NtpTime(now);
  Put64(bytes.subspan(kReferenceTime), time);
  Put64(bytes.subspan(kReceiveTime), time);
  Put64(bytes.subspan(kTransmitTime), time);
  return reply;
}

struct SntpServer::State : std::enable_shared_from_this<State> {
  State(asio::io_context& io, Clock wanted) : socket(io), clock(std::move(wanted)) {}

  void Receive() {
    socket.async_receive_from(
        asio::buffer(request), peer,
        [self = shared_from_this()](const boost::system::error_code& error, std::size_t size) {
          if (error == asio::error::operation_aborted) {
            return;
          }
          if (!error) {
            self->Reply(size);
          }
          self->Receive();
        });
  }

  void Reply(std::size_t size) {
    const auto now = clock();
    const auto reply = now ? SntpReply(std::span(request).first(size), *now) : std::nullopt;
    if (reply) {
      boost::system::error_code ignored;
      socket.send_to(asio::buffer(*reply), peer, 0, ignored);
    }
  }

  udp::socket socket;
  Clock clock;
  udp::endpoint peer;
  std::array<std::uint8_t, 256> request{};
};

SntpServer::SntpServer(Loop& loop, std::uint16_t port, Clock clock)
    : state_(std::make_shared<State>(loop.io(), std::move(clock))) {
  try {
    state_->socket.open(udp::v4());
    state_->socket.bind({asio::ip::address_v4::loopback(), port});
  } catch (const boost::system::system_error& error) {
    throw std::runtime_error("cannot serve SNTP on port " + std::to_string(port) + ": " +
                             error.code().message());
  }
  state_->Receive();
}

SntpServer::~SntpServer() {
  boost::system::error_code ignored;
  state_->socket.close(ignored);
}

std::uint16_t SntpServer::port() const {
  return state_->socket.local_endpoint().port();
}

}  // namespace linnet::twin
