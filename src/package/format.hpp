// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The head of a release package. docs/formats/package.md has the bits.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/view.hpp"
#include "crypto/sha256.hpp"
#include "image/version.hpp"
#include "release/part.hpp"

namespace linnet::package {

inline constexpr std::uint16_t kFormatVersion = 1;
inline constexpr std::size_t kMaxEntries = 30;
inline constexpr std::size_t kFixedSize = 128;
inline constexpr std::size_t kEntrySize = 128;
/// A prefix this long holds every head, of foreign files, too, that a device reads.
inline constexpr std::size_t kMaxHeadSize =
    kFixedSize + kMaxEntries * kEntrySize + sizeof(crypto::Digest);
/// Of a product or board identity: 1 to 32 of [A-Za-z0-9._-].
inline constexpr std::size_t kMaxIdentity = 32;
inline constexpr std::uint32_t kMaxAlignment = 0x10000;

/// How the bytes of a part are stored. The values stand in files: never reuse one.
enum class Encoding : std::uint8_t {
  kRaw = 0,         ///< As they are.
  kCompressed = 1,  ///< A stream of src/delta without a base.
  kDelta = 2,       ///< A stream of src/delta: gives the part when the base is there.
};

/// "raw", "compressed", "delta".
StringView ToString(Encoding encoding);

/// One way to get one part. Several may be there for the same part, and agree in what it is.
struct Entry {
  release::PartKind kind{};
  /// Of a boot image: its execution area, 1 to 7. Of a companion: what for. Else 0.
  std::uint8_t index = 0;
  Encoding encoding{};
  std::uint32_t offset = 0;         ///< In the file; a multiple of the alignment.
  std::uint32_t stored_length = 0;  ///< Bytes in the file.
  std::uint32_t length = 0;         ///< Bytes of the part.
  image::Version version{};         ///< As in the release manifest.
  std::uint32_t security_counter = 0;
  crypto::Digest digest{};         ///< The part's identity, as in the release manifest.
  crypto::Digest stored_digest{};  ///< SHA-256 of the bytes in the file.
  crypto::Digest base{};           ///< Of a delta: the identity of the part that it starts from.
};

/// What stands before the entries. Texts are not owned.
struct Summary {
  StringView product{};
  StringView board{};
  image::Version version{};  ///< Of the release: its application's.
  crypto::Digest release{};  ///< The digest of its application, also when that is not in the file.
  std::uint32_t alignment = 1;
  std::uint32_t file_size = 0;
};

/// A head that was checked whole; the view and its texts live as long as the bytes.
class HeadView {
 public:
  /// Reads the head in front of `prefix`, which may be longer. kPending: it needs more bytes, see
  /// HeadSize(). kMalformed: no package, or a rule of the format is broken. kUnsupported: another
  /// format version. kTooLarge: more entries than kMaxEntries. kDataLoss: its own digest does not
  /// fit.
  static Result<HeadView> Parse(Bytes prefix);

  HeadView() = default;
  [[nodiscard]] const Summary& summary() const { return summary_; }
  [[nodiscard]] std::size_t count() const { return entries_.size() / kEntrySize; }
  /// `index` < count(). In the order of their offsets, the application's first.
  [[nodiscard]] Entry At(std::size_t index) const;

 private:
  Summary summary_{};
  Bytes entries_{};
};

/// Whether these bytes (8 suffice) begin a package.
bool IsPackage(Bytes first);

/// Bytes of the head, read from its first 16. kMalformed, kTooLarge: as HeadView::Parse().
Result<std::size_t> HeadSize(Bytes first);

inline constexpr std::size_t kHeadSizePrefix = 16;

bool IsIdentity(StringView text);
/// Same part, perhaps in another encoding.
inline bool SamePart(const Entry& a, const Entry& b) {
  return a.kind == b.kind && a.index == b.index;
}

}  // namespace linnet::package
