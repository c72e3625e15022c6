// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Joins the server to a serial line.
#pragma once

#include "base/bytes.hpp"
#include "hal/serial.hpp"
#include "recovery/frame.hpp"
#include "recovery/server.hpp"

namespace linnet::recovery {

class Session {
 public:
  /// `request` holds one request, and `reply` (Server::kReplySize) its answer; all outlives this.
  Session(Server& server, hal::Serial& line, MutableBytes request, MutableBytes reply)
      : server_(server), line_(line), reader_(request), reply_(reply) {}

  /// Handles what has come. True: the peer asked for a reset, and has its answer.
  bool Step();

 private:
  void Send(Bytes packet);

  Server& server_;
  hal::Serial& line_;
  FrameReader reader_;
  MutableBytes reply_;
};

}  // namespace linnet::recovery
