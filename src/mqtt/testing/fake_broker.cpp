// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "mqtt/testing/fake_broker.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

namespace linnet::mqtt::testing {

namespace {

class Cursor {
 public:
  explicit Cursor(const std::string& text) : text_(text) {}

  std::string Take(std::size_t count) {
    if (count > text_.size() - at_) {
      ADD_FAILURE() << "a packet ends too early";
      at_ = text_.size();
      return std::string(count, '\0');
    }
    at_ += count;
    return text_.substr(at_ - count, count);
  }
  int Byte() { return static_cast<unsigned char>(Take(1)[0]); }
  int Word() {
    const int high = Byte();
    return high * 256 + Byte();
  }
  std::uint32_t Long() {
    const auto high = static_cast<std::uint32_t>(Word());
    return high * 65536 + static_cast<std::uint32_t>(Word());
  }
  std::string Text() { return Take(static_cast<std::size_t>(Word())); }
  std::string Rest() { return Take(text_.size() - at_); }
  [[nodiscard]] bool at_end() const { return at_ == text_.size(); }

 private:
  std::string text_;
  std::size_t at_ = 0;
};

void Expect(bool condition, const char* what) {
  EXPECT_TRUE(condition) << what;
}

}  // namespace

std::string U16(int value) {
  return {static_cast<char>(value >> 8), static_cast<char>(value & 255)};
}

std::string Text16(const std::string& text) {
  return U16(static_cast<int>(text.size())) + text;
}

std::string Packet(int first_byte, const std::string& body) {
  std::string out(1, static_cast<char>(first_byte));
  std::size_t length = body.size();
  do {
    const auto digit = static_cast<unsigned char>(length % 128);
    length /= 128;
    out += static_cast<char>(length > 0 ? digit | 128 : digit);
  } while (length > 0);
  return out + body;
}

std::string Seen::Text() const {
  std::string out = std::to_string(type) + "/" + std::to_string(flags) +
                    " id=" + std::to_string(packet_id) + " " + topic + "=" + payload;
  for (const auto& [filter, qos] : filters) {
    out += " " + filter + ":" + std::to_string(qos);
  }
  return out + " r" + std::to_string(reason) + "\n";
}

std::string FakeBroker::Transcript() const {
  std::string out;
  for (const Seen& packet : seen) {
    out += packet.Text();
  }
  return out;
}

std::size_t FakeBroker::Count(int type) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(seen, [&](const Seen& packet) { return packet.type == type; }));
}

void FakeBroker::Step() {
  if (opens_ != stream_.opens) {
    opens_ = stream_.opens;
    input_.clear();
    unacknowledged_.clear();
    pending_acks = 0;
  }
  input_ += stream_.TakeWritten();
  while (input_.size() >= 2) {
    std::size_t length = 0;
    std::size_t at = 1;
    for (unsigned shift = 0;; shift += 7, ++at) {
      if (at >= input_.size()) {
        return;
      }
      Expect(shift < 28, "a length of more than four bytes");
      const auto byte = static_cast<unsigned char>(input_[at]);
      length |= static_cast<std::size_t>(byte & 127) << shift;
      if (byte < 128) {
        ++at;
        break;
      }
    }
    if (input_.size() < at + length) {
      return;
    }
    const int first = static_cast<unsigned char>(input_[0]);
    const std::string body = input_.substr(at, length);
    input_.erase(0, at + length);
    OnPacket(first >> 4, first & 15, body);
  }
}

void FakeBroker::OnConnect(const std::string& body) {
  const bool v5 = version_ == Version::kV5;
  Cursor cursor(body);
  SeenConnect connect;
  Expect(cursor.Text() == "MQTT", "not the protocol's name");
  connect.level = cursor.Byte();
  Expect(connect.level == static_cast<int>(version_), "not the protocol's level");
  const int flags = cursor.Byte();
  Expect((flags & 1) == 0, "a reserved flag");
  connect.clean = (flags & 2) != 0;
  connect.keep_alive = cursor.Word();
  if (v5) {
    Cursor properties(cursor.Take(static_cast<std::size_t>(cursor.Byte())));
    while (!properties.at_end()) {
      switch (properties.Byte()) {
        case 0x11:
          connect.session_expiry = properties.Long();
          break;
        case 0x21:
          connect.receive_maximum = properties.Word();
          break;
        case 0x27:
          connect.maximum_packet_size = properties.Long();
          break;
        default:
          ADD_FAILURE() << "a property that CONNECT should not have";
      }
    }
  }
  connect.client_id = cursor.Text();
  if ((flags & 4) != 0) {
    Expect(!v5 || cursor.Byte() == 0, "will properties");
    connect.will = Seen{.flags = flags >> 3, .topic = cursor.Text(), .payload = cursor.Text()};
  }
  Expect(cursor.at_end(), "CONNECT is too long");
  connects.push_back(connect);
  if (!answer_connect) {
    return;
  }
  const bool present =
      connack_reason == 0 && session_present.value_or(connects.size() > 1 && !connect.clean);
  std::string answer = {static_cast<char>(present), static_cast<char>(connack_reason)};
  if (v5) {
    answer += static_cast<char>(connack_properties.size());
    answer += connack_properties;
  }
  stream_.Feed(Packet(0x20, answer));
}

