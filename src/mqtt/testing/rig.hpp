// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A client, its server and a clock, for tests.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/view.hpp"
#include "hal/entropy.hpp"
#include "mqtt/client.hpp"
#include "mqtt/testing/fake_broker.hpp"
#include "net/testing/scripted_stream.hpp"

namespace linnet::mqtt::testing {

/// Always draws the longest delay, so that its growth shows.
class LongestDelay final : public hal::Entropy {
 public:
  Status Fill(MutableBytes out) override {
    std::ranges::fill(out, std::byte{0xFF});
    return OkStatus();
  }
};

/// Writes down what it is told, with the parts of messages put together.
class Recorder final : public Listener {
 public:
  void OnConnected(bool session_present) override {
    log += session_present ? "connected present\n" : "connected new\n";
  }
  void OnReady() override {
    log += "ready\n";
    ++ready;
  }
  void OnDisconnected(const Ending& ending) override {
    log += "disconnected " + std::string(ToString(ending.cause)) + " " +
           std::to_string(static_cast<int>(ending.reason)) + "\n";
    endings.push_back(ending);
  }
  void OnMessage(const MessagePart& part) override {
    if (part.offset == 0) {
      partial_.clear();
    }
    if (part.offset != partial_.size()) {
      log += "GAP\n";
    }
    partial_ += AsText(part.data);
    largest_part = std::max(largest_part, part.data.size());
    if (part.last()) {
      log += "message " + std::string(part.topic) + "=" + partial_ + "\n";
      messages.push_back(partial_);
    }
  }
  void OnPublished(std::uint16_t id, Reason reason) override {
    log +=
        "published " + std::to_string(id) + " " + std::to_string(static_cast<int>(reason)) + "\n";
  }
  void OnSubscribed(StringView filter, Reason reason) override {
    log +=
        "subscribed " + std::string(filter) + " " + std::to_string(static_cast<int>(reason)) + "\n";
  }

  std::string log;
  std::vector<std::string> messages;
  std::vector<Ending> endings;
  std::size_t largest_part = 0;
  int ready = 0;

 private:
  std::string partial_;
};

class Rig {
 public:
  using TestClient = ClientBuffer<2048, 512, 256, 12>;

  explicit Rig(Config wanted = {}, bool start = true)
      : config(Complete(wanted)),
        broker(stream, config.version),
        backoff(entropy),
        client_(std::make_unique<TestClient>(config, stream, backoff, recorder)),
        client(*client_) {
    if (start) {
      client.Start();
    }
  }

  /// Lets client and broker talk until nothing moves; time stands still.
  void Settle() {
    int quiet = 0;
    for (int i = 0; i < 20000; ++i) {
      const std::size_t before = stream.bytes_read() + stream.bytes_written();
      const int states = static_cast<int>(client.state());
      next = client.Run(now);
      broker.Step();
      const bool still = before == stream.bytes_read() + stream.bytes_written() &&
                         states == static_cast<int>(client.state());
      quiet = still && next > now ? quiet + 1 : 0;
      if (quiet > 2) {
        return;
      }
    }
  }

  /// Time passes in steps that are no longer than the client asks for.
  void Advance(Milliseconds duration) {
    const Instant end = now + duration;
    Settle();
    while (now < end) {
      now = std::min(end, std::max(next, now + Milliseconds(1)));
      Settle();
    }
  }

  /// Until the next attempt to connect is under way; returns how long that took.
  Milliseconds AwaitReconnect() {
    const Instant begin = now;
    const int opens = stream.opens;
    while (stream.opens == opens && now - begin < Seconds(100000)) {
      now = std::max(client.retry_at(), now + Milliseconds(1));
      Settle();
    }
    return now - begin;
  }

  net::testing::ScriptedStream stream;
  const Config config;
  FakeBroker broker;
  LongestDelay entropy;
  net::Backoff backoff;
  Recorder recorder;

 private:
  static Config Complete(Config config) {
    config.endpoint = {.host = "iot.example", .port = 8883};
    if (config.client_id.empty()) {
      config.client_id = "thing-1";
    }
    return config;
  }
  std::unique_ptr<TestClient> client_;

 public:
  Client& client;
  Instant now{Milliseconds(1000)};
  Instant next{};
};

}  // namespace linnet::mqtt::testing
