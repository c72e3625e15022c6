// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Arbitrary bytes from a server, in pieces that the input itself chooses, into a whole session.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/view.hpp"
#include "mqtt/session.hpp"

namespace {

using namespace linnet;        // NOLINT
using namespace linnet::mqtt;  // NOLINT

class Checker final : public Listener {
 public:
  void OnConnected(bool /*session_present*/) override {}
  void OnDisconnected(const Ending& /*ending*/) override {}
  void OnMessage(const MessagePart& part) override {
    // Parts of one message follow each other without a gap.
    if (part.offset != expected_ || part.offset + part.data.size() > part.total) {
      std::abort();
    }
    expected_ = part.last() ? 0 : part.offset + part.data.size();
  }
  void OnPublished(std::uint16_t /*id*/, Reason /*reason*/) override {}
  void OnSubscribed(StringView /*filter*/, Reason /*reason*/) override {}

 private:
  std::size_t expected_ = 0;
};

void Drain(Session& session, Instant now) {
  for (Bytes out = session.Output(now); !out.empty(); out = session.Output(now)) {
    session.Sent(out.size(), now);
  }
}

void Run(Version version, Bytes data) {
  std::array<std::byte, 1024> outgoing{};
  std::array<std::byte, 320> incoming{};
  std::array<Subscription, 4> subscriptions{};
  Config config;
  config.version = version;
  config.client_id = "fuzz";
  Checker checker;
  Session session(config, checker, outgoing, incoming, subscriptions);
  IgnoreStatus(session.Subscribe("a/+", Qos::kAtLeastOnce));
  Instant now{};
  session.Begin(now);
  Drain(session, now);
  if (data.size() > 2 && (data[0] & std::byte{1}) != std::byte{0}) {
    const std::array<std::byte, 5> accepted{std::byte{0x20},
                                            std::byte(version == Version::kV5 ? 3 : 2)};
    session.Receive(Bytes(accepted).first(version == Version::kV5 ? 5 : 4), now);
    IgnoreStatus(session.Publish("t", AsBytes("x"), Qos::kAtLeastOnce, false).status());
  }
  while (data.size() > 1 && !session.ended().has_value()) {
    const std::size_t size =
        std::min<std::size_t>(data.size() - 1, 1 + std::to_integer<unsigned>(data[0]) / 2);
    session.Receive(data.subspan(1, size), now);
    Drain(session, now);
    data = data.subspan(1 + size);
    now += Milliseconds(size * 50);
    session.Tick(now);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes = std::as_bytes(std::span(data, size));
  Run(Version::kV5, bytes);
  Run(Version::kV311, bytes);
  return 0;
}
