// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "images/loader/socket_gate.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/endian.hpp"

namespace linnet::loader {

namespace {

// Request: function, size of the reply, request. Reply: code, reply.
constexpr std::size_t kRequestHeader = 8;
constexpr std::size_t kReplyHeader = 4;
using RequestBuffer = std::array<std::byte, kRequestHeader + vault::kMaxRequestSize>;
using ReplyBuffer = std::array<std::byte, kReplyHeader + vault::kMaxReplySize>;

bool Send(int socket, Bytes message) {
  return send(socket, message.data(), message.size(), MSG_NOSIGNAL) ==
         static_cast<ssize_t>(message.size());
}

}  // namespace

Status SocketGate::Call(vault::Function function, Bytes request, MutableBytes reply) {
  if (request.size() > vault::kMaxRequestSize || reply.size() > vault::kMaxReplySize) {
    return Code::kInvalidArgument;
  }
  RequestBuffer out{};
  StoreLe32(static_cast<std::uint32_t>(function), out);
  StoreLe32(static_cast<std::uint32_t>(reply.size()), MutableBytes(out).subspan(4));
  CopyBytes(request, MutableBytes(out).subspan(kRequestHeader));
  if (!Send(socket_, Bytes(out).first(kRequestHeader + request.size()))) {
    return Code::kUnavailable;
  }
  ReplyBuffer in{};
  ssize_t got = 0;
  do {
    got = recv(socket_, in.data(), in.size(), 0);
  } while (got < 0 && errno == EINTR);
  if (got < static_cast<ssize_t>(kReplyHeader)) {
    return Code::kUnavailable;
  }
  const Bytes body = Bytes(in).first(static_cast<std::size_t>(got)).subspan(kReplyHeader);
  const Status status = static_cast<Code>(LoadLe32(in));
  if (status.ok()) {
    CopyBytes(body, reply);
  }
  return status;
}

Status ServeOneCall(int socket, vault::Gate& service) {
  RequestBuffer in{};
  const ssize_t got = recv(socket, in.data(), in.size(), 0);
  if (got < 0) {
    return errno == EINTR ? Code::kUnavailable : Code::kClosed;
  }
  if (got < static_cast<ssize_t>(kRequestHeader)) {
    return Code::kClosed;
  }
  const Bytes request = Bytes(in).first(static_cast<std::size_t>(got)).subspan(kRequestHeader);
  const std::size_t reply_size = LoadLe32(Bytes(in).subspan(4));
  ReplyBuffer out{};
  Status status = Code::kInvalidArgument;
  if (reply_size <= vault::kMaxReplySize) {
    status = service.Call(static_cast<vault::Function>(LoadLe32(in)), request,
                          MutableBytes(out).subspan(kReplyHeader, reply_size));
  }
  StoreLe32(static_cast<std::uint32_t>(status.code()), out);
  const std::size_t body = status.ok() ? reply_size : 0;
  return Send(socket, Bytes(out).first(kReplyHeader + body)) ? OkStatus() : Status(Code::kClosed);
}

}  // namespace linnet::loader
