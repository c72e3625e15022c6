// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The wire format of Protocol Buffers, as far as provisioning needs it: a strict reader and a
// writer.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/byte_reader.hpp"
#include "base/byte_writer.hpp"
#include "base/bytes.hpp"
#include "base/result.hpp"

namespace linnet::wifi {

/// One field of a message. Of numbers, flags and enumerations `value` has 32 bits, as int32, uint32
/// and enum take them; texts, bytes and inner messages are in `bytes`, which points into what is
/// read.
struct ProtoField {
  std::uint32_t number = 0;
  bool is_bytes = false;
  std::uint32_t value = 0;
  Bytes bytes{};
};

/// Walks over the fields of one message in the order in which they come.
class ProtoReader : private ByteReader {
 public:
  explicit ProtoReader(Bytes message) : ByteReader(message) {}

  /// The next one. False: there are no more, or status() says why. Fixed-width fields are stepped
  /// over as others are that a reader does not know: `bytes` has the number.
  bool Next(ProtoField& out);
  /// kMalformed: a number of over 64 bits, a key or a length of over 32, field number 0, a group,
  /// or a field that goes beyond the end.
  using ByteReader::status;

 private:
  std::uint32_t Varint(unsigned bits);
};

/// Appends fields to a buffer; what does not fit makes Finish() fail.
class ProtoWriter : private ByteWriter {
 public:
  /// `out` is not owned.
  explicit ProtoWriter(MutableBytes out) : ByteWriter(out) {}

  void Number(std::uint32_t field, std::uint32_t value);
  /// As int32 has it: negative ones take ten bytes.
  void Signed(std::uint32_t field, std::int32_t value);
  void Data(std::uint32_t field, Bytes data);
  /// What is written until EndMessage() is an inner message of up to 127 bytes.
  std::size_t BeginMessage(std::uint32_t field);
  void EndMessage(std::size_t begun);

  /// All that was written. kTooLarge: the buffer, or an inner message, was too small.
  [[nodiscard]] Result<Bytes> Finish() const;
};

}  // namespace linnet::wifi
