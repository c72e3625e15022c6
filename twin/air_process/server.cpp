// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/air_process/server.hpp"

#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>
#include <set>
#include <stdexcept>
#include <utility>

#include "radio/patch.hpp"

namespace linnet::air {
namespace {

constexpr int kTickMs = 50;
constexpr int kIdleMs = 1'000;
constexpr std::size_t kMaxRequest = 65'536;

Millis Now() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

Descriptor CatchSignals() {
  sigset_t wanted;
  sigemptyset(&wanted);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    sigaddset(&wanted, signal);
  }
  ::sigprocmask(SIG_BLOCK, &wanted, nullptr);
  return Descriptor(::signalfd(-1, &wanted, SFD_NONBLOCK | SFD_CLOEXEC));
}

template <typename T>
T Member(const Json& request, const char* name, T otherwise) {
  try {
    return request.value(name, std::move(otherwise));
  } catch (const Json::exception&) {
    throw std::runtime_error(std::string("\"") + name + "\" has a value of the wrong kind");
  }
}

Json Port(const Json& forward) {
  if (!forward.is_object() || !forward.contains("remote")) {
    throw std::runtime_error("\"forwards\" is a list of {\"remote\": port, \"udp\": false}");
  }
  return forward;
}

}  // namespace

struct Server::Radio {
  Radio(Descriptor socket, Air& air, Faults& faults, const Mac& mac, const Chip::Log& log)
      : connection(std::move(socket)),
        chip(
            air, faults, {mac, {0x06, mac[1], mac[2], mac[3], mac[4], mac[5]}},
            [this](Bytes line) { connection.Send(line); }, log) {}
  Connection connection;
  Chip chip;
};

struct Server::Client {
  explicit Client(Descriptor socket) : connection(std::move(socket)) {}
  Connection connection;
  std::string received;
};

Server::Server(const std::filesystem::path& directory, std::ostream& log)
    : directory_(std::filesystem::absolute(directory)),
      log_(log),
      signals_(CatchSignals()),
      radio_listener_(ListenAt(directory_ / "radio.sock")),
      control_listener_(ListenAt(directory_ / "control.sock")),
      air_(Now),
      scene_(
          air_,
          [](std::function<void(Bytes)> output) {
            return std::make_unique<SlirpNetwork>(SlirpNetwork::AsQemu(), std::move(output));
          },
          [this](const std::string& text) { Log(text); }) {
  Load();
  Log("the air is there: " + (directory_ / "radio.sock").string());
}

Server::~Server() {
  visitors_.clear();
  radios_.clear();
  std::error_code ignored;
  std::filesystem::remove(directory_ / "radio.sock", ignored);
  std::filesystem::remove(directory_ / "control.sock", ignored);
}

void Server::Log(const std::string& text) {
  log_ << text << std::endl;
}

void Server::Run() {
  while (!stopped_) {
    Step();
  }
  Log("the air is gone");
}

// Whoever waits puts its entries behind each other; each finds its own again.
void Server::Step() {
  std::vector<pollfd> fds = {{signals_.get(), POLLIN, 0},
                             {radio_listener_.get(), POLLIN, 0},
                             {control_listener_.get(), POLLIN, 0}};
  for (const Radio& radio : radios_) {
    fds.push_back(radio.connection.Wanted());
  }
  for (const auto& client : clients_) {
    fds.push_back(client->connection.Wanted());
  }
  std::vector<Pollable*> networks;
  for (Network* network : scene_.networks()) {
    networks.push_back(dynamic_cast<Pollable*>(network));
  }
  for (const auto& visitor : visitors_) {
    if (visitor->network() != nullptr) {
      networks.push_back(visitor->network());
    }
  }
  int timeout = radios_.empty() && visitors_.empty() ? kIdleMs : kTickMs;
  for (Pollable* network : networks) {
    network->Fill(fds, timeout);
  }
  if (::poll(fds.data(), fds.size(), timeout) < 0) {
    return;
  }
  for (Pollable* network : networks) {  // before anything can take one away
    network->Ready(fds);
  }
  auto at = fds.begin() + 3;
  for (Radio& radio : radios_) {
    std::string received;
    radio.connection.Ready((at++)->revents, received);
    radio.chip.Take(AsBytes(received));
  }
  for (const auto& client : clients_) {
    client->connection.Ready((at++)->revents, client->received);
  }
  stopped_ = fds[0].revents != 0;
  AcceptAll();
  Tick();
}

