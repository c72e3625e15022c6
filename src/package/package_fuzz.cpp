// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Any bytes as the head of an update file: nothing may crash, and what is accepted lies within the
// file and within the device. The head's own digest is put right, so that the rules behind it are
// reached.
#include <array>
#include <cstdint>
#include <vector>

#include "base/assert.hpp"
#include "package/admission.hpp"
#include "package/plan.hpp"
#include "package/testing/devices.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace linnet;
  std::vector<std::byte> bytes(size);
  CopyBytes(std::as_bytes(std::span(data, size)), bytes);
  const Result<std::size_t> head = package::FileHeadSize(bytes);
  if (head.ok() && package::IsPackage(bytes) && *head <= size) {
    const MutableBytes covered = MutableBytes(bytes).first(*head - sizeof(crypto::Digest));
    CopyBytes(crypto::Hash(covered), MutableBytes(bytes).subspan(covered.size()));
  }
  const package::testing::HeldParts held;
  package::Plan plan;
  for (const std::uint32_t file_size : {static_cast<std::uint32_t>(size), 100'000U}) {
    const package::Verdict verdict =
        package::MakePlan(bytes, file_size, package::testing::kDevice, held, plan);
    std::array<char, package::kMaxExplanation> text;
    LINNET_ASSERT(!package::Explain(verdict, text).empty());
    if (!verdict.ok()) {
      continue;
    }
    for (const package::PlanPart& part : plan.view()) {
      LINNET_ASSERT(part.length > 0 && part.offset <= file_size);
      LINNET_ASSERT(part.stored_length <= file_size - part.offset);
    }
    image::Manifest manifest;
    IgnoreStatus(image::DecodeManifest(bytes, manifest));
    static_cast<void>(
        package::CheckRelease(manifest, plan, package::testing::kDevice, held, std::nullopt));
    package::NameParts(manifest, plan);
  }
  return 0;
}
