// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Any packets, one behind the other (a length byte before each): every reply is well-formed, and
// nothing that was not signed stays in an execution area as an image that verifies.
#include <array>

#include "base/assert.hpp"
#include "cbor/cursor.hpp"
#include "recovery/area_images.hpp"
#include "recovery/server.hpp"
#include "release/testing/memory_flash.hpp"

namespace {

using namespace linnet;

constexpr hal::FlashGeometry kGeometry{
    .size = 4096, .page_size = 512, .program_unit = 4, .erased_value = std::byte{0xFF}};

class NothingVerifies final : public release::Verifier {
 public:
  image::Verdict Verify(image::Source& /*source*/, std::uint32_t /*size*/,
                        std::uint32_t /*counter*/, image::Info& /*out*/) override {
    return {image::Reason::kSignatureInvalid, 0};
  }
};

void Check(const recovery::Server::Reply& reply) {
  if (reply.packet.empty()) {
    return;
  }
  LINNET_ASSERT(recovery::smp::Decode(reply.packet).ok());
  cbor::Cursor cursor(reply.packet.subspan(recovery::smp::kHeaderSize));
  LINNET_ASSERT(cursor.Skip().ok() && cursor.at_end());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using Area = release::testing::MemoryFlash<kGeometry.size>;
  Area area(kGeometry, {});
  Area record_flash(kGeometry, {});
  release::Record record(record_flash);
  NothingVerifies verifier;
  const std::array<hal::Flash*, 1> areas{&area};
  recovery::AreaImages images({&verifier, &record, areas});
  recovery::Server server(images, 256);
  std::array<std::byte, recovery::Server::kReplySize> out;
  Bytes rest = std::as_bytes(std::span(data, size));
  while (!rest.empty()) {
    const std::size_t count =
        std::min<std::size_t>(std::to_integer<std::size_t>(rest[0]), rest.size() - 1);
    Check(server.Handle(rest.subspan(1, count), out));
    rest = rest.subspan(1 + count);
  }
  return 0;
}
