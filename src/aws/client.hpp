// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Binds the machines to a publisher, to incoming messages and to the loop.
#pragma once

#include <cstddef>

#include "aws/machine.hpp"
#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/view.hpp"
#include "json/path_reader.hpp"
#include "mqtt/types.hpp"
#include "sched/loop.hpp"

namespace linnet::aws {

/// The way out; mqtt::Client has a function of this shape.
class Publisher {
 public:
  /// Copies both. Any failure means "not sent"; the machine tries again after a back-off.
  virtual Result<std::uint16_t> Publish(StringView topic, Bytes payload, mqtt::Qos qos) = 0;

 protected:
  ~Publisher() = default;  // nobody deletes through it
};

/// The owner forwards what its MQTT listener hears. All arguments outlive the client.
class Client final : public sched::Task {
 public:
  Client(Publisher& publisher, Span<Machine* const> machines)
      : publisher_(publisher), machines_(machines) {}

  Instant Run(Instant now) override;

  void OnReady();
  void OnOffline();
  /// Any message; those of no machine are skipped. Parts must come in order; when one is missing
  /// the rest of that message is skipped and its machine told.
  void OnMessage(const mqtt::MessagePart& part);

 private:
  void Begin(StringView topic);
  void End(Status status);

  Publisher& publisher_;
  Span<Machine* const> machines_;
  json::PathReaderBuffer<kMaxText, kMaxPath> reader_;
  Machine* receiver_ = nullptr;  ///< Whose message is being read.
  std::size_t received_ = 0;     ///< Bytes of it.
};

}  // namespace linnet::aws
