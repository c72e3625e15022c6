// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/air/scene.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace linnet::air {
namespace {

constexpr std::size_t kMaxSsid = 32;
constexpr int kMinSignal = -110;
constexpr int kMaxSignal = -10;

template <typename T>
using Names = std::array<std::pair<const char*, T>, 4>;

constexpr Names<hal::WifiSecurity> kSecurities = {{{"open", hal::WifiSecurity::kOpen},
                                                   {"wpa2", hal::WifiSecurity::kWpa2Psk},
                                                   {"wpa2-wpa3", hal::WifiSecurity::kWpa2Wpa3},
                                                   {"wpa3", hal::WifiSecurity::kWpa3Sae}}};
constexpr std::array<std::pair<const char*, Uplink>, 3> kUplinks = {
    {{"internet", Uplink::kInternet}, {"none", Uplink::kNone}, {"portal", Uplink::kPortal}}};

template <typename List, typename T>
const char* NameIn(const List& list, T value) {
  for (const auto& [name, one] : list) {
    if (one == value) {
      return name;
    }
  }
  return "";
}

template <typename List, typename T>
void ReadName(const Json& from, const char* member, const List& list, T& into) {
  if (!from.contains(member)) {
    return;
  }
  std::string known;
  for (const auto& [name, one] : list) {
    if (from[member] == name) {
      into = one;
      return;
    }
    known += known.empty() ? name : std::string(", ") + name;
  }
  throw std::runtime_error(std::string(member) + " is one of: " + known);
}

template <typename T>
void Read(const Json& from, const char* member, T& into) {
  if (!from.contains(member)) {
    return;
  }
  try {
    from[member].get_to(into);
  } catch (const Json::exception&) {
    throw std::runtime_error(std::string("\"") + member + "\" has a value of the wrong kind");
  }
}

bool IsChannel(hal::WifiBand band, int channel) {
  if (band == hal::WifiBand::k2GHz) {
    return channel >= 1 && channel <= 13;
  }
  return (channel >= 36 && channel <= 144 && channel % 4 == 0) ||
         (channel >= 149 && channel <= 165 && channel % 4 == 1);
}

void RefuseUnknown(const Json& wanted) {
  constexpr std::array kMembers = {"name",     "ssid",       "bssid",  "band",    "channel",
                                   "security", "passphrase", "signal", "network", "uplink",
                                   "dhcp",     "overloaded", "silent", "away",    "stations"};
  for (const auto& [member, value] : wanted.items()) {
    if (std::find(kMembers.begin(), kMembers.end(), member) == kMembers.end()) {
      throw std::runtime_error("an access point has no \"" + member + "\"");
    }
  }
}

// Names only: one of them is a passphrase.
std::string Changes(const Json& wanted) {
  std::string text;
  for (const auto& [member, value] : wanted.items()) {
    if (member != "name") {
      text += (text.empty() ? ": " : ", ") + member;
    }
  }
  return text;
}

}  // namespace

Scene::~Scene() {
  for (auto& [name, place] : places_) {
    air_.Withdraw(place.settings.bssid);
    air_.Detach(place.settings.bssid);
  }
}

Scene::Place& Scene::Find(const std::string& name) {
  const auto at = places_.find(name);
  if (at == places_.end()) {
    throw std::runtime_error("there is no access point \"" + name +
                             "\": see `linnet air list`, or add it with `linnet air add`");
  }
  return at->second;
}

void Scene::Apply(Place& place, const Json& wanted) {
  RefuseUnknown(wanted);
  Read(wanted, "ssid", place.settings.ssid);
  if (wanted.contains("bssid")) {
    std::string text;
    Read(wanted, "bssid", text);
    const std::optional<Mac> bssid = ParseMac(text);
    if (!bssid || ((*bssid)[0] & 1U) != 0) {
      throw std::runtime_error("\"" + text +
                               "\" is no address of an access point: "
                               "6 bytes as 02:4c:69:01:00:01");
    }
    place.settings.bssid = *bssid;
  }
  if (wanted.contains("band")) {
    const Json& band = wanted["band"];
    if (band != 5 && band != 2.4) {
      throw std::runtime_error("band is 2.4 or 5 (GHz)");
    }
    place.band = band == 5 ? hal::WifiBand::k5GHz : hal::WifiBand::k2GHz;
    place.channel = place.band == hal::WifiBand::k5GHz ? 36 : 1;
  }
  Read(wanted, "channel", place.channel);
  Read(wanted, "passphrase", place.settings.passphrase);
  ReadName(wanted, "security", kSecurities, place.settings.security);
  Read(wanted, "signal", place.signal);
  Read(wanted, "network", place.network);
  ReadName(wanted, "uplink", kUplinks, place.passage.uplink);
  Read(wanted, "dhcp", place.passage.dhcp);
  Read(wanted, "overloaded", place.settings.overloaded);
  Read(wanted, "silent", place.settings.silent);
  Read(wanted, "away", place.away);
}

