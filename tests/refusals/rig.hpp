// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The device's connection to the cloud in virtual time: MQTT over TLS over memory, with a server
// whose identity and trust a test can change between attempts.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.hpp"
#include "mqtt/client.hpp"
#include "mqtt/testing/rig.hpp"
#include "net/backoff.hpp"
#include "sched/loop.hpp"
#include "sim/clock.hpp"
#include "tls/client_stream.hpp"
#include "tls/testing/rig.hpp"

namespace linnet::refusals {

using tls::testing::Identity;
using tls::testing::ServerOptions;
using tls::testing::World;

/// A TLS server with a minimal MQTT server behind it; a new one for each attempt.
class Cloud final : public net::Stream {
 public:
  explicit Cloud(const sim::Clock& clock) : clock_(clock) {}

  ServerOptions options;          ///< Of the next attempt.
  std::vector<Instant> attempts;  ///< When each of them began.
  std::string mqtt_bytes;         ///< What got through TLS, of all attempts.
  int sessions = 0;               ///< Attempts whose handshake the server finished.

  Status Open(const net::Endpoint& endpoint) override {
    attempts.push_back(clock_.Now());
    server_ = std::make_unique<tls::testing::OpenSslServer>(options);
    seen_ = 0;
    established_ = false;
    return server_->Open(endpoint);
  }
  State Poll(Instant now) override { return server_->Poll(now); }
  [[nodiscard]] State state() const override {
    return server_ == nullptr ? State::kClosed : server_->state();
  }
  [[nodiscard]] Status failure() const override { return server_->failure(); }
  Result<std::size_t> Read(MutableBytes out) override { return server_->Read(out); }
  Result<std::size_t> Write(Bytes data) override {
    const auto taken = server_->Write(data);
    if (!established_ && server_->established()) {
      established_ = true;
      ++sessions;
    }
    if (seen_ == 0 && !server_->received().empty()) {
      server_->Send(std::string("\x20\x03\x00\x00\x00", 5));  // CONNACK, MQTT 5, success.
    }
    mqtt_bytes += server_->received().substr(seen_);
    seen_ = server_->received().size();
    return taken;
  }
  void Close() override { server_->Close(); }

 private:
  const sim::Clock& clock_;
  std::unique_ptr<tls::testing::OpenSslServer> server_;
  std::size_t seen_ = 0;
  bool established_ = false;
};

/// Every line as "warning tls: text".
class Log final : public log::Sink {
 public:
  Log() { log::SetSink(this); }
  ~Log() { log::SetSink(nullptr); }
  void Write(log::Level level, StringView tag, StringView text) override {
    lines.push_back(std::string(log::ToString(level)) + " " + std::string(tag) + ": " +
                    std::string(text));
  }

  std::vector<std::string> lines;
};

/// Draws the same bytes for ever: 0x00 for the shortest delays, 0xFF for the longest.
class FixedEntropy final : public hal::Entropy {
 public:
  explicit FixedEntropy(std::byte value) : value_(value) {}
  Status Fill(MutableBytes out) override {
    std::ranges::fill(out, value_);
    return OkStatus();
  }

 private:
  std::byte value_;
};

inline constexpr std::byte kShortest{0x00};
inline constexpr std::byte kLongest{0xFF};

/// The device.
class Device {
 public:
  explicit Device(std::byte draws = kLongest) : entropy_(draws) {
    EXPECT_TRUE(trust_.Add(World::Get().ec_root.der).ok());
    EXPECT_TRUE(trust_.Add(World::Get().rsa_root.der).ok());
    EXPECT_TRUE(wall_clock_.SetVerified(Seconds{tls::testing::kToday.seconds}).ok());
    cloud.options = {.chain = {&World::Get().ec_server}, .client_authority = &World::Get().ec_root};
    SetIdentity(World::Get().device);
  }

  void SetIdentity(const Identity& identity) {
    crypto::P256Scalar scalar{};
    CopyBytes(tls::testing::Scalar(identity), scalar);
    EXPECT_TRUE(key_.Load(scalar).ok());
    certificate_ = &identity;
  }

  void Start() {
    stream_.emplace(cloud, tls::Config{.trust = trust_,
                                       .random = random_,
                                       .clock = wall_clock_,
                                       .certificate = certificate_->der,
                                       .signer = &key_});
    mqtt::Config config;
    config.endpoint = {tls::testing::kHost, 8883};
    config.client_id = "thing-1";
    client_.emplace(config, *stream_, backoff_, listener);
    EXPECT_TRUE(loop_.Add(*client_).ok());
    client_->Start();
  }

  /// Until `done` holds, or that much virtual time has passed.
  template <typename Done>
  bool Run(Milliseconds duration, const Done& done) {
    const Instant end = clock.Now() + duration;
    while (!done()) {
      const Instant next = loop_.RunOnce(clock.Now());
      if (next >= end) {
        clock.AdvanceTo(end);
        return done();
      }
      clock.AdvanceTo(next);
    }
    return true;
  }
  void Run(Milliseconds duration) {
    Run(duration, [] { return false; });
  }

  [[nodiscard]] bool connected() const { return client_->connected(); }

  sim::Clock clock;
  Log log;
  Cloud cloud{clock};
  mqtt::testing::Recorder listener;

 private:
  net::WallClock wall_clock_{clock, {1'750'000'000}};
  crypto::testing::TestEntropy key_entropy_;
  crypto::Random random_{key_entropy_};
  crypto::PrivateKey key_{random_};
  tls::Trust trust_;
  const Identity* certificate_ = nullptr;
  FixedEntropy entropy_;
  net::Backoff backoff_{entropy_};
  std::optional<tls::ClientStream> stream_;
  std::optional<mqtt::ClientBuffer<1024, 512, 256, 4>> client_;
  sched::Loop loop_;
};

}  // namespace linnet::refusals
