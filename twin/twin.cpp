// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/twin.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

#include <ctime>
#include <stdexcept>

#include "twin/air_client.hpp"
#include "twin/api.hpp"
#include "twin/broker.hpp"
#include "twin/broker_client.hpp"
#include "twin/child_process.hpp"
#include "twin/cloud.hpp"
#include "twin/faults.hpp"
#include "twin/files.hpp"
#include "twin/firmware.hpp"
#include "twin/http_server.hpp"
#include "twin/sntp.hpp"
#include "twin/stream_folder.hpp"

namespace linnet::twin {
namespace {

constexpr std::chrono::seconds kStartDeadline(20);
constexpr std::chrono::seconds kTick(1);
constexpr std::chrono::milliseconds kGoodbye(100);
constexpr int kPortAttempts = 5;
constexpr int kAirSeconds = 2;
constexpr std::size_t kSecretBytes = 32;

UnixSeconds Now() {
  return std::time(nullptr);
}

// One twin in a directory at a time. The lock goes with the process, however that ends.
class DirectoryLock {
 public:
  explicit DirectoryLock(const std::filesystem::path& directory) {
    const std::filesystem::path file = directory / "lock";
    descriptor_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor_ < 0 || ::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
      ::close(descriptor_);
      throw std::runtime_error("a twin is running in " + directory.string() +
                               " already; see `linnet twin status`, or use another --dir");
    }
  }
  ~DirectoryLock() { ::close(descriptor_); }
  DirectoryLock(const DirectoryLock&) = delete;
  DirectoryLock& operator=(const DirectoryLock&) = delete;

 private:
  int descriptor_ = -1;
};

std::filesystem::path Prepare(const std::filesystem::path& directory) {
  std::filesystem::path absolute = std::filesystem::absolute(directory);
  MakePrivateDirectory(absolute);
  MakePrivateDirectory(absolute / "fw");
  return absolute;
}

}  // namespace

struct Twin::State {
  State(TwinOptions wanted, std::ostream& out)
      : options(std::move(wanted)),
        directory(Prepare(options.directory)),
        lock(directory),
        database(directory / "twin.db"),
        store(database),
        events(database, &out, options.json_output ? EventLog::Form::kJson : EventLog::Form::kText,
               options.events_file),
        authority(directory / "ca", options.server_key, Now()),
        links(Secret("link-secret")),
        objects(directory / "fw"),
        cloud(database, authority, events, links, faults, objects, Now),
        firmware(directory / "fw", links, faults),
        api(cloud, faults, NewToken(),
            {[this] { return Status(); }, [this] { StopSoon(); },
             [this](const Json& request) { return AskAir(directory, request, kAirSeconds); }}) {}

  std::string Secret(const std::string& key) {
    if (store.Meta(key).empty()) {
      store.SetMeta(key, RandomHex(kSecretBytes));
    }
    return store.Meta(key);
  }

  std::string NewToken() const {
    std::string token = RandomHex(kSecretBytes);
    WriteSecretFile(directory / "api.token", token);
    return token;
  }

  // The given port, or that of the last time, or 0.
  std::uint16_t WantedPort(const std::optional<std::uint16_t>& given, const std::string& name) {
    if (given) {
      return *given;
    }
    const std::string last = store.Meta(name);
    return last.empty() ? std::uint16_t{0} : static_cast<std::uint16_t>(std::stoi(last));
  }

  void StopSoon() {
    loop.After(kGoodbye, [this] { loop.Stop(); });
  }

  void Log(const std::string& kind, const std::string& text, Json data = Json::object()) {
    events.Add({0, 0, kind, "", text, std::move(data)});
  }

  Json Ports() const {
    return {{"endpoint", kEndpointName},
            {"mqttPort", broker->port()},
            {"httpsPort", https->port()},
            {"sntpPort", sntp->port()},
            {"apiPort", admin->port()}};
  }

  Json Status() {
    Json status = Ports();
    status["pid"] = ::getpid();
    status["brokerPid"] = broker->running() ? Json(broker->pid()) : Json(nullptr);
    status["directory"] = directory.string();
    status["startedAt"] = started_at;
    status["lastEvent"] = events.last_id();
    status["things"] = cloud.Things();
    status["jobs"] = cloud.Jobs();
    return status;
  }

