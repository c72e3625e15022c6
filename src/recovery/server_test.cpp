// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Requests as mcumgr makes them, against execution areas in memory.
#include "recovery/server.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <string>
#include <vector>

#include "base/view.hpp"
#include "cbor/cursor.hpp"
#include "cbor/writer.hpp"
#include "image/testing/sample_image.hpp"
#include "recovery/area_images.hpp"
#include "release/testing/memory_flash.hpp"

namespace linnet::recovery {
namespace {

using image::testing::Signed;
using image::testing::TestKey;

constexpr hal::FlashGeometry kGeometry{
    .size = 16 * 1024, .page_size = 1024, .program_unit = 8, .erased_value = std::byte{0xFF}};
using Area = release::testing::MemoryFlash<kGeometry.size>;
using Write = std::function<void(cbor::Writer&)>;

/// The pairs of a reply that a client looks at.
struct Reply {
  smp::Header header;
  std::uint64_t rc = 0;
  std::uint64_t off = 0;
  bool match = false;
  std::string reason;
  std::vector<std::byte> body;
};

class ServerTest : public ::testing::Test {
 protected:
  Reply Ask(smp::Operation operation, std::uint16_t group, std::uint8_t command,
            const Write& write) {
    std::array<std::byte, 2048> body;
    cbor::Writer writer(body);
    write(writer);
    const Bytes content = writer.Finish().value();
    std::vector<std::byte> packet(smp::kHeaderSize + content.size());
    smp::Encode({operation, 1, static_cast<std::uint16_t>(content.size()), group, 77, command},
                std::span<std::byte, smp::kHeaderSize>(packet.data(), smp::kHeaderSize));
    CopyBytes(content, MutableBytes(packet).subspan(smp::kHeaderSize));
    last_ = server_.Handle(packet, out_);
    return Parse();
  }
  Reply Upload(std::uint64_t offset, Bytes data, std::uint64_t length = 0,
               const crypto::Digest* sha = nullptr, std::uint64_t image = 0) {
    return Ask(smp::Operation::kWrite, smp::kImageGroup, smp::kUpload, [&](cbor::Writer& writer) {
      writer.BeginMap(2 + (length != 0 ? 3U : 0U) + (sha != nullptr ? 1U : 0U));
      if (length != 0) {
        writer.Text("image");
        writer.Unsigned(image);
        writer.Text("len");
        writer.Unsigned(length);
        writer.Text("upgrade");  // not ours: passed over
        writer.Bool(false);
      }
      if (sha != nullptr) {
        writer.Text("sha");
        writer.ByteString(*sha);
      }
      writer.Text("off");
      writer.Unsigned(offset);
      writer.Text("data");
      writer.ByteString(data);
    });
  }
  /// All of it, in pieces of 300 bytes, as the replies ask for them.
  Reply UploadAll(Bytes file, std::uint64_t image = 0) {
    const crypto::Digest sha = crypto::Hash(file);
    Reply reply;
    do {
      const Bytes rest = file.subspan(reply.off);
      const Bytes piece = rest.first(std::min<std::size_t>(rest.size(), 300));
      reply =
          reply.off == 0 ? Upload(0, piece, file.size(), &sha, image) : Upload(reply.off, piece);
    } while (reply.rc == 0 && reply.off < file.size());
    return reply;
  }
  static bool Holds(Area& area, Bytes file) {
    std::vector<std::byte> found(file.size());
    return area.Read(0, found).ok() && Equal(found, file);
  }

  Area app_{kGeometry, {}};
  Area second_{kGeometry, {}};
  std::array<hal::Flash*, 2> areas_{&app_, &second_};
  Area record_flash_{{16 * 1024, 2048, 8, std::byte{0xFF}}, {}};
  release::Record record_{record_flash_};
  TestKey key_{1};
  std::array<crypto::P256PublicKey, 1> keys_{key_.public_key()};
  release::SignatureVerifier verifier_{keys_};
  AreaImages images_{{&verifier_, &record_, areas_}};
  Server server_{images_, 1024};
  std::array<std::byte, Server::kReplySize> out_{};
  Server::Reply last_;
  std::vector<std::byte> image_ =
      Signed({.version = {.major = 1, .minor = 2}, .body = image::testing::SampleBody(5000)}, key_);

