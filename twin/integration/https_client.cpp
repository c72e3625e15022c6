// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/integration/https_client.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <stdexcept>

namespace linnet::twin::integration {

std::string HttpsAnswer::Header(const std::string& name) const {
  const std::string key = "\r\n" + name + ": ";
  const std::size_t at = head.find(key);
  if (at == std::string::npos) {
    return "";
  }
  const std::size_t begin = at + key.size();
  return head.substr(begin, head.find("\r\n", begin) - begin);
}

HttpsClient::HttpsClient(std::uint16_t port, const std::filesystem::path& roots,
                         const std::string& name)
    : context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free) {
  SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
  if (SSL_CTX_load_verify_file(context_.get(), roots.c_str()) != 1) {
    throw std::runtime_error("cannot read " + roots.string());
  }
  connection_.reset(BIO_new_ssl_connect(context_.get()), BIO_free_all);
  // The library's macros for these are casts in C's style.
  std::string address = "127.0.0.1:" + std::to_string(port);
  BIO_ctrl(connection_.get(), BIO_C_SET_CONNECT, 0, address.data());
  SSL* ssl = nullptr;
  BIO_ctrl(connection_.get(), BIO_C_GET_SSL, 0, &ssl);
  std::string server = name;
  SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, server.data());
  SSL_set1_host(ssl, name.c_str());
  if (BIO_do_connect(connection_.get()) != 1) {
    ERR_clear_error();
    throw std::runtime_error(X509_verify_cert_error_string(SSL_get_verify_result(ssl)));
  }
}

HttpsClient::~HttpsClient() = default;

std::string HttpsClient::Receive() {
  char chunk[4096];
  const int size = BIO_read(connection_.get(), chunk, sizeof(chunk));
  if (size <= 0) {
    throw std::runtime_error("the server closed the connection");
  }
  return {chunk, static_cast<std::size_t>(size)};
}

HttpsAnswer HttpsClient::Request(const std::string& method, const std::string& target,
                                 const std::string& headers) {
  const std::string request =
      method + " " + target + " HTTP/1.1\r\nHost: linnet-twin.local\r\n" + headers + "\r\n";
  BIO_write(connection_.get(), request.data(), static_cast<int>(request.size()));
  std::string received;
  while (received.find("\r\n\r\n") == std::string::npos) {
    received += Receive();
  }
  HttpsAnswer answer;
  const std::size_t end = received.find("\r\n\r\n") + 4;
  answer.head = received.substr(0, end);
  answer.body = received.substr(end);
  answer.status = std::stoi(answer.head.substr(9));
  const bool has_body = method != "HEAD" && answer.status != 304;
  const std::size_t length = has_body ? std::stoul(answer.Header("Content-Length")) : 0;
  while (answer.body.size() < length) {
    answer.body += Receive();
  }
  return answer;
}

}  // namespace linnet::twin::integration
