// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "release/verifier.hpp"

#include <array>

namespace linnet::release {

image::Verdict SignatureVerifier::Verify(image::Source& source, std::uint32_t area_size,
                                         std::uint32_t minimum_counter, image::Info& out) {
  std::array<std::byte, 512> scratch;
  image::Policy policy;
  policy.keys = keys_;
  policy.area_size = area_size;
  policy.minimum_counter = minimum_counter;
  return image::Verify(source, policy, scratch, out);
}

Status FindVerified(const StoreView& store, const crypto::Digest& digest, Verifier& verifier,
                    const Limits& limits, VerifiedPart& out) {
  std::size_t index = 0;
  Status status = Code::kNotFound;
  while (const Part* part = store.FindNext(digest, index)) {
    FlashSource source = store.Open(*part);
    out.part = *part;
    out.verdict = verifier.Verify(source, limits.area_size, limits.minimum_counter, out.info);
    if (out.verdict.ok() && out.info.digest == digest) {
      return OkStatus();
    }
    if (out.verdict.ok()) {  // a good image, but not the one that was asked for
      out.verdict.reason = image::Reason::kDigestMismatch;
    }
    status = out.verdict.status();
  }
  return status;
}

}  // namespace linnet::release
