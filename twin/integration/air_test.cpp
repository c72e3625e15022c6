// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The air of a running twin: a radio at its socket, the network behind an access point, a visitor.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <future>
#include <thread>

#include "base/endian.hpp"
#include "provision/dhcp_server.hpp"
#include "provision/name_server.hpp"
#include "twin/air/packets.hpp"
#include "twin/air_client.hpp"
#include "twin/integration/running_twin.hpp"
#include "twin/radio/testing/driver.hpp"
#include "twin/testing/temp_dir.hpp"

namespace linnet::twin::integration {
namespace {

using air::Blob;
using nlohmann::json;
using serial_radio::Side;

constexpr int kSeconds = 20;

/// A device that speaks to the twin's radio over its socket.
class Device : public air::Driver {
 public:
  explicit Device(const std::filesystem::path& twin)
      : socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = (AirDirectory(twin) / "radio.sock").string();
    std::memcpy(address.sun_path, path.data(), path.size());
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      throw std::runtime_error("no radio at " + path);
    }
    send = [this](Bytes bytes) {
      static_cast<void>(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
    };
    wait = [this] {
      pollfd wanted{socket_, POLLIN, 0};
      std::byte chunk[4096];
      if (::poll(&wanted, 1, 50) == 1) {
        const ssize_t size = ::recv(socket_, chunk, sizeof chunk, 0);
        Hear(Bytes(chunk, static_cast<std::size_t>(std::max<ssize_t>(size, 0))));
      }
    };
  }
  ~Device() { ::close(socket_); }
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  /// The next frame that `wanted` takes; empty: none came in time.
  Blob WaitForFrame(const std::function<bool(Bytes ethernet)>& wanted) {
    Promise(8);
    for (int i = 0; i < kSeconds * 20; ++i) {
      wait();
      for (const Blob& payload : TakeFrames()) {
        Promise(8);
        if (wanted(Bytes(payload).subspan(1))) {
          return {payload.begin() + 1, payload.end()};
        }
      }
    }
    return {};
  }

 private:
  int socket_;
};

constexpr air::Mac kDevice = {0x02, 0x4c, 0x69, 0, 0, 1};
constexpr air::Mac kDeviceAp = {0x06, 0x4c, 0x69, 0, 0, 1};

Blob Frame(const air::Mac& from, std::uint16_t type, std::size_t size) {
  Blob frame(14 + size);
  std::fill_n(frame.begin(), 6, std::byte{0xff});
  std::copy_n(air::MacBytes(from).begin(), 6, frame.begin() + 6);
  StoreBe16(type, MutableBytes(frame).subspan(12));
  return frame;
}

Blob ArpFrame(std::uint16_t operation, const air::Mac& from, std::uint32_t own,
              std::uint32_t asked) {
  Blob frame = Frame(from, 0x0806, 28);
  const MutableBytes arp = MutableBytes(frame).subspan(14);
  StoreBe16(1, arp);
  StoreBe16(0x0800, arp.subspan(2));
  arp[4] = std::byte{6};
  arp[5] = std::byte{4};
  StoreBe16(operation, arp.subspan(6));
  CopyBytes(air::MacBytes(from), arp.subspan(8));
  StoreBe32(own, arp.subspan(14));
  StoreBe32(asked, arp.subspan(24));
  return frame;
}

bool IsArp(Bytes frame, std::uint16_t operation) {
  return frame.size() >= 42 && LoadBe16(frame.subspan(12)) == 0x0806 &&
         LoadBe16(frame.subspan(20)) == operation;
}

bool IsOffer(Bytes frame) {
  return frame.size() > 282 && LoadBe16(frame.subspan(12)) == 0x0800 &&
         LoadBe16(frame.subspan(34)) == 67;
}

/// DHCPDISCOVER (RFC 2131).
Blob Discover() {
  constexpr std::size_t kDhcp = 14 + 20 + 8;
  Blob frame = Frame(kDevice, 0x0800, 20 + 8 + 244);
  const MutableBytes at(frame);
  const MutableBytes ip = at.subspan(14);
  ip[0] = std::byte{0x45};
  StoreBe16(static_cast<std::uint16_t>(ip.size()), ip.subspan(2));
  ip[8] = std::byte{64};
  ip[9] = std::byte{17};
  StoreBe32(0xFFFFFFFF, ip.subspan(16));
  StoreBe16(air::InternetChecksum(ip.first(20)), ip.subspan(10));
  StoreBe16(68, at.subspan(34));
  StoreBe16(67, at.subspan(36));
  StoreBe16(8 + 244, at.subspan(38));
  at[kDhcp] = std::byte{1};
  at[kDhcp + 1] = std::byte{1};
  at[kDhcp + 2] = std::byte{6};
  StoreBe32(0x1234, at.subspan(kDhcp + 4));
  CopyBytes(air::MacBytes(kDevice), at.subspan(kDhcp + 28));
  StoreBe32(0x63825363, at.subspan(kDhcp + 236));
  CopyBytes(std::array{std::byte{53}, std::byte{1}, std::byte{1}, std::byte{255}},
            at.subspan(kDhcp + 240));
  return frame;
}

std::string GetOverLoopback(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval limit{kSeconds, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string text;
  constexpr std::string_view kRequest = "GET / HTTP/1.1\r\nHost: lamp\r\n\r\n";
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      ::send(socket, kRequest.data(), kRequest.size(), MSG_NOSIGNAL) > 0) {
    char chunk[1024];
    for (ssize_t size = 0; (size = ::recv(socket, chunk, sizeof chunk, 0)) > 0;) {
      text.append(chunk, static_cast<std::size_t>(size));
    }
  }
  ::close(socket);
  return text;
}

class TwinsAir : public ::testing::Test {
 protected:
  json Ask(const json& request) { return AskAir(twin_dir(), request, kSeconds); }
  std::filesystem::path twin_dir() const { return dir_.path() / "t"; }
  json AddHome() {
    return Ask(
        {{"do", "add"}, {"accessPoint", {{"name", "home"}, {"passphrase", "correct horse"}}}});
  }
  void WaitForAir() {
    // Its socket may lie there from the time before.
    ASSERT_TRUE(WaitFor([this] {
      try {
        Ask({{"do", "status"}});
        return true;
      } catch (const std::runtime_error&) {
        return false;
      }
    }));
  }

