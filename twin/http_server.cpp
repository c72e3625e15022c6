// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The only file with Beast in it: it takes long to compile.
#include "twin/http_server.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <cctype>
#include <fstream>
#include <optional>
#include <stdexcept>

namespace linnet::twin {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using Error = beast::error_code;
using PlainStream = beast::tcp_stream;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;

constexpr std::chrono::seconds kIdle(60);
constexpr std::chrono::seconds kStall(30);
constexpr std::chrono::seconds kHang(60);  // Of a response that is to stall.
constexpr std::chrono::seconds kGoodbye(2);
constexpr std::size_t kChunk = std::size_t{16} * 1024;
constexpr std::uint32_t kMaxHeader = 8 * 1024;
constexpr std::size_t kMaxConnections = 64;

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

HttpRequest Convert(const beast::http::request<beast::http::string_body>& message, bool& valid) {
  HttpRequest request;
  request.method = std::string(message.method_string());
  request.body = message.body();
  for (const auto& field : message) {
    request.headers[Lower(std::string(field.name_string()))] = std::string(field.value());
  }
  const auto target = message.target();
  valid = ParseTarget({target.data(), target.size()}, request);
  return request;
}

}  // namespace

struct HttpServer::State : std::enable_shared_from_this<State> {
  State(asio::io_context& context, Options wanted)
      : io(context), options(std::move(wanted)), acceptor(context) {}

  void Bind();
  void Listen();
  void Accept();
  /// A session that began before the server was last not there has no server any more.
  [[nodiscard]] bool Serves(unsigned session) const { return !stopped && !away && session == era; }

  asio::io_context& io;
  Options options;
  HttpHandler handler;
  OnSent on_sent;
  tcp::acceptor acceptor;
  std::optional<asio::ssl::context> tls;
  std::size_t connections = 0;
  unsigned era = 0;
  bool away = false;
  bool stopped = false;
};

namespace {

// One connection: handshake, then request and response in turn until one side has enough.
template <typename Stream, typename Server>
class Session : public std::enable_shared_from_this<Session<Stream, Server>> {
 public:
  template <typename... Arguments>
  explicit Session(std::shared_ptr<Server> server, Arguments&&... arguments)
      : server_(std::move(server)),
        era_(server_->era),
        stream_(std::forward<Arguments>(arguments)...),
        timer_(beast::get_lowest_layer(stream_).get_executor()) {
    ++server_->connections;
  }
  ~Session() { --server_->connections; }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void Start() {
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      Deadline(kStall);
      stream_.async_handshake(asio::ssl::stream_base::server,
                              [self = this->shared_from_this()](const Error& error) {
                                if (!error) {
                                  self->Read();
                                }
                              });
    } else {
      Read();
    }
  }

 private:
  void Deadline(std::chrono::seconds time) { beast::get_lowest_layer(stream_).expires_after(time); }

  void Read() {
    parser_.emplace();
    parser_->header_limit(kMaxHeader);
    parser_->body_limit(server_->options.max_body);
    Deadline(kIdle);
    beast::http::async_read(stream_, buffer_, *parser_,
                            [self = this->shared_from_this()](const Error& error, std::size_t) {
                              if (!error && self->Served()) {
                                self->Respond();
                              } else {
                                self->Close();
                              }
                            });
  }

  void Respond() {
    keep_alive_ = parser_->get().keep_alive();
    bool valid = false;
    request_ = Convert(parser_->get(), valid);
    response_ = valid ? server_->handler(request_)
                      : HttpResponse{400, {}, std::string("The URL is not valid.\n")};
    sent_ = 0;
    length_ = response_.omit_body ? 0 : response_.BodyLength();
    started_ = std::chrono::steady_clock::now();
    if (const auto* part = std::get_if<FilePart>(&response_.body); part != nullptr && length_ > 0) {
      file_ = std::ifstream(part->file, std::ios::binary);
      file_.seekg(static_cast<std::streamoff>(part->offset));
    }
    head_ = FormatHead(response_, keep_alive_);
    Write(head_.data(), head_.size(), 0);
  }

  void Write(const char* data, std::size_t size, std::size_t of_body) {
    Deadline(kStall);
    asio::async_write(stream_, asio::buffer(data, size),
                      [self = this->shared_from_this(), of_body](const Error& error, std::size_t) {
                        if (error) {
                          self->Finish(false);
                          return;
                        }
                        self->sent_ += of_body;
                        self->Continue();
                      });
  }

  [[nodiscard]] bool Served() const { return server_->Serves(era_); }

  // The peer sees the connection end without a goodbye.
  void Drop() {
    Error ignored;
    beast::get_lowest_layer(stream_).socket().close(ignored);
    Finish(false);
  }

  // Nothing more comes, and the connection stays; for so long as anybody would wait.
  void Hang() {
    beast::get_lowest_layer(stream_).expires_never();
    timer_.expires_after(kHang);
    timer_.async_wait([self = this->shared_from_this()](const Error&) { self->Drop(); });
  }

  [[nodiscard]] std::uint64_t Rate() const {
    const std::uint64_t own = response_.mishap.bytes_per_second;
    return own != 0 ? own : server_->options.bytes_per_second;
  }

