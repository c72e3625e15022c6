// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Why a device takes an update file or refuses it, and what to do about it.
#pragma once

#include <cstdint>

#include "base/status.hpp"
#include "base/view.hpp"
#include "image/manifest.hpp"
#include "release/part.hpp"

namespace linnet::package {

/// The values go into logs and reports: never reuse one.
enum class Reason : std::uint8_t {
  kAccepted = 0,

  kUnknownFile = 1,   ///< Neither a package, nor an image, nor a multi-image file.
  kTruncated = 2,     ///< The file ends before its head does, or before its parts do.
  kMalformed = 3,     ///< The head breaks its format.
  kDamaged = 4,       ///< The head is not what its digest says.
  kNewerFormat = 5,   ///< A format version that this device does not know.
  kWrongLength = 6,   ///< The file is not as long as its head says.
  kTooManyParts = 7,  ///< More parts than a device handles.

  kWrongProduct = 20,
  kWrongBoard = 21,
  kUnknownPart = 22,       ///< The device has no place for such a part.
  kUnknownComponent = 23,  ///< An image id without an entry in the board's component table.
  kTooLarge = 24,          ///< The part is larger than its area.
  kOldCounter = 25,        ///< The security counter is below what the device accepts.
  kNoUsableEncoding = 26,  ///< Every encoding of the part needs something that the device lacks.

  kUnnamedPart = 40,    ///< The file has a part that the application does not name.
  kMissingPart = 41,    ///< The application names a part that nobody has.
  kOtherPart = 42,      ///< The application names that part, but with other content.
  kOtherFirmware = 43,  ///< The application's Wi-Fi driver needs another firmware version.
  kNoFirmware = 44,     ///< Its Wi-Fi driver needs firmware, and it names none.
  kNoApplication = 45,  ///< Parts, but no application that names them.
};

struct [[nodiscard]] Verdict {
  Reason reason = Reason::kMalformed;
  /// The part that decided, where there is one.
  release::PartKind kind{};
  std::uint8_t index = 0;
  /// What the file has and what the device wants: lengths, counters, versions, or an id. A version
  /// is that of Wi-Fi firmware, or major, minor and revision in 8, 8 and 16 bits.
  std::uint32_t found = 0;
  std::uint32_t wanted = 0;

  [[nodiscard]] constexpr bool ok() const { return reason == Reason::kAccepted; }
  [[nodiscard]] Status status() const;
};

constexpr Verdict Accepted() {
  return {.reason = Reason::kAccepted};
}

/// Long enough for every Explain().
inline constexpr std::size_t kMaxExplanation = 192;

/// One sentence with what is wrong and what to do, written to the front of `out`; cut, with "...",
/// where that is shorter than kMaxExplanation.
StringView Explain(const Verdict& verdict, Span<char> out);

constexpr bool IsWifiFirmware(release::PartKind kind, std::uint8_t index) {
  return kind == release::PartKind::kCompanion && index == image::companion::kWifiFirmware;
}

/// "application", "boot image 1", "Wi-Fi firmware", "companion 130". Needs 24 characters.
StringView NamePart(release::PartKind kind, std::uint8_t index, Span<char> out);

}  // namespace linnet::package
