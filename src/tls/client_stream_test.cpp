// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tls/client_stream.hpp"

#include <gmock/gmock.h>

#include "base/view.hpp"
#include "tls/testing/rig.hpp"

namespace linnet::tls {
namespace {

using testing::Client;
using testing::Issue;
using testing::KeyKind;
using testing::kHost;
using testing::ServerOptions;
using testing::World;
using State = net::Stream::State;
using ::testing::EndsWith;

std::string Pattern(std::size_t size) {
  std::string text(size, ' ');
  for (std::size_t i = 0; i < size; ++i) {
    text[i] = static_cast<char>('a' + (i * 7 + i / 251) % 26);
  }
  return text;
}

ServerOptions Mutual(const char* ciphers = "") {
  return {.chain = {&World::Get().ec_server},
          .client_authority = &World::Get().ec_root,
          .ciphers = ciphers};
}

void ExpectEcho(Client& client) {
  ASSERT_TRUE(client.WriteAll("hello from the device").ok());
  EXPECT_EQ(client.server.received(), "hello from the device");
  client.server.Send("hello from the server");
  EXPECT_EQ(client.ReadAll(21), "hello from the server");
}

/// Leaves `spare` bytes of the arena, as good as in one piece.
class Hog {
 public:
  explicit Hog(std::size_t spare) {
    const std::size_t before = arena_.in_use();
    std::size_t left = arena_.capacity() - before - spare;
    for (std::size_t piece = left; piece >= 64; piece = std::min(left, piece / 2)) {
      while (void* block = left >= piece ? arena_.Allocate(piece - 8) : nullptr) {
        blocks_.push_back(block);
        left -= piece;
      }
    }
    taken_ = arena_.in_use() - before;
  }
  Hog(const Hog&) = delete;
  Hog& operator=(const Hog&) = delete;
  ~Hog() {
    for (void* block : blocks_) {
      arena_.Free(block);
    }
  }
  [[nodiscard]] std::size_t taken() const { return taken_; }

