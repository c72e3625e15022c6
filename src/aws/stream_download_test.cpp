// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "aws/stream_download.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "aws/stream_client.hpp"
#include "aws/testing/fake_cloud.hpp"
#include "aws/testing/fake_streams.hpp"
#include "base/view.hpp"

namespace linnet::aws {
namespace {

using testing::FakeStreams;
using testing::PlainEntropy;

constexpr StringView kThing = "b";
const CborStreamCodec kCbor;
const JsonStreamCodec kJson;

std::string Content(std::size_t size) {
  std::string content;
  for (std::size_t i = 0; i < size; ++i) {
    content += static_cast<char>(i * 31 + i / 251);
  }
  return content;
}

// A download, its service and the time.
class Rig final : public StreamSink {
 public:
  explicit Rig(bool cbor = true, unsigned seed = 1, std::size_t slots = 4,
               std::uint32_t block_size = 256)
      : codec(cbor ? static_cast<const StreamCodec&>(kCbor) : kJson),
        service(cbor, seed),
        memory(slots * codec.MessageSize(block_size)),
        download(kThing, codec, entropy, memory, block_size) {
    service.files[2] = Content(20'000);
    service.files[3] = "other";
    EXPECT_TRUE(download.Open("fw-1", 2).ok());
    download.OnReady();
  }

  Status OnBytes(std::uint32_t offset, Bytes data) override {
    EXPECT_EQ(offset, from + got.size()) << "a gap, or bytes twice";
    EXPECT_FALSE(data.empty());
    got += AsText(data);
    return sink_status;
  }

  Status Fetch(std::uint32_t offset, std::uint32_t length, std::uint32_t version = 0) {
    got.clear();
    from = offset;
    return download.Fetch(offset, length, version, *this);
  }

  // One turn: a request if one is due, and what the broker makes of its answer.
  void Turn() {
    client.Run(now);
    for (const FakeStreams::Message& message : service.Take()) {
      Receive(message);
    }
  }
  // Until the fetch is over; jumps to when something is due.
  Status Finish() {
    for (int turn = 0; turn < 1000 && download.status() == Code::kPending; ++turn) {
      if (const Instant wake = download.wake(); wake != kNever) {
        now = std::max(now, wake);
      }
      Turn();
    }
    return download.status();
  }
  Status Get(std::uint32_t offset, std::uint32_t length, std::uint32_t version = 0) {
    const Status status = Fetch(offset, length, version);
    return status.ok() ? Finish() : status;
  }

  void Receive(const FakeStreams::Message& message, std::size_t piece = 100) {
    const Bytes payload = AsBytes(message.payload);
    std::size_t at = 0;
    do {
      const Bytes data = payload.subspan(at, std::min(piece, payload.size() - at));
      const bool last = at + data.size() == payload.size();
      if (message.cut && last) {
        download.OnOffline();
        download.OnReady();
        return;
      }
      download.OnMessage(
          {.topic = message.topic, .offset = at, .total = payload.size(), .data = data});
      at += data.size();
    } while (at < payload.size());
  }
  [[nodiscard]] std::string Want(std::uint32_t offset, std::uint32_t length) const {
    return service.files.at(2).substr(offset, length);
  }

  const StreamCodec& codec;
  FakeStreams service;
  PlainEntropy entropy;
  std::vector<std::byte> memory;
  StreamDownload download;
  StreamClient client{service, download};
  Instant now{Seconds{1000}};
  std::uint32_t from = 0;
  std::string got;
  Status sink_status;
};

TEST(StreamDownload, FetchesStretchesInBothForms) {
  for (const bool cbor : {true, false}) {
    Rig rig(cbor);
    const std::pair<std::uint32_t, std::uint32_t> stretches[] = {
        {0, 256}, {0, 1}, {255, 2}, {100, 1000}, {19'990, 10}, {19'990, 500}, {12'800, 7200}};
    for (const auto& [offset, length] : stretches) {
      ASSERT_EQ(rig.Get(offset, length, rig.download.version()), Code::kOk) << offset;
      EXPECT_EQ(rig.got, rig.Want(offset, length)) << offset << "+" << length;
    }
    EXPECT_EQ(rig.download.version(), 1U);
    EXPECT_EQ(rig.download.file_size(), 20'000U);
    EXPECT_EQ(rig.service.topics[0], "$aws/things/b/streams/fw-1/describe/" + rig.service.form());
    EXPECT_EQ(rig.service.topics[1], "$aws/things/b/streams/fw-1/get/" + rig.service.form());
    EXPECT_EQ(rig.service.requests.size(), 8U) << "described once, one request for each stretch";
    EXPECT_TRUE(rig.service.qos_is_right);
  }
}

TEST(StreamDownload, AsksOnlyForTheBlocksOfTheStretch) {
  Rig rig;
  ASSERT_EQ(rig.Get(1000, 600), Code::kOk);
  const testing::StreamRequest& request = rig.service.requests.back();
  EXPECT_EQ(request.first, 3U);
  EXPECT_EQ(request.bitmap, std::vector<std::uint8_t>{0x0F});
  EXPECT_EQ(request.block_size, 256U);
  EXPECT_EQ(request.file, 2U);
}

TEST(StreamDownload, AFetchEndsAtTheBlocksOfOneRequest) {
  Rig rig;
  ASSERT_EQ(rig.Get(100, 20'000), Code::kOk);
  EXPECT_EQ(rig.got, rig.Want(100, 32 * 256 - 100));
  ASSERT_EQ(rig.Get(32 * 256, 20'000, 1), Code::kOk);
  EXPECT_EQ(rig.got, rig.Want(32 * 256, 32 * 256));
}

TEST(StreamDownload, WhatComesOutOfOrderIsKeptAsFarAsThereIsRoom) {
  Rig rig;
  ASSERT_TRUE(rig.Fetch(0, 8 * 256).ok());
  rig.Turn();  // Described.
  rig.client.Run(rig.now);
  std::vector<FakeStreams::Message> blocks = rig.service.Take();
  ASSERT_EQ(blocks.size(), 8U);
  for (const std::size_t block : {3, 2, 1, 4}) {
    rig.Receive(blocks[block]);
  }
  EXPECT_EQ(rig.got, "") << "the fourth slot is for block 0";
  rig.Receive(blocks[0]);
  EXPECT_EQ(rig.got, rig.Want(0, 4 * 256));
  for (const std::size_t block : {6, 5, 6, 0}) {
    rig.Receive(blocks[block]);
  }
  rig.now += Seconds{1};
  rig.client.Run(rig.now);
  EXPECT_EQ(rig.service.requests.size(), 2U) << "nothing is missing yet";
  rig.now += Seconds{2};
  rig.client.Run(rig.now);
  ASSERT_EQ(rig.service.requests.size(), 3U);
  EXPECT_EQ(rig.service.requests[2].first, 4U);
  EXPECT_EQ(rig.service.requests[2].bitmap, std::vector<std::uint8_t>{0b1001});
  EXPECT_EQ(rig.Finish(), Code::kOk);
  EXPECT_EQ(rig.got, rig.Want(0, 8 * 256));
}

TEST(StreamDownload, OneSlotIsEnough) {
  for (const bool cbor : {true, false}) {
    Rig rig(cbor, 7, 1);
    rig.service.faults = {.shuffle = true};
    ASSERT_EQ(rig.Get(300, 2000), Code::kOk);
    EXPECT_EQ(rig.got, rig.Want(300, 2000));
  }
}

TEST(StreamDownload, ComesThroughEachFault) {
  const testing::StreamFaults table[] = {
      {.drop = 30},       {.twice = 50}, {.truncate = 30},  {.damage = 30},
      {.wrong_file = 30}, {.cut = 10},   {.shuffle = true},
  };
  for (const testing::StreamFaults& faults : table) {
    for (unsigned seed = 1; seed <= 20; ++seed) {
      Rig rig(seed % 2 == 0, seed);
      ASSERT_EQ(rig.Get(0, 1, 0), Code::kOk);
      rig.service.faults = faults;
      Status status = rig.Get(1000, 7000, 1);
      ASSERT_EQ(status, Code::kOk) << seed;
      EXPECT_EQ(rig.got, rig.Want(1000, 7000)) << seed;
    }
  }
}

// Everything at once. A fetch may be given up, as a caller with a back-off of its own knows.
TEST(StreamDownload, ComesThroughAllFaultsTogether) {
  std::size_t given_up = 0;
  for (unsigned seed = 1; seed <= 200; ++seed) {
    Rig rig(seed % 2 == 0, seed, 1 + seed % 5);
    rig.service.faults = {.drop = 15,
                          .twice = 15,
                          .truncate = 10,
                          .damage = 10,
                          .wrong_file = 10,
                          .cut = 5,
                          .shuffle = true};
    std::string all;
    for (int tries = 0; all.size() < 20'000 && tries < 100; ++tries) {
      const Status status =
          rig.Get(static_cast<std::uint32_t>(all.size()), 20'000, rig.download.version());
      ASSERT_TRUE(status.ok() || status == Code::kDeadlineExceeded) << seed;
      given_up += status.ok() ? 0 : 1;
      all += rig.got;
    }
    ASSERT_EQ(all, rig.service.files[2]) << seed;
  }
  RecordProperty("given_up", static_cast<int>(given_up));
}

TEST(StreamDownload, GivesUpWithoutAnyAnswer) {
  Rig rig;
  rig.service.faults.drop = 100;
  const Instant begun = rig.now;
  EXPECT_EQ(rig.Get(0, 10), Code::kDeadlineExceeded);
  EXPECT_EQ(rig.service.requests.size(), 4U);
  EXPECT_EQ(rig.now - begun, Seconds{10 + 20 + 40 + 80});
  rig.service.faults = {};
  EXPECT_EQ(rig.Get(0, 10), Code::kOk) << "and can begin again";
}

TEST(StreamDownload, WhatCannotBePublishedIsAskedForAgain) {
  Rig rig;
  rig.service.failure = Code::kResourceExhausted;
  ASSERT_TRUE(rig.Fetch(0, 10).ok());
  rig.Turn();
  EXPECT_TRUE(rig.service.requests.empty());
  rig.service.failure = OkStatus();
  EXPECT_EQ(rig.Finish(), Code::kOk);
  EXPECT_EQ(rig.got, rig.Want(0, 10));
}

TEST(StreamDownload, TimeOfflineDoesNotCount) {
  Rig rig;
  ASSERT_TRUE(rig.Fetch(0, 6 * 256).ok());
  rig.Turn();
  rig.client.Run(rig.now);
  std::vector<FakeStreams::Message> blocks = rig.service.Take();
  rig.Receive(blocks[0]);
  rig.Receive(blocks[3]);
  rig.download.OnOffline();
  EXPECT_EQ(rig.download.wake(), kNever);
  rig.now += std::chrono::hours(5);
  rig.client.Run(rig.now);
  EXPECT_EQ(rig.download.status(), Code::kPending);
  EXPECT_EQ(rig.service.requests.size(), 2U);
  rig.download.OnReady();
  rig.client.Run(rig.now);
  ASSERT_EQ(rig.service.requests.size(), 3U);
  EXPECT_EQ(rig.service.requests[2].first, 1U);
  EXPECT_EQ(rig.service.requests[2].bitmap, std::vector<std::uint8_t>{0b11011})
      << "what was here before the connection broke is not asked for";
  for (const FakeStreams::Message& message : rig.service.Take()) {
    rig.Receive(message);
  }
  EXPECT_EQ(rig.download.status(), Code::kOk);
  EXPECT_EQ(rig.got, rig.Want(0, 6 * 256));
}

TEST(StreamDownload, AStreamThatWasUpdatedIsAnother) {
  Rig rig;
  ASSERT_EQ(rig.Get(0, 100), Code::kOk);
  rig.service.version = 2;
  rig.service.files[2] = "shorter";
  EXPECT_EQ(rig.Get(100, 100, 1), Code::kMismatch);
  EXPECT_EQ(rig.got, "");
  EXPECT_EQ(rig.Get(0, 100), Code::kOk);
  EXPECT_EQ(rig.got, "shorter");
  EXPECT_EQ(rig.download.version(), 2U);
  // Opened anew, as after another job or a renewed location, with what is known from before.
  ASSERT_TRUE(rig.download.Open("fw-1", 2).ok());
  EXPECT_EQ(rig.Get(3, 2, 1), Code::kMismatch);
  EXPECT_EQ(rig.Get(3, 2, 2), Code::kOk);
}

TEST(StreamDownload, SortsRejections) {
  const std::pair<const char*, Code> table[] = {{"VersionMismatch", Code::kMismatch},
                                                {"ETagMismatch", Code::kMismatch},
                                                {"ResourceNotFound", Code::kNotFound},
                                                {"OffsetOutOfBounds", Code::kOutOfRange},
                                                {"Unauthorized", Code::kUnauthenticated},
                                                {"InternalError", Code::kUnavailable},
                                                {"InvalidRequest", Code::kUnsupported},
                                                {"InvalidCbor", Code::kUnsupported},
                                                {"InvalidJson", Code::kUnsupported},
                                                {"InvalidTopic", Code::kUnsupported},
                                                {"BlockSizeOutOfBounds", Code::kUnsupported},
                                                {"BlockCountLimitExceeded", Code::kUnsupported},
                                                {"BlockBitmapLimitExceeded", Code::kUnsupported}};
  for (const bool cbor : {true, false}) {
    for (const auto& [code, status] : table) {
      Rig rig(cbor);
      rig.service.reject = code;
      EXPECT_EQ(rig.Get(0, 10), status) << code;
    }
  }
  Rig rig;
  ASSERT_TRUE(rig.Fetch(0, 10).ok());
  rig.Turn();
  rig.client.Run(rig.now);
  rig.Receive(rig.service.Rejected("somebody", "ResourceNotFound"));
  EXPECT_EQ(rig.download.status(), Code::kPending) << "not for us";
  EXPECT_EQ(rig.Finish(), Code::kOk);
}

TEST(StreamDownload, FilesThatAreNotThereOrShorter) {
  Rig rig;
  ASSERT_TRUE(rig.download.Open("fw-1", 9).ok());
  EXPECT_EQ(rig.Get(0, 10), Code::kNotFound);
  ASSERT_TRUE(rig.download.Open("fw-1", 3).ok());
  EXPECT_EQ(rig.Get(5, 10), Code::kOutOfRange);
  EXPECT_EQ(rig.Get(4, 0xFFFFFFFF), Code::kOk);
  EXPECT_EQ(rig.got, "r");
}

TEST(StreamDownload, PassesOverWhatIsNotForIt) {
  Rig rig;
  ASSERT_TRUE(rig.Fetch(0, 300).ok());
  rig.Turn();
  rig.client.Run(rig.now);
  std::vector<FakeStreams::Message> blocks = rig.service.Take();
  const testing::StreamRequest request = rig.service.requests.back();
  const std::string block = rig.Want(0, 256);
  testing::StreamRequest other = request;
  other.token = "else";
  rig.Receive(rig.service.Data(other, 0, block));
  rig.Receive(rig.service.Data(request, 0, block.substr(1)));  // Shorter than a block is.
  rig.Receive(rig.service.Data(request, 0, block + "x"));      // Longer.
  rig.Receive(rig.service.Data(request, 2, block));            // Not asked for.
  rig.Receive(rig.service.Data(request, 0xFFFFFFFF, block));
  for (const char* topic :
       {"$aws/things/a/streams/fw-1/data/cbor", "$aws/things/b/streams/fw-12/data/cbor",
        "$aws/things/b/streams/fw-1/data/json", "$aws/things/b/streams/fw-1/get/cbor",
        "$aws/things/b/streams/fw-1/data", "$aws/things/b/jobs/fw-1/data/cbor", "x"}) {
    rig.Receive({.topic = topic, .payload = blocks[0].payload});
  }
  rig.Receive({.topic = blocks[0].topic, .payload = std::string(5000, 'x')});
  EXPECT_EQ(rig.got, "");
  // A part is missing; then a message begins while another is not complete.
  rig.download.OnMessage({.topic = blocks[0].topic,
                          .offset = 0,
                          .total = blocks[0].payload.size(),
                          .data = AsBytes(blocks[0].payload).first(10)});
  rig.download.OnMessage({.topic = blocks[0].topic,
                          .offset = 20,
                          .total = blocks[0].payload.size(),
                          .data = AsBytes(blocks[0].payload).subspan(20)});
  EXPECT_EQ(rig.got, "");
  rig.Receive(blocks[0], 1);
  EXPECT_EQ(rig.got, block);
  rig.service.with_token = false;  // A service that does not repeat it is believed.
  rig.Receive(rig.service.Data(request, 1, rig.Want(256, 256)));
  EXPECT_EQ(rig.download.status(), Code::kOk);
}

TEST(StreamDownload, DescriptionsMayBeAsLongAsTheMemory) {
  Rig rig;
  rig.service.description = std::string(1200, 'd');
  EXPECT_EQ(rig.Get(0, 10), Code::kOk);
  rig.service.description = std::string(1500, 'd');
  EXPECT_EQ(rig.Get(0, 10), Code::kDeadlineExceeded);
}

TEST(StreamDownload, TheSinksFailureEndsIt) {
  Rig rig;
  rig.sink_status = Code::kDataLoss;
  EXPECT_EQ(rig.Get(0, 1000), Code::kDataLoss);
  EXPECT_EQ(rig.got.size(), 256U);
}

TEST(StreamDownload, OneAtATimeAndOnlyWhatIsOpen) {
  Rig rig;
  EXPECT_EQ(rig.Fetch(0, 0), Code::kInvalidArgument);
  ASSERT_TRUE(rig.Fetch(0, 10).ok());
  EXPECT_EQ(rig.download.Fetch(0, 10, 0, rig), Code::kFailedPrecondition);
  rig.download.Cancel();
  rig.download.Cancel();
  EXPECT_EQ(rig.download.status(), Code::kCancelled);
  EXPECT_EQ(rig.download.wake(), kNever);
  EXPECT_EQ(rig.Get(0, 10), Code::kOk);
  for (const std::string& name : {std::string(), std::string("a:b"), std::string("a/b"),
                                  std::string("a+"), std::string(129, 'a')}) {
    EXPECT_EQ(rig.download.Open(name, 0), Code::kInvalidArgument) << name;
    EXPECT_EQ(rig.Fetch(0, 10), Code::kFailedPrecondition);
  }
  EXPECT_TRUE(rig.download.Open(std::string(128, 'a'), 0).ok());
  const std::string long_thing(128, 't');
  StreamDownload far(long_thing, kCbor, rig.entropy, rig.memory, 256);
  EXPECT_EQ(far.Open(std::string(128, 'a'), 0), Code::kInvalidArgument);
  EXPECT_TRUE(far.Open(std::string(80, 'a'), 0).ok());
}

TEST(StreamDownload, TheFilterBringsEveryAnswer) {
  std::array<char, kMaxTopic> out{};
  Rig cbor(true);
  EXPECT_EQ(cbor.download.BuildFilter(out).value(), "$aws/things/b/streams/+/+/cbor");
  Rig json(false);
  EXPECT_EQ(json.download.BuildFilter(out).value(), "$aws/things/b/streams/+/+/json");
}

}  // namespace
}  // namespace linnet::aws
