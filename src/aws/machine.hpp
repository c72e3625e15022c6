// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What the machines of the AWS services have in common: messages in, requests out, no I/O.
#pragma once

#include <array>
#include <cstddef>

#include "aws/topics.hpp"
#include "base/status.hpp"
#include "base/time.hpp"
#include "base/view.hpp"
#include "json/path_reader.hpp"

namespace linnet::aws {

/// Values below longer paths do not reach the machines.
inline constexpr std::size_t kMaxPath = 96;
/// Longer strings reach them in parts.
inline constexpr std::size_t kMaxText = 72;

/// A message that a machine wants published, QoS 1. `payload` is a view into `buffer`.
struct Request {
  static constexpr std::size_t kMaxPayload = 1024;
  Topic topic;
  std::array<char, kMaxPayload> buffer;
  StringView payload;
};

/// A message reaches a machine as OnTopic, OnValue for each value of its JSON, OnEnd. The client
/// reads the JSON, one message at a time, so that machines hold no buffers for it.
class Machine : public json::PathHandler {
 public:
  /// Connected, and every filter that the machine needs is subscribed.
  virtual void OnReady() = 0;
  virtual void OnOffline() = 0;

  /// A message begins. Any failure means that the machine does not want it.
  virtual Status OnTopic(StringView topic) = 0;
  /// It is complete; or it is not, and `status` says why: kMalformed (not JSON), kTooLarge (nested
  /// too deep), kCancelled (the rest never came).
  virtual void OnEnd(Status status) = 0;

  /// Fills in the next request. kPending: none now; `wake()` says when to ask again at the latest.
  virtual Status Next(Instant now, Request& out) = 0;
  /// The request of the last Next could not be published.
  virtual void OnUnsent() = 0;
  [[nodiscard]] virtual Instant wake() const = 0;

 protected:
  ~Machine() = default;  // nobody deletes through it
};

}  // namespace linnet::aws
