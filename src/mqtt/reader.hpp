// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Reads the fields of a packet's body, and MQTT 5 properties, never beyond its end.
#pragma once

#include <cstdint>

#include "base/byte_reader.hpp"
#include "base/bytes.hpp"
#include "base/status.hpp"

namespace linnet::mqtt {

class Reader : public ByteReader {
 public:
  using ByteReader::ByteReader;

  std::uint16_t U16();
  std::uint32_t U32();
  std::uint32_t Varint();
  /// Two bytes of length and then the bytes.
  Bytes Field();
  /// A varint and that many bytes.
  Bytes Properties() { return Take(Varint()); }
};

/// Property identifiers (MQTT 5.0, 2.2.2.2) that this client sends or heeds.
namespace property {
inline constexpr std::uint8_t kSessionExpiry = 0x11;
inline constexpr std::uint8_t kServerKeepAlive = 0x13;
inline constexpr std::uint8_t kReceiveMaximum = 0x21;
inline constexpr std::uint8_t kMaximumQos = 0x24;
inline constexpr std::uint8_t kRetainAvailable = 0x25;
inline constexpr std::uint8_t kMaximumPacketSize = 0x27;
}  // namespace property

struct Property {
  std::uint8_t id = 0;
  std::uint32_t number = 0;  ///< Value of a numeric property; texts are checked and skipped.
};

/// Reads one property. Failures are the reader's.
Property ReadProperty(Reader& reader);
/// Whether `properties` is a list of known properties and nothing else. kMalformed.
Status CheckProperties(Bytes properties);

}  // namespace linnet::mqtt