  void OnBrokerEvent(const BrokerEvent& event);
  void StartBroker();
  bool TryBroker(std::uint16_t port);
  void StartServers();
  void StartAir();
  void OnSent(const HttpRequest& request, const HttpResponse& response, std::uint64_t sent,
              bool complete);
  void OnFault(const FaultKind& kind, bool active);
  [[nodiscard]] std::optional<std::chrono::system_clock::time_point> ServedTime();
  void Announce();

  TwinOptions options;
  std::filesystem::path directory;
  DirectoryLock lock;
  Loop loop;
  Database database;
  Store store;
  EventLog events;
  Authority authority;
  Links links;
  Faults faults;
  StreamFolder objects;
  Cloud cloud;
  FirmwareServer firmware;
  Api api;
  UnixSeconds started_at = Now();
  bool interrupted = false;
  bool ready = false;
  std::unique_ptr<Broker> broker;
  std::unique_ptr<BrokerClient> client;
  std::unique_ptr<HttpServer> https;
  std::unique_ptr<HttpServer> admin;
  std::unique_ptr<SntpServer> sntp;
  std::unique_ptr<ChildProcess> air;
};

void Twin::State::OnBrokerEvent(const BrokerEvent& event) {
  if (event.client == kServiceName) {
    return;
  }
  switch (event.kind) {
    case BrokerEvent::Kind::kConnected:
      cloud.SetConnected(event.client, true);
      events.Add({0, 0, "connected", event.client, event.reason, {{"protocol", event.reason}}});
      break;
    case BrokerEvent::Kind::kDisconnected:
      cloud.SetConnected(event.client, false);
      events.Add({0, 0, "disconnected", event.client, event.reason, {{"reason", event.reason}}});
      break;
    case BrokerEvent::Kind::kRefused:
      events.Add({0, 0, "refused", "", event.reason, {{"reason", event.reason}}});
      break;
  }
}

// Whether a broker came up on `port`. It did not when somebody else took the port in the meantime.
bool Twin::State::TryBroker(std::uint16_t port) {
  broker = std::make_unique<Broker>(
      loop, authority, directory / "broker", port,
      [this](const BrokerEvent& event) { OnBrokerEvent(event); },
      [this](const std::string& reason) {
        cloud.ForgetConnections();
        Log("broker", reason);
      });
  BrokerClient::Options how{"127.0.0.1",
                            port,
                            kServiceName,
                            authority.roots_file(),
                            authority.certificate_file("service"),
                            authority.key_file("service"),
                            ServiceSubscriptions()};
  client = std::make_unique<BrokerClient>(
      std::move(how),
      BrokerClient::Callbacks{
          [this](const Message& message) {
            loop.Post([this, message] { cloud.OnMessage(message.topic, message.payload); });
          },
          [this](const std::vector<std::string>&) { loop.Post([this] { ready = true; }); }, nullptr,
          nullptr});
  const bool settled =
      loop.RunUntil([this] { return ready || interrupted || !broker->running(); }, kStartDeadline);
  if (!settled) {
    throw std::runtime_error("the MQTT broker does not answer: " + broker->LastWords());
  }
  broker->set_watched(ready);
  return ready || interrupted;
}

void Twin::State::StartBroker() {
  const std::uint16_t wanted = WantedPort(options.mqtt_port, "mqtt-port");
  for (int attempt = 0; attempt < kPortAttempts; ++attempt) {
    if (TryBroker(wanted != 0 ? wanted : FreeTcpPort())) {
      return;
    }
    client.reset();
    if (wanted != 0) {
      break;
    }
  }
  throw std::runtime_error("the MQTT broker does not start (" + broker->LastWords() +
                           "); choose another port with --mqtt-port, or 0 for any");
}

