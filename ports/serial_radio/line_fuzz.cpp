// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Any bytes on the line, as host and as radio: what is read can be written, and is the same again.
#include <array>
#include <cstdint>
#include <span>

#include "base/assert.hpp"
#include "ports/serial_radio/frame.hpp"
#include "ports/serial_radio/messages.hpp"

namespace linnet::serial_radio {
namespace {

void CheckSame(Bytes payload, const Result<Bytes>& written) {
  LINNET_ASSERT(written.ok() && Equal(payload, *written));
}

void ReadAll(Bytes payload) {
  std::array<std::byte, kMaxJoinSize> out;
  if (const auto point = DecodeAccessPoint(payload); point.ok()) {
    CheckSame(payload, EncodeAccessPoint(*point, out));
  }
  if (const auto order = DecodeJoin(payload); order.ok()) {
    CheckSame(payload, EncodeJoin(*order, out));
  }
  if (const auto order = DecodeStartAp(payload); order.ok()) {
    CheckSame(payload, EncodeStartAp(*order, out));
  }
  if (const auto patch = DecodeBeginPatch(payload); patch.ok()) {
    CheckSame(payload, Bytes(EncodeBeginPatch(*patch)));
  }
  IgnoreStatus(DecodeAnswer(payload).status());
  IgnoreStatus(DecodePowerOn(payload).status());
  IgnoreStatus(DecodeBeginImage(payload).status());
  IgnoreStatus(DecodeBooted(payload).status());
  IgnoreStatus(DecodeSignal(payload).status());
  IgnoreStatus(DecodeLinkLost(payload).status());
  IgnoreStatus(DecodeMac(payload).status());
  IgnoreStatus(DecodeFrame(payload).status());
  IgnoreStatus(DecodeCredit(payload).status());
}

}  // namespace
}  // namespace linnet::serial_radio

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace linnet;
  using namespace linnet::serial_radio;
  const Bytes bytes = std::as_bytes(std::span(data, size));
  ReadAll(bytes);  // a CRC is hard to guess
  std::array<std::byte, kMaxLineSize> buffer;
  std::array<std::byte, kMaxLineSize> again;
  Receiver receiver(buffer);
  for (const std::byte byte : bytes) {
    if (const Result<Message> message = receiver.Take(byte); message.ok()) {
      LINNET_ASSERT(Encode(*message, again).ok());
      ReadAll(message->payload);
    }
  }
  if (size >= 2 && size - 2 <= kMaxPayload) {
    const Result<Bytes> line = Encode({data[0], data[1], bytes.subspan(2)}, again);
    LINNET_ASSERT(line.ok());
    Result<Message> back = Code::kPending;
    receiver.Clear();
    for (const std::byte byte : *line) {
      back = receiver.Take(byte);
    }
    LINNET_ASSERT(back.ok() && Equal(back->payload, bytes.subspan(2)));
  }
  return 0;
}
