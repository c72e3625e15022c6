// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Any bytes as a message of the handshake and as its key data: what is read can be written, and
// both sides take anything without being done.
#include <cstdint>
#include <span>

#include "base/assert.hpp"
#include "twin/air/handshake.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace linnet;
  using namespace linnet::air;
  const Bytes bytes = std::as_bytes(std::span(data, size));
  if (const Result<KeyMessage> message = ParseKeyMessage(bytes); message.ok()) {
    const Result<KeyMessage> again = ParseKeyMessage(Serialize(*message));
    LINNET_ASSERT(again.ok() && again->data == message->data && again->replay == message->replay);
  }
  if (const Result<KeyData> read = ParseKeyData(bytes); read.ok()) {
    LINNET_ASSERT(SerializeKeyData(*read).size() % 8 == 0);
  }
  for (const Akm akm : {Akm::kPsk, Akm::kSae}) {
    const HandshakeTerms terms{akm, {}, {1}, {2}, RsnElement({akm}), RsnElement({akm})};
    Supplicant supplicant(terms);
    IgnoreStatus(supplicant.Take(bytes) ? OkStatus() : Status(Code::kMalformed));
    LINNET_ASSERT(!supplicant.done());
    Authenticator authenticator(terms, {});
    static_cast<void>(authenticator.Send());
    LINNET_ASSERT(!authenticator.Take(bytes) && !authenticator.done());
  }
  return 0;
}