void Server::AcceptAll() {
  if (Descriptor client = Accept(control_listener_); client.get() >= 0) {
    clients_.push_back(std::make_shared<Client>(std::move(client)));
  }
  Descriptor socket = Accept(radio_listener_);
  const std::optional<Mac> mac = socket.get() >= 0 ? stations_.Take() : std::nullopt;
  if (mac) {
    const std::string name = "radio " + ToText(*mac) + " ";
    radios_.emplace_back(std::move(socket), air_, faults_, *mac,
                         [this, name](const std::string& text) { Log(name + text); });
    Log(name + "has a host");
  }
}

void Server::Tick() {
  for (const auto& client : clients_) {
    const std::size_t end = client->received.find('\n');
    if (end != std::string::npos) {
      const std::string line = client->received.substr(0, end);
      client->received.erase(0, end + 1);
      OnRequest(line, [weak = std::weak_ptr<Client>(client)](const Json& answer) {
        if (const auto there = weak.lock()) {
          there->connection.Send(answer.dump(-1, ' ', false, Json::error_handler_t::replace) +
                                 "\n");
        }
      });
    }
  }
  air_.Deliver();
  scene_.Tick();
  for (Radio& radio : radios_) {
    radio.chip.Tick();
  }
  for (const auto& visitor : visitors_) {
    visitor->Tick();
  }
  air_.Deliver();
  visitors_.remove_if([](const auto& visitor) { return visitor->gone(); });
  clients_.remove_if([](const auto& client) {
    return client->connection.closed() || client->received.size() > kMaxRequest;
  });
  for (auto radio = radios_.begin(); radio != radios_.end();) {
    if (!radio->connection.closed()) {
      ++radio;
      continue;
    }
    const Mac mac = radio->chip.addresses().station;
    Log("radio " + ToText(mac) + " has lost its host");
    radio = radios_.erase(radio);
    stations_.Give(mac);
  }
  air_.Deliver();
}

void Server::OnRequest(const std::string& text, const Reply& reply) {
  try {
    const Json request = Json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!request.is_object()) {
      throw std::runtime_error("a request is a JSON object on a line");
    }
    if (const Json value = Handle(request, reply); !value.is_discarded()) {
      reply({{"value", value}});
    }
  } catch (const std::exception& error) {
    reply({{"error", error.what()}});
  }
}

// Discarded: the answer comes later.
Json Server::Handle(const Json& request, const Reply& reply) {
  const std::string what = Member<std::string>(request, "do", "");
  if (what == "status") {
    return Status();
  }
  if (what == "join") {
    return Join(request, reply);
  }
  if (what == "leave") {
    return Leave(request);
  }
  if (what == "hang") {
    return HangAt(request);
  }
  if (what == "clear") {
    faults_.Clear();
    return Json::object();
  }
  Json value = Json::object();
  if (what == "add") {
    value = scene_.Add(Member(request, "accessPoint", Json::object()));
  } else if (what == "set") {
    value = scene_.Set(Member(request, "accessPoint", Json::object()));
  } else if (what == "remove") {
    scene_.Remove(Member<std::string>(request, "name", ""));
  } else {
    throw std::runtime_error("\"" + what + "\" is nothing that the air can do");
  }
  Save();
  return value;
}

