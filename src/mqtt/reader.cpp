// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "mqtt/reader.hpp"
#include "base/view.hpp"

#include "base/endian.hpp"

namespace linnet::mqtt {

namespace {

// How the value of each property is written, by identifier: 1, 2, 4 bytes, v varint, s one string
// or binary, p a pair of strings, a blank for no such property.
constexpr StringView kPropertyKinds =
    " 14s    "  // 0x00
    "ss v    "  // 0x08
    " 4s2 ss1"  // 0x10
    "41s s  s"  // 0x18
    " 22211p4"  // 0x20
    "111";      // 0x28
static_assert(kPropertyKinds.size() == 0x2B);

}  // namespace

std::uint16_t Reader::U16() {
  const Bytes bytes = Take(2);
  return bytes.empty() ? std::uint16_t{0} : LoadBe16(bytes);
}

std::uint32_t Reader::U32() {
  const Bytes bytes = Take(4);
  return bytes.empty() ? 0 : LoadBe32(bytes);
}

std::uint32_t Reader::Varint() {
  std::uint32_t value = 0;
  for (unsigned shift = 0; shift < 28; shift += 7) {
    const std::uint8_t byte = U8();
    value |= static_cast<std::uint32_t>(byte & 0x7F) << shift;
    if (byte < 0x80) {
      return value;
    }
  }
  Fail();
  return 0;
}

Bytes Reader::Field() {
  return Take(U16());
}

Property ReadProperty(Reader& reader) {
  Property result{.id = reader.U8()};
  switch (result.id < kPropertyKinds.size() ? kPropertyKinds[result.id] : ' ') {
    case '1':
      result.number = reader.U8();
      break;
    case '2':
      result.number = reader.U16();
      break;
    case '4':
      result.number = reader.U32();
      break;
    case 'v':
      result.number = reader.Varint();
      break;
    case 'p':
      reader.Field();
      [[fallthrough]];
    case 's':
      reader.Field();
      break;
    default:
      reader.Fail();
  }
  return result;
}

Status CheckProperties(Bytes properties) {
  Reader reader(properties);
  while (!reader.at_end()) {
    ReadProperty(reader);
  }
  return reader.status();
}

}  // namespace linnet::mqtt
