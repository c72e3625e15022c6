// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/streams_service.hpp"

#include <gmock/gmock.h>

namespace linnet::twin {
namespace {

using Json = nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

class Objects final : public StreamObjects {
 public:
  std::string Etag(const std::string& object) override {
    return content.contains(object) ? "etag-" + content[object].substr(0, 8) : "";
  }
  std::uint64_t Size(const std::string& object) override { return content[object].size(); }
  std::string Read(const std::string& object, std::uint64_t offset, std::size_t length) override {
    return content[object].substr(offset, length);
  }

  std::map<std::string, std::string> content;
};

class StreamsServiceTest : public testing::Test {
 protected:
  StreamsServiceTest() {
    for (int i = 0; i < 50 * 256 + 10; ++i) {
      objects_.content["a.bin"] += static_cast<char>(i * 7 + i / 256);
    }
    objects_.content["b.bin"] = std::string(300'000, 'b');
    service_.Create({"fw", "Two files", {{0, "a.bin"}, {7, "b.bin"}}}, 100);
  }

  std::vector<Json> Ask(const std::string& verb, const Json& body, bool cbor = false,
                        const std::string& stream = "fw") {
    const auto request = ParseRequestTopic("$aws/things/t/streams/" + stream + "/" + verb +
                                           (cbor ? "/cbor" : "/json"));
    std::string payload = body.dump();
    if (cbor) {
      const std::vector<std::uint8_t> bytes = Json::to_cbor(body);
      payload.assign(bytes.begin(), bytes.end());
    }
    return Take(service_.Handle(*request, payload), cbor);
  }

  std::vector<Json> Take(const StreamsOutcome& outcome, bool cbor) {
    std::vector<Json> answers;
    topic_ = outcome.messages.empty() ? "" : outcome.messages[0].topic;
    for (const Message& message : outcome.messages) {
      answers.push_back(cbor ? Json::from_cbor(message.payload) : Json::parse(message.payload));
    }
    return answers;
  }

  static std::vector<int> Blocks(const std::vector<Json>& answers) {
    std::vector<int> blocks;
    blocks.reserve(answers.size());
    for (const Json& answer : answers) {
      blocks.push_back(answer.at("i"));
    }
    return blocks;
  }

  std::string Refusal(const Json& body, bool cbor = false) {
    const std::vector<Json> answers = Ask("get", body, cbor);
    EXPECT_EQ(answers.size(), 1U);
    EXPECT_THAT(topic_, HasSubstr("/rejected/"));
    return answers[0].value("o", "");
  }

  Objects objects_;
  StreamsService service_{objects_};
  std::string topic_;
};

TEST_F(StreamsServiceTest, DescribesItsFiles) {
  for (const bool cbor : {false, true}) {
    const Json answer = Ask("describe", {{"c", "token"}}, cbor)[0];
    EXPECT_EQ(topic_,
              std::string("$aws/things/t/streams/fw/description/") + (cbor ? "cbor" : "json"));
    EXPECT_EQ(answer["c"], "token");
    EXPECT_EQ(answer["s"], 1);
    EXPECT_EQ(answer["d"], "Two files");
    EXPECT_EQ(answer["r"], Json::array({{{"f", 0}, {"z", 12810}}, {{"f", 7}, {"z", 300000}}}));
  }
  const auto request = ParseRequestTopic("$aws/things/t/streams/fw/describe/cbor");
  EXPECT_FALSE(Take(service_.Handle(*request, ""), true)[0].contains("c"));
}

TEST_F(StreamsServiceTest, BlocksComeInBothForms) {
  const std::string& content = objects_.content["a.bin"];
  const auto json = Ask("get", {{"c", "t"}, {"f", 0}, {"l", 256}, {"o", 49}, {"n", 5}});
  EXPECT_EQ(topic_, "$aws/things/t/streams/fw/data/json");
  EXPECT_THAT(Blocks(json), ElementsAre(49, 50));
  EXPECT_EQ(json[0]["c"], "t");
  EXPECT_EQ(json[0]["l"], 256);
  EXPECT_EQ(FromBase64(json[0]["p"].get<std::string>()),
            content.substr(std::size_t{49} * 256, 256));
  EXPECT_EQ(json[1]["l"], 10);
  const auto cbor = Ask("get", {{"f", 0}, {"l", 256}, {"o", 49}, {"n", 1}, {"s", 1}}, true);
  const std::string block = content.substr(std::size_t{49} * 256, 256);
  EXPECT_EQ(cbor[0]["p"], Json::binary({block.begin(), block.end()}));
  EXPECT_FALSE(cbor[0].contains("c"));
}

// The example of the developer guide.
TEST_F(StreamsServiceTest, BitmapsCountFromTheOffsetLowestBitFirst) {
  const std::vector<std::uint8_t> bits = {0x13, 0x00, 0x80};
  Json request = {{"f", 0}, {"l", 256}, {"o", 20}, {"b", Json::binary(bits)}};
  EXPECT_THAT(Blocks(Ask("get", request, true)), ElementsAre(20, 21, 24, 43));
  request["n"] = 3;
  EXPECT_THAT(Blocks(Ask("get", request, true)), ElementsAre(20, 21, 24));
  request = {{"f", 0}, {"l", 256}, {"o", 20}, {"b", ToBase64({"\x13\x00\x80", 3})}};
  EXPECT_THAT(Blocks(Ask("get", request)), ElementsAre(20, 21, 24, 43));
}

TEST_F(StreamsServiceTest, OneAnswerIsBounded) {
  EXPECT_EQ(Ask("get", {{"f", 7}, {"l", 65536}, {"n", 5}}).size(), 2U);
  EXPECT_EQ(Ask("get", {{"f", 7}, {"l", 32768}}).size(), 4U);
  EXPECT_EQ(Ask("get", {{"f", 7}, {"l", 131072}, {"o", 2}})[0]["l"], 300000 - 262144);
}

TEST_F(StreamsServiceTest, RefusesWithTheDocumentedCodes) {
  const std::string long_token(65, 'c');
  const std::string big_map = ToBase64(std::string(12289, '\xff'));
  const std::vector<std::pair<Json, std::string>> table = {
      {{{"l", 256}}, "InvalidRequest"},
      {{{"f", 0}}, "InvalidRequest"},
      {{{"f", 0}, {"l", "256"}}, "InvalidRequest"},
      {{{"f", 256}, {"l", 256}}, "InvalidRequest"},
      {{{"f", 0}, {"l", 256}, {"c", long_token}}, "InvalidRequest"},
      {{{"f", 0}, {"l", 256}, {"b", 1}}, "InvalidRequest"},
      {{{"f", 0}, {"l", 256}, {"b", "!"}}, "InvalidRequest"},
      {Json::array(), "InvalidRequest"},
      {{{"f", 0}, {"l", 255}}, "BlockSizeOutOfBounds"},
      {{{"f", 0}, {"l", 131073}}, "BlockSizeOutOfBounds"},
      {{{"f", 0}, {"l", 256}, {"o", -1}}, "OffsetOutOfBounds"},
      {{{"f", 0}, {"l", 256}, {"o", 98305}}, "OffsetOutOfBounds"},
      {{{"f", 0}, {"l", 256}, {"o", 51}}, "OffsetOutOfBounds"},
      {{{"f", 0}, {"l", 256}, {"n", 98305}}, "BlockCountLimitExceeded"},
      {{{"f", 0}, {"l", 256}, {"b", big_map}}, "BlockBitmapLimitExceeded"},
      {{{"f", 1}, {"l", 256}}, "ResourceNotFound"},
      {{{"f", 0}, {"l", 256}, {"s", 2}}, "VersionMismatch"},
  };
  for (const auto& [request, code] : table) {
    EXPECT_EQ(Refusal(request), code) << request;
  }
  EXPECT_EQ(Refusal({{"f", 0}, {"l", 1}}, true), "BlockSizeOutOfBounds");
  EXPECT_EQ(Ask("describe", {{"c", "t"}}, false, "none")[0],
            Json({{"o", "ResourceNotFound"}, {"m", "There is no stream none"}, {"c", "t"}}));
}

TEST_F(StreamsServiceTest, RefusesWhatItCannotRead) {
  const auto json = ParseRequestTopic("$aws/things/t/streams/fw/get/json");
  EXPECT_EQ(Take(service_.Handle(*json, "{"), false)[0]["o"], "InvalidJson");
  EXPECT_EQ(Take(service_.Handle(*json, "\"\xff\""), false)[0]["o"], "InvalidJson");
  const auto cbor = ParseRequestTopic("$aws/things/t/streams/fw/get/cbor");
  EXPECT_EQ(Take(service_.Handle(*cbor, "{\"f\":0}"), true)[0]["o"], "InvalidCbor");
}

TEST_F(StreamsServiceTest, ContentIsWhatItWasWhenTheStreamWasMade) {
  objects_.content["a.bin"] = "something else";
  EXPECT_EQ(Refusal({{"f", 0}, {"l", 256}}), "ETagMismatch");
  objects_.content.erase("a.bin");
  EXPECT_EQ(Refusal({{"f", 0}, {"l", 256}}), "ResourceNotFound");
}

TEST_F(StreamsServiceTest, AnUpdateIsANewVersion) {
  EXPECT_EQ(service_.Update({"fw", "", {{0, "b.bin"}}}, 200).version, 2);
  EXPECT_EQ(Refusal({{"f", 0}, {"l", 256}, {"s", 1}}), "VersionMismatch");
  EXPECT_EQ(Ask("describe", Json::object())[0]["s"], 2);
  const Stream* stream = service_.Find("fw");
  EXPECT_EQ(stream->description, "Two files");
  EXPECT_EQ(ToJson(StreamFromJson(ToJson(*stream))), ToJson(*stream));
  service_.Delete("fw");
  EXPECT_EQ(service_.Find("fw"), nullptr);
}

std::string CodeOf(const std::function<void()>& call) {
  try {
    call();
  } catch (const RequestError& error) {
    return error.code();
  }
  return "";
}

TEST_F(StreamsServiceTest, StreamsAreBounded) {
  objects_.content["empty"] = "";
  objects_.content["huge"] = std::string(StreamsService::kMaxFileSize + 1, 'h');
  std::vector<NewStream::File> eleven;
  eleven.reserve(11);
  for (int id = 0; id < 11; ++id) {
    eleven.push_back({id, "a.bin"});
  }
  const std::vector<std::pair<NewStream, std::string>> table = {
      {{"a.b", "", {{0, "a.bin"}}}, "InvalidRequest"},
      {{std::string(129, 'a'), "", {{0, "a.bin"}}}, "InvalidRequest"},
      {{"s", std::string(2029, 'd'), {{0, "a.bin"}}}, "InvalidRequest"},
      {{"s", "", {}}, "InvalidRequest"},
      {{"s", "", eleven}, "InvalidRequest"},
      {{"s", "", {{256, "a.bin"}}}, "InvalidRequest"},
      {{"s", "", {{1, "a.bin"}, {1, "b.bin"}}}, "InvalidRequest"},
      {{"s", "", {{0, "empty"}}}, "InvalidRequest"},
      {{"s", "", {{0, "huge"}}}, "InvalidRequest"},
      {{"s", "", {{0, "none"}}}, "ResourceNotFound"},
      {{"fw", "", {{0, "a.bin"}}}, "ResourceAlreadyExists"},
  };
  for (const auto& [wanted, code] : table) {
    const auto& stream = wanted;  // clang 14: a lambda cannot take a part of a binding.
    EXPECT_EQ(CodeOf([&] { service_.Create(stream, 1); }), code) << stream.id;
  }
  EXPECT_EQ(CodeOf([&] { service_.Update({"s", "", {{0, "a.bin"}}}, 1); }), "ResourceNotFound");
  EXPECT_EQ(CodeOf([&] { service_.Delete("s"); }), "ResourceNotFound");
}

TEST(Base64Test, BothWaysAndNothingElse) {
  for (const std::string bytes : {"", "a", "ab", "abc", "abcd"}) {
    EXPECT_EQ(FromBase64(ToBase64(bytes)), bytes);
  }
  for (const std::string bad : {"a", "ab=", "a===", "====", "ab=c", "ab!d"}) {
    EXPECT_THROW(FromBase64(bad), std::invalid_argument) << bad;
  }
}

}  // namespace
}  // namespace linnet::twin
