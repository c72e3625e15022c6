// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What is to be taken from an update file: the same list whatever format the file has.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bytes.hpp"
#include "base/view.hpp"
#include "crypto/sha256.hpp"
#include "image/header.hpp"
#include "image/manifest.hpp"
#include "package/device.hpp"
#include "package/format.hpp"
#include "package/identify.hpp"
#include "package/verdict.hpp"
#include "release/part.hpp"

namespace linnet::package {

/// One part, in the encoding that suits the device best.
struct PlanPart {
  release::PartKind kind{};
  std::uint8_t index = 0;
  Encoding encoding = Encoding::kRaw;
  /// `digest`, `version` and `security_counter` are what the file's head says. Otherwise only the
  /// part itself can tell, or the manifest: NameParts(). Of an image alone, the version is known.
  bool identified = false;
  /// The companion is the body of an image: Unwrap() before anything of it is fetched.
  bool wrapped = false;
  std::uint32_t offset = 0;         ///< In the file.
  std::uint32_t stored_length = 0;  ///< Bytes to fetch.
  /// Bytes that come of it. In a file that is no package, an image may end before.
  std::uint32_t length = 0;
  image::Version version{};
  std::uint32_t security_counter = 0;
  crypto::Digest digest{};
  crypto::Digest base{};  ///< Of a delta.
};

/// About 1.8 KiB. The application is the first part, if there is one.
struct Plan {
  static constexpr std::size_t kMaxParts = 1 + image::kMaxManifestEntries;

  FileKind file = FileKind::kUnknown;
  std::uint8_t count = 0;
  /// The release's, and so its application's; zeros, unless the file is a package.
  crypto::Digest release{};
  std::array<PlanPart, kMaxParts> parts{};

  [[nodiscard]] Span<const PlanPart> view() const { return std::span(parts).first(count); }
  /// nullptr: there is none.
  [[nodiscard]] const PlanPart* Find(release::PartKind kind, std::uint8_t index) const;
};

/// Reads the head of an update file and judges all that can be judged by it, before a byte of a
/// part is fetched. `head`: the first FileHeadSize() bytes or more; `file_size`: of the file.
/// `out` is of use only when accepted.
Verdict MakePlan(Bytes head, std::uint32_t file_size, const Device& device,
                 const Inventory& inventory, Plan& out);

/// Whether the security counter of an image is one that the device still takes. MakePlan() asks
/// this for the images whose counters the head states.
Verdict CheckCounter(const PlanPart& image, const Device& device);

/// For a wrapped part: `header` is the image::kHeaderSize bytes at its offset. It then is the
/// body alone. kMalformed or kTruncated: no image stands there, or it is longer than the part.
Verdict Unwrap(Bytes header, PlanPart& part);

}  // namespace linnet::package
