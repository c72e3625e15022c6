// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A TLS client with everything that it needs, and a server to talk to.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "base/view.hpp"
#include "crypto/private_key.hpp"
#include "crypto/testing/test_arena.hpp"
#include "crypto/testing/test_entropy.hpp"
#include "net/testing/manual_clock.hpp"
#include "net/wall_clock.hpp"
#include "tls/client_stream.hpp"
#include "tls/testing/openssl_server.hpp"

namespace linnet::tls::testing {

inline constexpr StringView kHost = "twin.example.test";
inline constexpr UnixTime kToday{1'800'000'000};

/// The certificates that most tests need, made once.
struct World {
  Identity ec_root = Issue({.common_name = "EC root", .authority = true}, nullptr);
  Identity rsa_root =
      Issue({.key = KeyKind::kRsa2048, .common_name = "RSA root", .authority = true}, nullptr);
  Identity other_root = Issue({.common_name = "Stranger", .authority = true}, nullptr);
  Identity intermediate = Issue({.common_name = "Intermediate", .authority = true}, &ec_root);
  Identity ec_server = Issue({.names = {std::string(kHost)}, .usage = "serverAuth"}, &ec_root);
  Identity rsa_server = Issue(
      {.key = KeyKind::kRsa2048, .names = {std::string(kHost)}, .usage = "serverAuth"}, &rsa_root);
  Identity device = Issue({.common_name = "device", .usage = "clientAuth"}, &ec_root);
  Identity unknown_device = Issue({.common_name = "device", .usage = "clientAuth"}, &other_root);

  static const World& Get();
};

class Client {
 public:
  explicit Client(ServerOptions options) : server(std::move(options)) {
    EXPECT_TRUE(trust.Add(World::Get().ec_root.der).ok());
    EXPECT_TRUE(trust.Add(World::Get().rsa_root.der).ok());
    EXPECT_TRUE(wall_clock.SetVerified(Seconds{kToday.seconds}).ok());
    Use(World::Get().device);
  }

  void Use(const Identity& identity) {
    crypto::P256Scalar scalar{};
    CopyBytes(Scalar(identity), scalar);
    EXPECT_TRUE(key.Load(scalar).ok());
    config.certificate = identity.der;
    config.signer = &key;
  }
  void UseNoIdentity() {
    config.certificate = {};
    config.signer = nullptr;
  }

  /// Creates the stream from `config`, opens it and polls until it is open or failed.
  net::Stream::State Connect(StringView host = kHost) {
    stream.reset();
    stream.emplace(server, config);
    EXPECT_TRUE(stream->Open({host, 8883}).ok());
    for (polls = 0; polls < 200'000; ++polls) {
      clock.Advance(Milliseconds{1});
      if (stream->Poll(clock.Now()) != net::Stream::State::kOpening) {
        break;
      }
    }
    return stream->state();
  }

  /// Reads until `size` bytes are there or nothing comes any more.
  std::string ReadAll(std::size_t size, std::size_t piece = 1024) {
    std::string all;
    std::vector<std::byte> buffer(piece);
    for (std::size_t quiet = 0; all.size() < size && quiet < 1000;) {
      const auto got = stream->Read(buffer);
      if (!got.ok()) {
        break;
      }
      quiet = *got == 0 ? quiet + 1 : 0;
      all += AsText(Bytes(buffer).first(*got));
    }
    return all;
  }

  /// Writes all of it, polling in between.
  Status WriteAll(StringView text) {
    Bytes rest = AsBytes(text);
    for (int turns = 0; !rest.empty() && turns < 100'000; ++turns) {
      LINNET_TRY_ASSIGN(const std::size_t taken, stream->Write(rest));
      rest = rest.subspan(taken);
      stream->Poll(clock.Now());
    }
    // What was taken may still lie in the stream's own buffer.
    for (int turns = 0; turns < 10'000; ++turns) {
      stream->Poll(clock.Now());
    }
    return rest.empty() ? OkStatus() : Status(Code::kResourceExhausted);
  }

  net::testing::ManualClock clock;
  net::WallClock wall_clock{clock, {1'750'000'000}};
  crypto::testing::TestEntropy entropy;
  crypto::Random random{entropy};
  crypto::PrivateKey key{random};
  Trust trust;
  OpenSslServer server;
  Config config{.trust = trust, .random = random, .clock = wall_clock};
  std::optional<ClientStream> stream;
  std::size_t polls = 0;
};

}  // namespace linnet::tls::testing
