// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Any bytes as an image: nothing may crash, and nothing is accepted that was not signed.
#include <array>
#include <cstdint>
#include <cstdlib>

#include "base/assert.hpp"
#include "image/manifest.hpp"
#include "image/tlv.hpp"
#include "image/verify.hpp"

namespace {

// The key of the imgtool vectors, so that a corpus made of them reaches the signature check.
linnet::crypto::P256PublicKey VectorKey() {
  constexpr std::uint8_t kBytes[64] = {
      0x64, 0x99, 0xcc, 0x84, 0x8f, 0x45, 0xd6, 0x34, 0x49, 0xae, 0xa7, 0x9a, 0xad,
      0xe2, 0xdc, 0x08, 0x57, 0xc8, 0x92, 0xf0, 0x8f, 0xd0, 0xd4, 0x27, 0x0e, 0x6d,
      0x9b, 0x55, 0x98, 0xd1, 0xcf, 0x74, 0x64, 0x60, 0x9b, 0x71, 0xc9, 0x91, 0x70,
      0x6a, 0x6b, 0x6b, 0x6a, 0x24, 0xc7, 0x1a, 0x5d, 0x73, 0x60, 0xdc, 0xef, 0x05,
      0xab, 0x77, 0xa8, 0xdf, 0x44, 0x49, 0x58, 0x51, 0xa3, 0xf2, 0xdc, 0x05};
  linnet::crypto::P256PublicKey key;
  linnet::CopyBytes(std::as_bytes(std::span(kBytes)), key);
  return key;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace linnet;
  const std::array<crypto::P256PublicKey, 1> keys{VectorKey()};
  const Bytes bytes = std::as_bytes(std::span(data, size));
  image::MemorySource source(bytes);
  std::array<std::byte, 48> scratch;
  image::Info info;
  image::Info read;
  const image::Verdict verdict = image::Verify(
      source, {.keys = keys, .area_size = 0x10000, .use = image::Use::kKeep}, scratch, info);
  const image::Verdict structure = image::Inspect(source, read);
  const Result<crypto::Digest> digest = image::HashImage(source, scratch);
  if (verdict.ok()) {
    // What is accepted has a sound structure and is what was hashed.
    LINNET_ASSERT(structure.ok() && read.total_size <= size && read.digest == info.digest);
    LINNET_ASSERT(digest.ok() && *digest == info.digest);
  }
  if (structure.ok()) {
    image::Manifest manifest;
    const Status named = image::ReadManifest(source, read.header, manifest);
    image::TlvEntry ours;
    // What the verifier let pass, the reader understands.
    if (image::FindProtected(source, read.header, image::tlv::kManifest, ours).ok()) {
      LINNET_ASSERT(named.ok() && manifest.count <= image::kMaxManifestEntries);
    }
    image::TlvEntry entry;
    while (image::FindProtected(source, read.header, 0xA0, entry).ok()) {
      LINNET_ASSERT(entry.offset + entry.length <= read.header.digest_end());
    }
  }
  return 0;
}
