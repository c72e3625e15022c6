// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/broker_config.hpp"

#include <gmock/gmock.h>

namespace linnet::twin {
namespace {

using Kind = BrokerEvent::Kind;

struct LineCase {
  const char* line;
  std::optional<Kind> kind;
  const char* client = "";
  const char* reason = "";
};

class BrokerLineTest : public testing::TestWithParam<LineCase> {};

TEST_P(BrokerLineTest, Table) {
  const auto event = ParseBrokerLine(GetParam().line);
  ASSERT_EQ(event.has_value(), GetParam().kind.has_value());
  if (event) {
    EXPECT_EQ(event->kind, *GetParam().kind);
    EXPECT_EQ(event->client, GetParam().client);
    EXPECT_EQ(event->reason, GetParam().reason);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Table, BrokerLineTest,
    testing::Values(
        LineCase{"New client connected from 127.0.0.1:43242 as lamp-1 (p5, c1, k60, u'lamp-1').",
                 Kind::kConnected, "lamp-1", "MQTT 5"},
        LineCase{"New client connected from 127.0.0.1:43242 as lamp-1 (p2, c0, k60, u'lamp-1').",
                 Kind::kConnected, "lamp-1", "MQTT 3.1.1"},
        LineCase{"Client lamp-1 disconnected.", Kind::kDisconnected, "lamp-1", "by the device"},
        LineCase{"Client lamp-1 closed its connection.", Kind::kDisconnected, "lamp-1",
                 "connection lost"},
        LineCase{"Client lamp-1 has exceeded timeout, disconnecting.", Kind::kDisconnected,
                 "lamp-1", "keep-alive timeout"},
        LineCase{"Client lamp-1 already connected, closing old connection.", Kind::kDisconnected,
                 "lamp-1", "another connection with the same name"},
        LineCase{"Client <unknown> closed its connection.", std::nullopt},
        LineCase{"OpenSSL Error[0]: error:0A000086:SSL routines::certificate verify failed",
                 Kind::kRefused, "", "TLS: certificate verify failed"},
        LineCase{"OpenSSL Error[0]: error:0A000126:SSL routines::unexpected eof while reading",
                 std::nullopt},
        LineCase{"New connection from 127.0.0.1:45320 on port 8883.", std::nullopt},
        LineCase{"mosquitto version 2.0.11 starting", std::nullopt}, LineCase{"", std::nullopt}));

}  // namespace
}  // namespace linnet::twin
