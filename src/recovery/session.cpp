// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "recovery/session.hpp"

namespace linnet::recovery {

bool Session::Step() {
  std::byte byte;
  while (line_.Take(byte)) {
    if (!reader_.Feed(byte)) {
      continue;
    }
    const Server::Reply reply = server_.Handle(reader_.packet(), reply_);
    if (!reply.packet.empty()) {
      Send(reply.packet);
    }
    if (reply.reset) {
      return true;
    }
  }
  return false;
}

void Session::Send(Bytes packet) {
  FrameWriter writer(packet);
  std::array<std::byte, kMaxFrameSize> frame;
  for (Bytes next = writer.Next(frame); !next.empty(); next = writer.Next(frame)) {
    line_.Send(next);
  }
}

}  // namespace linnet::recovery
