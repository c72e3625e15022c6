// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "provision/name_server.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/endian.hpp"
#include "base/view.hpp"

namespace linnet::provision {
namespace {

using namespace std::string_literals;

constexpr HardwareAddress kHardware{2, 0, 0x5E, 0xAB, 0xCD, 0xEF};
constexpr std::size_t kHeaderSize = 12;
/// Types.
constexpr std::uint16_t kA = 1;
constexpr std::uint16_t kPtr = 12;
constexpr std::uint16_t kTxt = 16;
constexpr std::uint16_t kSrv = 33;
constexpr std::uint16_t kAny = 255;
constexpr StringView kAddress("\xC0\xA8\x00\x01", 4);

class NameServerTest : public ::testing::Test {
 protected:
  static std::string Query(const std::vector<std::pair<std::string, std::uint16_t>>& questions,
                           std::uint16_t flags = 0x0100) {
    std::string query = "\x12\x34"s + Number(flags) +
                        Number(static_cast<std::uint16_t>(questions.size())) + "\0\0\0\0\0\0"s;
    for (const auto& [name, type] : questions) {
      query += Name(name) + Number(type) + Number(1);
    }
    return query;
  }
  static std::string Number(std::uint16_t value) {
    return {static_cast<char>(value >> 8), static_cast<char>(value)};
  }
  static std::string Name(StringView dotted) {
    std::string name;
    while (!dotted.empty()) {
      const StringView label = dotted.substr(0, dotted.find('.'));
      name += static_cast<char>(label.size());
      name += label;
      dotted.remove_prefix(std::min(label.size() + 1, dotted.size()));
    }
    return name + '\0';
  }
  std::string Answer(const std::string& query, bool multicast = false) {
    Packet packet;
    packet.memory.fill(std::byte{'x'});
    packet.size = CopyBytes(AsBytes(query), packet.memory);
    return Said(packet, server_.Answer(multicast, packet));
  }
  std::string OneShot(const std::string& query) { return Answer(query, true); }
  std::string Announcement() {
    Packet packet;
    return Said(packet, server_.Announce(packet, now_));
  }
  /// What everybody hears of a query, when nothing else is to be said.
  std::string Multicast(const std::string& query) {
    do {
      now_ += Seconds{1};
    } while (!Announcement().empty());
    static_cast<void>(OneShot(query));
    return Announcement();
  }
  static std::string Said(const Packet& packet, std::size_t size) {
    return std::string(AsText(Bytes(packet.memory).first(size)));
  }
  static std::uint16_t Word(const std::string& message, std::size_t at) {
    return LoadBe16(AsBytes(message).subspan(at));
  }

  /// A name of a message, with dots, and where it ends.
  static std::string NameAt(const std::string& message, std::size_t& at) {
    std::string name;
    for (std::size_t next = at, end = 0;;) {
      const auto size = static_cast<std::uint8_t>(message.at(next));
      if (size >= 0xC0) {
        end = end == 0 ? next + 2 : end;
        const std::size_t target = Word(message, next) & 0x3FFF;
        EXPECT_LT(target, next) << "what was said before";
        next = target;
        continue;
      }
      if (size == 0) {
        at = end == 0 ? next + 1 : end;
        return name;
      }
      name += (name.empty() ? "" : ".") + message.substr(next + 1, size);
      next += 1U + size;
    }
  }
  struct Record {
    std::string name;
    std::uint16_t type;
    bool flush;
    std::uint32_t seconds;
    std::string data;  ///< A name has dots.

