// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "net/socket_stream.hpp"

namespace linnet::net {

Stream::State SocketStream::state() const {
  switch (socket_.state()) {
    case hal::TcpSocket::State::kClosed:
      return State::kClosed;
    case hal::TcpSocket::State::kConnecting:
      return State::kOpening;
    case hal::TcpSocket::State::kOpen:
      return State::kOpen;
    case hal::TcpSocket::State::kFailed:
      break;
  }
  return State::kFailed;
}

}  // namespace linnet::net
