// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "provision/name_server.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/endian.hpp"

namespace linnet::provision {
namespace {

using namespace std::string_literals;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr hal::Ipv4Address kSelf{{192, 168, 0, 1}};
constexpr std::string_view kAddress("\xC0\xA8\x00\x01", 4);

class NameServerTest : public ::testing::Test {
 protected:
  static std::string Query(const std::vector<std::pair<std::string, DnsType>>& questions,
                           std::uint16_t flags = 0x0100) {
    std::string query = "\x12\x34"s + Number(flags) +
                        Number(static_cast<std::uint16_t>(questions.size())) + "\0\0\0\0\0\0"s;
    for (const auto& [name, type] : questions) {
      query += Name(name) + Number(static_cast<std::uint16_t>(type)) + Number(1);
    }
    return query;
  }
  static std::string Number(std::uint16_t value) {
    return {static_cast<char>(value >> 8), static_cast<char>(value)};
  }
  static std::string Name(std::string_view dotted) {
    std::string name;
    while (!dotted.empty()) {
      const std::string_view label = dotted.substr(0, dotted.find('.'));
      name += static_cast<char>(label.size());
      name += label;
      dotted.remove_prefix(std::min(label.size() + 1, dotted.size()));
    }
    return name + '\0';
  }
  std::string Answer(const std::string& query) {
    return std::string(AsText(server_.Answer(AsBytes(query), memory_)));
  }
  std::string Multicast(const std::string& query, bool one_shot = false) {
    return std::string(AsText(server_.AnswerMulticast(AsBytes(query), one_shot, now_, memory_)));
  }
  static std::uint16_t Word(const std::string& message, std::size_t at) {
    return LoadBe16(AsBytes(message).subspan(at));
  }

