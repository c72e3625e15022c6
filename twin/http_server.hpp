// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// An HTTP/1.1 server on the loopback address, with or without TLS: keep-alive, concurrent
// connections, bounded requests, deadlines on every read and write.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>

#include "twin/http.hpp"
#include "twin/loop.hpp"

namespace linnet::twin {

class HttpServer {
 public:
  struct Options {
    std::uint16_t port = 0;             ///< 0: any free one.
    std::filesystem::path certificate;  ///< PEM; empty: plain HTTP.
    std::filesystem::path key;
    std::uint64_t bytes_per_second = 0;  ///< Of one connection's bodies; 0: no limit.
    std::size_t max_body = 1 << 20;      ///< Of a request.
  };

  /// What became of a response: how much of its body went out, and whether that was all.
  using OnSent = std::function<void(const HttpRequest&, const HttpResponse&, std::uint64_t sent,
                                    bool complete)>;

  /// Listens at once. Throws std::runtime_error when the port is taken or the certificate cannot be
  /// read.
  HttpServer(Loop& loop, const Options& options, HttpHandler handler, OnSent on_sent = nullptr);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  /// As if the machine were gone: connections are refused, and those that there are end. Not any
  /// more: it listens on the same port again; throws as the constructor does.
  void SetAway(bool away);

 private:
  struct State;

  std::shared_ptr<State> state_;
};

}  // namespace linnet::twin
