// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "image/verify.hpp"

#include <algorithm>
#include <utility>

#include "base/endian.hpp"
#include "image/manifest.hpp"
#include "image/tlv.hpp"

namespace linnet::image {
namespace {

constexpr std::uint32_t kBodySizeField = 12;
constexpr std::uint32_t kFlagsField = 16;

// What MCUboot's allow list has. Only the digest, the keys and ECDSA are evaluated here; the others
// can stand in an image that several loaders understand.
constexpr bool AllowedUnprotected(std::uint16_t type) {
  switch (type) {
    case tlv::kKeyHash:
    case tlv::kPublicKey:
    case tlv::kSha256:
    case tlv::kSha384:
    case tlv::kSha512:
    case tlv::kRsa2048:
    case tlv::kEcdsa:
    case tlv::kRsa3072:
    case tlv::kEd25519:
      return true;
    default:
      return type >= tlv::kEncryptionFirst && type <= tlv::kEncryptionLast;
  }
}

// Of these alone, nothing can be verified here.
constexpr bool OtherAlgorithm(std::uint16_t type) {
  return type == tlv::kSha384 || type == tlv::kSha512 || type == tlv::kRsa2048 ||
         type == tlv::kRsa3072 || type == tlv::kEd25519;
}

constexpr bool IsSignature(std::uint16_t type) {
  return type >= tlv::kRsa2048 && type <= tlv::kEd25519;
}

Reason RefusedFlags(std::uint32_t flags, Use use) {
  // The digest is over what comes out of the decryption, so nothing can be said about these.
  if ((flags & flag::kEncrypted) != 0) {
    return Reason::kEncrypted;
  }
  if (use == Use::kKeep) {
    return Reason::kAccepted;
  }
  if ((flags & flag::kNonBootable) != 0) {
    return Reason::kNotBootable;
  }
  if ((flags & (flag::kCompressed | flag::kCompressedThumb)) != 0) {
    return Reason::kCompressed;
  }
  if ((flags & flag::kRamLoad) != 0) {
    return Reason::kForRam;
  }
  return (flags & flag::kRomFixed) != 0 ? Reason::kForFixedAddress : Reason::kAccepted;
}

// imgtool's --pad-sig fills with zeros up to the longest DER signature. This takes them off again,
// and nothing else: DecodeSignatureDer judges the rest.
Bytes WithoutPadding(Bytes signature) {
  if (signature.size() != crypto::kMaxSignatureDerSize) {
    return signature;
  }
  const std::size_t size = 2 + std::to_integer<std::size_t>(signature[1]);
  if (size >= signature.size()) {
    return signature;
  }
  const Bytes padding = signature.subspan(size);
  const bool zeros = std::ranges::all_of(padding, [](std::byte b) { return b == std::byte{0}; });
  return zeros ? signature.first(size) : signature;
}

// One walk over an image. With a policy it judges; without one it only reads.
class Walk {
 public:
  Walk(Source& source, const Policy* policy, MutableBytes scratch, Info& out)
      : policy_(policy),
        scratch_(scratch),
        limit_(policy != nullptr ? policy->area_size : source.size()),
        cursor_(source),
        out_(out) {
    out_ = Info{};
  }

  Verdict Run() {
    if (policy_ != nullptr) {
      cursor_.HashInto(&hash_, scratch_);
    }
    LINNET_TRY_VERDICT(ReadFront());
    LINNET_TRY_VERDICT(ReadProtected());
    if (policy_ != nullptr) {
      cursor_.HashInto(nullptr, {});
      out_.digest = hash_.Finish();
      LINNET_TRY_VERDICT(CheckCounter());
      LINNET_TRY_VERDICT(CheckIdentity());
    }
    return ReadUnprotected();
  }

 private:
  // Which key the next signature is to be checked with.
  enum class Selected : std::uint8_t { kNothing, kForeignKey, kOurKey };
  // What an image says of whom or what it is made for.
  enum class Identity : std::uint8_t { kAbsent, kRight, kWrong };

