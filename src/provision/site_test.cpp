// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "provision/site.hpp"

#include <gmock/gmock.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "base/view.hpp"
#include "provision/testing/fake_networks.hpp"

namespace linnet::provision {
namespace {

using ::testing::EndsWith;
using testing::FakeNetworks;
using ::testing::HasSubstr;
using testing::Heard;
using ::testing::Not;
using ::testing::StartsWith;

class SiteTest : public ::testing::Test {
 protected:
  SiteTest() { networks_.SetAround({Heard("Home", -50), Heard("Cafe", -70, kOpen)}); }
  /// "Home" as the page's form has it, URL-encoded once more by the browser.
  inline static const std::string kHome = "%2548%256f%256d%2565";
  static constexpr auto kOpen = hal::WifiSecurity::kOpen;

  /// The response, or "" while it is pending.
  std::string Ask(const std::string& text) {
    parser_.Reset();
    Bytes input = AsBytes(text);
    EXPECT_TRUE(parser_.Next(input).ok());
    return Again();
  }
  std::string Again() {
    site_.Answer(Asker::kClient, parser_.request(), parser_.body(), now_);
    return std::string(AsText(site_.response()));
  }
  std::string Get(const std::string& target) {
    return Ask("GET " + target + " HTTP/1.1\r\nHost: 192.168.0.1\r\n\r\n");
  }
  std::string Post(const std::string& target, StringView body, const std::string& fields = "") {
    return Ask("POST " + target + " HTTP/1.1\r\nHost: 192.168.0.1\r\n" + fields +
               "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body));
  }
  static std::string Body(const std::string& response) {
    return response.substr(response.find("\r\n\r\n") + 4);
  }
  static std::string Configuration(StringView ssid, StringView passphrase, bool keep = true) {
    wifi::Configuration configuration;
    configuration.keep = keep;
    IgnoreStatus(configuration.network.ssid.Assign(ssid));
    IgnoreStatus(configuration.network.passphrase.Assign(passphrase));
    std::array<std::byte, wifi::kMaxEncodedConfigurationSize> memory{};
    return std::string(
        AsText(wifi::EncodeConfiguration(Heard(ssid, -50), configuration, memory).value_or({})));
  }

  Instant now_{Seconds{100}};
  FakeNetworks networks_;
  std::vector<std::byte> memory_ = std::vector<std::byte>(Site::kResponseSize);
  std::array<std::byte, http::RequestParser::kTexts + wifi::kMaxConfigurationSize> request_{};
  http::RequestParser parser_{request_};
  Site site_{{.product = "lamp", .version = "1.2.3", .network = "lamp-AB12"}, networks_, memory_};
};

TEST_F(SiteTest, ListsNetworksInTheVendorsWords) {
  const std::string response = Get("/prov/networks");
  EXPECT_THAT(response, StartsWith("HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\n"));
  std::array<hal::AccessPoint, 4> heard{};
  const auto count = wifi::DecodeScanResults(AsBytes(Body(response)), heard);
  ASSERT_EQ(count.value_or(0), 2U);
  EXPECT_EQ(heard[0].ssid.view(), "Home");
  EXPECT_EQ(heard[1].security, kOpen);
}

TEST_F(SiteTest, SaysSuccessOnlyWhenTheNetworkHasWorked) {
  EXPECT_EQ(Post("/prov/configure", Configuration("Home", "correct horse")), "");
  ASSERT_EQ(networks_.tried.size(), 1U);
  EXPECT_EQ(networks_.tried[0].passphrase.view(), "correct horse");
  EXPECT_EQ(Again(), "");
  networks_.End(wifi::Reason::kNone);
  const std::string response = Again();
  EXPECT_THAT(response, StartsWith("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"));
  EXPECT_THAT(response, HasSubstr("\r\nContent-Length:     0\r\n\r\n"));
  EXPECT_EQ(Body(response), "");
}

TEST_F(SiteTest, SaysWhyItHasNotWorked) {
  EXPECT_EQ(Post("/prov/configure", Configuration("Home", "wrong horse")), "");
  networks_.End(wifi::Reason::kWrongKey);
  const std::string response = Again();
  EXPECT_THAT(response, StartsWith("HTTP/1.1 422 "));
  EXPECT_EQ(Body(response), "wrong key");
}

TEST_F(SiteTest, APhoneIsAnsweredBeforeItGivesUp) {
  EXPECT_EQ(Post("/prov/configure", Configuration("Home", "correct horse")), "");
  now_ += Site::kLongestWait;
  EXPECT_THAT(Again(), StartsWith("HTTP/1.1 504 "));
}

TEST_F(SiteTest, RefusesConfigurationsThatCannotWork) {
  EXPECT_THAT(Post("/prov/configure", "nonsense"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(Post("/prov/configure", Configuration("Home", "short")), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(Post("/prov/configure", Configuration("Home", "correct horse", false)),
              EndsWith("\r\nContent-Length:    29\r\n\r\nvolatileMemory is unsupported"));
  EXPECT_TRUE(networks_.tried.empty());
  networks_.Give("Home");
  EXPECT_THAT(Post("/prov/configure", Configuration("Home", "correct horse")),
              StartsWith("HTTP/1.1 409 "));
}

TEST_F(SiteTest, TriesAreLimited) {
  for (int i = 0; i < Site::kTriesAtOnce; ++i) {
    EXPECT_EQ(Post("/prov/configure", Configuration("Home", "wrong horse")), "") << i;
    networks_.End(wifi::Reason::kWrongKey);
    Again();
  }
  EXPECT_THAT(Post("/prov/configure", Configuration("Home", "wrong horse")),
              StartsWith("HTTP/1.1 429 "));
  Post("/join", "n=" + kHome + "&p=wrong+horse");
  EXPECT_THAT(Get("/"), HasSubstr("That was often."));
  now_ += Site::kTryInterval;
  EXPECT_EQ(Post("/prov/configure", Configuration("Home", "wrong horse")), "");
}

TEST_F(SiteTest, MethodsAndPathsAreTheProtocols) {
  EXPECT_THAT(Post("/prov/networks", "x"), StartsWith("HTTP/1.1 405 "));
  EXPECT_THAT(Get("/prov/configure"), StartsWith("HTTP/1.1 405 "));
  EXPECT_THAT(Ask("OPTIONS / HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 405 "));
  EXPECT_THAT(Ask("BREW / HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 501 "));
  EXPECT_THAT(Get("/elsewhere"), HasSubstr("303 See Other"));
  EXPECT_THAT(Get("/join"), HasSubstr("303 See Other"));
  EXPECT_THAT(Get("/?show"), HasSubstr(" type=text>"));
  const std::string head = Ask("HEAD / HTTP/1.1\r\n\r\n");
  EXPECT_THAT(head, StartsWith("HTTP/1.1 200 OK"));
  EXPECT_EQ(Body(head), "");
  EXPECT_EQ(Body(Ask("HEAD /elsewhere HTTP/1.1\r\n\r\n")), "");
}

TEST_F(SiteTest, AFormStartsATrialAndLeadsBackToThePage) {
  const std::string response = Post("/join", "n=" + kHome + "&o=&p=correct+horse");
  EXPECT_THAT(response, StartsWith("HTTP/1.1 303 "));
  EXPECT_THAT(response, HasSubstr("Location: /\r\n"));
  ASSERT_EQ(networks_.tried.size(), 1U);
  EXPECT_EQ(networks_.tried[0].ssid.view(), "Home");
  EXPECT_EQ(networks_.tried[0].minimum_security, hal::WifiSecurity::kWpa2Psk);
  EXPECT_THAT(Get("/"), HasSubstr("The device tries <q>Home</q>"));
  networks_.End(wifi::Reason::kNone);
  EXPECT_THAT(Get("/"), HasSubstr("Connected to <q>Home</q>"));
}

TEST_F(SiteTest, AFormMayNameANetworkThatHides) {
  Post("/join", "n=&o=Caf%C3%A9+2&p=correct+horse");
  ASSERT_EQ(networks_.tried.size(), 1U);
  EXPECT_EQ(networks_.tried[0].ssid.view(), "Caf\xC3\xA9 2");
}

TEST_F(SiteTest, FindsTheFieldsOfAForm) {
  for (const std::string& form :
       {"n=" + kHome + "&o=Cafe&p=correct+horse%26", "p=correct+horse%26&n=" + kHome,
        "&&np=1&n&x=y&n=" + kHome + "&p=correct+horse%26&"}) {
    Post("/join", form);
    ASSERT_FALSE(networks_.tried.empty()) << form;
    EXPECT_EQ(networks_.tried.back().ssid.view(), "Home") << form;
    EXPECT_EQ(networks_.tried.back().passphrase.view(), "correct horse&") << form;
    networks_.tried.clear();
    networks_.End(wifi::Reason::kWrongKey);
  }
}

TEST_F(SiteTest, AnOpenNetworkNeedsNoPassphraseAndALockedOneDoes) {
  Post("/join", "n=%2543%2561%2566%2565&p=");
  EXPECT_EQ(networks_.tried.size(), 1U);
  networks_.End(wifi::Reason::kPortal);
  EXPECT_THAT(Get("/"), HasSubstr("wants a person to log in"));
  Post("/join", "n=" + kHome + "&p=");
  EXPECT_EQ(networks_.tried.size(), 1U);
  EXPECT_THAT(Get("/"), HasSubstr("8 to 63 characters"));
}

TEST_F(SiteTest, RefusesFormsOfOthersAndNonsense) {
  EXPECT_THAT(Post("/join", "n=" + kHome + "&p=correct+horse", "Origin: https://evil.example\r\n"),
              StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(Post("/join", "n=" + kHome + "&p=correct+horse",
                   "Origin: https://" + std::string(63, 'e') + ".example\r\n"),
              StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(Post("/join", "n=" + kHome + "&p=correct+horse", "Origin: null\r\n"),
              StartsWith("HTTP/1.1 403 "));
  for (const char* form :
       {"", "n=&o=&p=correct+horse", "p=correct+horse", "no=Home&p=correct+horse",
        "n=&o=a+name+that+is+longer+than+any+network+has&p=correct+horse"}) {
    Post("/join", form);
    EXPECT_THAT(Get("/"), HasSubstr("No network was chosen.")) << form;
  }
  for (const std::string& passphrase :
       {std::string("short"), std::string(80, 'a'), std::string("%"),
        std::string("%00%00%00%00%00%00%00%00")}) {
    Post("/join", "n=%2548%256f%256d%2565&p=" + passphrase);
    EXPECT_THAT(Get("/"), HasSubstr("8 to 63 characters")) << passphrase;
  }
  EXPECT_TRUE(networks_.tried.empty());
  EXPECT_THAT(Post("/join", "n=" + kHome + "&p=correct+horse", "Origin: https://192.168.0.1\r\n"),
              StartsWith("HTTP/1.1 303 "));
  EXPECT_EQ(networks_.tried.size(), 1U);
}

TEST_F(SiteTest, ThePageEscapesWhatOthersCallTheirNetworks) {
  networks_.SetAround({Heard("<script>alert(1)</script>", -50)});
  const std::string page = Get("/");
  EXPECT_THAT(page, Not(HasSubstr("<script>alert")));
  EXPECT_THAT(page, HasSubstr("&#x3c;script&#x3e;alert(1)"));
}

TEST_F(SiteTest, ThePageShowsHowStrongANetworkIs) {
  constexpr std::array<std::pair<int, const char*>, 6> kSignals{
      {{-128, "1"}, {-79, "1"}, {-78, "2"}, {-66, "3"}, {-54, "4"}, {0, "4"}}};
  for (const auto& [rssi_dbm, bars] : kSignals) {
    networks_.SetAround({Heard("Home", static_cast<std::int8_t>(rssi_dbm))});
    EXPECT_THAT(Get("/"), HasSubstr(std::string("\"signal: ") + bars + " of 4\"")) << rssi_dbm;
  }
}

TEST_F(SiteTest, LooksAgainWhenAskedTo) {
  EXPECT_THAT(Get("/?scan"), StartsWith("HTTP/1.1 303 "));
  EXPECT_TRUE(networks_.scan_wanted());
  networks_.SetAround({});
  networks_.StartScan();
  EXPECT_THAT(Get("/"), HasSubstr("Looking for networks"));
}

TEST_F(SiteTest, TheLongestPageFits) {
  networks_.SetAround({});
  for (char c = 'a'; c < 'a' + static_cast<char>(wifi::kMaxScanRecords); ++c) {
    networks_.OnHeard(Heard(std::string(31, '"') + c, -50));
  }
  networks_.Give(networks_.heard().front().ssid);
  networks_.End(wifi::Reason::kNoAddress);
  const std::string page = Get("/");
  EXPECT_THAT(page, HasSubstr("</main>"));
  EXPECT_LE(page.size(), Site::kResponseSize);
}

TEST_F(SiteTest, EveryReasonHasAdvice) {
  EXPECT_THAT(Get("/"), Not(HasSubstr("role=alert")));
  for (int reason = 1; reason <= static_cast<int>(wifi::Reason::kLinkLost); ++reason) {
    networks_.Give("Home");
    networks_.End(static_cast<wifi::Reason>(reason));
    EXPECT_THAT(Get("/"), HasSubstr("role=alert")) << reason;
    EXPECT_EQ(Get("/").find("passphrase is wrong") != std::string::npos,
              networks_.trial().reason == wifi::Reason::kWrongKey);
  }
}

TEST_F(SiteTest, InClearThereIsOnlyTheWayToThePage) {
  parser_.Reset();
  Bytes input = AsBytes("POST /prov/configure HTTP/1.1\r\nContent-Length: 2\r\n\r\nxx");
  ASSERT_TRUE(parser_.Next(input).ok());
  site_.Answer(Asker::kInClear, parser_.request(), parser_.body(), now_);
  const std::string response(AsText(site_.response()));
  EXPECT_THAT(response, HasSubstr("https://192.168.0.1/"));
  EXPECT_THAT(response, HasSubstr("Connection: close"));
  EXPECT_TRUE(networks_.tried.empty());
}

TEST_F(SiteTest, RefusalsHaveTheRightNumbers) {
  const std::vector<std::pair<Code, const char*>> refusals = {{Code::kOutOfRange, "413 "},
                                                              {Code::kTooLarge, "431 "},
                                                              {Code::kUnsupported, "501 "},
                                                              {Code::kMalformed, "400 "}};
  for (const auto& [why, number] : refusals) {
    site_.AnswerRefusal(why);
    EXPECT_THAT(std::string(AsText(site_.response())),
                StartsWith(std::string("HTTP/1.1 ") + number));
    EXPECT_TRUE(site_.closing());
  }
  site_.Answer(Asker::kOther, {}, {}, now_);
  EXPECT_THAT(AsText(site_.response()), HasSubstr("Retry-After: 30"));
}

}  // namespace
}  // namespace linnet::provision