void Twin::State::StartServers() {
  HttpServer::Options https_options;
  https_options.port = WantedPort(options.https_port, "https-port");
  https_options.certificate = authority.certificate_file("server");
  https_options.key = authority.key_file("server");
  https_options.bytes_per_second = options.https_bytes_per_second;
  https = std::make_unique<HttpServer>(
      loop, https_options,
      [this](const HttpRequest& request) { return firmware.Handle(request, Now()); },
      [this](const HttpRequest& request, const HttpResponse& response, std::uint64_t sent,
             bool complete) { OnSent(request, response, sent, complete); });
  HttpServer::Options api_options;
  api_options.port = WantedPort(options.api_port, "api-port");
  admin = std::make_unique<HttpServer>(
      loop, api_options, [this](const HttpRequest& request) { return api.Handle(request); });
  sntp = std::make_unique<SntpServer>(loop, WantedPort(options.sntp_port, "sntp-port"),
                                      [this] { return ServedTime(); });
}

std::optional<std::chrono::system_clock::time_point> Twin::State::ServedTime() {
  if (faults.Use(Fault::kSntpSilent)) {
    return std::nullopt;
  }
  const std::chrono::seconds wrong(faults.Use(Fault::kSntpWrong).value_or(0));
  return std::chrono::system_clock::now() + wrong;
}

void Twin::State::OnFault(const FaultKind& kind, bool active) {
  Log("fault", std::string(kind.name) + (active ? ": " : " is over: ") + kind.effect,
      {{"name", kind.name}, {"active", active}});
  if (kind.fault == Fault::kHttpsDown) {
    https->SetAway(active);
  }
  if (kind.fault == Fault::kBrokerDown) {
    cloud.ForgetConnections();
    broker->SetAway(active);
  }
}

void Twin::State::StartAir() {
  if (options.air_program.empty()) {
    return;
  }
  const std::filesystem::path where = AirDirectory(directory);
  air = std::make_unique<ChildProcess>(
      loop, std::vector<std::string>{options.air_program.string(), where.string()},
      [this](const std::string& line) { Log("air", line); },
      [this](const std::string& how) { Log("air", "the air has ended: " + how); });
}

void Twin::State::OnSent(const HttpRequest& request, const HttpResponse& response,
                         std::uint64_t sent, bool complete) {
  const std::string range = request.Header("range");
  std::string text = request.method + " " + request.path + "  " + std::to_string(response.status) +
                     "  " + (range.empty() ? "" : range + "  ") + std::to_string(sent) + " B";
  if (!complete) {
    text += ", broken off";
  }
  faults.CountSent(sent);
  Log("download", text,
      {{"method", request.method},
       {"path", request.path},
       {"range", range},
       {"status", response.status},
       {"bytes", sent},
       {"complete", complete}});
}

void Twin::State::Announce() {
  store.SetMeta("mqtt-port", std::to_string(broker->port()));
  store.SetMeta("https-port", std::to_string(https->port()));
  store.SetMeta("sntp-port", std::to_string(sntp->port()));
  store.SetMeta("api-port", std::to_string(admin->port()));
  Json description = Ports();
  description["pid"] = ::getpid();
  WriteSecretFile(directory / "twin.json", description.dump(2) + "\n");
  Log("twin",
      std::string("up: ") + kEndpointName + ", MQTT " + std::to_string(broker->port()) +
          ", HTTPS " + std::to_string(https->port()) + ", SNTP " + std::to_string(sntp->port()) +
          ", API " + std::to_string(admin->port()),
      std::move(description));
}

Twin::Twin(TwinOptions options, std::ostream& out)
    : state_(std::make_unique<State>(std::move(options), out)) {
  State& state = *state_;
  state.loop.OnSignals({SIGINT, SIGTERM, SIGHUP}, [&state](int) {
    state.interrupted = true;
    state.loop.Stop();
  });
  state.StartBroker();
  if (state.interrupted) {
    return;
  }
  state.StartServers();
  state.StartAir();
  state.cloud.set_publisher([&state](const Message& message) { state.client->Publish(message); });
  state.cloud.set_on_revoked([&state](const std::string& thing) { state.broker->Kick(thing); });
  state.loop.Every(kTick, [&state] { state.cloud.Tick(); });
  state.faults.set_on_change(
      [&state](const FaultKind& kind, bool active) { state.OnFault(kind, active); });
  state.Announce();
}

Twin::~Twin() {
  std::error_code ignored;
  std::filesystem::remove(state_->directory / "twin.json", ignored);
  state_->air.reset();
  state_->client.reset();
  state_->broker.reset();
}

void Twin::Run() {
  state_->loop.Run();
  state_->Log("twin", "down");
}

}  // namespace linnet::twin
