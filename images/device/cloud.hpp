// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The one MQTT connection and who shares it: shadow, jobs, files and telemetry.
#pragma once

#include <array>
#include <cstddef>

#include "aws/client.hpp"
#include "aws/stream_download.hpp"
#include "aws/topics.hpp"
#include "base/fixed_string.hpp"
#include "base/view.hpp"
#include "images/device/identity.hpp"
#include "images/device/links.hpp"
#include "mqtt/client.hpp"
#include "net/backoff.hpp"
#include "telemetry/reporter.hpp"

namespace linnet::device {

/// Telemetry goes to `dt/linnet/THING/telemetry`.
class Cloud final : public mqtt::Listener, public aws::Publisher, public telemetry::Sink {
 public:
  /// All outlive this.
  Cloud(Board& board, Links& links, const Identity& identity);

  /// `services` are the AWS services that use the connection, `streams` brings files over it,
  /// `reporter` feeds this sink. Subscribes what the services need, from when the client is
  /// started. kTooLarge: the thing's name does not fit a topic.
  Status Start(aws::Client& services, aws::StreamDownload& streams, telemetry::Reporter& reporter);
  /// Subscribes what brings files, from now on; the device of a product that does not use them
  /// needs no right to it.
  Status UseStreams();

  [[nodiscard]] bool connected() const { return client_.connected(); }
  /// Connected, and everything that was asked for is subscribed.
  [[nodiscard]] bool ready() const { return client_.ready(); }
  mqtt::Client& client() { return client_; }

  Result<std::uint16_t> Publish(StringView topic, Bytes payload, mqtt::Qos qos) override;
  Result<std::uint16_t> Send(Bytes record) override;

 private:
  static constexpr std::size_t kFilters = aws::kShadowFilters.size() + aws::kJobsFilters.size() + 1;

  void OnConnected(bool session_present) override;
  void OnReady() override;
  void OnDisconnected(const mqtt::Ending& ending) override;
  void OnMessage(const mqtt::MessagePart& part) override;
  void OnPublished(std::uint16_t id, mqtt::Reason reason) override;
  void OnSubscribed(StringView filter, mqtt::Reason reason) override;
  Status SubscribeAll();

  const Identity& identity_;
  tls::ClientStream& stream_;
  net::SntpClient& time_client_;
  net::WallClock& wall_clock_;
  net::Backoff backoff_;
  mqtt::ClientBuffer<4096, 512, 512, kFilters> client_;
  std::array<std::array<char, aws::kMaxTopic>, kFilters> filters_{};
  FixedString<aws::kMaxTopic> telemetry_topic_;
  aws::Client* services_ = nullptr;
  aws::StreamDownload* streams_ = nullptr;
  telemetry::Reporter* reporter_ = nullptr;
  bool services_ready_ = false;  ///< On this connection.
  bool streams_used_ = false;
};

}  // namespace linnet::device
