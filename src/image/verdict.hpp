// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Why an image is accepted or refused, and where in it.
#pragma once

#include <cstdint>

#include "base/status.hpp"
#include "base/view.hpp"

namespace linnet::image {

/// The values go into logs and outcome records: never reuse one.
enum class Reason : std::uint8_t {
  kNotChecked = 0,  ///< What a Verdict says before anything was looked at: not accepted.
  kReadFailed = 1,  ///< The source could not be read.
  kTruncated = 2,   ///< The source ends before the image does.

  kBadMagic = 10,         ///< No image begins here.
  kBadHeaderSize = 11,    ///< The header claims fewer than its own 32 bytes.
  kSizeOverflow = 12,     ///< The sizes in the header exceed 32 bits together.
  kTooLarge = 13,         ///< The image does not fit its area.
  kFlagsConflict = 14,    ///< Two kinds of encryption or of compression at once.
  kNotBootable = 15,      ///< Marked as not to be started.
  kEncrypted = 16,        ///< The body is encrypted; it cannot run where it lies.
  kCompressed = 17,       ///< The body is compressed; it cannot run where it lies.
  kForRam = 18,           ///< Made to run from RAM at its load address.
  kForFixedAddress = 19,  ///< Made for one fixed slot address.

  kBadTlvMagic = 30,      ///< A TLV area does not begin with its magic.
  kTlvSizeMismatch = 31,  ///< A TLV area's own size is not what the header says, or under 4.
  kTlvOverrun = 32,       ///< An entry goes beyond the end of its area.
  kTlvNotAllowed = 33,    ///< An entry of this type must not stand outside the signed area.
  kTlvBadLength = 34,     ///< An entry of a known type has a length which that type cannot have.
  kTlvDuplicate = 35,     ///< An entry that may stand once stands twice.
  kTooManyDependencies = 36,  ///< More than Info can hold.
  kManifestMalformed = 37,    ///< The release manifest breaks its format.
  kManifestUnsupported = 38,  ///< The release manifest has a kind or a number of parts that this
                              ///< device does not know.

  kDigestMissing = 50,         ///< No SHA-256 entry.
  kDigestMismatch = 51,        ///< The content is not what the SHA-256 entry says.
  kSignatureMissing = 52,      ///< No signature that one of the keys could have made.
  kSignatureUnbound = 53,      ///< A signature without a key entry before it.
  kSignatureMalformed = 54,    ///< Not a strict DER signature.
  kSignatureInvalid = 55,      ///< Not made by the key that is named before it.
  kSignatureUnsupported = 56,  ///< A signature over the data instead of the digest.

  // 57 was a lack of memory, which cannot happen any more.
  kAlgorithmUnsupported = 58,  ///< Signed, but by RSA, Ed25519 or P-384 only.
  kKeyNotValid = 59,           ///< Signed by a key that does not hold for its security counter.

  kCounterTooLow = 70,  ///< The security counter is below what this device accepts by now.
  kWrongVendor = 71,    ///< Does not say that it is made by this device's vendor.
  kWrongClass = 72,     ///< Does not say that it is made for this class of devices.

  // Of a release as a set.
  kNoSuchArea = 81,       ///< The manifest names an image index that this board has no area for.
  kPartMissing = 82,      ///< A part is not in the store, or not complete.
  kPartMismatch = 83,     ///< A part has another version or length than the manifest says.
  kDependencyUnmet = 84,  ///< An image needs another one, or a newer one, than the release has.

  kAccepted = 0xA5,  ///< Far from every other value, so that a flipped bit does not accept.
};

/// One clause for a log or a person, such as "the content does not match its digest".
StringView ToText(Reason reason);

/// The nearest code: kUnauthenticated for digest and signature, kMalformed for broken structure,
/// kUnsupported for images of another kind or for another device, kPermissionDenied for the
/// counter, kTooLarge, kDataLoss (could not be read), kNotFound (part missing), kMismatch (parts
/// that do not fit together).
Code ToCode(Reason reason);

struct [[nodiscard]] Verdict {
  Reason reason = Reason::kNotChecked;
  std::uint32_t offset = 0;  ///< Byte of the image that decided, counted from its first.

  [[nodiscard]] constexpr bool ok() const { return reason == Reason::kAccepted; }
  [[nodiscard]] Status status() const { return ToCode(reason); }
};

constexpr Verdict Accepted() {
  return {Reason::kAccepted, 0};
}

}  // namespace linnet::image

/// Returns the verdict of `expr`, of this or another module, from the enclosing function unless it
/// accepts.
#define LINNET_TRY_VERDICT(expr)                                    \
  do {                                                              \
    if (const auto linnet_verdict = (expr); !linnet_verdict.ok()) { \
      return linnet_verdict;                                        \
    }                                                               \
  } while (false)