void Scene::Check(const Place& place) const {
  const AccessPoint::Settings& settings = place.settings;
  if (settings.ssid.empty() || settings.ssid.size() > kMaxSsid) {
    throw std::runtime_error("a network's name (ssid) has 1 to 32 bytes");
  }
  if (!IsChannel(place.band, place.channel)) {
    throw std::runtime_error("channel " + std::to_string(place.channel) +
                             " does not exist there: 1 to 13 with 2.4 GHz, 36, 40 … 165 with 5");
  }
  const bool open = settings.security == hal::WifiSecurity::kOpen;
  if (open && !settings.passphrase.empty()) {
    throw std::runtime_error("an open network has no passphrase: choose another security");
  }
  if (!open && !IsPassphrase(settings.passphrase)) {
    throw std::runtime_error(
        "a passphrase has 8 to 63 printable characters, or 64 hexadecimal "
        "digits");
  }
  if (place.signal < kMinSignal || place.signal > kMaxSignal) {
    throw std::runtime_error("a signal lies between -110 and -10 dBm");
  }
  for (const auto& [name, other] : places_) {
    if (name != place.name && other.settings.bssid == settings.bssid) {
      throw std::runtime_error("the access point \"" + name + "\" has that address (bssid)");
    }
  }
}

Json Scene::Add(const Json& wanted) {
  Place place;
  Read(wanted, "name", place.name);
  if (place.name.empty()) {
    throw std::runtime_error("an access point needs a name");
  }
  if (places_.count(place.name) != 0) {
    throw std::runtime_error("there is an access point \"" + place.name +
                             "\" already: change it with `linnet air set`");
  }
  const std::optional<Mac> bssid = bssids_.Take();
  if (!bssid) {
    throw std::runtime_error("there are 254 access points already");
  }
  place.settings.ssid = place.name;
  place.settings.bssid = place.given = *bssid;
  if (wanted.contains("passphrase")) {
    place.settings.security = hal::WifiSecurity::kWpa2Psk;
  }
  try {
    Apply(place, wanted);
    Check(place);
  } catch (const std::runtime_error&) {
    bssids_.Give(*bssid);
    throw;
  }
  if (place.network.empty()) {
    place.network = place.settings.ssid;
  }
  JoinNetwork(place.network);
  Place& kept = places_[place.name] = std::move(place);
  Open(kept);
  log_("added " + kept.name);
  return Describe(kept);
}

void Scene::Open(Place& place) {
  place.access_point = std::make_unique<AccessPoint>(
      air_, place.settings,
      AccessPoint::Events{
          [this, &place](AccessPoint::Change change, const Mac& mac) {
            constexpr std::array kTexts = {" joined ", " left ", " has a wrong key for "};
            log_(ToText(mac) + kTexts[static_cast<std::size_t>(change)] + place.name);
          },
          [this, &place](const Mac& from, Bytes ethernet) { FromStation(place, from, ethernet); }});
  air_.Attach(place.settings.bssid,
              [&place](const AirFrame& frame) { place.access_point->OnFrame(frame); });
  Announce(place);
}

void Scene::Announce(const Place& place) {
  constexpr std::int8_t kNowhere = -128;
  Beacon beacon;
  beacon.ssid = place.settings.ssid;
  beacon.bssid = place.settings.bssid;
  beacon.channel = place.channel;
  beacon.band = place.band;
  beacon.security = place.settings.security;
  beacon.rssi_dbm = place.away ? kNowhere : static_cast<std::int8_t>(place.signal);
  beacon.rsn = RsnOf(beacon.security);
  air_.Announce(std::move(beacon));
}

