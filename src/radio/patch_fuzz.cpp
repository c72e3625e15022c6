// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Any bytes as a patch container: nothing may crash, and what is accepted lies within the bytes.
#include <array>
#include <cstdint>

#include "base/assert.hpp"
#include "radio/patch.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace linnet;
  image::MemorySource source(std::as_bytes(std::span(data, size)));
  std::array<std::byte, 40> scratch;
  const Result<radio::Patch> patch = radio::ReadPatch(source);
  const Result<radio::Patch> verified = radio::VerifyPatch(source, scratch);
  LINNET_ASSERT(patch.ok() || !verified.ok());
  if (!patch.ok()) {
    return 0;
  }
  std::uint32_t at = radio::kPatchHeaderSize;
  for (const radio::PatchImage& image : patch->images) {
    LINNET_ASSERT(image.length > 0 && image.offset == at + radio::kImageHeaderSize);
    LINNET_ASSERT(&patch->Find(image.type) == &image);
    at = image.offset + image.length;
  }
  LINNET_ASSERT(at == patch->size() && at <= size && at <= radio::kMaxPatchSize);
  return 0;
}
