// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The messages of AWS IoT's MQTT-based file delivery, in either of their two forms. From the
// chapter of that name in the AWS IoT developer guide: describe {c}, description {c, s, d, r: [{f,
// z}]}, get {c, s, f, l, o, b}, data {c, f, l, i, p}, rejected {o, m, c}.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/status.hpp"
#include "base/view.hpp"

namespace linnet::aws {

inline constexpr std::size_t kMaxStreamName = 128;

/// What a rejection means for whoever asked.
enum class StreamError : std::uint8_t {
  kVersionMismatch,  ///< The stream was updated.
  kETagMismatch,     ///< The content behind it is another one now.
  kNotFound,         ///< ResourceNotFound: no such stream or file.
  kOffset,           ///< OffsetOutOfBounds: the file ends before.
  kUnauthorized,
  kInternal,  ///< InternalError: may work later.
  kRequest,   ///< Anything else: this request will never do.
};

/// A request for blocks `first` + n, for each bit n that is set in `bitmap`.
struct StreamGet {
  StringView token;
  std::uint32_t version = 0;
  std::uint8_t file = 0;
  std::uint32_t block_size = 0;  ///< 256 to 131,072 bytes.
  std::uint32_t first = 0;
  std::uint32_t bitmap = 0;
};

/// What a message is read for.
struct StreamQuestion {
  StringView token;
  std::uint8_t file = 0;
};

/// What stands in a message. Only those fields count whose bit is in `seen`.
struct StreamAnswer {
  enum Field : std::uint8_t { kToken, kVersion, kFile, kBlock, kPayload, kError, kFiles, kLength };

  std::uint8_t seen = 0;
  bool ours = false;  ///< kToken: it is that of the question.
  StreamError error = StreamError::kRequest;
  Bytes payload{};  ///< A view into the message.
  std::array<std::uint32_t, kLength + 1> numbers{};

  [[nodiscard]] bool Has(Field field) const { return (seen >> field & 1U) != 0; }
  [[nodiscard]] std::uint32_t version() const { return numbers[kVersion]; }
  [[nodiscard]] std::uint32_t file() const { return numbers[kFile]; }
  [[nodiscard]] std::uint32_t block() const { return numbers[kBlock]; }
  /// kFiles: of the file of the question; 0: it is none of them.
  [[nodiscard]] std::uint32_t size() const { return numbers[kFiles]; }
};

/// One form of the messages. A device links the one that it names.
class StreamCodec {
 public:
  /// The last level of the topics.
  [[nodiscard]] virtual StringView name() const = 0;
  /// Bytes of a data message with `block` bytes in it and a token of ours, at most.
  [[nodiscard]] virtual std::size_t MessageSize(std::size_t block) const = 0;
  /// kTooLarge.
  [[nodiscard]] virtual Result<StringView> WriteDescribe(StringView token,
                                                         Span<char> out) const = 0;
  [[nodiscard]] virtual Result<StringView> WriteGet(const StreamGet& get, Span<char> out) const = 0;
  /// Reads a whole message of any kind; `message` may be overwritten. Fields that it does not know
  /// are skipped. kMalformed: not of this form, or a field twice, or of another type or range than
  /// it should have. kUnsupported, kTooLarge: as the form's reader.
  virtual Status Read(MutableBytes message, const StreamQuestion& question,
                      StreamAnswer& out) const = 0;

 protected:
  ~StreamCodec() = default;  // nobody deletes through it
};

class CborStreamCodec final : public StreamCodec {
 public:
  [[nodiscard]] StringView name() const override { return "cbor"; }
  [[nodiscard]] std::size_t MessageSize(std::size_t block) const override { return block + 96; }
  [[nodiscard]] Result<StringView> WriteDescribe(StringView token, Span<char> out) const override;
  [[nodiscard]] Result<StringView> WriteGet(const StreamGet& get, Span<char> out) const override;
  Status Read(MutableBytes message, const StreamQuestion& question,
              StreamAnswer& out) const override;
};

class JsonStreamCodec final : public StreamCodec {
 public:
  [[nodiscard]] StringView name() const override { return "json"; }
  [[nodiscard]] std::size_t MessageSize(std::size_t block) const override {
    return (block + 2) / 3 * 4 + 128;
  }
  [[nodiscard]] Result<StringView> WriteDescribe(StringView token, Span<char> out) const override;
  [[nodiscard]] Result<StringView> WriteGet(const StreamGet& get, Span<char> out) const override;
  Status Read(MutableBytes message, const StreamQuestion& question,
              StreamAnswer& out) const override;
};

// For the codecs.

/// The bitmap as it travels: lowest bit first, without the zero bytes behind the last bit.
Bytes EncodeBitmap(std::uint32_t bitmap, std::span<std::byte, 4> out);
/// The field that a key of a message's outermost level names; -1: none that matters. Rejections
/// have short keys, or long ones.
int StreamFieldOf(StringView key);
StreamError ParseStreamError(StringView code);
/// Marks a field. kMalformed: it was there already.
Status MarkField(StreamAnswer& answer, StreamAnswer::Field field);
/// Sets the number of a field. kMalformed: more than 32 bits.
Status SetNumber(StreamAnswer& answer, StreamAnswer::Field field, std::uint64_t value);

}  // namespace linnet::aws
