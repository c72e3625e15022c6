// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The other end of an aws::Client: takes requests, and delivers messages cut into pieces.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <string>

#include "aws/client.hpp"
#include "aws/testing/plain_entropy.hpp"
#include "base/bytes.hpp"
#include "base/view.hpp"

namespace linnet::aws::testing {

struct Published {
  std::string topic;
  std::string payload;
  /// The token that the answer must repeat.
  [[nodiscard]] std::string token() const {
    constexpr StringView kKey = "\"clientToken\":\"";
    const std::size_t start = payload.find(kKey);
    if (start == std::string::npos) {
      return "";
    }
    const std::size_t from = start + kKey.size();
    return payload.substr(from, payload.find('"', from) - from);
  }
};

class FakePublisher final : public Publisher {
 public:
  Result<std::uint16_t> Publish(StringView topic, Bytes payload, mqtt::Qos qos) override {
    if (!failure.ok()) {
      return failure;
    }
    EXPECT_EQ(qos, mqtt::Qos::kAtLeastOnce);
    sent.push_back({std::string(topic), std::string(AsText(payload))});
    return ++id_;
  }

  /// The oldest request not yet looked at; empty when there is none.
  Published Take() {
    if (sent.empty()) {
      return {};
    }
    Published first = sent.front();
    sent.pop_front();
    return first;
  }

  std::deque<Published> sent;
  Status failure;

 private:
  std::uint16_t id_ = 0;
};

/// The data of each part is a copy of exactly its size, so that a sanitizer sees every step beside.
inline void Deliver(Client& client, StringView topic, StringView payload, std::size_t piece) {
  std::size_t offset = 0;
  do {
    const std::string data(payload.substr(offset, piece));
    client.OnMessage(
        {.topic = topic, .offset = offset, .total = payload.size(), .data = AsBytes(data)});
    offset += data.size();
  } while (offset < payload.size());
}

/// As Deliver, in two parts of which the first has `cut` bytes.
inline void DeliverCut(Client& client, StringView topic, StringView payload, std::size_t cut) {
  client.OnMessage({.topic = topic,
                    .offset = 0,
                    .total = payload.size(),
                    .data = AsBytes(payload.substr(0, cut))});
  if (cut < payload.size()) {
    client.OnMessage({.topic = topic,
                      .offset = cut,
                      .total = payload.size(),
                      .data = AsBytes(payload.substr(cut))});
  }
}

}  // namespace linnet::aws::testing