Json Server::Join(const Json& request, const Reply& reply) {
  std::set<int> free;
  for (int number = 1; number <= kMaxVisitors; ++number) {
    free.insert(number);
  }
  for (const auto& visitor : visitors_) {
    free.erase(visitor->number());
  }
  if (free.empty()) {
    throw std::runtime_error("4 visitors are there already: let one go with `linnet air leave`");
  }
  Visitor::Wish wish;
  wish.ssid = Member<std::string>(request, "ssid", "");
  wish.passphrase = Member<std::string>(request, "passphrase", "");
  if (!wish.passphrase.empty() && !IsPassphrase(wish.passphrase)) {
    throw std::runtime_error("a passphrase has 8 to 63 printable characters");
  }
  if (request.contains("forwards")) {
    wish.forwards.clear();
    for (const Json& one : request["forwards"]) {
      wish.forwards.push_back(
          {0, Member<std::uint16_t>(Port(one), "remote", 0), Member<bool>(one, "udp", false)});
    }
  }
  const int number = *free.begin();
  visitors_.push_back(std::make_unique<Visitor>(
      air_, number, std::move(wish),
      [this, number, reply](linnet::Status status, const std::string& reason) {
        if (!status.ok()) {
          return reply({{"error", reason}});
        }
        for (const auto& visitor : visitors_) {
          if (visitor->number() == number) {
            Log("visitor " + std::to_string(number) + " joined");
            reply({{"value", visitor->Describe()}});
          }
        }
      }));
  return Json(Json::value_t::discarded);
}

Json Server::Leave(const Json& request) {
  const int number = Member<int>(request, "number", 0);
  const auto visitor = std::find_if(visitors_.begin(), visitors_.end(),
                                    [number](const auto& one) { return one->number() == number; });
  if (visitor == visitors_.end()) {
    throw std::runtime_error("there is no visitor " + std::to_string(number) +
                             ": see `linnet air status`");
  }
  visitors_.erase(visitor);
  return Json::object();
}

Json Server::HangAt(const Json& request) {
  const std::string at = Member<std::string>(request, "at", "");
  if (at == "now") {
    for (Radio& radio : radios_) {
      radio.chip.Hang();
    }
    Log("all radios hang");
    return Json::object();
  }
  const auto command = ParseCommand(at);
  if (!command) {
    std::string known = "now";
    for (const std::string& name : CommandNames()) {
      known += ", " + name;
    }
    throw std::runtime_error("a radio can hang at: " + known);
  }
  const int times = Member<int>(request, "times", 1);
  faults_.HangAt(*command, times > 0 ? times : -1);
  return Json::object();
}

Json Server::Status() const {
  Json radios = Json::array();
  for (const Radio& radio : radios_) {
    const Station& station = radio.chip.station();
    Json one = {{"mac", ToText(station.mac())},
                {"state", radio.chip.state()},
                {"firmware", radio.chip.firmware() == 0
                                 ? Json(nullptr)
                                 : Json(radio::FirmwareText(radio.chip.firmware()).view())},
                {"joined", station.joined() ? Json(station.ssid()) : Json(nullptr)},
                {"accessPoint", nullptr},
                {"dropped", radio.chip.dropped()}};
    if (const auto& soft_ap = radio.chip.access_point()) {
      Json stations = Json::array();
      for (const Mac& mac : soft_ap->Joined()) {
        stations.push_back(ToText(mac));
      }
      one["accessPoint"] = {{"ssid", soft_ap->settings().ssid}, {"stations", stations}};
    }
    radios.push_back(std::move(one));
  }
  Json visitors = Json::array();
  for (const auto& visitor : visitors_) {
    visitors.push_back(visitor->Describe());
  }
  Json hangs = Json::object();
  for (const auto& [command, times] : faults_.hangs()) {
    hangs[std::string(ToString(command))] = std::max(times, 0);
  }
  return {{"accessPoints", scene_.List()},
          {"radios", std::move(radios)},
          {"visitors", std::move(visitors)},
          {"hangs", std::move(hangs)},
          {"radioSocket", (directory_ / "radio.sock").string()}};
}

void Server::Save() const {
  const std::filesystem::path file = directory_ / "air.json";
  const std::filesystem::path fresh = directory_ / "air.json.new";
  std::ofstream(fresh) << scene_.List().dump(2) << "\n";
  std::filesystem::rename(fresh, file);
}

void Server::Load() {
  std::ifstream file(directory_ / "air.json");
  if (!file) {
    return;
  }
  const Json list = Json::parse(file, nullptr, /*allow_exceptions=*/false);
  if (!list.is_array()) {
    throw std::runtime_error((directory_ / "air.json").string() + " is damaged: remove it");
  }
  for (const Json& place : list) {
    scene_.Add(place);
  }
}

}  // namespace linnet::air