Json Scene::Set(const Json& wanted) {
  std::string name;
  Read(wanted, "name", name);
  Place& place = Find(name);
  Place changed;
  changed.name = place.name;
  changed.given = place.given;
  Json complete = Describe(place);
  complete.erase("stations");
  complete.merge_patch(wanted);
  if (wanted.contains("band") && !wanted.contains("channel")) {
    complete.erase("channel");
  }
  if (wanted.contains("security") && wanted["security"] == "open" &&
      !wanted.contains("passphrase")) {
    complete["passphrase"] = "";
  }
  Apply(changed, complete);
  Check(changed);
  JoinNetwork(changed.network);
  const bool moved = changed.settings.bssid != place.settings.bssid ||
                     changed.channel != place.channel || changed.network != place.network;
  if (moved) {
    place.access_point->PutOut();
  }
  place.access_point->Set(changed.settings);
  air_.Deliver();  // who is put out hears it from the address that it knows
  if (changed.settings.bssid != place.settings.bssid) {
    air_.Withdraw(place.settings.bssid);
    air_.Detach(place.settings.bssid);
    air_.Attach(changed.settings.bssid,
                [&place](const AirFrame& frame) { place.access_point->OnFrame(frame); });
  }
  changed.access_point = std::move(place.access_point);
  place = std::move(changed);
  LeaveNetworks();
  Announce(place);
  log_("changed " + place.name + Changes(wanted));
  return Describe(place);
}

void Scene::Remove(const std::string& name) {
  const Place& place = Find(name);
  air_.Withdraw(place.settings.bssid);
  air_.Detach(place.settings.bssid);
  bssids_.Give(place.given);
  places_.erase(name);
  LeaveNetworks();
  log_("removed " + name);
}

Json Scene::Describe(const Place& place) {
  Json stations = Json::array();
  if (place.access_point) {
    for (const Mac& mac : place.access_point->Joined()) {
      stations.push_back(ToText(mac));
    }
  }
  return {{"name", place.name},
          {"ssid", place.settings.ssid},
          {"bssid", ToText(place.settings.bssid)},
          {"band", place.band == hal::WifiBand::k5GHz ? Json(5) : Json(2.4)},
          {"channel", place.channel},
          {"security", NameIn(kSecurities, place.settings.security)},
          {"passphrase", place.settings.passphrase},
          {"signal", place.signal},
          {"network", place.network},
          {"uplink", NameIn(kUplinks, place.passage.uplink)},
          {"dhcp", place.passage.dhcp},
          {"overloaded", place.settings.overloaded},
          {"silent", place.settings.silent},
          {"away", place.away},
          {"stations", std::move(stations)}};
}

Json Scene::List() const {
  Json list = Json::array();
  for (const auto& [name, place] : places_) {
    list.push_back(Describe(place));
  }
  return list;
}

void Scene::Tick() {
  for (auto& [name, place] : places_) {
    place.access_point->Tick();
  }
}

void Scene::JoinNetwork(const std::string& name) {
  std::unique_ptr<Network>& network = networks_[name];
  if (!network) {
    network = make_network_([this, name](Bytes ethernet) { FromNetwork(name, ethernet); });
  }
}

void Scene::LeaveNetworks() {
  std::erase_if(networks_, [this](const auto& entry) {
    return std::none_of(places_.begin(), places_.end(), [&entry](const auto& place) {
      return place.second.network == entry.first;
    });
  });
}

std::vector<Network*> Scene::networks() const {
  std::vector<Network*> all;
  for (const auto& [name, network] : networks_) {
    all.push_back(network.get());
  }
  return all;
}

void Scene::FromStation(Place& from, const Mac& station, Bytes ethernet) {
  if (from.passage.uplink == Uplink::kPortal) {
    if (const std::optional<Blob> answer = PortalAnswer(ethernet)) {
      from.access_point->Send(*answer);
      return;
    }
  }
  if (!Passes(from.passage, ethernet)) {
    return;
  }
  networks_.at(from.network)->Input(ethernet);
  for (auto& [name, place] : places_) {
    if (place.network == from.network && Passes(place.passage, ethernet)) {
      place.access_point->Send(ethernet, station);
    }
  }
}

void Scene::FromNetwork(const std::string& network, Bytes ethernet) {
  for (auto& [name, place] : places_) {
    if (place.network == network && Passes(place.passage, ethernet)) {
      place.access_point->Send(ethernet);
    }
  }
}

}  // namespace linnet::air
