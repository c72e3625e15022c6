// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Which firmware a program's Wi-Fi driver needs: said by the program, and by its signed image.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "hal/radio.hpp"
#include "image/header.hpp"
#include "image/source.hpp"

namespace linnet::radio {

/// Stands in a program, so that `linnet sign` finds it there and repeats it as a signed entry of
/// the image. The driver's constant and this are one:
///
///   constinit const radio::RequirementNote kNote({.version = ...});
///   StandinRadio radio(kNote.firmware());
class RequirementNote {
 public:
  /// Made of one number, so that no other place in a program holds it.
  static constexpr std::array<std::uint32_t, 4> kMark = {0x9E3779B9, 0x52F6B1C5, 0x0C2A5D7E,
                                                         0xE4B10F63};

  explicit constexpr RequirementNote(hal::RadioFirmware firmware)
      : mark_(kMark), firmware_(firmware) {}
  /// Reads the note where it lies, so that whoever asks keeps it in the program, whole.
  [[nodiscard]] hal::RadioFirmware firmware() const {
    const RequirementNote* note = this;
    asm("" : "+r"(note));  // hides from the compiler what it points to
    return note->firmware_;
  }

 private:
  [[maybe_unused]] std::array<std::uint32_t, 4> mark_;
  hal::RadioFirmware firmware_;
};
static_assert(sizeof(RequirementNote) == 24);

/// Looks through a whole program, made for a little endian core. Nothing: there is no note.
/// kMalformed: there are two that differ.
Result<std::optional<hal::RadioFirmware>> FindRequirementNote(Bytes program);

/// The value of the image's entry (image::tlv::kRadioRequirement): u32 version, u32 features.
inline constexpr std::size_t kRequirementSize = 8;
std::array<std::byte, kRequirementSize> EncodeRequirement(hal::RadioFirmware firmware);

/// What a verified image's entry says. Nothing: it has none. kMalformed: it has two, or one of
/// another size. Else: what the source returned.
Result<std::optional<hal::RadioFirmware>> ReadRequirement(image::Source& source,
                                                          const image::Header& header);

}  // namespace linnet::radio
