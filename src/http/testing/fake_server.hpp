// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A file server at the other end of a ScriptedStream, that can be told to behave in odd ways.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/view.hpp"
#include "net/testing/scripted_stream.hpp"

namespace linnet::http::testing {

class FakeServer {
 public:
  explicit FakeServer(net::testing::ScriptedStream& stream) : stream_(stream) {}

  std::string file;
  std::string etag = "\"v1\"";
  bool ignore_range = false;
  bool chunked = false;
  bool close_after = false;        ///< Says "Connection: close" and does it.
  bool end_silently = false;       ///< Ends the connection after an answer without having said so.
  std::size_t at_most = SIZE_MAX;  ///< Bytes of a range that it gives.
  std::optional<std::string> answer;  ///< Sent as it is, once.
  std::vector<std::string> requests;

  void Step() {
    if (opens_ != stream_.opens) {
      opens_ = stream_.opens;
      input_.clear();
    }
    input_ += stream_.TakeWritten();
    for (std::size_t end = input_.find("\r\n\r\n"); end != std::string::npos;
         end = input_.find("\r\n\r\n")) {
      requests.push_back(input_.substr(0, end + 2));
      input_.erase(0, end + 4);
      Answer(requests.back());
    }
  }

  [[nodiscard]] static std::string Field(const std::string& request, const std::string& name) {
    const std::size_t at = request.find("\r\n" + name + ": ");
    if (at == std::string::npos) {
      return {};
    }
    const std::size_t begin = at + name.size() + 4;
    return request.substr(begin, request.find("\r\n", begin) - begin);
  }

 private:
  void Answer(const std::string& request) {
    if (answer.has_value()) {
      stream_.Feed(*answer);
      answer.reset();
      return;
    }
    std::string head = "HTTP/1.1 200 OK\r\n";
    std::string body = file;
    const std::string range = Field(request, "Range");
    const std::string condition = Field(request, "If-Range");
    if (!range.empty() && !ignore_range && (condition.empty() || condition == etag)) {
      const std::size_t first = std::stoul(range.substr(6));
      const std::size_t wanted = std::stoul(range.substr(range.find('-') + 1)) - first + 1;
      if (first >= file.size()) {
        stream_.Feed("HTTP/1.1 416 No\r\nContent-Range: bytes */" + std::to_string(file.size()) +
                     "\r\nContent-Length: 0\r\n\r\n");
        return;
      }
      body = file.substr(first, std::min(wanted, at_most));
      head = "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes " + std::to_string(first) + "-" +
             std::to_string(first + body.size() - 1) + "/" + std::to_string(file.size()) + "\r\n";
    }
    head += "ETag: " + etag + "\r\nx-unknown: yes\r\n";
    if (close_after) {
      head += "Connection: close\r\n";
    }
    if (chunked) {
      stream_.Feed(head + "Transfer-Encoding: chunked\r\n\r\n" + Chunks(body));
    } else {
      stream_.Feed(head + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    }
    if (close_after || end_silently) {
      stream_.EndByPeer();
    }
  }

  static std::string Chunks(const std::string& body) {
    std::string out;
    for (std::size_t at = 0; at < body.size(); at += 26) {
      const std::string piece = body.substr(at, 26);
      constexpr StringView kDigits = "0123456789aBcDeF";
      out += kDigits[piece.size() / 16];
      out += kDigits[piece.size() % 16];
      out += (at == 0 ? ";name=value\r\n" : "\r\n") + piece + "\r\n";
    }
    return out + "0\r\nx-trailer: ignored\r\n\r\n";
  }

  net::testing::ScriptedStream& stream_;
  std::string input_;
  int opens_ = 0;
};

}  // namespace linnet::http::testing
