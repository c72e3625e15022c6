// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The vocabulary that the twin's services share. They are pure: a request and a time go in,
// messages and changed records come out; broker, files and clocks are the business of `Twin`.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

namespace linnet::twin {

/// Seconds since 1970. Services never read a clock.
using UnixSeconds = std::int64_t;

/// One MQTT message that a service wants published, with QoS 1.
struct Message {
  std::string topic;
  std::string payload;

  friend bool operator==(const Message&, const Message&) = default;
};

/// An administrator asked for something that is refused. `code` is AWS's name for the error, the
/// text is one sentence.
class RequestError : public std::runtime_error {
 public:
  RequestError(std::string code, const std::string& text)
      : std::runtime_error(text), code_(std::move(code)) {}

  [[nodiscard]] const std::string& code() const { return code_; }

 private:
  std::string code_;
};

}  // namespace linnet::twin