    bool operator==(const Record&) const = default;
  };
  /// All of a response's, which end where it ends.
  static std::vector<Record> Records(const std::string& message) {
    std::size_t at = kHeaderSize;
    for (std::uint16_t i = 0; i < Word(message, 4); ++i) {
      NameAt(message, at);
      at += 4;
    }
    std::vector<Record> records(Word(message, 6));
    for (Record& record : records) {
      record.name = NameAt(message, at);
      record.type = Word(message, at);
      EXPECT_EQ(Word(message, at + 2) & 0x7FFF, 1) << "IN";
      record.flush = Word(message, at + 2) != 1;
      record.seconds = LoadBe32(AsBytes(message).subspan(at + 4));
      const std::size_t end = at + 10 + Word(message, at + 8);
      at += 10;
      if (record.type == kSrv) {
        record.data = message.substr(at, 6);
        at += 6;
        EXPECT_LT(static_cast<std::uint8_t>(message.at(at)), 0xC0) << "RFC 6762, 18.14";
      }
      if (record.type == kSrv || record.type == kPtr) {
        record.data += NameAt(message, at);
        EXPECT_EQ(at, end);
      } else {
        record.data = message.substr(at, end - at);
      }
      at = end;
    }
    EXPECT_EQ(at, message.size());
    EXPECT_EQ(Word(message, 8) + Word(message, 10), 0);
    return records;
  }
  static std::vector<Record> Service(bool everybody) {
    const std::uint32_t seconds = everybody ? 120 : 5;
    return {
        {"_services._dns-sd._udp.local", kPtr, false, seconds, "_http._tcp.local"},
        {"_http._tcp.local", kPtr, false, seconds, "wifiprov._http._tcp.local"},
        {"wifiprov._http._tcp.local", kSrv, everybody, seconds, "\0\0\0\0\x01\xBBwifiprov.local"s},
        {"wifiprov._http._tcp.local", kTxt, everybody, seconds,
         "\x09txtvers=1\x0Bprotovers=1\x15linkaddr=02005EABCDEF"},
        {"wifiprov.local", kA, everybody, seconds, std::string(kAddress)},
    };
  }

