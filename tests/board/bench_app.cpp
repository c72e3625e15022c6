// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The application of bench_boot: says when it was started, and what the least is that a check of
// itself can cost: one pass of SHA-256 over what its digest covers, and one signature.
#include "base/endian.hpp"
#include "base/log.hpp"
#include "crypto/ecdsa.hpp"
#include "image/verify.hpp"
#include "ports/an505/console.hpp"
#include "ports/an505/partition.hpp"
#include "ports/an505/registers.hpp"
#include "release/store_view.hpp"

namespace linnet::board_test {
namespace {

/// Counts from the board's reset on, at the core's clock.
std::uint32_t Ticks() {
  return an505::Register(an505::peripheral::kFpgaIo + 0x18);
}

/// Nothing but the hash: straight over the memory that the flash is.
std::uint32_t TicksOfHash() {
  an505::MappedFlash flash = an505::OpenPartition(layout::an505::kApp);
  release::FlashSource source(flash);
  const Result<image::Header> header = image::ReadHeader(source);
  if (!header.ok()) {
    return 0;
  }
  const auto* start = an505::At<const std::byte>(layout::an505::kApp.address());
  const std::uint32_t before = Ticks();
  const crypto::Digest digest = crypto::Hash(Bytes(start, header->digest_end()));
  const std::uint32_t after = Ticks();
  log::Debug("bench", "{}", Bytes(digest));  // so that it is computed
  return after - before;
}

/// Any signature: the check takes the same steps for a wrong one that has sound numbers.
std::uint32_t TicksOfSignature() {
  crypto::P256PublicKey key;  // the curve's base point
  constexpr std::array<std::uint32_t, 16> kBase = {0x6B17D1F2, 0xE12C4247, 0xF8BCE6E5, 0x63A440F2,
                                                   0x77037D81, 0x2DEB33A0, 0xF4A13945, 0xD898C296,
                                                   0x4FE342E2, 0xFE1A7F9B, 0x8EE7EB4A, 0x7C0F9E16,
                                                   0x2BCE3357, 0x6B315ECE, 0xCBB64068, 0x37BF51F5};
  for (std::size_t i = 0; i < kBase.size(); ++i) {
    StoreBe32(kBase[i], MutableBytes(key).subspan(4 * i));
  }
  crypto::P256Signature signature;
  signature.fill(std::byte{0x55});
  const std::uint32_t before = Ticks();
  const Status status = crypto::VerifyP256(key, crypto::Hash(key), signature);
  const std::uint32_t after = Ticks();
  log::Debug("bench", "{}", status);
  return after - before;
}

}  // namespace
}  // namespace linnet::board_test

int main() {
  using namespace linnet;
  const std::uint32_t started = board_test::Ticks();
  static an505::UartConsole console(an505::peripheral::kUart0);
  static an505::ConsoleLog sink(console);
  log::SetSink(&sink);
  const std::uint32_t hash = board_test::TicksOfHash();
  log::Info("bench", "start {} hash {} signature {} end", started, hash,
            board_test::TicksOfSignature());
  while (true) {
    __asm volatile("wfi");
  }
}
