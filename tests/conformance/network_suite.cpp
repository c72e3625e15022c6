// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "tests/conformance/suites.hpp"

namespace linnet::conformance {

namespace {

constexpr Milliseconds kPatience{20'000};
using State = hal::TcpSocket::State;

std::byte Pattern(std::size_t index) {
  return static_cast<std::byte>(index * 31 + index / 251);
}

class NetworkTester {
 public:
  NetworkTester(const NetworkSetup& setup, Report& report) : setup_(setup), report_(report) {}

  void Run() {
    Link();
    Names();
    ClosedSockets();
    if (setup_.refusing) {
      Refusal();
    }
    if (setup_.tcp_echo) {
      TcpEcho();
      TcpReuse();
    }
    if (setup_.udp_echo) {
      UdpEcho();
    }
    if (setup_.listener != nullptr) {
      Listening();
    }
  }

 private:
  static constexpr std::string_view kSuite = "network";

  /// Lets the world go on until `done` holds. False: it never did.
  template <typename Done>
  bool WaitUntil(Done done) {
    const Instant end = setup_.clock.Now() + kPatience;
    while (!done()) {
      if (setup_.clock.Now() >= end) {
        return false;
      }
      if (setup_.step != nullptr) {
        setup_.step(setup_.context);
      }
      setup_.network.Poll();
      setup_.idle.WaitUntil(setup_.clock.Now() + Milliseconds(1));
    }
    return true;
  }

  void Link() {
    Case test(report_, kSuite, "the link comes up with an address");
    test.Expect(WaitUntil([this] { return setup_.network.link() == hal::LinkState::kUp; }),
                "it does not come up");
    test.Expect(setup_.network.address() != hal::Ipv4Address{}, "no address");
  }

  void Names() {
    Case test(report_, kSuite, "dotted quads resolve without a server, bad names are refused");
    Result<hal::Ipv4Address> found = Code::kPending;
    test.Expect(WaitUntil([&] {
                  found = setup_.network.Resolve("192.0.2.17");
                  return found.code() != Code::kPending;
                }),
                "a dotted quad takes for ever");
    test.Expect(found.ok() && *found == hal::Ipv4Address{{192, 0, 2, 17}}, "another address");
    test.Expect(setup_.network.Resolve("").code() == Code::kInvalidArgument, "an empty name");
    std::array<char, 254> name;
    name.fill('a');
    const std::string_view text(name.data(), name.size());
    test.Expect(setup_.network.Resolve(text).code() == Code::kInvalidArgument, "a name too long");
  }

  void ClosedSockets() {
    Case test(report_, kSuite, "closed sockets say so");
    std::array<std::byte, 4> bytes{};
    setup_.tcp.Close();
    setup_.tcp.Close();
    test.Expect(setup_.tcp.state() == State::kClosed, "TCP: another state");
    test.Expect(setup_.tcp.Read(bytes).code() == Code::kUnavailable, "TCP: read");
    test.Expect(setup_.tcp.Write(bytes).code() == Code::kUnavailable, "TCP: write");
    setup_.udp.Close();
    setup_.udp.Close();
    test.Expect(setup_.udp.SendTo({{127, 0, 0, 1}}, 9, bytes).code() == Code::kUnavailable,
                "UDP: send");
    test.Expect(setup_.udp.Open().ok(), "UDP: open");
    test.Expect(setup_.udp.ReceiveFrom(bytes).code() == Code::kPending, "UDP: something arrived");
    setup_.udp.Close();
  }

  bool Open(Case& test, const NetworkSetup::Peer& peer) {
    test.Expect(setup_.tcp.Connect(peer.address, peer.port).ok(), "connecting did not begin");
    test.Expect(WaitUntil([this] { return setup_.tcp.state() != State::kConnecting; }),
                "connecting takes for ever");
    test.Expect(setup_.tcp.state() == State::kOpen, "no connection");
    return test.ok();
  }

  void Refusal() {
    Case test(report_, kSuite, "a refused connection fails and leaves the socket usable");
    for (int i = 0; i < 3; ++i) {
      const NetworkSetup::Peer& peer = *setup_.refusing;
      test.Expect(setup_.tcp.Connect(peer.address, peer.port).ok(), "connecting did not begin");
      test.Expect(setup_.tcp.Connect(peer.address, peer.port).code() == Code::kFailedPrecondition,
                  "connecting twice was not refused");
      test.Expect(WaitUntil([this] { return setup_.tcp.state() != State::kConnecting; }),
                  "connecting takes for ever");
      test.Expect(setup_.tcp.state() == State::kFailed, "it did not fail");
      test.Expect(setup_.tcp.failure().code() == Code::kUnavailable, "another failure");
      setup_.tcp.Close();
      test.Expect(setup_.tcp.state() == State::kClosed, "not closed");
    }
  }

  /// Sends `size` bytes of the pattern and receives as many, both in pieces as they come.
  void Exchange(Case& test, std::size_t size) {
    std::size_t sent = 0;
    std::size_t received = 0;
    const bool all = WaitUntil([&] {
      std::array<std::byte, 200> piece{};
      const std::size_t count = std::min(piece.size(), size - sent);
      for (std::size_t i = 0; i < count; ++i) {
        piece[i] = Pattern(sent + i);
      }
      const Result<std::size_t> written = setup_.tcp.Write(Bytes(piece).first(count));
      test.Expect(written.ok() && *written <= count, "writing failed");
      sent += written.value_or(0);
      const Result<std::size_t> read = setup_.tcp.Read(piece);
      test.Expect(read.ok() && *read <= piece.size(), "reading failed");
      for (std::size_t i = 0; i < read.value_or(0); ++i) {
        test.Expect(piece[i] == Pattern(received + i), "a byte came back changed");
      }
      received += read.value_or(0);
      return received >= size || !test.ok();
    });
    test.Expect(all, "not everything came back");
    test.Expect(received == size, "more came back than was sent");
  }

  void TcpEcho() {
    Case test(report_, kSuite, "bytes go and come in order, and the peer's end is seen");
    if (!Open(test, *setup_.tcp_echo)) {
      return;
    }
    Exchange(test, 20'000);
    constexpr std::string_view kLast = "close";
    std::size_t sent = 0;
    std::size_t echoed = 0;
    Status end;
    test.Expect(WaitUntil([&] {
                  sent += setup_.tcp.Write(AsBytes(kLast.substr(sent))).value_or(0);
                  std::array<std::byte, 16> bytes{};
                  const Result<std::size_t> read = setup_.tcp.Read(bytes);
                  echoed += read.value_or(0);
                  end = read.status();
                  return !end.ok();
                }),
                "the end was not seen");
    test.Expect(echoed == kLast.size(), "bytes before the end were lost");
    test.Expect(end.code() == Code::kClosed, "the end does not look orderly");
    setup_.tcp.Close();
  }

  void TcpReuse() {
    Case test(report_, kSuite, "a socket can be used again and again");
    for (int i = 0; i < 8 && test.ok(); ++i) {
      if (Open(test, *setup_.tcp_echo)) {
        Exchange(test, 100);
      }
      setup_.tcp.Close();
    }
  }

  /// Twice, because a port must be usable again at once.
  void Listening() {
    Case test(report_, kSuite, "a listener hands over the connections that come");
    hal::TcpListener& listener = *setup_.listener;
    test.Expect(listener.Accept(setup_.tcp).code() == Code::kPending, "somebody at a closed door");
    for (int i = 0; i < 2 && test.ok(); ++i) {
      test.Expect(listener.Listen(setup_.listen_port).ok(), "it does not listen");
      test.Expect(listener.Listen(setup_.listen_port).code() == Code::kFailedPrecondition,
                  "listening twice was not refused");
      test.Expect(!listener.waiting(), "somebody waits before anybody came");
      setup_.call(setup_.context, setup_.listen_port);
      test.Expect(WaitUntil([&] { return listener.waiting(); }), "nobody comes");
      const Result<hal::TcpListener::Peer> peer = listener.Accept(setup_.tcp);
      test.Expect(peer.ok() && peer->address != hal::Ipv4Address{}, "nobody was handed over");
      test.Expect(setup_.tcp.state() == State::kOpen, "it is not open");
      test.Expect(!listener.waiting(), "the same one waits still");
      // What is accepted lives on without the door.
      listener.Close();
      listener.Close();
      Exchange(test, 3'000);
      setup_.tcp.Close();
    }
  }

  void UdpEcho() {
    Case test(report_, kSuite, "a datagram comes back whole; a long one is cut to the buffer");
    test.Expect(setup_.udp.Open().ok(), "no socket");
    for (const std::size_t room : {std::size_t{64}, std::size_t{10}}) {
      hal::UdpSocket::Datagram datagram;
      std::array<std::byte, 64> out{};
      test.Expect(SendAndReceive(MutableBytes(out).first(room), datagram), "no answer");
      test.Expect(datagram.size == std::min<std::size_t>(room, 48), "another size");
      test.Expect(datagram.from == setup_.udp_echo->address, "from another address");
      test.Expect(datagram.port == setup_.udp_echo->port, "from another port");
      for (std::size_t i = 0; i < datagram.size && i < room; ++i) {
        test.Expect(out[i] == Pattern(i), "a byte came back changed");
      }
    }
    setup_.udp.Close();
  }

  /// Sends again now and then: a datagram may be lost on the way.
  bool SendAndReceive(MutableBytes out, hal::UdpSocket::Datagram& datagram) {
    std::array<std::byte, 48> request{};
    for (std::size_t i = 0; i < request.size(); ++i) {
      request[i] = Pattern(i);
    }
    Instant resend = setup_.clock.Now();
    return WaitUntil([&] {
      if (setup_.clock.Now() >= resend) {
        resend = setup_.clock.Now() + Milliseconds(1'000);
        IgnoreStatus(setup_.udp.SendTo(setup_.udp_echo->address, setup_.udp_echo->port, request));
      }
      const auto received = setup_.udp.ReceiveFrom(out);
      datagram = received.value_or({});
      return received.ok();
    });
  }

  const NetworkSetup& setup_;
  Report& report_;
};

}  // namespace

void NetworkSuite(const NetworkSetup& setup, Report& report) {
  NetworkTester(setup, report).Run();
}

}  // namespace linnet::conformance
