// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A small HTTPS client that verifies the server and keeps its connection.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

struct bio_st;
struct ssl_ctx_st;

namespace linnet::twin::integration {

struct HttpsAnswer {
  int status = 0;
  std::string head;  ///< Status line and headers.
  std::string body;

  /// A header's value, or "".
  [[nodiscard]] std::string Header(const std::string& name) const;
};

class HttpsClient {
 public:
  /// Connects to the loopback address and verifies the server as `name`. Throws std::runtime_error
  /// when that fails.
  HttpsClient(std::uint16_t port, const std::filesystem::path& roots, const std::string& name);
  ~HttpsClient();
  HttpsClient(const HttpsClient&) = delete;
  HttpsClient& operator=(const HttpsClient&) = delete;

  /// `headers` ends each of its lines with "\r\n".
  HttpsAnswer Request(const std::string& method, const std::string& target,
                      const std::string& headers = "");

 private:
  std::string Receive();

  std::shared_ptr<ssl_ctx_st> context_;
  std::shared_ptr<bio_st> connection_;
};

}  // namespace linnet::twin::integration