  Verdict ReadFront() {
    std::array<std::byte, kHeaderSize> bytes;
    LINNET_TRY_VERDICT(cursor_.Read(bytes));
    LINNET_TRY_VERDICT(DecodeHeader(bytes, out_.header));
    if (policy_ != nullptr) {
      const Reason reason = RefusedFlags(out_.header.flags, policy_->use);
      if (reason != Reason::kAccepted) {
        return {reason, kFlagsField};
      }
    }
    if (limit_ < kTlvInfoSize || out_.header.digest_end() > limit_ - kTlvInfoSize) {
      return {policy_ != nullptr ? Reason::kTooLarge : Reason::kTruncated, kBodySizeField};
    }
    return cursor_.SkipTo(out_.header.body_end());
  }

  Verdict ReadProtected() {
    if (out_.header.protected_size == 0) {
      return Accepted();
    }
    TlvArea area(cursor_);
    LINNET_TRY_VERDICT(area.Open(kProtectedTlvMagic));
    if (area.size() != out_.header.protected_size) {
      return {Reason::kTlvSizeMismatch, out_.header.body_end() + 2};
    }
    TlvEntry entry;
    while (!area.at_end()) {
      LINNET_TRY_VERDICT(area.Next(entry));
      LINNET_TRY_VERDICT(TakeProtected(area, entry));
    }
    return area.Finish();
  }

  Verdict TakeProtected(TlvArea& area, const TlvEntry& entry) {
    switch (entry.type) {
      case tlv::kSecurityCounter:
        return TakeCounter(area, entry);
      case tlv::kDependency:
        return TakeDependency(area, entry);
      case tlv::kManifest:
        return TakeManifest(entry);
      case tlv::kVendorId:
        return TakeIdentity(area, entry, policy_ != nullptr ? policy_->vendor : nullptr, vendor_);
      case tlv::kClassId:
        return TakeIdentity(area, entry, policy_ != nullptr ? policy_->device_class : nullptr,
                            class_);
      case tlv::kSignaturePure:
        return {Reason::kSignatureUnsupported, entry.offset};
      default:
        return Accepted();  // a vendor's business, signed with the rest
    }
  }

  Verdict TakeCounter(TlvArea& area, const TlvEntry& entry) {
    if (out_.has_security_counter) {
      return {Reason::kTlvDuplicate, entry.offset};
    }
    std::array<std::byte, 4> value;
    LINNET_TRY_VERDICT(area.ReadValue(value));
    out_.has_security_counter = true;
    out_.security_counter = LoadLe32(value);
    counter_offset_ = entry.offset;
    return Accepted();
  }

  Verdict TakeDependency(TlvArea& area, const TlvEntry& entry) {
    if (out_.dependency_count == kMaxDependencies) {
      return {Reason::kTooManyDependencies, entry.offset};
    }
    std::array<std::byte, 12> value;  // image, 3 bytes of padding, version
    LINNET_TRY_VERDICT(area.ReadValue(value));
    Dependency& dependency = out_.dependencies[out_.dependency_count++];
    dependency.image = std::to_integer<std::uint8_t>(value[0]);
    dependency.minimum = LoadVersion(Bytes(value).subspan(4));
    return Accepted();
  }

  // What a release needs must not be left out because nobody could read it.
  Verdict TakeManifest(const TlvEntry& entry) {
    if (manifest_seen_) {
      return {Reason::kTlvDuplicate, entry.offset};
    }
    manifest_seen_ = true;
    const std::size_t count = entry.length / kManifestEntrySize;
    if (entry.length % kManifestEntrySize != 0 || count > kMaxManifestEntries) {
      return {Reason::kManifestMalformed, entry.offset};
    }
    std::array<std::uint16_t, kMaxManifestEntries> named{};
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint32_t offset = cursor_.offset();
      std::array<std::byte, kManifestEntrySize> bytes;
      LINNET_TRY_VERDICT(cursor_.Read(bytes));
      ManifestEntry part;
      const Status status = DecodeManifestEntry(bytes, part);
      named[i] = LoadLe16(bytes);  // kind and index
      const auto before = std::span(named).first(i);
      if (!status.ok() || std::ranges::find(before, named[i]) != before.end()) {
        return {status == Code::kUnsupported ? Reason::kManifestUnsupported
                                             : Reason::kManifestMalformed,
                offset};
      }
    }
    return Accepted();
  }