Seen FakeBroker::ParsePublish(int flags, const std::string& body) const {
  Cursor cursor(body);
  Seen packet{.type = 3, .flags = flags, .topic = cursor.Text()};
  if ((flags & 6) != 0) {
    Expect((flags & 6) == 2, "QoS 2");
    packet.packet_id = cursor.Word();
    Expect(packet.packet_id != 0, "packet identifier 0");
  }
  Expect(version_ != Version::kV5 || cursor.Byte() == 0, "PUBLISH properties");
  packet.payload = cursor.Rest();
  return packet;
}

Seen FakeBroker::ParseSubscribe(int flags, const std::string& body) const {
  Cursor cursor(body);
  Expect(flags == 2, "SUBSCRIBE flags");
  Seen packet{.type = 8, .flags = flags, .packet_id = cursor.Word()};
  Expect(version_ != Version::kV5 || cursor.Byte() == 0, "SUBSCRIBE properties");
  while (!cursor.at_end()) {
    const std::string filter = cursor.Text();
    packet.filters.emplace_back(filter, cursor.Byte());
  }
  Expect(!packet.filters.empty() && packet.filters.size() <= 8, "number of filters");
  return packet;
}

void FakeBroker::OnPacket(int type, int flags, const std::string& body) {
  Cursor cursor(body);
  switch (type) {
    case 1:
      Expect(flags == 0, "CONNECT flags");
      OnConnect(body);
      return;
    case 3: {
      const Seen packet = ParsePublish(flags, body);
      seen.push_back(packet);
      if (packet.packet_id != 0) {
        unacknowledged_[packet.packet_id] = true;
        most_in_flight = std::max(most_in_flight, unacknowledged_.size());
      }
      if (answer_publish) {
        Acknowledge(packet);
      }
      return;
    }
    case 4:
      Expect(flags == 0 && body.size() == 2, "PUBACK");
      seen.push_back({.type = 4, .packet_id = cursor.Word()});
      --pending_acks;
      return;
    case 8: {
      const Seen packet = ParseSubscribe(flags, body);
      seen.push_back(packet);
      if (answer_subscribe) {
        Acknowledge(packet);
      }
      return;
    }
    case 12:
      Expect(flags == 0 && body.empty(), "PINGREQ");
      seen.push_back({.type = 12});
      if (answer_ping) {
        stream_.Feed(Packet(0xD0, ""));
      }
      return;
    case 14:
      Expect(flags == 0, "DISCONNECT flags");
      seen.push_back({.type = 14, .reason = body.empty() ? 0 : cursor.Byte()});
      return;
    default:
      ADD_FAILURE() << "a packet that no client sends: " << type;
  }
}

void FakeBroker::Acknowledge(const Seen& packet) {
  if (packet.type == 3 && packet.packet_id != 0) {
    unacknowledged_.erase(packet.packet_id);
    const std::string reason = version_ == Version::kV5 && publish_reason != 0
                                   ? std::string(1, static_cast<char>(publish_reason))
                                   : std::string();
    stream_.Feed(Packet(0x40, U16(packet.packet_id) + reason));
  }
  if (packet.type == 8) {
    std::string body = U16(packet.packet_id);
    if (version_ == Version::kV5) {
      body += '\0';
    }
    for (const auto& [filter, qos] : packet.filters) {
      const auto found = subscribe_reasons.find(filter);
      body += static_cast<char>(found == subscribe_reasons.end() ? qos : found->second);
    }
    stream_.Feed(Packet(0x90, body));
  }
}

int FakeBroker::Publish(const std::string& topic, const std::string& payload, int qos,
                        const std::string& properties, int flags) {
  std::string body = Text16(topic);
  const int id = qos == 0 ? 0 : ++next_id_;
  if (qos > 0) {
    body += U16(id);
    ++pending_acks;
  }
  if (version_ == Version::kV5) {
    std::string length = Packet(0, properties).substr(1);
    body += length;
  }
  stream_.Feed(Packet(0x30 | (qos << 1) | flags, body + payload));
  return id;
}

void FakeBroker::Disconnect(int reason) {
  stream_.Feed(Packet(0xE0, std::string(1, static_cast<char>(reason))));
  stream_.EndByPeer();
}

}  // namespace linnet::mqtt::testing