  Instant now_{Seconds{10}};
  NameServer server_{kHardware};
};

TEST_F(NameServerTest, EveryNameHasThisAddress) {
  for (const char* name :
       {"connectivitycheck.gstatic.com", "captive.apple.com", "wifiprov.local"}) {
    const std::string answer = Answer(Query({{name, kA}}));
    ASSERT_GT(answer.size(), kHeaderSize);
    EXPECT_EQ(Word(answer, 0), 0x1234);
    EXPECT_EQ(Word(answer, 2), 0x8580);
    EXPECT_EQ(Word(answer, 6), 1);
    EXPECT_TRUE(answer.ends_with("\x00\x04"s + std::string(kAddress)));
  }
}

TEST_F(NameServerTest, OtherTypesAreThereWithoutARecord) {
  const std::string answer = Answer(Query({{"example.com", 28}}));
  EXPECT_EQ(Word(answer, 6), 0);
  EXPECT_EQ(Word(answer, 2) & 0xF, 0) << "no error, or phones give the network up";
}

TEST_F(NameServerTest, IsSilentToNonsense) {
  EXPECT_TRUE(Answer("short").empty());
  EXPECT_TRUE(Answer(Query({{"a.b", kA}}, 0x8000)).empty()) << "a response";
  EXPECT_TRUE(Answer(Query({{"a.b", kA}}, 0x2800)).empty()) << "an update";
  EXPECT_TRUE(Answer(Query({})).empty());
  std::string query = Query({{"a.b", kA}});
  EXPECT_TRUE(Answer(query.substr(0, query.size() - 1)).empty());
  query[12] = '\x3F';
  EXPECT_TRUE(Answer(query).empty()) << "a label beyond the end";
  query[12] = '\xC0';
  query[13] = '\x0C';
  EXPECT_TRUE(Answer(query).empty()) << "a pointer to itself";
  EXPECT_FALSE(Answer(Query({{"a.b", kA}})).empty());
  const std::string label(63, 'x');
  const std::string longest = label + '.' + label + '.' + label + '.' + std::string(61, 'x');
  EXPECT_FALSE(Answer(Query({{longest, kA}})).empty()) << "255 bytes";
  EXPECT_TRUE(Answer(Query({{longest + 'x', kA}})).empty()) << "256 bytes";
}

TEST_F(NameServerTest, FindsTheServiceInTheVendorsNames) {
  const std::string answer = Multicast(Query({{"_http._tcp.local", kPtr}}, 0));
  ASSERT_FALSE(answer.empty());
  EXPECT_EQ(Word(answer, 0), 0) << "RFC 6762, 18.1";
  EXPECT_EQ(Word(answer, 2), 0x8400);
  EXPECT_EQ(Word(answer, 4), 0);
  EXPECT_EQ(Records(answer), Service(true)) << "pointers others have, too";
}

TEST_F(NameServerTest, SaysItTwiceWithoutBeingAsked) {
  EXPECT_EQ(Records(Announcement()), Service(true));
  EXPECT_EQ(Announcement(), "");
  now_ += Seconds{1};
  EXPECT_NE(Announcement(), "");
  now_ += Seconds{1};
  EXPECT_EQ(Announcement(), "");
}

TEST_F(NameServerTest, AnswersForEachOfItsNamesInAnyLetters) {
  for (const char* name :
       {"WiFiProv.local", "wifiprov._HTTP._tcp.local", "_services._dns-sd._udp.local"}) {
    EXPECT_FALSE(Multicast(Query({{name, kAny}}, 0)).empty()) << name;
  }
  EXPECT_TRUE(Multicast(Query({{"printer.local", kA}}, 0)).empty());
  EXPECT_FALSE(Multicast(Query({{"printer.local", kA}, {"wifiprov.local", kA}}, 0)).empty());
}

TEST_F(NameServerTest, ReadsCompressedQuestions) {
  std::string query = Query({{"_ipp._tcp.local", kPtr}}, 0);
  query[5] = 2;
  // "_http" and a pointer to "_tcp.local".
  query += "\x05_http\xC0\x11\x00\x0C\x00\x01"s;
  EXPECT_FALSE(Multicast(query).empty());
}

TEST_F(NameServerTest, SaysItAtMostOnceASecond) {
  const std::string query = Query({{"wifiprov.local", kA}}, 0);
  EXPECT_FALSE(Multicast(query).empty());
  static_cast<void>(OneShot(query));
  now_ += Milliseconds{900};
  EXPECT_TRUE(Announcement().empty());
  now_ += Milliseconds{100};
  EXPECT_FALSE(Announcement().empty());
  now_ += Seconds{1};
  EXPECT_TRUE(Announcement().empty()) << "nobody has asked again";
}

TEST_F(NameServerTest, AnswersAOneShotQueryAsDnsDoes) {
  const std::string query = Query({{"WiFiprov.local", kA}});
  const std::string answer = OneShot(query);
  EXPECT_EQ(Word(answer, 0), 0x1234);
  EXPECT_EQ(Word(answer, 2) & 0x8400, 0x8400);
  EXPECT_EQ(Word(answer, 4), 1);
  EXPECT_EQ(answer.substr(12, query.size() - 12), query.substr(12)) << "as it was asked";
  EXPECT_EQ(Records(answer), Service(false))
      << "others' caches are not emptied, and ten seconds at most";
  EXPECT_EQ(OneShot(Query({{"printer.local", kA}})), "");
}

TEST_F(NameServerTest, PointersHoldBehindLongQuestions) {
  const std::string label(63, 'x');
  const std::string other = label + '.' + label + '.' + label + ".local";
  const std::string answer = OneShot(Query({{other, kA}, {other, kTxt}, {"wifiprov.local", kA}}));
  EXPECT_EQ(Word(answer, 4), 3);
  EXPECT_EQ(Records(answer), Service(false));
}

TEST_F(NameServerTest, FitsBehindTheLongestQuery) {
  std::string query = Query({{"wifiprov.local", kA}});
  query.resize(Packet::kMaxReceived);
  query[5] = 111;  // What follows are questions for the root.
  for (std::size_t at = 32; at + 5 <= query.size(); at += 5) {
    query[at + 2] = query[at + 4] = 1;
  }
  query[5] = static_cast<char>(1 + (query.size() - 32) / 5);
  const std::string answer = OneShot(query);
  EXPECT_GT(answer.size(), Packet::kMaxReceived);
  EXPECT_EQ(Records(answer), Service(false));
}

}  // namespace
}  // namespace linnet::provision