  // Read only where the device asks for it.
  static Verdict TakeIdentity(TlvArea& area, const TlvEntry& entry, const Uuid* wanted,
                              Identity& seen) {
    if (wanted == nullptr) {
      return Accepted();
    }
    Uuid value;
    LINNET_TRY_VERDICT(area.ReadValue(value));
    const bool first = seen == Identity::kAbsent;
    seen = first && value == *wanted ? Identity::kRight : Identity::kWrong;
    return first ? Accepted() : Verdict{Reason::kTlvDuplicate, entry.offset};
  }

  // An image that does not say it is not for whom does ask.
  [[nodiscard]] Verdict CheckIdentity() const {
    if (policy_->vendor != nullptr && vendor_ != Identity::kRight) {
      return {Reason::kWrongVendor, out_.header.body_end()};
    }
    if (policy_->device_class != nullptr && class_ != Identity::kRight) {
      return {Reason::kWrongClass, out_.header.body_end()};
    }
    return Accepted();
  }

  [[nodiscard]] Verdict CheckCounter() const {
    if (out_.security_counter < policy_->minimum_counter) {
      return {Reason::kCounterTooLow,
              out_.has_security_counter ? counter_offset_ : out_.header.body_end()};
    }
    return Accepted();
  }

  Verdict ReadUnprotected() {
    TlvArea area(cursor_);
    const std::uint32_t begin = cursor_.offset();
    LINNET_TRY_VERDICT(area.Open(kUnprotectedTlvMagic));
    if (area.end() > limit_) {
      return {policy_ != nullptr ? Reason::kTooLarge : Reason::kTruncated, begin + 2};
    }
    TlvEntry entry;
    while (!area.at_end()) {
      LINNET_TRY_VERDICT(area.Next(entry));
      LINNET_TRY_VERDICT(TakeUnprotected(area, entry));
    }
    LINNET_TRY_VERDICT(area.Finish());
    out_.total_size = area.end();
    if (!digest_seen_ || (policy_ != nullptr && !signature_good_)) {
      const Reason reason = digest_seen_ ? Reason::kSignatureMissing : Reason::kDigestMissing;
      return unmet_.reason != Reason::kNotChecked ? unmet_ : Verdict{reason, begin};
    }
    return Accepted();
  }

  Verdict TakeUnprotected(TlvArea& area, const TlvEntry& entry) {
    if (!AllowedUnprotected(entry.type)) {
      return {Reason::kTlvNotAllowed, entry.offset - kTlvEntrySize};
    }
    if (entry.type == tlv::kSha256) {
      return TakeDigest(area, entry);
    }
    if (OtherAlgorithm(entry.type)) {
      Remember(Reason::kAlgorithmUnsupported, entry.offset);
    }
    if (policy_ == nullptr) {
      return Accepted();
    }
    if (entry.type == tlv::kKeyHash) {
      return SelectByHash(area, entry);
    }
    if (entry.type == tlv::kPublicKey) {
      return SelectByKey(area, entry);
    }
    return IsSignature(entry.type) ? TakeSignature(area, entry) : Accepted();
  }

  Verdict TakeDigest(TlvArea& area, const TlvEntry& entry) {
    if (digest_seen_) {
      return {Reason::kTlvDuplicate, entry.offset};
    }
    crypto::Digest digest;
    LINNET_TRY_VERDICT(area.ReadValue(digest));
    digest_seen_ = true;
    if (policy_ == nullptr) {
      out_.digest = digest;
      return Accepted();
    }
    return EqualConstantTime(digest, out_.digest) ? Accepted()
                                                  : Verdict{Reason::kDigestMismatch, entry.offset};
  }

  Verdict SelectByHash(TlvArea& area, const TlvEntry& entry) {
    crypto::Digest hash;
    LINNET_TRY_VERDICT(area.ReadValue(hash));
    Select(
        [&](const crypto::P256PublicKey& key) {
          return EqualConstantTime(hash, crypto::KeyHash(key));
        },
        entry.offset);
    return Accepted();
  }

  Verdict SelectByKey(TlvArea& area, const TlvEntry& entry) {
    crypto::P256PublicKeyDer der;
    selected_ = Selected::kForeignKey;
    if (entry.length != der.size()) {
      return Accepted();  // a key of another kind
    }
    LINNET_TRY_VERDICT(area.ReadValue(der));
    Select(
        [&](const crypto::P256PublicKey& key) {
          return EqualConstantTime(der, crypto::EncodePublicKeyDer(key));
        },
        entry.offset);
    return Accepted();
  }

