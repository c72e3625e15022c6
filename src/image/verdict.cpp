// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "image/verdict.hpp"

namespace linnet::image {

std::string_view ToText(Reason reason) {
  switch (reason) {
    case Reason::kNotChecked:
      return "not checked";
    case Reason::kReadFailed:
      return "the medium cannot be read";
    case Reason::kTruncated:
      return "it ends too early";
    case Reason::kBadMagic:
      return "no image begins here";
    case Reason::kBadHeaderSize:
      return "the header is shorter than a header";
    case Reason::kSizeOverflow:
      return "its sizes exceed 32 bits";
    case Reason::kTooLarge:
      return "it is larger than its area";
    case Reason::kFlagsConflict:
      return "its flags contradict each other";
    case Reason::kNotBootable:
      return "it is marked as not bootable";
    case Reason::kEncrypted:
      return "it is encrypted";
    case Reason::kCompressed:
      return "it is compressed";
    case Reason::kForRam:
      return "it is made to run from RAM";
    case Reason::kForFixedAddress:
      return "it is made for a fixed address";
    case Reason::kBadTlvMagic:
      return "no TLV area where one must be";
    case Reason::kTlvSizeMismatch:
      return "a TLV area has a wrong size";
    case Reason::kTlvOverrun:
      return "a TLV entry leaves its area";
    case Reason::kTlvNotAllowed:
      return "a TLV entry must not be unsigned";
    case Reason::kTlvBadLength:
      return "a TLV entry has a wrong length";
    case Reason::kTlvDuplicate:
      return "a TLV entry stands twice";
    case Reason::kTooManyDependencies:
      return "too many dependencies";
    case Reason::kManifestMalformed:
      return "its release manifest is malformed";
    case Reason::kManifestUnsupported:
      return "its release manifest names parts of an unknown kind";
    case Reason::kDigestMissing:
      return "it has no SHA-256 entry";
    case Reason::kDigestMismatch:
      return "the content does not match its digest";
    case Reason::kSignatureMissing:
      return "no signature by a trusted key";
    case Reason::kSignatureUnbound:
      return "a signature names no key";
    case Reason::kSignatureMalformed:
      return "the signature is not strict DER";
    case Reason::kSignatureInvalid:
      return "the signature is wrong";
    case Reason::kSignatureUnsupported:
      return "a signature of the data itself is not supported";
    case Reason::kAlgorithmUnsupported:
      return "its signature is not ECDSA P-256 with SHA-256";
    case Reason::kKeyNotValid:
      return "its key does not hold for its security counter";
    case Reason::kCounterTooLow:
      return "its security counter is too low";
    case Reason::kWrongVendor:
      return "it is not made by this vendor";
    case Reason::kWrongClass:
      return "it is not made for this class of devices";
    case Reason::kAccepted:
      return "accepted";
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
    case Reason::kNotChecked:
      return Code::kFailedPrecondition;
    default:
      return Code::kMalformed;
  }
}

}  // namespace linnet::image
