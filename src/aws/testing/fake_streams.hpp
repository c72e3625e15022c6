// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The other end of an aws::StreamDownload: a stream service and a broker between that loses,
// doubles, disorders and damages what it carries.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "aws/client.hpp"
#include "base/view.hpp"
#include "cbor/cursor.hpp"
#include "cbor/writer.hpp"

namespace linnet::aws::testing {

/// Percent of messages that suffer each; decided by a seed, so that a run can be repeated.
struct StreamFaults {
  int drop = 0;
  int twice = 0;
  int truncate = 0;    ///< Ends in the middle, still a whole MQTT message.
  int damage = 0;      ///< The wrapper is no longer well-formed.
  int wrong_file = 0;  ///< Says that it is of another file.
  int cut = 0;         ///< The connection breaks inside it: no last part.
  bool shuffle = false;
};

struct StreamRequest {
  std::string verb;  ///< "describe" or "get".
  std::string token;
  std::uint32_t version = 0;
  std::uint32_t file = 0;
  std::uint32_t block_size = 0;
  std::uint32_t first = 0;
  std::vector<std::uint8_t> bitmap{};
};

class FakeStreams final : public Publisher {
 public:
  struct Message {
    std::string topic;
    std::string payload;
    bool cut = false;
  };

  explicit FakeStreams(bool cbor, unsigned seed = 1) : cbor_(cbor), random_(seed) {}

  Result<std::uint16_t> Publish(StringView topic, Bytes payload, mqtt::Qos qos) override {
    if (!failure.ok()) {
      return failure;
    }
    qos_is_right = qos_is_right && qos == mqtt::Qos::kAtMostOnce;
    topics.emplace_back(topic);
    const std::size_t form = topic.rfind('/');
    const std::size_t verb = topic.rfind('/', form - 1);
    StreamRequest request = Parse(AsText(payload));
    request.verb = topic.substr(verb + 1, form - verb - 1);
    prefix_ = topic.substr(0, verb + 1);
    requests.push_back(request);
    Answer(request);
    return std::uint16_t{0};
  }

  /// Whatever has not been delivered yet.
  std::vector<Message> Take() { return std::exchange(messages_, {}); }

  Message Data(const StreamRequest& request, std::uint32_t block, StringView payload) {
    return {prefix_ + "data/" + form(), WriteData(request, block, payload), false};
  }
  Message Rejected(const std::string& token, const std::string& code) {
    std::string payload = R"({"o":")" + code + R"(","m":"because","c":")" + token + R"("})";
    if (cbor_) {
      payload = Write([&](cbor::Writer& writer) {
        writer.BeginMap(3);
        Pair(writer, "o", code);
        Pair(writer, "m", "because");
        Pair(writer, "c", token);
      });
    }
    return {prefix_ + "rejected/" + form(), payload, false};
  }
  [[nodiscard]] std::string form() const { return cbor_ ? "cbor" : "json"; }

  std::map<std::uint32_t, std::string> files;
  std::uint32_t version = 1;
  std::string reject;      ///< The code of every answer to a get; empty: data.
  bool with_token = true;  ///< Answers carry it.
  std::string description = "a stream";
  StreamFaults faults;
  Status failure;
  std::vector<StreamRequest> requests;
  std::vector<std::string> topics;
  bool qos_is_right = true;

 private:
  static constexpr StringView kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

  static void Pair(cbor::Writer& writer, StringView key, StringView text) {
    writer.Text(key);
    writer.Text(text);
  }
  static void Pair(cbor::Writer& writer, StringView key, std::uint32_t value) {
    writer.Text(key);
    writer.Unsigned(value);
  }
  template <typename Fill>
  static std::string Write(const Fill& fill) {
    std::string out(4096, '\0');
    cbor::Writer writer(std::as_writable_bytes(std::span(out)));
    fill(writer);
    out.resize(writer.Finish().value().size());
    return out;
  }

  [[nodiscard]] StreamRequest Parse(StringView payload) const {
    return cbor_ ? ParseCbor(AsBytes(payload)) : ParseJson(std::string(payload));
  }
  static StreamRequest ParseCbor(Bytes payload) {
    StreamRequest request;
    cbor::Cursor cursor(payload);
    for (std::uint32_t left = cursor.BeginMap().value(); left > 0; --left) {
      const StringView key = cursor.Text().value();
      if (key == "c") {
        request.token = cursor.Text().value();
      } else if (key == "b") {
        const Bytes bits = cursor.ByteString().value();
        for (const std::byte byte : bits) {
          request.bitmap.push_back(std::to_integer<std::uint8_t>(byte));
        }
      } else {
        *Place(request, key[0]) = static_cast<std::uint32_t>(cursor.Unsigned().value());
      }
    }
    return request;
  }
  static StreamRequest ParseJson(const std::string& payload) {
    StreamRequest request;
    const auto after = [&payload](StringView key) {
      const std::size_t at = payload.find("\"" + std::string(key) + "\":");
      return at == std::string::npos ? std::string() : payload.substr(at + 4);
    };
    request.token = after("c").substr(1, after("c").find('"', 1) - 1);
    std::uint32_t group = 0;
    int bits = 0;
    for (const char c :
         after("b").substr(0, after("b").find('"', 1)).substr(after("b").empty() ? 0 : 1)) {
      if (c != '=') {
        group = group << 6 | static_cast<std::uint32_t>(kDigits.find(c));
        bits += 6;
        if (bits >= 8) {
          bits -= 8;
          request.bitmap.push_back(static_cast<std::uint8_t>(group >> bits));
        }
      }
    }
    for (const char key : {'s', 'f', 'l', 'o'}) {
      const std::string text = after({&key, 1});
      *Place(request, key) = text.empty() ? 0 : static_cast<std::uint32_t>(std::stoul(text));
    }
    return request;
  }
  static std::uint32_t* Place(StreamRequest& request, char key) {
    switch (key) {
      case 's':
        return &request.version;
      case 'f':
        return &request.file;
      case 'l':
        return &request.block_size;
      default:
        return &request.first;
    }
  }

