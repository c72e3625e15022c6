// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The access points that are there, the networks behind them, and how both are changed while
// devices use them.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "twin/air/access_point.hpp"
#include "twin/air/air.hpp"
#include "twin/air/network.hpp"
#include "twin/air/packets.hpp"

namespace linnet::air {

using Json = nlohmann::json;

class Scene {
 public:
  /// Makes the network behind access points; what it sends to stations goes to `output`.
  using MakeNetwork =
      std::function<std::unique_ptr<Network>(std::function<void(Bytes ethernet)> output)>;
  using Log = std::function<void(const std::string&)>;

  Scene(Air& air, MakeNetwork make_network, Log log)
      : air_(air), make_network_(std::move(make_network)), log_(std::move(log)) {}
  ~Scene();
  Scene(const Scene&) = delete;
  Scene& operator=(const Scene&) = delete;

  /// `wanted`: "name" and any of the members that List() shows. What is not given has a default:
  /// ssid and network as the name, WPA2 with a passphrase and open without. Throws
  /// std::runtime_error with one sentence, and then changes nothing.
  Json Add(const Json& wanted);
  /// As Add(); what is not given stays.
  Json Set(const Json& wanted);
  void Remove(const std::string& name);
  /// One object for each: name, ssid, bssid, band, channel, security, passphrase, signal, network,
  /// uplink, dhcp, overloaded, silent, away, and stations, which nobody can set.
  [[nodiscard]] Json List() const;

  void Tick();
  /// For the main loop.
  [[nodiscard]] std::vector<Network*> networks() const;

 private:
  struct Place {
    std::string name;
    Mac given{};  ///< By the pool.
    AccessPoint::Settings settings;
    hal::WifiBand band = hal::WifiBand::k2GHz;
    std::uint8_t channel = 1;
    int signal = -50;
    bool away = false;
    std::string network;
    Passage passage;
    std::unique_ptr<AccessPoint> access_point;
  };

  [[nodiscard]] Place& Find(const std::string& name);
  [[nodiscard]] static Json Describe(const Place& place);
  static void Apply(Place& place, const Json& wanted);
  void Check(const Place& place) const;
  void Open(Place& place);
  void Announce(const Place& place);
  void JoinNetwork(const std::string& name);
  void LeaveNetworks();
  void FromStation(Place& from, const Mac& station, Bytes ethernet);
  void FromNetwork(const std::string& network, Bytes ethernet);

  Air& air_;
  MakeNetwork make_network_;
  Log log_;
  std::map<std::string, std::unique_ptr<Network>> networks_;
  std::map<std::string, Place> places_;
  MacPool bssids_{{0x02, 0x4c, 0x69, 0x01, 0x00, 0x00}};
};

}  // namespace linnet::air