 private:
  crypto::Arena& arena_ = crypto::Arena::installed();
  std::vector<void*> blocks_;
  std::size_t taken_ = 0;
};

class CipherTest : public ::testing::TestWithParam<const char*> {};

TEST_P(CipherTest, ConnectsMutuallyAuthenticatedInBothDirections) {
  const bool rsa = StringView(GetParam()).find("RSA-AES") != StringView::npos &&
                   StringView(GetParam()).find("ECDSA") == StringView::npos;
  ServerOptions options = Mutual(GetParam());
  if (rsa) {
    options.chain = {&World::Get().rsa_server};
  }
  Client client(options);
  ASSERT_EQ(client.Connect(), State::kOpen);
  EXPECT_TRUE(client.server.established());
  EXPECT_EQ(client.server.server_name(), kHost);
  ExpectEcho(client);
  client.stream->Close();
  EXPECT_TRUE(client.server.got_goodbye());
}

// The last two sign with SHA-384, of which our 32-byte signer takes the leading part.
INSTANTIATE_TEST_SUITE_P(Suites, CipherTest,
                         ::testing::Values("ECDHE-ECDSA-AES128-GCM-SHA256",
                                           "ECDHE-RSA-AES128-GCM-SHA256",
                                           "ECDHE-ECDSA-AES256-GCM-SHA384",
                                           "ECDHE-RSA-AES256-GCM-SHA384"));

TEST(ClientStreamTest, WorksOneByteAtATimeWithPauses) {
  ServerOptions options = Mutual();
  options.chunk = 1;
  options.stutter = true;
  Client client(options);
  ASSERT_EQ(client.Connect(), State::kOpen);
  const std::string text = Pattern(5000);
  ASSERT_TRUE(client.WriteAll(text).ok());
  EXPECT_TRUE(client.server.received() == text);
  client.server.Send(text);
  std::string got;
  for (int i = 0; i < 30'000 && got.size() < text.size(); ++i) {
    got += client.ReadAll(1, 1);
  }
  EXPECT_TRUE(got == text) << got.size();
}

TEST(ClientStreamTest, AcceptsAChainWithAnIntermediate) {
  const auto server = Issue({.names = {std::string(kHost)}}, &World::Get().intermediate);
  Client client({.chain = {&server, &World::Get().intermediate}});
  client.UseNoIdentity();
  EXPECT_EQ(client.Connect(), State::kOpen);
}

TEST(ClientStreamTest, AcceptsAChainThatIsAFifthLarger) {
  const auto plain = Issue({.names = {std::string(kHost)}}, &World::Get().rsa_root);
  const auto large =
      Issue({.key = KeyKind::kRsa2048, .names = {std::string(kHost)}, .padding = 3000},
            &World::Get().rsa_root);
  ASSERT_GT(large.der.size(), plain.der.size() * 12 / 10);
  Client client({.chain = {&large, &World::Get().rsa_root}});
  client.UseNoIdentity();
  EXPECT_EQ(client.Connect(), State::kOpen);
}

TEST(ClientStreamTest, AcceptsWildcards) {
  const auto server = Issue({.names = {"*.example.test"}}, &World::Get().ec_root);
  Client client({.chain = {&server}});
  EXPECT_EQ(client.Connect("twin.example.test"), State::kOpen);
  EXPECT_EQ(client.Connect("deep.twin.example.test"), State::kFailed);
  EXPECT_EQ(client.stream->reason(), Failure::kServerName);
}

TEST(ClientStreamTest, AgreesOnAProtocol) {
  ServerOptions options = Mutual();
  options.protocols = {"h2", "x-amzn-mqtt-ca"};
  Client client(options);
  static constexpr std::array kProtocols = {"x-amzn-mqtt-ca", "mqtt"};
  client.config.protocols = kProtocols;
  ASSERT_EQ(client.Connect(), State::kOpen);
  EXPECT_EQ(client.stream->protocol(), "x-amzn-mqtt-ca");
}

TEST(ClientStreamTest, SaysThatThereIsNoCommonProtocol) {
  ServerOptions options = Mutual();
  options.protocols = {"h2"};
  Client client(options);
  static constexpr std::array kProtocols = {"mqtt"};
  client.config.protocols = kProtocols;
  ASSERT_EQ(client.Connect(), State::kFailed);
  EXPECT_EQ(client.stream->reason(), Failure::kNoCommonOptions);
}

TEST(ClientStreamTest, ReadsRecordsOfFullSize) {
  Client client(Mutual());
  ASSERT_EQ(client.Connect(), State::kOpen);
  const std::string text = Pattern(70'000);
  client.server.Send(text);
  EXPECT_TRUE(client.ReadAll(text.size()) == text);
  EXPECT_GE(client.server.largest_record(), 16'384U);
}

TEST(ClientStreamTest, ReadsRecordsOfEverySizeClass) {
  Client client(Mutual());
  ASSERT_EQ(client.Connect(), State::kOpen);
  for (const std::size_t size : {1U, 900U, 1100U, 2047U, 5000U, 16'384U, 3U, 12'000U}) {
    const std::string text = Pattern(size);
    client.server.Send(text);
    EXPECT_TRUE(client.ReadAll(size) == text) << size;
  }
}

TEST(ClientStreamTest, TakesMemoryForALargeRecordOnlyWhenOneComes) {
  const crypto::Arena& arena = crypto::Arena::installed();
  Client client(Mutual());
  std::array<std::byte, 1> seed{};
  ASSERT_TRUE(client.random.Fill(seed).ok());  // The generator takes its memory now.
  const std::size_t before = arena.in_use();
  ASSERT_EQ(client.Connect(), State::kOpen);
  const std::size_t open = arena.in_use() - before;
  EXPECT_LT(open, 9000U);
  client.server.Send(Pattern(16'384));
  EXPECT_EQ(client.ReadAll(16'384).size(), 16'384U);
  EXPECT_GT(arena.in_use() - before, open + 12'000U);
  client.stream.reset();
  EXPECT_EQ(arena.in_use(), before) << "a closed session leaves nothing behind";
}

TEST(ClientStreamTest, FailsCleanlyWhenTheArenaIsFull) {
  crypto::Arena& arena = crypto::Arena::installed();
  Client client(Mutual());
  std::array<std::byte, 1> seed{};
  ASSERT_TRUE(client.random.Fill(seed).ok());
  const std::size_t before = arena.in_use();
  // From "not even the session fits" to "it all fits".
  State state = State::kFailed;
  for (std::size_t spare = 256; state != State::kOpen; spare += 256) {
    ASSERT_LT(spare, 64U * 1024U);
    const Hog hog(spare);
    state = client.Connect();
    if (state == State::kFailed) {
      EXPECT_EQ(client.stream->reason(), Failure::kNoMemory) << spare;
    }
    client.stream.reset();
    ASSERT_EQ(arena.in_use(), before + hog.taken()) << spare;
  }
}

TEST(ClientStreamTest, TwoSessionsFitASmallArena) {
  const crypto::Arena& arena = crypto::Arena::installed();
  crypto::Arena::installed().ResetPeak();
  Client mqtt(Mutual());
  Client https({.chain = {&World::Get().rsa_server, &World::Get().rsa_root}});
  ASSERT_EQ(mqtt.Connect(), State::kOpen);
  ASSERT_EQ(https.Connect(), State::kOpen);
  ExpectEcho(mqtt);
  ExpectEcho(https);
  RecordProperty("two_sessions_peak", static_cast<int>(arena.peak()));
  EXPECT_LT(arena.peak(), 40U * 1024U);
}

// What images/device gives the library, less 2 KiB for the roots. A pointer is twice as large here
// as on the board.
TEST(ClientStreamTest, TwoSessionsWithTheLongestRecordsFitADevicesArena) {
  constexpr std::size_t kForSessions = std::size_t{54} * 1024;
  const auto large =
      Issue({.key = KeyKind::kRsa2048, .names = {std::string(kHost)}, .padding = 3000},
            &World::Get().rsa_root);
  Client mqtt(Mutual());
  Client https({.chain = {&large, &World::Get().rsa_root}});
  https.UseNoIdentity();
  std::array<std::byte, 1> seed{};
  ASSERT_TRUE(mqtt.random.Fill(seed).ok());
  ASSERT_TRUE(https.random.Fill(seed).ok());
  crypto::Arena& arena = crypto::Arena::installed();
  const Hog hog(kForSessions);
  arena.ResetPeak();
  const std::size_t before = arena.in_use();
  const std::string longest = Pattern(16'384);
  for (int round = 0; round < 12; ++round) {
    Client& again = round % 3 == 0 ? mqtt : https;
    again.stream.reset();
    for (Client* client : {&mqtt, &https}) {
      if (!client->stream || client->stream->state() != State::kOpen) {
        ASSERT_EQ(client->Connect(), State::kOpen) << client->stream->failure_text();
      }
      client->server.Send(longest);
      ASSERT_TRUE(client->ReadAll(longest.size()) == longest) << round;
    }
  }
  RecordProperty("longest_records_peak", static_cast<int>(arena.peak() - before));
}

TEST(ClientStreamTest, ReportsTheServersGoodbyeAfterEverythingWasRead) {
  Client client(Mutual());
  ASSERT_EQ(client.Connect(), State::kOpen);
  client.server.Send("last words");
  client.server.Goodbye();
  EXPECT_EQ(client.ReadAll(10), "last words");
  std::array<std::byte, 16> buffer{};
  EXPECT_EQ(client.stream->Read(buffer).code(), Code::kClosed);
  EXPECT_EQ(client.stream->Read(buffer).code(), Code::kClosed);
  EXPECT_EQ(client.stream->state(), State::kOpen);
}

TEST(ClientStreamTest, StillReadsWhatCameBeforeWritesBroke) {
  Client client(Mutual());
  ASSERT_EQ(client.Connect(), State::kOpen);
  client.server.Send("disconnect: taken over");
  client.server.BreakWrites();
  EXPECT_EQ(client.stream->Write(AsBytes("ping")).code(), Code::kUnavailable);
  EXPECT_EQ(client.ReadAll(22), "disconnect: taken over");
  std::array<std::byte, 16> buffer{};
  EXPECT_EQ(client.stream->Read(buffer).code(), Code::kUnavailable);
  EXPECT_EQ(client.stream->state(), State::kFailed);
  EXPECT_EQ(client.stream->reason(), Failure::kTransport);
}

TEST(ClientStreamTest, CanBeOpenedAgainAfterCloseAndAfterFailure) {
  Client client(Mutual());
  ASSERT_EQ(client.Connect("wrong.example.test"), State::kFailed);
  client.stream->Close();
  ASSERT_EQ(client.stream->Open({kHost, 1}), OkStatus());
  EXPECT_EQ(client.stream->Open({kHost, 1}).code(), Code::kFailedPrecondition);
  while (client.stream->Poll(client.clock.Now()) == State::kOpening) {
  }
  EXPECT_EQ(client.stream->state(), State::kOpen);
  EXPECT_EQ(client.stream->reason(), Failure::kNone);
  ExpectEcho(client);
}

}  // namespace
}  // namespace linnet::tls
