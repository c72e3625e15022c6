// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Any messages of a stream, in either form, whole and byte by byte, at two downloads that must
// behave the same: the same bytes in order, the same requests, the same end.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "aws/stream_download.hpp"
#include "aws/testing/plain_entropy.hpp"
#include "base/view.hpp"

namespace {

using namespace linnet;       // NOLINT(*-using-namespace)
using namespace linnet::aws;  // NOLINT(*-using-namespace)

constexpr std::uint32_t kBlock = 256;
constexpr std::uint32_t kBegin = 100;

const CborStreamCodec kCbor;
const JsonStreamCodec kJson;

class Device final : public StreamSink {
 public:
  explicit Device(const StreamCodec& form) : codec(form) {
    download.OnReady();
    if (!download.Open("s", 2).ok() || !download.Fetch(kBegin, 5000, 0, *this).ok()) {
      std::abort();
    }
  }

  Status OnBytes(std::uint32_t offset, Bytes data) override {
    if (offset != kBegin + got.size() || data.size() > kBlock) {
      std::abort();
    }
    got += AsText(data);
    return OkStatus();
  }

  void Receive(StringView kind, Bytes payload, std::size_t piece) {
    std::string topic = "$aws/things/b/streams/s/";
    topic.append(kind).append("/").append(codec.name());
    std::size_t offset = 0;
    do {
      const Bytes data = payload.subspan(offset, std::min(piece, payload.size() - offset));
      download.OnMessage({.topic = topic, .offset = offset, .total = payload.size(), .data = data});
      offset += data.size();
    } while (offset < payload.size());
  }

  void Turn() {
    Request request;  // NOLINT(*-member-init)
    if (download.Next(now, request).ok()) {
      asked.append(request.topic.view()).append(request.payload).append("\n");
    }
    now += Milliseconds{700};
  }

  const StreamCodec& codec;
  aws::testing::PlainEntropy entropy;
  std::array<std::byte, 2048> memory{};
  StreamDownload download{"b", codec, entropy, memory, kBlock};
  Instant now{Seconds{100}};
  std::string got;
  std::string asked;
};

std::string Play(Bytes input, std::size_t longest_piece) {
  constexpr std::array<StringView, 3> kKinds = {"description", "data", "rejected"};
  const bool cbor = !input.empty() && (std::to_integer<int>(input[0]) & 1) != 0;
  Device device(cbor ? static_cast<const StreamCodec&>(kCbor) : kJson);
  device.Turn();
  if (!input.empty() && (std::to_integer<int>(input[0]) & 2) != 0) {  // Described, to go further.
    const StringView json = R"({"s":1,"r":[{"f":2,"z":1000}]})";
    const StringView binary("\xa2\x61s\x01\x61r\x81\xa2\x61\x66\x02\x61z\x19\x03\xe8", 16);
    device.Receive(kKinds[0], AsBytes(cbor ? binary : json), longest_piece);
  }
  input = input.subspan(std::min<std::size_t>(1, input.size()));
  while (input.size() > 3) {
    device.Turn();
    const auto kind = std::to_integer<std::size_t>(input[0]) % kKinds.size();
    const std::size_t size = std::min(
        std::to_integer<std::size_t>(input[1]) << 8 | std::to_integer<std::size_t>(input[2]),
        input.size() - 3);
    device.Receive(kKinds[kind], input.subspan(3, size), longest_piece);
    input = input.subspan(3 + size);
  }
  return device.got + device.asked + std::string(ToString(device.download.status().code()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes input = std::as_bytes(std::span(data, size));
  if (Play(input, size + 1) != Play(input, 1)) {
    std::abort();
  }
  return 0;
}