  Instant now_{Seconds{10}};
  std::array<std::byte, NameServer::kMaxMessage> memory_{};
  NameServer server_{kSelf, {2, 0, 0x5E, 0xAB, 0xCD, 0xEF}, 443};
};

TEST_F(NameServerTest, EveryNameHasThisAddress) {
  for (const char* name :
       {"connectivitycheck.gstatic.com", "captive.apple.com", "wifiprov.local"}) {
    const std::string answer = Answer(Query({{name, DnsType::kA}}));
    ASSERT_GT(answer.size(), kDnsHeaderSize);
    EXPECT_EQ(Word(answer, 0), 0x1234);
    EXPECT_EQ(Word(answer, 2), 0x8580);
    EXPECT_EQ(Word(answer, 6), 1);
    EXPECT_TRUE(answer.ends_with("\x00\x04"s + std::string(kAddress)));
  }
}

TEST_F(NameServerTest, OtherTypesAreThereWithoutARecord) {
  const std::string answer = Answer(Query({{"example.com", static_cast<DnsType>(28)}}));
  EXPECT_EQ(Word(answer, 6), 0);
  EXPECT_EQ(Word(answer, 2) & 0xF, 0) << "no error, or phones give the network up";
}

TEST_F(NameServerTest, IsSilentToNonsense) {
  EXPECT_TRUE(Answer("short").empty());
  EXPECT_TRUE(Answer(Query({{"a.b", DnsType::kA}}, 0x8000)).empty()) << "a response";
  EXPECT_TRUE(Answer(Query({{"a.b", DnsType::kA}}, 0x2800)).empty()) << "an update";
  EXPECT_TRUE(Answer(Query({})).empty());
  std::string query = Query({{"a.b", DnsType::kA}});
  EXPECT_TRUE(Answer(query.substr(0, query.size() - 1)).empty());
  query[12] = '\x3F';
  EXPECT_TRUE(Answer(query).empty()) << "a label beyond the end";
  query[12] = '\xC0';
  query[13] = '\x0C';
  EXPECT_TRUE(Answer(query).empty()) << "a pointer to itself";
  EXPECT_FALSE(Answer(Query({{"a.b", DnsType::kA}})).empty());
  const std::string label(63, 'x');
  const std::string longest = label + '.' + label + '.' + label + '.' + std::string(61, 'x');
  EXPECT_FALSE(Answer(Query({{longest, DnsType::kA}})).empty()) << "255 bytes";
  EXPECT_TRUE(Answer(Query({{longest + 'x', DnsType::kA}})).empty()) << "256 bytes";
}

TEST_F(NameServerTest, FindsTheServiceInTheVendorsNames) {
  const std::string answer = Multicast(Query({{"_http._tcp.local", DnsType::kPtr}}, 0));
  ASSERT_FALSE(answer.empty());
  EXPECT_EQ(Word(answer, 0), 0) << "RFC 6762, 18.1";
  EXPECT_EQ(Word(answer, 2), 0x8400);
  EXPECT_EQ(Word(answer, 4), 0);
  EXPECT_EQ(Word(answer, 6), 5);
  EXPECT_THAT(answer, HasSubstr("\x08wifiprov\x05_http\x04_tcp\x05local"s));
  EXPECT_THAT(answer, HasSubstr("\x00\x00\x00\x00\x01\xBB\x08wifiprov\x05local"s)) << "SRV, 443";
  EXPECT_THAT(answer, HasSubstr("\x09txtvers=1\x0Bprotovers=1\x15linkaddr=02005EABCDEF"s));
  EXPECT_TRUE(answer.ends_with("\x00\x01\x80\x01\x00\x00\x00\x78\x00\x04"s + std::string(kAddress)))
      << "A, all that there is, two minutes";
  EXPECT_THAT(answer, HasSubstr("\x00\x0C\x00\x01\x00\x00\x00\x78\x00\x12"s))
      << "others have it, too";
}

TEST_F(NameServerTest, AnswersForEachOfItsNamesInAnyLetters) {
  for (const char* name :
       {"WiFiProv.local", "wifiprov._HTTP._tcp.local", "_services._dns-sd._udp.local"}) {
    EXPECT_FALSE(Multicast(Query({{name, DnsType::kAny}}, 0)).empty()) << name;
    now_ += Seconds{2};
  }
  EXPECT_TRUE(Multicast(Query({{"printer.local", DnsType::kA}}, 0)).empty());
  EXPECT_FALSE(
      Multicast(Query({{"printer.local", DnsType::kA}, {"wifiprov.local", DnsType::kA}}, 0))
          .empty());
}

TEST_F(NameServerTest, ReadsCompressedQuestions) {
  std::string query = Query({{"_ipp._tcp.local", DnsType::kPtr}}, 0);
  query[5] = 2;
  // "_http" and a pointer to "_tcp.local".
  query += "\x05_http\xC0\x11\x00\x0C\x00\x01"s;
  EXPECT_FALSE(Multicast(query).empty());
}

TEST_F(NameServerTest, SaysItAtMostOnceASecond) {
  const std::string query = Query({{"wifiprov.local", DnsType::kA}}, 0);
  EXPECT_FALSE(Multicast(query).empty());
  now_ += Milliseconds{900};
  EXPECT_TRUE(Multicast(query).empty());
  now_ += Milliseconds{100};
  EXPECT_FALSE(Multicast(query).empty());
}

TEST_F(NameServerTest, AnswersAOneShotQueryAsDnsDoes) {
  const std::string answer = Multicast(Query({{"WiFiprov.local", DnsType::kA}}), true);
  EXPECT_EQ(Word(answer, 0), 0x1234);
  EXPECT_EQ(Word(answer, 4), 1);
  EXPECT_EQ(Word(answer, 6), 5);
  const std::string question = "\x08WiFiprov\x05local\x00\x00\x01\x00\x01"s;
  EXPECT_EQ(answer.substr(12, question.size()), question) << "as it was asked";
  EXPECT_THAT(answer, Not(HasSubstr("\x80\x01"s))) << "others' caches are not emptied";
  EXPECT_THAT(answer, Not(HasSubstr("\x00\x00\x00\x78"s))) << "ten seconds at most";
  EXPECT_TRUE(
      answer.ends_with("\x00\x01\x00\x01\x00\x00\x00\x0A\x00\x04"s + std::string(kAddress)));
}

}  // namespace
}  // namespace linnet::provision
