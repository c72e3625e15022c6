// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "image/verdict.hpp"

#include <array>
#include <cstddef>

#include "base/view.hpp"

namespace linnet::image {

namespace {

struct Row {
  Reason reason;
  Code code;
  StringView text;
};

constexpr Row kRows[] = {
    {Reason::kNotChecked, Code::kFailedPrecondition, "not checked"},
    {Reason::kReadFailed, Code::kDataLoss, "the medium cannot be read"},
    {Reason::kTruncated, Code::kMalformed, "it ends too early"},
    {Reason::kBadMagic, Code::kMalformed, "no image begins here"},
    {Reason::kBadHeaderSize, Code::kMalformed, "the header is shorter than a header"},
    {Reason::kSizeOverflow, Code::kMalformed, "its sizes exceed 32 bits"},
    {Reason::kTooLarge, Code::kTooLarge, "it is larger than its area"},
    {Reason::kFlagsConflict, Code::kMalformed, "its flags contradict each other"},
    {Reason::kNotBootable, Code::kUnsupported, "it is marked as not bootable"},
    {Reason::kEncrypted, Code::kUnsupported, "it is encrypted"},
    {Reason::kCompressed, Code::kUnsupported, "it is compressed"},
    {Reason::kForRam, Code::kUnsupported, "it is made to run from RAM"},
    {Reason::kForFixedAddress, Code::kUnsupported, "it is made for a fixed address"},
    {Reason::kBadTlvMagic, Code::kMalformed, "no TLV area where one must be"},
    {Reason::kTlvSizeMismatch, Code::kMalformed, "a TLV area has a wrong size"},
    {Reason::kTlvOverrun, Code::kMalformed, "a TLV entry leaves its area"},
    {Reason::kTlvNotAllowed, Code::kMalformed, "a TLV entry must not be unsigned"},
    {Reason::kTlvBadLength, Code::kMalformed, "a TLV entry has a wrong length"},
    {Reason::kTlvDuplicate, Code::kMalformed, "a TLV entry stands twice"},
    {Reason::kTooManyDependencies, Code::kUnsupported, "too many dependencies"},
    {Reason::kManifestMalformed, Code::kMalformed, "its release manifest is malformed"},
    {Reason::kManifestUnsupported, Code::kUnsupported,
     "its release manifest names parts of an unknown kind"},
    {Reason::kDigestMissing, Code::kUnauthenticated, "it has no SHA-256 entry"},
    {Reason::kDigestMismatch, Code::kUnauthenticated, "the content does not match its digest"},
    {Reason::kSignatureMissing, Code::kUnauthenticated, "no signature by a trusted key"},
    {Reason::kSignatureUnbound, Code::kUnauthenticated, "a signature names no key"},
    {Reason::kSignatureMalformed, Code::kUnauthenticated, "the signature is not strict DER"},
    {Reason::kSignatureInvalid, Code::kUnauthenticated, "the signature is wrong"},
    {Reason::kSignatureUnsupported, Code::kUnsupported,
     "a signature of the data itself is not supported"},
    {Reason::kAlgorithmUnsupported, Code::kUnsupported,
     "its signature is not ECDSA P-256 with SHA-256"},
    {Reason::kKeyNotValid, Code::kUnauthenticated,
     "its key does not hold for its security counter"},
    {Reason::kCounterTooLow, Code::kPermissionDenied, "its security counter is too low"},
    {Reason::kWrongVendor, Code::kUnsupported, "it is not made by this vendor"},
    {Reason::kWrongClass, Code::kUnsupported, "it is not made for this class of devices"},
    {Reason::kNoSuchArea, Code::kUnsupported, "no place for an image that it names"},
    {Reason::kPartMissing, Code::kNotFound, "a part is missing"},
    {Reason::kPartMismatch, Code::kMismatch, "a part is not as the manifest says"},
    {Reason::kDependencyUnmet, Code::kMismatch, "a dependency is not met"},
    {Reason::kAccepted, Code::kOk, "accepted"},
};

constexpr std::size_t PackedSize() {
  std::size_t size = 0;
  for (const Row& row : kRows) {
    size += 3 + row.text.size();
  }
  return size;
}

/// Reason, code, length and text one behind the other: a table of views would take as much again.
constexpr auto kPacked = [] {
  std::array<char, PackedSize()> packed{};
  std::size_t at = 0;
  for (const Row& row : kRows) {
    packed[at++] = static_cast<char>(row.reason);
    packed[at++] = static_cast<char>(row.code);
    packed[at++] = static_cast<char>(row.text.size());
    for (const char letter : row.text) {
      packed[at++] = letter;
    }
  }
  return packed;
}();

Row Find(Reason reason) {
  StringView rest(kPacked.data(), kPacked.size());
  while (!rest.empty()) {
    const auto size = static_cast<unsigned char>(rest[2]);
    if (rest[0] == static_cast<char>(reason)) {
      return {reason, static_cast<Code>(rest[1]), rest.substr(3, size)};
    }
    rest.remove_prefix(3U + size);
  }
  return {reason, Code::kMalformed, "unknown reason"};
}

}  // namespace

StringView ToText(Reason reason) {
  return Find(reason).text;
}

Code ToCode(Reason reason) {
  return Find(reason).code;
}

}  // namespace linnet::image