  std::string WriteData(const StreamRequest& request, std::uint32_t block,
                        StringView payload) const {
    if (cbor_) {
      return Write([&](cbor::Writer& writer) {
        writer.BeginMap(with_token ? 5 : 4);
        if (with_token) {
          Pair(writer, "c", request.token);
        }
        Pair(writer, "f", request.file);
        Pair(writer, "l", static_cast<std::uint32_t>(payload.size()));
        Pair(writer, "i", block);
        writer.Text("p");
        writer.ByteString(AsBytes(payload));
      });
    }
    std::string text;
    for (std::size_t at = 0; at < payload.size(); at += 3) {
      std::uint32_t group = 0;
      for (std::size_t i = 0; i < 3; ++i) {
        group = group << 8 |
                (at + i < payload.size() ? static_cast<unsigned char>(payload[at + i]) : 0U);
      }
      for (std::size_t i = 0; i < 4; ++i) {
        text += at + i > payload.size() ? '=' : kDigits[group >> (18 - 6 * i) & 63];
      }
    }
    return std::string("{") + (with_token ? R"("c":")" + request.token + R"(",)" : "") +
           R"("p":")" + text + R"(","f":)" + std::to_string(request.file) + R"(,"l":)" +
           std::to_string(payload.size()) + R"(,"i":)" + std::to_string(block) + "}";
  }
  std::string WriteDescription(const StreamRequest& request) const {
    if (cbor_) {
      return Write([&](cbor::Writer& writer) {
        writer.BeginMap(4);
        Pair(writer, "c", request.token);
        Pair(writer, "s", version);
        Pair(writer, "d", description);
        writer.Text("r");
        writer.BeginArray(static_cast<std::uint32_t>(files.size()));
        for (const auto& [id, content] : files) {
          writer.BeginMap(2);
          Pair(writer, "f", id);
          Pair(writer, "z", static_cast<std::uint32_t>(content.size()));
        }
      });
    }
    std::string list;
    for (const auto& [id, content] : files) {
      list += (list.empty() ? "" : ",") + (R"({"f":)" + std::to_string(id)) + R"(,"z":)" +
              std::to_string(content.size()) + "}";
    }
    return R"({"c":")" + request.token + R"(","s":)" + std::to_string(version) + R"(,"d":")" +
           description + R"(","r":[)" + list + "]}";
  }

  void Answer(const StreamRequest& request) {
    std::vector<Message> answers;
    if (request.verb == "describe") {
      answers.push_back({prefix_ + "description/" + form(), WriteDescription(request), false});
    } else if (!reject.empty()) {
      answers.push_back(Rejected(request.token, reject));
    } else if (request.version != version) {
      answers.push_back(Rejected(request.token, "VersionMismatch"));
    } else {
      AddBlocks(request, answers);
    }
    if (faults.shuffle) {
      std::shuffle(answers.begin(), answers.end(), random_);
    }
    for (Message& answer : answers) {
      Carry(request, std::move(answer));
    }
  }
  void AddBlocks(const StreamRequest& request, std::vector<Message>& answers) {
    const std::string& content = files[request.file];
    for (std::uint32_t bit = 0; bit < request.bitmap.size() * 8; ++bit) {
      const std::uint32_t block = request.first + bit;
      const std::size_t at = std::size_t{block} * request.block_size;
      if ((request.bitmap[bit / 8] >> bit % 8 & 1) != 0 && at < content.size()) {
        StreamRequest said = request;
        said.file += Happens(faults.wrong_file) ? 1U : 0U;
        answers.push_back(Data(said, block, StringView(content).substr(at, request.block_size)));
      }
    }
  }
  void Carry(const StreamRequest& /*request*/, Message message) {
    if (Happens(faults.drop)) {
      return;
    }
    if (Happens(faults.truncate)) {
      message.payload.resize(message.payload.size() / 2);
    }
    if (Happens(faults.damage)) {
      message.payload[0] = '\xff';
    }
    message.cut = Happens(faults.cut);
    if (Happens(faults.twice)) {
      messages_.push_back(message);
    }
    messages_.push_back(std::move(message));
  }
  bool Happens(int percent) { return percent > 0 && static_cast<int>(random_() % 100) < percent; }

  bool cbor_;
  std::mt19937 random_;
  std::string prefix_;
  std::vector<Message> messages_;
};

}  // namespace linnet::aws::testing
