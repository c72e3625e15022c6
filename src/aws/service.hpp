// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What the machines of this module share: one request in flight, whose answer is it, log lines.
#pragma once

#include "aws/exchange.hpp"
#include "aws/machine.hpp"
#include "base/log.hpp"
#include "base/view.hpp"
#include "hal/entropy.hpp"

namespace linnet::aws {

class Service : public Machine {
 public:
  /// Sees to the client token; every other value goes to OnField.
  Status OnValue(StringView path, const json::Event& event) final;
  void OnEnd(Status status) final;
  void OnUnsent() final { exchange_.Fail(); }

 protected:
  /// `thing` outlives it; `tag` is constant.
  Service(const char* tag, StringView thing, hal::Entropy& entropy)
      : thing_(thing), exchange_(entropy), tag_(tag) {}
  ~Service() = default;  // nobody deletes through it

  virtual void OnField(StringView path, const json::Event& event) = 0;
  /// As OnEnd, for messages that were read to their end.
  virtual void OnComplete() = 0;
  /// A message was not. If it was our answer, the request's deadline brings it again.
  virtual void OnIncomplete() {}

  /// To be called from OnTopic.
  void BeginMessage() { ours_ = token_seen_ = false; }
  /// A rejection of the request in flight, or one without a token that may be; those ask for
  /// patience only, because they may as well be the answer to somebody else.
  [[nodiscard]] bool maybe_ours() const { return exchange_.in_flight() && (ours_ || !token_seen_); }

  void Log(log::Level level, const char* what, StringView about = {}) const;
  void LogMove(StringView from, StringView to) const;

  StringView thing_;
  Exchange exchange_;
  bool ours_ = false;  ///< The message carries the token of the request in flight.

 private:
  const char* tag_;
  bool token_seen_ = false;
};

}  // namespace linnet::aws