  testing_support::TempDir dir_;
};

TEST_F(TwinsAir, LivesAsLongAsTheTwinAndKeepsItsAccessPoints) {
  json before;
  {
    RunningTwin twin(twin_dir(), {});
    WaitForAir();
    AddHome();
    before = Ask({{"do", "status"}})["accessPoints"];
    EXPECT_EQ(before.size(), 1U);
  }
  EXPECT_THROW(Ask({{"do", "status"}}), std::runtime_error);
  RunningTwin twin(twin_dir(), {});
  WaitForAir();
  EXPECT_EQ(Ask({{"do", "status"}})["accessPoints"], before);
}

TEST_F(TwinsAir, SaysWhatIsWrongWithARequest) {
  RunningTwin twin(twin_dir(), {});
  WaitForAir();
  const auto says = [this](const json& request, const char* text) {
    EXPECT_THAT([&] { Ask(request); },
                ::testing::ThrowsMessage<std::runtime_error>(::testing::HasSubstr(text)));
  };
  says({{"do", "fly"}}, "nothing that the air can do");
  says(json::array(), "a JSON object on a line");
  says({{"do", "join"}, {"ssid", "lamp"}}, "there is no access point \"lamp\"");
  says({{"do", "leave"}, {"number", 2}}, "no visitor 2");
  says({{"do", "hang"}, {"at", "lunch"}}, "a radio can hang at: now, power-on");
  says({{"do", "add"}, {"accessPoint", {{"name", 7}}}}, "wrong kind");
}

/// What the dashboard does: everything that `linnet air` can change.
TEST_F(TwinsAir, EveryChangeGoesOverTheApiToo) {
  RunningTwin twin(twin_dir(), {});
  WaitForAir();
  const auto post = [&twin](const json& request) { return twin.api().Post("/v1/air", request); };
  const auto home = [&twin] { return twin.api().Get("/v1/air")["accessPoints"][0]; };
  post({{"do", "add"}, {"accessPoint", {{"name", "home"}, {"passphrase", "correct horse"}}}});
  EXPECT_EQ(home()["ssid"], "home");
  const json changes = {
      {"ssid", "house"}, {"bssid", "02:4c:69:01:00:77"}, {"band", 5},
      {"channel", 40},   {"security", "wpa3"},           {"passphrase", "another horse"},
      {"signal", -71},   {"network", "attic"},           {"uplink", "portal"},
      {"dhcp", false},   {"overloaded", true},           {"silent", true},
      {"away", true}};
  const json first = home();
  for (const auto& [member, value] : first.items()) {
    if (member == "name" || member == "stations") {
      continue;
    }
    ASSERT_TRUE(changes.contains(member)) << member << " can be changed, and is not tried here";
  }
  // 5 GHz has other channels: the two go together.
  post({{"do", "set"},
        {"accessPoint", {{"name", "home"}, {"band", 5}, {"channel", changes["channel"]}}}});
  for (const auto& [member, value] : changes.items()) {
    post({{"do", "set"}, {"accessPoint", {{"name", "home"}, {member, value}}}});
    EXPECT_EQ(home()[member], value) << member;
  }
  Device device(twin_dir());
  ASSERT_TRUE(device.Start().ok());
  post({{"do", "hang"}, {"at", "join"}, {"times", 2}});
  EXPECT_EQ(twin.api().Get("/v1/air")["hangs"]["join"], 2);
  post({{"do", "clear"}});
  EXPECT_TRUE(twin.api().Get("/v1/air")["hangs"].empty());
  post({{"do", "hang"}, {"at", "now"}});
  EXPECT_EQ(twin.api().Get("/v1/air")["radios"][0]["state"], "hung");
  post({{"do", "remove"}, {"name", "home"}});
  EXPECT_TRUE(twin.api().Get("/v1/air")["accessPoints"].empty());
  EXPECT_THAT(
      [&] {
        post({{"do", "leave"}, {"number", 1}});
      },
      ::testing::ThrowsMessage<std::exception>(::testing::HasSubstr("no visitor 1")));
}

TEST_F(TwinsAir, ADeviceFindsANetworkBehindAnAccessPoint) {
  RunningTwin twin(twin_dir(), {});
  WaitForAir();
  const json home = AddHome();
  Device device(twin_dir());
  ASSERT_TRUE(device.Start().ok());
  EXPECT_EQ(device.Join(home, "wrong horse!"), Status(Code::kUnauthenticated));
  ASSERT_TRUE(device.Join(home).ok());
  EXPECT_EQ(Ask({{"do", "status"}})["radios"][0]["joined"], "home");

  device.SendFrame(Side::kStation, Discover());
  const Blob offer = device.WaitForFrame(IsOffer);
  ASSERT_FALSE(offer.empty());
  EXPECT_EQ(LoadBe32(Bytes(offer).subspan(58)), 0x0A00020FU) << "10.0.2.15";

  Ask({{"do", "set"}, {"accessPoint", {{"name", "home"}, {"dhcp", false}}}});
  device.SendFrame(Side::kStation, Discover());
  device.SendFrame(Side::kStation, ArpFrame(1, kDevice, 0x0A00020F, 0x0A000202));
  // The answer to what was asked later comes, and no offer before it.
  const Blob next =
      device.WaitForFrame([](Bytes frame) { return IsOffer(frame) || IsArp(frame, 2); });
  EXPECT_TRUE(IsArp(next, 2));
  EXPECT_FALSE(device.overran);
}

TEST_F(TwinsAir, AVisitorReachesADeviceThroughALoopbackPort) {
  constexpr std::uint32_t kAddress = 0xC0A80001;  // 192.168.0.1
  RunningTwin twin(twin_dir(), {});
  WaitForAir();
  Device device(twin_dir());
  ASSERT_TRUE(device.Start().ok());
  ASSERT_TRUE(device.OpenAp().ok());
  std::atomic<bool> stop = false;
  // The device: it gives addresses, answers for its own and to its name, and its web server sends
  // everybody elsewhere.
  provision::DhcpServer addresses;
  provision::NameServer names(kDeviceAp);
  const auto serve = [&](const air::Datagram& asked) {
    provision::Packet packet;
    packet.size = CopyBytes(asked.data, packet.memory);
    const bool dhcp = asked.to_port == 67;
    const std::size_t size =
        dhcp ? addresses.Answer(packet, Instant{}) : names.Answer(true, packet);
    if (size != 0) {
      device.SendFrame(
          Side::kAccessPoint,
          air::WriteDatagram({kDeviceAp, asked.from_mac, kAddress, dhcp ? 0xFFFFFFFFU : asked.from,
                              asked.to_port, asked.from_port, Bytes(packet.memory).first(size)}));
    }
  };
  std::thread serving([&] {
    device.Promise(8);
    while (!stop) {
      device.wait();
      for (const Blob& payload : device.TakeFrames()) {
        const Bytes frame = Bytes(payload).subspan(1);
        if (IsArp(frame, 1) && LoadBe32(frame.subspan(38)) == kAddress) {
          Blob answer = ArpFrame(2, kDeviceAp, kAddress, LoadBe32(frame.subspan(28)));
          CopyBytes(frame.subspan(22, 6), MutableBytes(answer).subspan(32));
          CopyBytes(frame.subspan(6, 6), answer);
          device.SendFrame(Side::kAccessPoint, answer);
        } else if (const auto answer = air::PortalAnswer(frame)) {
          device.SendFrame(Side::kAccessPoint, *answer);
        } else if (const auto datagram = air::ReadDatagram(frame)) {
          serve(*datagram);
        }
        device.Promise(8);
      }
    }
  });
  const json wish = {{"do", "join"}, {"ssid", "lamp"}, {"passphrase", "for the lamp"}};
  json wrong = wish;
  wrong["passphrase"] = "of the house";
  EXPECT_THAT([&] { Ask(wrong); }, ::testing::ThrowsMessage<std::runtime_error>(
                                       ::testing::HasSubstr("does not take this passphrase")));
  const json first = Ask(wish);
  const json second = Ask(wish);
  EXPECT_EQ(first["address"], "192.168.0.2");
  EXPECT_EQ(second["address"], "192.168.0.3");
  EXPECT_EQ(first["device"], "192.168.0.1");
  EXPECT_EQ(first["service"]["host"], "wifiprov.local");
  EXPECT_EQ(first["service"]["port"], 443);
  for (const json& visitor : {first, second}) {
    EXPECT_THAT(GetOverLoopback(visitor["ports"][0]["port"]),
                ::testing::StartsWith("HTTP/1.1 302 Found"));
  }
  EXPECT_EQ(Ask({{"do", "status"}})["radios"][0]["accessPoint"]["stations"].size(), 2U);
  Ask({{"do", "leave"}, {"number", 2}});
  EXPECT_EQ(Ask({{"do", "status"}})["visitors"].size(), 1U);
  stop = true;
  serving.join();
}

}  // namespace
}  // namespace linnet::twin::integration
