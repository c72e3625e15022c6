// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/air/visitor.hpp"

#include <stdexcept>
#include <utility>

namespace linnet::air {
namespace {

constexpr std::uint32_t kFirstHost = 250;

std::uint32_t AddressOf(std::uint32_t device, int number) {
  return (device & 0xFFFFFF00U) + kFirstHost + static_cast<std::uint32_t>(number) - 1;
}

// That of libslirp's host, whose frames these are.
Mac MacOf(std::uint32_t address) {
  return {0x52,
          0x55,
          static_cast<std::uint8_t>(address >> 24U),
          static_cast<std::uint8_t>(address >> 16U),
          static_cast<std::uint8_t>(address >> 8U),
          static_cast<std::uint8_t>(address)};
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
      address_(AddressOf(wish_.device, number)),
      outcome_(std::move(outcome)),
      station_(air, MacOf(address_),
               {[this](Status status) { OnJoined(status); },
                [this](Station::Loss /*loss*/) { gone_ = true; },
                [this](Bytes ethernet) {
                  if (network_) {
                    network_->Input(ethernet);
                  }
                }}) {
  air_.Attach(station_.mac(), [this](const AirFrame& frame) { station_.OnFrame(frame); });
  for (const Beacon& beacon : air_.Beacons()) {
    if (beacon.ssid == wish_.ssid) {
      station_.Join({wish_.ssid, beacon.bssid, 0, beacon.security, wish_.passphrase});
      return;
    }
  }
  gone_ = true;
  outcome_(Code::kNotFound, "there is no access point \"" + wish_.ssid +
                                "\": see `linnet air status` for what the devices have opened");
}

Visitor::~Visitor() {
  station_.Leave();
  air_.Detach(station_.mac());
}

void Visitor::OnJoined(Status status) {
  if (!status.ok()) {
    gone_ = true;
    return outcome_(status, WhyNot(status, wish_.ssid));
  }
  try {
    network_ = std::make_unique<SlirpNetwork>(
        SlirpNetwork::Settings{wish_.device & 0xFFFFFF00U, address_, false, false},
        [this](Bytes ethernet) { static_cast<void>(station_.Send(ethernet)); });
    for (Forward& forward : wish_.forwards) {
      forward.local = network_->Open(wish_.device, forward.remote, forward.udp);
    }
  } catch (const std::runtime_error& error) {
    gone_ = true;
    return outcome_(Code::kInternal, error.what());
  }
  outcome_(OkStatus(), "");
}

nlohmann::json Visitor::Describe() const {
  nlohmann::json ports = nlohmann::json::array();
  for (const Forward& forward : wish_.forwards) {
    ports.push_back({{"port", forward.local}, {"remote", forward.remote}, {"udp", forward.udp}});
  }
  return {{"number", number_},
          {"mac", ToText(station_.mac())},
          {"ssid", wish_.ssid},
          {"address", Ipv4Text(address_)},
          {"device", Ipv4Text(wish_.device)},
          {"joined", station_.joined()},
          {"ports", std::move(ports)}};
}

}  // namespace linnet::air
