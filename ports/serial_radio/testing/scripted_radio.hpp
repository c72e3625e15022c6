// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The radio's end of a line in a test: notes what the host says, and answers what it is told to.
#pragma once

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "base/assert.hpp"
#include "ports/serial_radio/frame.hpp"
#include "ports/serial_radio/line.hpp"

namespace linnet::serial_radio::testing {

class ScriptedRadio final : public Line {
 public:
  struct Said {
    Type type{};
    std::uint8_t number = 0;
    std::string payload{};
  };

  bool dead = false;    ///< Takes nothing any more.
  bool silent = false;  ///< Hears, and does not answer by itself.

  bool Take(std::byte& out) override {
    if (to_host_.empty()) {
      return false;
    }
    out = to_host_.front();
    to_host_.pop_front();
    return true;
  }
  Status Send(Bytes bytes) override {
    for (const std::byte byte : bytes) {
      if (dead) {
        return Code::kUnavailable;
      }
      if (const auto message = receiver_.Take(byte); message.ok()) {
        said_.push_back({static_cast<Type>(message->type), message->number,
                         std::string(AsText(message->payload))});
      }
    }
    return OkStatus();
  }

  /// What the host has said since the last call, credits left out.
  std::vector<Said> Heard() {
    std::vector<Said> heard;
    for (Said& said : std::exchange(said_, {})) {
      if (said.type == Type::kCredit) {
        ++credits;
      } else {
        heard.push_back(std::move(said));
      }
    }
    return heard;
  }
  void Say(std::uint8_t type, std::uint8_t number, Bytes payload) {
    std::vector<std::byte> line(kMaxLineSize);
    const auto bytes = Encode({type, number, payload}, line);
    LINNET_ASSERT(bytes.ok());
    to_host_.insert(to_host_.end(), bytes->begin(), bytes->end());
  }
  void Say(Type type, Bytes payload, std::uint8_t number = 0) {
    Say(static_cast<std::uint8_t>(type), number, payload);
  }
  void Answer(const Said& command, Status status, Bytes body = {}) {
    std::vector<std::byte> payload{static_cast<std::byte>(EncodeStatus(status))};
    payload.insert(payload.end(), body.begin(), body.end());
    Say(AnswerTo(command.type), command.number, payload);
  }

  int credits = 0;

 private:
  std::deque<std::byte> to_host_;
  std::vector<std::byte> line_ = std::vector<std::byte>(kMaxLineSize);
  Receiver receiver_{line_};
  std::vector<Said> said_;
};

}  // namespace linnet::serial_radio::testing
