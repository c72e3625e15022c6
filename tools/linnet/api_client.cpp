// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/linnet/api_client.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <filesystem>

#include "tools/linnet/context.hpp"
#include "twin/files.hpp"

namespace linnet::cli {
namespace {

constexpr time_t kTimeoutSeconds = 15;

class Socket {
 public:
  Socket() : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval timeout{kTimeoutSeconds, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
    ::setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout));
  }
  ~Socket() { ::close(descriptor_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  [[nodiscard]] bool Connect(std::uint16_t port) const {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return ::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) ==
           0;
  }

  [[nodiscard]] bool Send(std::string_view data) const {
    while (!data.empty()) {
      const ssize_t sent = ::send(descriptor_, data.data(), data.size(), MSG_NOSIGNAL);
      if (sent <= 0) {
        return false;
      }
      data.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  [[nodiscard]] std::string ReceiveAll() const {
    std::string received;
    char chunk[8192];
    for (;;) {
      const ssize_t size = ::recv(descriptor_, chunk, sizeof(chunk), 0);
      if (size <= 0) {
        return received;
      }
      received.append(chunk, static_cast<std::size_t>(size));
    }
  }

 private:
  int descriptor_;
};

}  // namespace

ApiClient::ApiClient(std::string directory) : directory_(std::move(directory)) {
  const std::filesystem::path dir(directory_);
  if (!std::filesystem::exists(dir / "twin.json")) {
    throw Failure("no twin is running in " + directory_ +
                  ": start one with `linnet twin up --dir " + directory_ + "`");
  }
  description_ = nlohmann::json::parse(twin::ReadFile(dir / "twin.json"), nullptr, false);
  if (!description_.is_object() || !description_.contains("apiPort")) {
    throw Failure((dir / "twin.json").string() + " is damaged: restart the twin");
  }
  token_ = twin::ReadFile(dir / "api.token");
}

std::string ApiClient::Exchange(const std::string& request) const {
  const Socket socket;
  if (!socket.Connect(description_["apiPort"].get<std::uint16_t>()) || !socket.Send(request)) {
    throw Failure("the twin in " + directory_ +
                  " does not answer: restart it with `linnet twin up`");
  }
  return socket.ReceiveAll();
}

nlohmann::json ApiClient::Call(const std::string& method, const std::string& target,
                               const std::string& body) const {
  const std::string answer =
      Exchange(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" +
               "Authorization: Bearer " + token_ +
               "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  const std::size_t head = answer.find("\r\n\r\n");
  if (head == std::string::npos || !answer.starts_with("HTTP/1.1 ")) {
    throw Failure("the twin in " + directory_ + " broke off its answer to " + method + " " +
                  target);
  }
  nlohmann::json json = nlohmann::json::parse(answer.substr(head + 4), nullptr, false);
  if (answer[9] == '2') {
    return json;
  }
  const std::string reason =
      json.is_object() ? json.value("message", "no reason given") : "no reason given";
  throw Failure("the twin refuses: " + reason);
}

bool TwinIsRunning(const std::string& directory) {
  try {
    const ApiClient client(directory);
    static_cast<void>(client.Get("/v1/things"));
    return true;
  } catch (const std::runtime_error&) {
    return false;
  }
}

std::string UrlEncode(const std::string& text) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
        c == '_' || c == '.' || c == '~') {
      encoded += c;
    } else {
      encoded += '%';
      encoded += kDigits[byte >> 4U];
      encoded += kDigits[byte & 15U];
    }
  }
  return encoded;
}

}  // namespace linnet::cli