  // Writes the next piece of the body, after a pause when there is a limit on the rate.
  void Continue() {
    const Mishap& mishap = response_.mishap;
    if (!Served() || (mishap.cut_after && sent_ >= *mishap.cut_after)) {
      Drop();
      return;
    }
    if (mishap.stall_after && sent_ >= *mishap.stall_after) {
      Hang();
      return;
    }
    if (sent_ == length_) {
      Finish(true);
      return;
    }
    const std::uint64_t rate = Rate();
    const auto due =
        rate == 0 ? started_ : started_ + std::chrono::microseconds(sent_ * 1000000 / rate);
    if (due <= std::chrono::steady_clock::now()) {
      WritePiece();
      return;
    }
    Deadline(kIdle);
    timer_.expires_at(due);
    timer_.async_wait([self = this->shared_from_this()](const Error& error) {
      if (!error && self->Served()) {
        self->WritePiece();
      } else if (!error) {
        self->Drop();
      }
    });
  }

  void WritePiece() {
    const Mishap& mishap = response_.mishap;
    const std::uint64_t end = std::min(
        {length_, mishap.cut_after.value_or(length_), mishap.stall_after.value_or(length_)});
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(end - sent_, PieceSize()));
    if (const auto* text = std::get_if<std::string>(&response_.body)) {
      Write(text->data() + sent_, size, size);
      return;
    }
    file_.read(piece_.data(), static_cast<std::streamsize>(size));
    if (static_cast<std::size_t>(file_.gcount()) != size) {
      Finish(false);  // The file shrank: the peer sees the connection end too early.
      return;
    }
    Write(piece_.data(), size, size);
  }

  // Small pieces at a low rate, so that the pauses between them are short.
  [[nodiscard]] std::size_t PieceSize() const {
    const std::uint64_t rate = Rate();
    return rate == 0 ? kChunk
                     : static_cast<std::size_t>(std::clamp<std::uint64_t>(rate / 10, 512, kChunk));
  }

  void Finish(bool complete) {
    if (server_->on_sent && !server_->stopped) {
      server_->on_sent(request_, response_, sent_, complete);
    }
    if (complete && keep_alive_ && Served()) {
      Read();
    } else {
      Close();
    }
  }

  void Close() {
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      Deadline(kGoodbye);
      stream_.async_shutdown([self = this->shared_from_this()](const Error&) {});
    } else {
      Error ignored;
      stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    }
  }

  std::shared_ptr<Server> server_;
  unsigned era_;
  Stream stream_;
  asio::steady_timer timer_;
  beast::flat_buffer buffer_;
  std::optional<beast::http::request_parser<beast::http::string_body>> parser_;
  HttpRequest request_;
  HttpResponse response_;
  std::string head_;
  std::ifstream file_;
  std::array<char, kChunk> piece_{};
  std::uint64_t sent_ = 0;
  std::uint64_t length_ = 0;
  std::chrono::steady_clock::time_point started_;
  bool keep_alive_ = false;
};

}  // namespace

void HttpServer::State::Bind() {
  const tcp::endpoint endpoint(asio::ip::address_v4::loopback(), options.port);
  acceptor.open(endpoint.protocol());
  acceptor.set_option(tcp::acceptor::reuse_address(true));
  acceptor.bind(endpoint);
  options.port = acceptor.local_endpoint().port();
}

void HttpServer::State::Listen() {
  acceptor.listen();
  Accept();
}

void HttpServer::State::Accept() {
  acceptor.async_accept([self = shared_from_this()](const Error& error, tcp::socket socket) {
    if (self->stopped || self->away || error == asio::error::operation_aborted) {
      return;
    }
    if (!error && self->connections < kMaxConnections) {
      if (self->tls) {
        std::make_shared<Session<TlsStream, State>>(self, std::move(socket), *self->tls)->Start();
      } else {
        std::make_shared<Session<PlainStream, State>>(self, std::move(socket))->Start();
      }
    }
    self->Accept();
  });
}

HttpServer::HttpServer(Loop& loop, const Options& options, HttpHandler handler, OnSent on_sent)
    : state_(std::make_shared<State>(loop.io(), options)) {
  state_->handler = std::move(handler);
  state_->on_sent = std::move(on_sent);
  try {
    if (!options.certificate.empty()) {
      state_->tls.emplace(asio::ssl::context::tls_server);
      state_->tls->set_options(asio::ssl::context::default_workarounds |
                               asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1);
      state_->tls->use_certificate_chain_file(options.certificate.string());
      state_->tls->use_private_key_file(options.key.string(), asio::ssl::context::pem);
    }
    state_->Bind();
    state_->Listen();
  } catch (const boost::system::system_error& error) {
    throw std::runtime_error("cannot serve HTTP on port " + std::to_string(options.port) + ": " +
                             error.code().message());
  }
}

HttpServer::~HttpServer() {
  state_->stopped = true;
  Error ignored;
  state_->acceptor.close(ignored);
}

std::uint16_t HttpServer::port() const {
  return state_->options.port;
}

void HttpServer::SetAway(bool away) {
  if (away == state_->away) {
    return;
  }
  state_->away = away;
  ++state_->era;
  if (away) {
    Error ignored;
    state_->acceptor.close(ignored);
    state_->Bind();  // so that nobody else takes the port meanwhile
  } else {
    state_->Listen();
  }
}

}  // namespace linnet::twin
