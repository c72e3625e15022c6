// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/wifi/household.hpp"

#include <algorithm>
#include <array>

#include "base/endian.hpp"
#include "radio/patch.hpp"
#include "twin/air/testing/packets.hpp"

namespace linnet::wifi {
namespace {

constexpr air::Chip::Addresses kAddresses{{0x02, 0x4c, 0x69, 0, 0, 1}, {0x06, 0x4c, 0x69, 0, 0, 1}};
constexpr std::uint16_t kDhcpClient = 68;
constexpr std::uint16_t kDhcpServer = 67;
constexpr std::uint16_t kHttps = 443;
constexpr std::uint16_t kOurPort = 40'000;
constexpr std::uint8_t kSyn = 2;
constexpr std::uint8_t kData = 0x18;
constexpr std::string_view kProof = "it is me";

std::uint16_t PortFrom(Bytes ethernet) {
  return ethernet.size() < 42 ? std::uint16_t{0} : LoadBe16(ethernet.subspan(34));
}
std::uint16_t PortTo(Bytes ethernet) {
  return ethernet.size() < 42 ? std::uint16_t{0} : LoadBe16(ethernet.subspan(36));
}

air::Blob ToDevice(air::Blob frame) {
  std::copy_n(air::MacBytes(kAddresses.station).begin(), 6, frame.begin());
  return frame;
}

air::Blob FromDevice(air::Blob frame) {
  std::copy_n(air::MacBytes(kAddresses.station).begin(), 6, frame.begin() + 6);
  return frame;
}

}  // namespace

void Internet::Input(Bytes ethernet) {
  if (PortTo(ethernet) == kDhcpServer) {
    return output_(ToDevice(air::Ip(air::kUdp, kDhcpServer, kDhcpClient)));
  }
  if (PortTo(ethernet) == kHttps) {
    const bool asks = ethernet.size() > 54 && ethernet[47] == std::byte{kData};
    output_(ToDevice(air::Ip(air::kTcp, kHttps, PortFrom(ethernet), asks ? kData : 0x12,
                             asks ? std::string(kProof) : "")));
  }
}

bool WireToChip::Take(std::byte& out) {
  if (to_host_.empty()) {
    return false;
  }
  out = to_host_.front();
  to_host_.pop_front();
  return true;
}

Status WireToChip::Send(Bytes bytes) {
  chip->Take(bytes);
  return OkStatus();
}

Household::Household()
    : scene(
          world.air,
          [](std::function<void(Bytes)> output) {
            return std::make_unique<Internet>(std::move(output));
          },
          [](const std::string&) {}),
      patch(MakePatch(kFirmware)),
      chip_(std::make_unique<air::Chip>(
          world.air, faults, kAddresses, [this](Bytes bytes) { wire.FromChip(bytes); },
          [](const std::string&) {})) {
  wire.chip = chip_.get();
  driver.SetFrameSink(this);
}

void Household::Pass(Milliseconds time, Milliseconds step) {
  const air::Millis end = world.now + time.count();
  while (world.now < end) {
    world.now += step.count();
    scene.Tick();
    chip_->Tick();
    world.air.Deliver();
    driver.Work();
    if (driver.joins() != joins_) {
      joins_ = driver.joins();
      address_ = false;
      SendFrame(FromDevice(air::Ip(air::kUdp, kDhcpClient, kDhcpServer)));
    }
    static_cast<void>(supervisor.Run(now()));
    Turn();
    world.air.Deliver();
    driver.Work();
  }
}

bool Household::PassUntil(State state, Milliseconds limit) {
  const air::Millis end = world.now + limit.count();
  while (supervisor.state() != state && world.now < end) {
    Pass(Milliseconds{50});
  }
  return supervisor.state() == state;
}

void Household::Begin(const std::vector<Network>& networks) {
  NetworkList list;
  for (auto network = networks.rbegin(); network != networks.rend(); ++network) {
    list.Prefer(*network);
  }
  supervisor.Begin() = list;
}

void Household::StartRadio() {
  loader_->Stop();
  if (patch) {
    source_ = std::make_unique<image::MemorySource>(*patch);
    loader_->Start(*source_, std::nullopt, now());
  }
}

Status Household::PollRadio() {
  if (!patch) {
    return Code::kNotFound;
  }
  Status status = loader_->Poll(now());
  for (int i = 0; i < 100 && status == Status(Code::kPending); ++i) {
    driver.Work();
    status = loader_->Poll(now());
  }
  const bool chip = loader_->failure() == radio::LoadFailure::kSilent ||
                    loader_->failure() == radio::LoadFailure::kRefused;
  if (loader_->state() != radio::LoadState::kFailed) {
    return status;
  }
  return chip ? Code::kUnavailable : Code::kMismatch;
}

hal::LinkState Household::ip_link() const {
  if (!driver.link().joined) {
    return hal::LinkState::kDown;
  }
  return address_ ? hal::LinkState::kUp : hal::LinkState::kConfiguring;
}

void Household::StartCheck() {
  check_ = Code::kPending;
  asked_ = false;
  SendFrame(FromDevice(air::Ip(air::kTcp, kOurPort, kHttps, kSyn)));
}

void Household::OnFrame(serial_radio::Side /*side*/, Bytes ethernet) {
  if (PortTo(ethernet) == kDhcpClient) {
    address_ = true;
  } else if (PortTo(ethernet) != kOurPort || check_ != Status(Code::kPending)) {
    return;
  } else if (!asked_) {
    asked_ = true;
    SendFrame(FromDevice(air::Ip(air::kTcp, kOurPort, kHttps, kData, "who are you?")));
  } else {
    check_ = AsText(ethernet.subspan(54)) == kProof ? OkStatus() : Status(Code::kUnauthenticated);
  }
}

void Household::SendFrame(Bytes ethernet) {
  if (driver.BeginFrame(serial_radio::Side::kStation).ok()) {
    driver.AddToFrame(ethernet);
    IgnoreStatus(driver.EndFrame());
  }
}

void Household::OnState(State /*state*/, Reason reason) {
  reasons.push_back(reason);
}

Status Household::Save(const NetworkList& networks) {
  saved = networks;
  return OkStatus();
}

bool Household::Saw(Reason reason) const {
  return std::ranges::find(reasons, reason) != reasons.end();
}

std::string Household::where() const {
  return std::string(ToString(supervisor.state())) + ", " +
         std::string(ToString(supervisor.reason()));
}

std::vector<std::byte> MakePatch(hal::RadioFirmware firmware) {
  std::array<std::array<std::byte, 3000>, hal::kRadioImageCount> data;
  std::array<radio::ImageContent, hal::kRadioImageCount> images;
  for (std::size_t i = 0; i < images.size(); ++i) {
    data[i].fill(static_cast<std::byte>(i + 1));
    images[i] = {static_cast<hal::RadioImage>(i), Bytes(data[i]).first(2000 + i * 200)};
  }
  std::vector<std::byte> out(16384);
  out.resize(radio::WritePatch(firmware, images, out)->size());
  return out;
}

Network Known(std::string_view ssid, std::string_view key, hal::WifiSecurity minimum) {
  Network network{.minimum_security = minimum};
  LINNET_ASSERT(network.ssid.Assign(ssid).ok() && network.passphrase.Assign(key).ok());
  return network;
}

}  // namespace linnet::wifi
