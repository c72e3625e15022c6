// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/linnet/setup_client.hpp"

#include <netdb.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>

#include "http/response_parser.hpp"
#include "tools/linnet/context.hpp"

namespace linnet::cli {

namespace {

/// The device tries for up to 50 s before it answers.
constexpr int kPatienceSeconds = 75;

std::string Where(const SetupTarget& target) {
  return target.host + ":" + std::to_string(target.port);
}

/// A connected socket, closed at the end.
class Socket {
 public:
  explicit Socket(const SetupTarget& target) {
    addrinfo hints = {};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const std::string port = std::to_string(target.port);
    if (getaddrinfo(target.host.c_str(), port.c_str(), &hints, &found) != 0) {
      throw Failure("'" + target.host + "' is no host that can be found");
    }
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> all(found, freeaddrinfo);
    for (const addrinfo* one = found; one != nullptr && file_ < 0; one = one->ai_next) {
      Connect(*one);
    }
    if (file_ < 0) {
      throw Failure("no device answers at " + Where(target) +
                    ": join the network that it shows on its console, then try again");
    }
  }
  ~Socket() {
    if (file_ >= 0) {
      close(file_);
    }
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  [[nodiscard]] int file() const { return file_; }

 private:
  void Connect(const addrinfo& to) {
    const int file = socket(to.ai_family, to.ai_socktype | SOCK_CLOEXEC, to.ai_protocol);
    const timeval patience = {.tv_sec = kPatienceSeconds, .tv_usec = 0};
    setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(file, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (connect(file, to.ai_addr, to.ai_addrlen) == 0) {
      file_ = file;
    } else {
      close(file);
    }
  }

  int file_ = -1;
};

class Tls {
 public:
  Tls(const Socket& socket, const SetupTarget& target) : target_(target) {
    context_.reset(SSL_CTX_new(TLS_client_method()));
    SSL_CTX_set_min_proto_version(context_.get(), TLS1_2_VERSION);
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_fd(ssl_.get(), socket.file());
    if (SSL_connect(ssl_.get()) != 1) {
      throw Failure("no TLS connection to " + Where(target) + ": " + Reason());
    }
  }

  [[nodiscard]] std::string Fingerprint() const {
    const std::unique_ptr<X509, decltype(&X509_free)> shown(SSL_get1_peer_certificate(ssl_.get()),
                                                            X509_free);
    std::array<unsigned char, 32> digest{};
    unsigned size = 0;
    X509_digest(shown.get(), EVP_sha256(), digest.data(), &size);
    std::string text;
    for (const unsigned char byte : digest) {
      constexpr std::string_view kDigits = "0123456789abcdef";
      text += kDigits[byte >> 4];
      text += kDigits[byte & 15];
    }
    return text;
  }

  void Write(const std::string& text) const {
    if (SSL_write(ssl_.get(), text.data(), static_cast<int>(text.size())) <= 0) {
      throw Failure("the device at " + Where(target_) + " takes no request: " + Reason());
    }
  }
  /// Some bytes; none: the end.
  [[nodiscard]] std::string Read() const {
    std::array<char, 2048> piece{};
    const int got = SSL_read(ssl_.get(), piece.data(), piece.size());
    if (got <= 0 && SSL_get_error(ssl_.get(), got) != SSL_ERROR_ZERO_RETURN) {
      throw Failure("the device at " + Where(target_) + " has stopped to answer: " + Reason());
    }
    return {piece.data(), static_cast<std::size_t>(std::max(got, 0))};
  }

 private:
  static std::string Reason() {
    const unsigned long error = ERR_get_error();
    const char* text = error == 0 ? nullptr : ERR_reason_error_string(error);
    return text == nullptr ? "the connection broke or it took too long" : text;
  }

  const SetupTarget& target_;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_{nullptr, SSL_CTX_free};
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_{nullptr, SSL_free};
};

SetupAnswer ReadAnswer(const Tls& tls) {
  std::array<std::byte, 1024> line{};
  http::ResponseParser parser(line);
  SetupAnswer answer;
  while (true) {
    const std::string piece = tls.Read();
    if (piece.empty() && !parser.AtEnd().ok()) {
      throw Failure("the device's answer ends too early");
    }
    Bytes input = AsBytes(piece);
    while (true) {
      const Result<http::ResponseParser::Event> event = parser.Next(input);
      if (!event.ok()) {
        throw Failure("the device's answer is no HTTP response");
      }
      answer.status = parser.response().status;
      answer.body += AsText(parser.part());
      if (*event == http::ResponseParser::Event::kEnd || (piece.empty() && input.empty())) {
        return answer;
      }
      if (*event == http::ResponseParser::Event::kMore) {
        break;
      }
    }
  }
}

}  // namespace

SetupAnswer SetupClient::Exchange(const std::string& request) {
  const Socket socket(target_);
  const Tls tls(socket, target_);
  fingerprint_ = tls.Fingerprint();
  std::string wanted = target_.fingerprint;
  std::ranges::transform(wanted, wanted.begin(), [](unsigned char c) { return std::tolower(c); });
  if (!wanted.empty() && wanted != fingerprint_) {
    throw Failure("the device at " + Where(target_) +
                  " shows another certificate: " + fingerprint_ + "; nothing was sent to it");
  }
  tls.Write(request);
  SetupAnswer answer = ReadAnswer(tls);
  answer.fingerprint = fingerprint_;
  if (answer.status == 503) {
    throw Failure("somebody else is setting this device up; try again in half a minute");
  }
  return answer;
}

std::vector<hal::AccessPoint> SetupClient::Networks() {
  const SetupAnswer answer = Exchange("GET /prov/networks HTTP/1.1\r\nHost: " + target_.host +
                                      "\r\nConnection: close\r\n\r\n");
  if (answer.status != 200) {
    throw Failure("the device does not list networks: HTTP status " +
                  std::to_string(answer.status));
  }
  std::vector<hal::AccessPoint> heard(64);
  const auto count = wifi::DecodeScanResults(AsBytes(answer.body), heard);
  if (!count.ok()) {
    throw Failure("the device's list of networks is malformed");
  }
  heard.resize(*count);
  return heard;
}

SetupAnswer SetupClient::Configure(const hal::AccessPoint& at,
                                   const wifi::Configuration& configuration) {
  std::array<std::byte, wifi::kMaxEncodedConfigurationSize> memory{};
  const Result<Bytes> body = wifi::EncodeConfiguration(at, configuration, memory);
  if (!body.ok()) {
    throw Failure("the name or the passphrase is too long");
  }
  return Exchange("POST /prov/configure HTTP/1.1\r\nHost: " + target_.host +
                  "\r\nContent-Type: application/x-protobuf\r\nConnection: close\r\n"
                  "Content-Length: " +
                  std::to_string(body->size()) + "\r\n\r\n" + std::string(AsText(*body)));
}

}  // namespace linnet::cli