 private:
  Reply Parse() {
    Reply reply;
    reply.header = smp::Decode(last_.packet).value();
    const Bytes content = last_.packet.subspan(smp::kHeaderSize);
    reply.body.assign(content.begin(), content.end());
    cbor::Cursor cursor(content);
    for (std::uint32_t pairs = cursor.BeginMap().value(); pairs > 0; --pairs) {
      const StringView key = cursor.Text().value();
      if (key == "rc") {
        reply.rc = cursor.Unsigned().value();
      } else if (key == "off") {
        reply.off = cursor.Unsigned().value();
      } else if (key == "match") {
        reply.match = cursor.Bool().value();
      } else if (key == "rsn") {
        reply.reason = cursor.Text().value();
      } else {
        EXPECT_TRUE(cursor.Skip().ok());
      }
    }
    EXPECT_TRUE(cursor.at_end());
    return reply;
  }
};

void EmptyMap(cbor::Writer& writer) {
  writer.BeginMap(0);
}

TEST_F(ServerTest, EchoesUnderTheRequestsNumbers) {
  const Reply reply =
      Ask(smp::Operation::kWrite, smp::kOsGroup, smp::kEcho, [](cbor::Writer& writer) {
        writer.BeginMap(1);
        writer.Text("d");
        writer.Text("hello");
      });
  EXPECT_EQ(reply.header.operation, smp::Operation::kWriteReply);
  EXPECT_EQ(reply.header.sequence, 77);
  EXPECT_EQ(reply.header.version, 1);
  EXPECT_EQ(AsText(reply.body),
            "\xA1"
            "ar"
            "\x65"
            "hello");
  EXPECT_FALSE(last_.reset);
}

TEST_F(ServerTest, ResetsAfterTheAnswer) {
  EXPECT_EQ(Ask(smp::Operation::kWrite, smp::kOsGroup, smp::kReset, EmptyMap).rc, 0U);
  EXPECT_TRUE(last_.reset);
}

TEST_F(ServerTest, TellsItsBuffer) {
  const Reply reply = Ask(smp::Operation::kRead, smp::kOsGroup, smp::kParameters, EmptyMap);
  EXPECT_EQ(AsText(reply.body),
            "\xA2\x68"
            "buf_size"
            "\x19\x04" +
                std::string(1, '\0') +
                "\x69"
                "buf_count"
                "\x01");
}

TEST_F(ServerTest, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(Ask(smp::Operation::kRead, 9, 0, EmptyMap).rc, 8U);
  EXPECT_EQ(Ask(smp::Operation::kRead, smp::kOsGroup, 99, EmptyMap).rc, 8U);
  EXPECT_EQ(Ask(smp::Operation::kWrite, smp::kImageGroup, smp::kState, EmptyMap).rc, 8U);
  EXPECT_EQ(Ask(smp::Operation::kRead, smp::kOsGroup, smp::kReset, EmptyMap).rc, 8U);
  EXPECT_FALSE(last_.reset);
  EXPECT_EQ(Ask(smp::Operation::kWrite, smp::kImageGroup, smp::kUpload, EmptyMap).rc, 3U);
  EXPECT_TRUE(server_.Handle({}, out_).packet.empty());
  EXPECT_TRUE(server_.Handle(std::vector<std::byte>(8, std::byte{1}), out_).packet.empty());
}

TEST_F(ServerTest, TakesAnImageAndListsIt) {
  const Reply reply = UploadAll(image_);
  EXPECT_EQ(reply.rc, 0U);
  EXPECT_EQ(reply.off, image_.size());
  EXPECT_TRUE(reply.match);
  EXPECT_TRUE(Holds(app_, image_));
  const Reply list = Ask(smp::Operation::kRead, smp::kImageGroup, smp::kState, EmptyMap);
  EXPECT_NE(AsText(list.body).find("1.2.0"), StringView::npos);
}

TEST_F(ServerTest, TakesEachImageOfASetIntoItsArea) {
  const auto second = Signed({.body = image::testing::SampleBody(3000, 9)}, key_);
  EXPECT_TRUE(UploadAll(second, 1).match);
  EXPECT_TRUE(UploadAll(image_, 0).match);
  EXPECT_TRUE(Holds(app_, image_));
  EXPECT_TRUE(Holds(second_, second));
  EXPECT_EQ(UploadAll(second, 2).rc, 5U);  // there is no such area
  EXPECT_EQ(UploadAll(second, 8).rc, 3U);
}

TEST_F(ServerTest, AsksForWhatItMisses) {
  const crypto::Digest sha = crypto::Hash(image_);
  const Bytes file(image_);
  EXPECT_EQ(Upload(0, file.first(100), file.size(), &sha).off, 100U);
  EXPECT_EQ(Upload(200, file.subspan(200, 50)).off, 100U);             // a hole
  EXPECT_EQ(Upload(50, file.subspan(50, 50)).off, 100U);               // again
  EXPECT_EQ(Upload(0, file.first(100), file.size(), &sha).off, 100U);  // the same file: go on
  const crypto::Digest other = crypto::Hash(file.first(9));
  EXPECT_EQ(Upload(0, file.first(40), file.size(), &other).off, 40U);  // another: from the start
  EXPECT_EQ(Upload(0, file.first(30), file.size()).off, 30U);          // a nameless one, too
  EXPECT_TRUE(UploadAll(image_).match);
}

TEST_F(ServerTest, RefusesAndErasesWhatDoesNotVerify) {
  TestKey stranger(2);
  const auto foreign = Signed({.body = image::testing::SampleBody(4000)}, stranger);
  const Reply reply = UploadAll(foreign);
  EXPECT_EQ(reply.rc, 11U);
  EXPECT_FALSE(reply.reason.empty());
  EXPECT_FALSE(Holds(app_, Bytes(foreign).first(32)));
  std::vector<std::byte> damaged = image_;
  damaged[2000] ^= std::byte{1};
  EXPECT_EQ(UploadAll(damaged).rc, 11U);
  EXPECT_EQ(UploadAll(image::testing::SampleBody(4000)).rc, 3U);  // no image at all
  EXPECT_EQ(Ask(smp::Operation::kRead, smp::kImageGroup, smp::kState, EmptyMap).body.size(), 9U);
  EXPECT_TRUE(UploadAll(image_).match);
}

TEST_F(ServerTest, RefusesAFileThatIsNotTheAnnouncedOne) {
  crypto::Digest sha = crypto::Hash(image_);
  sha[0] ^= std::byte{1};
  Reply reply = Upload(0, Bytes(image_).first(300), image_.size(), &sha);
  while (reply.rc == 0 && reply.off < image_.size()) {
    const Bytes rest = Bytes(image_).subspan(reply.off);
    reply = Upload(reply.off, rest.first(std::min<std::size_t>(rest.size(), 300)));
  }
  EXPECT_EQ(reply.rc, 9U);
}

TEST_F(ServerTest, RefusesSizesThatCannotBe) {
  const Bytes some = Bytes(image_).first(10);
  EXPECT_EQ(Upload(0, some).rc, 3U);  // no length
  EXPECT_EQ(Upload(0, some, kGeometry.size + 1).rc, 7U);
  EXPECT_EQ(Upload(0, some, std::uint64_t{1} << 40).rc, 3U);
  EXPECT_EQ(Upload(0, some, 5).rc, 3U);  // more than announced
  EXPECT_EQ(Upload(10, some).off, 0U);   // nothing of it was taken
}

TEST_F(ServerTest, DataWithoutABeginningIsABadState) {
  EXPECT_EQ(Upload(10, Bytes(image_).first(10)).rc, 6U);
}

}  // namespace
}  // namespace linnet::recovery