  template <typename Matches>
  void Select(Matches matches, std::uint32_t offset) {
    const auto keys = policy_->keys.keys();
    const auto found = std::ranges::find_if(keys, matches);
    key_index_ = static_cast<std::uint8_t>(found - keys.begin());
    selected_ = found != keys.end() ? Selected::kOurKey : Selected::kForeignKey;
    if (found != keys.end() && !policy_->keys.Holds(key_index_, out_.security_counter)) {
      selected_ = Selected::kForeignKey;
      Remember(Reason::kKeyNotValid, offset);
    }
  }

  // Why nothing could be verified, should it come to that: the first cause that is known.
  void Remember(Reason reason, std::uint32_t offset) {
    if (unmet_.reason == Reason::kNotChecked) {
      unmet_ = {reason, offset};
    }
  }

  // A signature belongs to the key entry before it. One of our keys that signed wrongly refuses the
  // image even if another signed rightly.
  Verdict TakeSignature(TlvArea& area, const TlvEntry& entry) {
    const Selected selected = std::exchange(selected_, Selected::kNothing);
    if (selected == Selected::kNothing) {
      return {Reason::kSignatureUnbound, entry.offset};
    }
    if (selected == Selected::kForeignKey || entry.type != tlv::kEcdsa) {
      return Accepted();
    }
    std::array<std::byte, crypto::kMaxSignatureDerSize> buffer;
    if (entry.length < 2 || entry.length > buffer.size()) {
      return {Reason::kSignatureMalformed, entry.offset};
    }
    const MutableBytes der = MutableBytes(buffer).first(entry.length);
    LINNET_TRY_VERDICT(area.ReadValue(der));
    crypto::P256Signature signature;
    if (!crypto::DecodeSignatureDer(WithoutPadding(der), signature).ok()) {
      return {Reason::kSignatureMalformed, entry.offset};
    }
    return CheckSignature(signature, entry.offset);
  }

  Verdict CheckSignature(const crypto::P256Signature& signature, std::uint32_t offset) {
    if (!crypto::VerifyP256(policy_->keys.keys()[key_index_], out_.digest, signature).ok()) {
      return {Reason::kSignatureInvalid, offset};
    }
    if (!signature_good_) {
      out_.key_index = key_index_;
      signature_good_ = true;
    }
    return Accepted();
  }

  const Policy* policy_;
  MutableBytes scratch_;
  std::uint32_t limit_;
  Cursor cursor_;
  Info& out_;
  crypto::Sha256 hash_;
  Verdict unmet_{};
  std::uint32_t counter_offset_ = 0;
  Selected selected_ = Selected::kNothing;
  std::uint8_t key_index_ = 0;
  Identity vendor_ = Identity::kAbsent;
  Identity class_ = Identity::kAbsent;
  bool manifest_seen_ = false;
  bool digest_seen_ = false;
  bool signature_good_ = false;
};

}  // namespace

Verdict Verify(Source& source, const Policy& policy, MutableBytes scratch, Info& out) {
  return Walk(source, &policy, scratch, out).Run();
}

Verdict Inspect(Source& source, Info& out) {
  return Walk(source, nullptr, {}, out).Run();
}

Result<Info> Inspect(Source& source) {
  Info info;
  LINNET_TRY(Inspect(source, info).status());
  return info;
}

Result<Header> ReadHeader(Source& source) {
  Cursor cursor(source);
  std::array<std::byte, kHeaderSize> bytes;
  Header header;
  LINNET_TRY(cursor.Read(bytes).status());
  LINNET_TRY(DecodeHeader(bytes, header).status());
  return header;
}

Result<crypto::Digest> HashImage(Source& source, MutableBytes scratch) {
  Cursor cursor(source);
  crypto::Sha256 hash;
  cursor.HashInto(&hash, scratch);
  std::array<std::byte, kHeaderSize> bytes;
  Header header;
  LINNET_TRY(cursor.Read(bytes).status());
  LINNET_TRY(DecodeHeader(bytes, header).status());
  LINNET_TRY(cursor.SkipTo(header.digest_end()).status());
  return hash.Finish();
}

}  // namespace linnet::image
