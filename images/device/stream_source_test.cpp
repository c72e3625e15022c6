// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The file of a job over MQTT, as the update engine fetches it: range by range, through a broker
// that loses, doubles, disorders and damages.
#include "images/device/stream_source.hpp"

#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <string>
#include <utility>

#include "aws/stream_client.hpp"
#include "aws/testing/fake_streams.hpp"
#include "aws/testing/plain_entropy.hpp"
#include "net/backoff.hpp"
#include "update/fetcher.hpp"

namespace linnet::device {
namespace {

constexpr std::uint32_t kBlock = 1024;
constexpr std::uint32_t kSize = 200'001;

std::string Content(unsigned salt) {
  std::string content;
  for (std::uint32_t i = 0; i < kSize; ++i) {
    content += static_cast<char>(i * 13 + i / 255 + salt);
  }
  return content;
}

class Rig final : public update::ByteSink {
 public:
  explicit Rig(unsigned seed = 1) : service(/*cbor=*/true, seed) {
    service.files[4] = Content(0);
    EXPECT_TRUE(source.SetLocation("fw", 4).ok());
    download.OnReady();
    fetcher.BeginFile();
  }

  Status OnBytes(std::uint32_t offset, Bytes data) override {
    EXPECT_EQ(offset, begin + got.size());
    got += AsText(data);
    if (at_half && got.size() > kSize / 2) {
      std::exchange(at_half, nullptr)();
    }
    return OkStatus();
  }

  // Until the fetcher has an end; time jumps to whatever is due.
  Status Fetch(std::uint32_t from, std::uint32_t end) {
    begin = from;
    got.clear();
    fetcher.Begin(from, end, *this);
    for (int turn = 0; turn < 100'000; ++turn) {
      const Status status = fetcher.Run(now);
      if (status != Code::kPending) {
        return status;
      }
      const Instant wake = std::min(fetcher.wake(), client.Run(now));
      for (const auto& message : service.Take()) {
        Receive(message);
      }
      now = std::max(now + Milliseconds{1}, std::min(wake, now + Seconds{60}));
    }
    return Code::kInternal;
  }

  void Receive(const aws::testing::FakeStreams::Message& message) {
    const Bytes payload = AsBytes(message.payload);
    for (std::size_t at = 0; at < payload.size(); at += 512) {
      const Bytes data = payload.subspan(at, std::min<std::size_t>(512, payload.size() - at));
      if (message.cut && at + data.size() == payload.size()) {
        download.OnOffline();
        download.OnReady();
        return;
      }
      download.OnMessage(
          {.topic = message.topic, .offset = at, .total = payload.size(), .data = data});
    }
  }

  aws::testing::FakeStreams service;
  aws::testing::PlainEntropy entropy;
  aws::CborStreamCodec codec;
  std::array<std::byte, 4864> memory{};  // What the application has for it.
  aws::StreamDownload download{"lamp", codec, entropy, memory, kBlock};
  aws::StreamClient client{service, download};
  StreamSource source{download};
  net::Backoff backoff{entropy};
  update::Fetcher fetcher{{}, source, backoff};
  Instant now{Seconds{100}};
  std::uint32_t begin = 0;
  std::string got;
  std::function<void()> at_half;
};

TEST(StreamSource, BringsAFileToTheEngine) {
  Rig rig;
  ASSERT_EQ(rig.Fetch(0, kSize), Code::kOk);
  EXPECT_EQ(rig.got, rig.service.files[4]);
  EXPECT_EQ(rig.fetcher.file_size(), kSize);
  // 32 blocks to a request, and one that describes.
  EXPECT_EQ(rig.service.requests.size(), 1 + (kSize / kBlock + 32) / 32);
}

TEST(StreamSource, NoBlockOfALongStretchComesTwice) {
  Rig rig;
  ASSERT_EQ(rig.Fetch(100'001, kSize), Code::kOk);
  EXPECT_EQ(rig.got, rig.service.files[4].substr(100'001));
  std::uint32_t expected = 100'001 / kBlock;
  for (std::size_t i = 1; i < rig.service.requests.size(); ++i) {
    EXPECT_EQ(rig.service.requests[i].first, expected);
    expected += 32;
  }
}

TEST(StreamSource, ComesThroughANastyBroker) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    Rig rig(seed);
    rig.service.faults = {.drop = 5,
                          .twice = 10,
                          .truncate = 5,
                          .damage = 5,
                          .wrong_file = 5,
                          .cut = 2,
                          .shuffle = seed % 2 == 0};
    ASSERT_EQ(rig.Fetch(seed * 100, kSize), Code::kOk) << seed;
    EXPECT_EQ(rig.got, rig.service.files[4].substr(std::size_t{seed} * 100)) << seed;
  }
}

TEST(StreamSource, AnotherVersionIsAnotherFile) {
  Rig rig;
  rig.at_half = [&rig] {
    rig.service.version = 2;
    rig.service.files[4] = Content(1);
  };
  EXPECT_EQ(rig.Fetch(0, kSize), Code::kMismatch);
  EXPECT_LE(rig.got.size(), kSize / 2 + 33 * kBlock);
  rig.fetcher.ForgetContent();
  EXPECT_EQ(rig.Fetch(0, kSize), Code::kOk);
  EXPECT_EQ(rig.got, rig.service.files[4]);
}

TEST(StreamSource, ASilentServiceIsGivenUpByTheFetchersBudget) {
  Rig rig;
  rig.service.faults.drop = 100;
  EXPECT_EQ(rig.Fetch(0, 10), Code::kUnavailable);
  EXPECT_EQ(rig.fetcher.last_failure(), Code::kDeadlineExceeded);
  rig.service.faults = {};
  rig.service.reject = "ResourceNotFound";
  EXPECT_EQ(rig.Fetch(0, 10), Code::kNotFound);
}

TEST(StreamSource, ALocationIsAStreamsName) {
  Rig rig;
  EXPECT_EQ(rig.source.SetLocation("a/b", 1), Code::kInvalidArgument);
  EXPECT_EQ(rig.source.Fetch(0, 1, "", rig), Code::kFailedPrecondition);
}

}  // namespace
}  // namespace linnet::device
