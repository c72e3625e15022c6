// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/air_client.hpp"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <stdexcept>

namespace linnet::twin {
namespace {

class Socket {
 public:
  Socket(const std::filesystem::path& path, int seconds)
      : descriptor_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval timeout{seconds, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
    ::setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string text = path.string();
    if (text.size() < sizeof address.sun_path) {
      std::memcpy(address.sun_path, text.data(), text.size());
      connected_ =
          ::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    }
  }
  ~Socket() { ::close(descriptor_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  [[nodiscard]] bool connected() const { return connected_; }

  /// A line for a line; empty: none came.
  [[nodiscard]] std::string Exchange(const std::string& line) const {
    const auto size = static_cast<ssize_t>(line.size());
    if (::send(descriptor_, line.data(), line.size(), MSG_NOSIGNAL) != size) {
      return "";
    }
    std::string received;
    char chunk[8192];
    while (!received.ends_with('\n')) {
      const ssize_t got = ::recv(descriptor_, chunk, sizeof chunk, 0);
      if (got <= 0) {
        return "";
      }
      received.append(chunk, static_cast<std::size_t>(got));
    }
    return received;
  }

 private:
  int descriptor_;
  bool connected_ = false;
};

}  // namespace

std::filesystem::path AirDirectory(const std::filesystem::path& twin_directory) {
  return std::filesystem::absolute(twin_directory) / "air";
}

nlohmann::json AskAir(const std::filesystem::path& twin_directory, const nlohmann::json& request,
                      int seconds) {
  const Socket socket(AirDirectory(twin_directory) / "control.sock", seconds);
  if (!socket.connected()) {
    throw std::runtime_error("there is no air in " + twin_directory.string() +
                             ": start it with `linnet twin up --dir " + twin_directory.string() +
                             "`");
  }
  const nlohmann::json answer =
      nlohmann::json::parse(socket.Exchange(request.dump() + "\n"), nullptr, false);
  if (!answer.is_object()) {
    throw std::runtime_error("the air in " + twin_directory.string() + " does not answer");
  }
  if (answer.contains("error")) {
    throw std::runtime_error(answer["error"].get<std::string>());
  }
  return answer["value"];
}

}  // namespace linnet::twin
