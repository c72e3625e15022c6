// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "image/verdict.hpp"

#include <array>
#include <cstddef>

namespace linnet::image {

namespace {

struct Text {
  Reason reason;
  std::string_view text;
};

constexpr Text kTexts[] = {
    {Reason::kNotChecked, "not checked"},
    {Reason::kReadFailed, "the medium cannot be read"},
    {Reason::kTruncated, "it ends too early"},
    {Reason::kBadMagic, "no image begins here"},
    {Reason::kBadHeaderSize, "the header is shorter than a header"},
    {Reason::kSizeOverflow, "its sizes exceed 32 bits"},
    {Reason::kTooLarge, "it is larger than its area"},
    {Reason::kFlagsConflict, "its flags contradict each other"},
    {Reason::kNotBootable, "it is marked as not bootable"},
    {Reason::kEncrypted, "it is encrypted"},
    {Reason::kCompressed, "it is compressed"},
    {Reason::kForRam, "it is made to run from RAM"},
    {Reason::kForFixedAddress, "it is made for a fixed address"},
    {Reason::kBadTlvMagic, "no TLV area where one must be"},
    {Reason::kTlvSizeMismatch, "a TLV area has a wrong size"},
    {Reason::kTlvOverrun, "a TLV entry leaves its area"},
    {Reason::kTlvNotAllowed, "a TLV entry must not be unsigned"},
    {Reason::kTlvBadLength, "a TLV entry has a wrong length"},
    {Reason::kTlvDuplicate, "a TLV entry stands twice"},
    {Reason::kTooManyDependencies, "too many dependencies"},
    {Reason::kManifestMalformed, "its release manifest is malformed"},
    {Reason::kManifestUnsupported, "its release manifest names parts of an unknown kind"},
    {Reason::kDigestMissing, "it has no SHA-256 entry"},
    {Reason::kDigestMismatch, "the content does not match its digest"},
    {Reason::kSignatureMissing, "no signature by a trusted key"},
    {Reason::kSignatureUnbound, "a signature names no key"},
    {Reason::kSignatureMalformed, "the signature is not strict DER"},
    {Reason::kSignatureInvalid, "the signature is wrong"},
    {Reason::kSignatureUnsupported, "a signature of the data itself is not supported"},
    {Reason::kAlgorithmUnsupported, "its signature is not ECDSA P-256 with SHA-256"},
    {Reason::kKeyNotValid, "its key does not hold for its security counter"},
    {Reason::kCounterTooLow, "its security counter is too low"},
    {Reason::kWrongVendor, "it is not made by this vendor"},
    {Reason::kWrongClass, "it is not made for this class of devices"},
    {Reason::kNoSuchArea, "no place for an image that it names"},
    {Reason::kPartMissing, "a part is missing"},
    {Reason::kPartMismatch, "a part is not as the manifest says"},
    {Reason::kDependencyUnmet, "a dependency is not met"},
    {Reason::kAccepted, "accepted"},
};

constexpr std::size_t PackedSize() {
  std::size_t size = 0;
  for (const Text& entry : kTexts) {
    size += 2 + entry.text.size();
  }
  return size;
}

/// Reason, length and text one behind the other: a table of views would take as much again.
constexpr auto kPacked = [] {
  std::array<char, PackedSize()> packed{};
  std::size_t at = 0;
  for (const Text& entry : kTexts) {
    packed[at++] = static_cast<char>(entry.reason);
    packed[at++] = static_cast<char>(entry.text.size());
    for (const char letter : entry.text) {
      packed[at++] = letter;
    }
  }
  return packed;
}();

}  // namespace

std::string_view ToText(Reason reason) {
  std::string_view rest(kPacked.data(), kPacked.size());
  while (!rest.empty()) {
    const auto size = static_cast<unsigned char>(rest[1]);
    if (rest[0] == static_cast<char>(reason)) {
      return rest.substr(2, size);
    }
    rest.remove_prefix(2U + size);
  }
  return "unknown reason";
}

Code ToCode(Reason reason) {
  switch (reason) {
    case Reason::kAccepted:
      return Code::kOk;
    case Reason::kReadFailed:
      return Code::kDataLoss;
    case Reason::kTooLarge:
      return Code::kTooLarge;
    case Reason::kNotBootable:
    case Reason::kEncrypted:
    case Reason::kCompressed:
    case Reason::kForRam:
    case Reason::kForFixedAddress:
    case Reason::kTooManyDependencies:
    case Reason::kManifestUnsupported:
    case Reason::kNoSuchArea:
    case Reason::kSignatureUnsupported:
    case Reason::kAlgorithmUnsupported:
    case Reason::kWrongVendor:
    case Reason::kWrongClass:
      return Code::kUnsupported;
    case Reason::kDigestMissing:
    case Reason::kDigestMismatch:
    case Reason::kSignatureMissing:
    case Reason::kSignatureUnbound:
    case Reason::kSignatureMalformed:
    case Reason::kSignatureInvalid:
    case Reason::kKeyNotValid:
      return Code::kUnauthenticated;
    case Reason::kCounterTooLow:
      return Code::kPermissionDenied;
    case Reason::kPartMissing:
      return Code::kNotFound;
    case Reason::kPartMismatch:
    case Reason::kDependencyUnmet:
      return Code::kMismatch;
    case Reason::kNotChecked:
      return Code::kFailedPrecondition;
    default:
      return Code::kMalformed;
  }
}

}  // namespace linnet::image
