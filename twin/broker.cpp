// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/broker.hpp"

#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <stdexcept>

#include "twin/files.hpp"

namespace linnet::twin {
namespace {

constexpr std::chrono::milliseconds kRestartDelay(500);
constexpr std::size_t kLastLines = 5;

std::string FindMosquitto() {
  // Debian puts it where the PATH of an ordinary user does not look.
  for (const char* path :
       {"/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto", "/usr/bin/mosquitto"}) {
    if (::access(path, X_OK) == 0) {
      return path;
    }
  }
  throw std::runtime_error("the MQTT broker is not installed: run `apt-get install mosquitto`");
}

/// Beside the program.
std::filesystem::path FindPlugin() {
  std::filesystem::path plugin =
      std::filesystem::read_symlink("/proc/self/exe").parent_path() / "linnet_broker_plugin.so";
  if (!std::filesystem::exists(plugin)) {
    throw std::runtime_error(plugin.string() +
                             " is not there: build the target linnet_broker_plugin");
  }
  return plugin;
}

std::string UserName() {
  const passwd* entry = ::getpwuid(::geteuid());
  return entry == nullptr ? "root" : entry->pw_name;
}

}  // namespace

std::uint16_t FreeTcpPort() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  const bool found = socket >= 0 && ::bind(socket, generic, size) == 0 &&
                     ::getsockname(socket, generic, &size) == 0;
  ::close(socket);
  if (!found) {
    throw std::runtime_error(std::string("cannot find a free port: ") + std::strerror(errno));
  }
  return ntohs(address.sin_port);
}

Broker::Broker(Loop& loop, const Authority& authority, std::filesystem::path directory,
               std::uint16_t port, OnEvent on_event, OnRestart on_restart)
    : loop_(loop),
      directory_(std::move(directory)),
      port_(port),
      on_event_(std::move(on_event)),
      on_restart_(std::move(on_restart)) {
  MakePrivateDirectory(directory_);
  WriteSecretFile(directory_ / "mosquitto.conf",
                  BrokerConfig(authority, directory_, FindPlugin(), port_, UserName()));
  Start();
}

Broker::~Broker() {
  *alive_ = false;
}

void Broker::Start() {
  const std::vector<std::string> arguments = {FindMosquitto(), "-c",
                                              (directory_ / "mosquitto.conf").string()};
  child_ = std::make_unique<ChildProcess>(
      loop_, arguments, [this](const std::string& line) { OnLine(line); },
      [this](const std::string& description) { OnExit(description); });
}

void Broker::OnLine(const std::string& line) {
  last_lines_.push_back(line);
  if (last_lines_.size() > kLastLines) {
    last_lines_.pop_front();
  }
  if (const auto event = ParseBrokerLine(line)) {
    on_event_(*event);
  }
}

void Broker::OnExit(const std::string& description) {
  if (!watched_) {
    return;
  }
  on_restart_("Mosquitto ended (" + description + "): " + LastWords());
  loop_.After(kRestartDelay, [this, alive = alive_] {
    if (*alive && !away_) {
      Start();
    }
  });
}

void Broker::Kick(const std::string& thing) const {
  std::ofstream(KickFile(directory_), std::ios::app) << thing << "\n";
  if (child_) {
    child_->Signal(SIGHUP);
  }
}

void Broker::SetAway(bool away) {
  if (away == away_) {
    return;
  }
  away_ = away;
  if (away) {
    child_.reset();
  } else {
    Start();
  }
}

std::string Broker::LastWords() const {
  std::string words;
  for (const std::string& line : last_lines_) {
    words += (words.empty() ? "" : " / ") + line;
  }
  return words;
}

}  // namespace linnet::twin
