// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Parts of packages as streams, made by the encoder that `linnet package` uses.
#pragma once

#include "tools/delta/encode.hpp"
#include "update/testing/release_set.hpp"
#include "update/testing/rig.hpp"

namespace linnet::update::testing {

inline Packed PackStream(const SampleRelease& application, package::Encoding encoding, Bytes base) {
  Packed packed = Pack(application);
  packed.entry.encoding = encoding;
  packed.bytes = delta::Encode(base, application.file);
  packed.entry.stored_length = static_cast<std::uint32_t>(packed.bytes.size());
  packed.entry.stored_digest = crypto::Hash(packed.bytes);
  return packed;
}

inline Packed PackCompressed(const SampleRelease& application) {
  return PackStream(application, package::Encoding::kCompressed, {});
}

inline Packed PackDelta(const SampleRelease& base, const SampleRelease& application) {
  Packed packed = PackStream(application, package::Encoding::kDelta, base.file);
  packed.entry.base = base.digest;
  return packed;
}

}  // namespace linnet::update::testing
