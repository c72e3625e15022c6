// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Signs payloads into MCUboot images, and tells what an image says and whether it holds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "image/manifest.hpp"
#include "image/verify.hpp"
#include "tools/sign/keys.hpp"

namespace linnet::sign {

/// A signed entry of the image, as it will stand there.
struct ProtectedTlv {
  std::uint16_t type = 0;
  std::vector<std::byte> value{};
};

struct SignOptions {
  /// The program as it lies in memory, without a header.
  std::vector<std::byte> payload{};
  image::Version version{};
  /// Bytes before the payload; a Cortex-M vector table wants a multiple of 0x200.
  std::uint32_t header_size = 0x200;
  std::optional<std::uint32_t> security_counter{};
  std::vector<image::Dependency> dependencies{};
  /// Whose devices and which class of them the image is made for.
  std::optional<image::Uuid> vendor{};
  std::optional<image::Uuid> device_class{};
  /// What else belongs to the release; see tools/sign/manifest.hpp.
  std::vector<image::ManifestEntry> manifest{};
  /// Not the manifest, nor what the program itself says (requirement.hpp).
  std::vector<ProtectedTlv> protected_tlvs{};
};

/// The image: same input, same bytes. Throws Error when a part does not fit its field.
std::vector<std::byte> SignImage(const SignOptions& options, const crypto::P256Scalar& key);

/// One entry of an image's TLV areas.
struct Entry {
  bool is_protected = false;
  std::uint16_t type = 0;
  std::string name{};        ///< "SHA-256", "security counter", "vendor 0x00a0" ...
  std::uint32_t offset = 0;  ///< Of the value.
  std::vector<std::byte> value{};
};

/// What an image says; nothing of it is checked but the structure.
struct Description {
  image::Info info{};
  std::vector<Entry> entries{};
  std::size_t file_size = 0;  ///< May be more than info.total_size.
  /// The digest over what lies there; equal to info.digest in a whole image.
  crypto::Digest actual_digest{};
};

/// Throws Error with the reason and the place when `bytes` are no image.
Description Describe(Bytes bytes);

struct Judgement {
  image::Verdict verdict{};
  image::Info info{};
};

/// As boot would judge it by that policy. `policy.area_size` 0: no limit.
Judgement VerifyImage(Bytes bytes, image::Policy policy);

/// As boot would judge it. `area_size` 0: no limit.
Judgement VerifyImage(Bytes bytes, std::span<const crypto::P256PublicKey> keys,
                      std::uint32_t area_size = 0, std::uint32_t minimum_counter = 0,
                      image::Use use = image::Use::kExecuteInPlace);

/// VerifyImage() of a file. Throws Error when it cannot be read.
Judgement VerifyFile(const std::string& path, std::span<const crypto::P256PublicKey> keys,
                     std::uint32_t area_size = 0, std::uint32_t minimum_counter = 0,
                     image::Use use = image::Use::kExecuteInPlace);

/// "the signature is wrong (at byte 1129)"
std::string ToText(const image::Verdict& verdict);

/// "6ba7b810-9dad-11d1-80b4-00c04fd430c8", with or without the hyphens. Throws Error.
image::Uuid ParseUuid(const std::string& text);
std::string UuidText(Bytes uuid);

/// The names of the header's flags, such as "non-bootable, RAM load"; "none".
std::string FlagNames(std::uint32_t flags);

/// Lower-case hexadecimal digits.
std::string ToHex(Bytes bytes);

}  // namespace linnet::sign
