// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/air/visitor.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "base/endian.hpp"

namespace linnet::air {
namespace {

constexpr std::uint32_t kNetworkMask = 0xFFFFFF00;

Mac MacOf(int number) {
  return {0x02, 0x4c, 0x69, 0x02, 0x00, static_cast<std::uint8_t>(number)};
}

// That of libslirp's host, whose frames the visitor's are.
Mac SlirpMac(std::uint32_t address) {
  return {0x52,
          0x55,
          static_cast<std::uint8_t>(address >> 24U),
          static_cast<std::uint8_t>(address >> 16U),
          static_cast<std::uint8_t>(address >> 8U),
          static_cast<std::uint8_t>(address)};
}

/// The frame with `to` in place of `from`: at `header` in the Ethernet header and, if it is ARP, at
/// `arp` in that.
Blob WithMac(Bytes ethernet, const Mac& from, const Mac& to, std::size_t header, std::size_t arp) {
  constexpr std::size_t kArpEnd = 42;
  Blob frame = BlobOf(ethernet);
  const MutableBytes at(frame);
  const auto replace = [&](std::size_t where) {
    if (std::ranges::equal(at.subspan(where, 6), MacBytes(from))) {
      CopyBytes(MacBytes(to), at.subspan(where));
    }
  };
  if (frame.size() >= kArpEnd && LoadBe16(at.subspan(12)) == 0x0806) {
    replace(arp);
  }
  if (frame.size() >= 14) {
    replace(header);
  }
  return frame;
}

std::string WhyNot(Status status, const std::string& ssid) {
  switch (status.code()) {
    case Code::kUnauthenticated:
      return "the access point \"" + ssid + "\" does not take this passphrase";
    case Code::kResourceExhausted:
      return "the access point \"" + ssid + "\" takes nobody any more";
    case Code::kNotFound:
      return "the access point \"" + ssid + "\" is not there any more, or wants another security";
    default:
      return "the access point \"" + ssid + "\" does not answer";
  }
}

}  // namespace

Visitor::Visitor(Air& air, int number, Wish wish, Outcome outcome)
    : air_(air),
      number_(number),
      wish_(std::move(wish)),
      outcome_(std::move(outcome)),
      station_(air, MacOf(number),
               {[this](Status status) { OnJoined(status); },
                [this](Station::Loss /*loss*/) { Fail(Code::kUnavailable, "it has put us out"); },
                [this](Bytes ethernet) { OnFrame(ethernet); }}) {
  air_.Attach(station_.mac(), [this](const AirFrame& frame) { station_.OnFrame(frame); });
  for (const Beacon& beacon : air_.Beacons()) {
    if (beacon.ssid == wish_.ssid) {
      station_.Join({wish_.ssid, beacon.bssid, 0, beacon.security, wish_.passphrase});
      return;
    }
  }
  Fail(Code::kNotFound, "there is no access point \"" + wish_.ssid +
                            "\": see `linnet air status` for what the devices have opened");
}

Visitor::~Visitor() {
  station_.Leave();
  air_.Detach(station_.mac());
}

void Visitor::Fail(Status status, const std::string& reason) {
  gone_ = true;
  if (!std::exchange(told_, true)) {
    outcome_(status, reason);
  }
}

void Visitor::OnJoined(Status status) {
  if (!status.ok()) {
    return Fail(status, WhyNot(status, wish_.ssid));
  }
  arrival_.emplace(station_.mac(),
                   [this](Bytes ethernet) { static_cast<void>(station_.Send(ethernet)); });
}

void Visitor::OnFrame(Bytes ethernet) {
  constexpr std::size_t kTo = 0;
  constexpr std::size_t kArpTarget = 32;
  if (arrival_) {
    arrival_->OnFrame(ethernet);
  }
  if (network_) {
    network_->Input(
        WithMac(ethernet, station_.mac(), SlirpMac(arrival_->lease()->address), kTo, kArpTarget));
  }
}

/// The visitor's IP stack, with the address that it was given.
void Visitor::OpenPorts() {
  constexpr std::size_t kFrom = 6;
  constexpr std::size_t kArpSender = 22;
  const Arrival::Lease lease = *arrival_->lease();
  try {
    network_ = std::make_unique<SlirpNetwork>(
        SlirpNetwork::Settings{lease.address & kNetworkMask, lease.address, false, false},
        [this, lease](Bytes ethernet) {
          static_cast<void>(station_.Send(
              WithMac(ethernet, SlirpMac(lease.address), station_.mac(), kFrom, kArpSender)));
        });
    for (Forward& forward : wish_.forwards) {
      forward.local = network_->Open(lease.router, forward.remote, forward.udp);
    }
  } catch (const std::runtime_error& error) {
    Fail(Code::kInternal, error.what());
  }
}

void Visitor::Tick() {
  station_.Tick();
  if (!arrival_ || gone_) {
    return;
  }
  arrival_->Tick(air_.now());
  if (arrival_->lease() && !network_) {
    OpenPorts();
  }
  if (arrival_->state() == Arrival::State::kNoAddress) {
    Fail(Code::kUnavailable, "the access point \"" + wish_.ssid + "\" gives no address (DHCP)");
  } else if (arrival_->state() == Arrival::State::kDone && network_ &&
             !std::exchange(told_, true)) {
    outcome_(OkStatus(), "");
  }
}

nlohmann::json Visitor::Describe() const {
  nlohmann::json ports = nlohmann::json::array();
  for (const Forward& forward : wish_.forwards) {
    ports.push_back({{"port", forward.local}, {"remote", forward.remote}, {"udp", forward.udp}});
  }
  nlohmann::json address = nullptr;
  nlohmann::json device = nullptr;
  nlohmann::json service = nullptr;
  if (arrival_ && arrival_->lease()) {
    address = Ipv4Text(arrival_->lease()->address);
    device = Ipv4Text(arrival_->lease()->router);
    if (const auto& found = arrival_->service()) {
      service = {{"host", found->host}, {"port", found->port}, {"text", found->text}};
    }
  }
  return {{"number", number_},
          {"mac", ToText(station_.mac())},
          {"ssid", wish_.ssid},
          {"address", address},
          {"device", device},
          {"service", service},
          {"joined", station_.joined()},
          {"ports", std::move(ports)}};
}

}  // namespace linnet::air
