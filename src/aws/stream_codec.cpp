// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What both forms share, and CBOR.
#include "aws/stream_codec.hpp"

#include <array>
#include <limits>

#include "base/view.hpp"
#include "base/words.hpp"
#include "cbor/cursor.hpp"
#include "cbor/head.hpp"

namespace linnet::aws {

using namespace std::string_view_literals;

namespace {

using Field = StreamAnswer::Field;

// A map of keys that are one letter each: smaller than a cbor::Writer, which takes anything.
class PairWriter {
 public:
  PairWriter(Span<char> out, std::uint32_t pairs) : out_(std::as_writable_bytes(out)) {
    Head(cbor::Kind::kMap, pairs);
  }
  void Pair(char key, cbor::Kind kind, std::uint32_t number, Bytes content = {}) {
    Head(cbor::Kind::kText, 1);
    Put(AsBytes({&key, 1}));
    Head(kind, number);
    Put(content);
  }
  void Pair(char key, std::uint32_t number) { Pair(key, cbor::Kind::kUnsigned, number); }
  void Pair(char key, cbor::Kind kind, Bytes content) {
    Pair(key, kind, static_cast<std::uint32_t>(content.size()), content);
  }
  [[nodiscard]] Result<StringView> Finish() const {
    return size_ <= out_.size() ? Result<StringView>(AsText(out_.first(size_))) : Code::kTooLarge;
  }

 private:
  void Head(cbor::Kind kind, std::uint32_t number) {
    std::array<std::byte, cbor::kMaxHeadSize> head{};
    Put(Bytes(head).first(cbor::EncodeHead(kind, number, head)));
  }
  void Put(Bytes bytes) {
    size_ += bytes.size();
    if (size_ <= out_.size()) {
      CopyBytes(bytes, out_.subspan(size_ - bytes.size()));
    }
  }

  MutableBytes out_;
  std::size_t size_ = 0;  ///< Past the end of the buffer it only counts.
};

// r: [{f, z}]
Status ReadFiles(cbor::Cursor& cursor, const StreamQuestion& question, StreamAnswer& out) {
  LINNET_TRY_ASSIGN(std::uint32_t files, cursor.BeginArray());
  for (; files > 0; --files) {
    std::uint64_t id = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t size = 0;
    LINNET_TRY_ASSIGN(std::uint32_t pairs, cursor.BeginMap());
    for (; pairs > 0; --pairs) {
      LINNET_TRY_ASSIGN(const StringView key, cursor.Text());
      if (key == "f"sv) {
        LINNET_TRY_ASSIGN(id, cursor.Unsigned());
      } else if (key == "z"sv) {
        LINNET_TRY_ASSIGN(size, cursor.Unsigned());
      } else {
        LINNET_TRY(cursor.Skip());
      }
    }
    if (id == question.file) {
      LINNET_TRY(SetNumber(out, Field::kFiles, size));
    }
  }
  return OkStatus();
}

Status ReadField(cbor::Cursor& cursor, Field field, const StreamQuestion& question,
                 StreamAnswer& out) {
  if (field == Field::kToken || field == Field::kError) {
    LINNET_TRY_ASSIGN(const StringView text, cursor.Text());
    if (field == Field::kToken) {
      out.ours = text == question.token;
    } else {
      out.error = ParseStreamError(text);
    }
    return OkStatus();
  }
  if (field == Field::kPayload) {
    LINNET_TRY_ASSIGN(out.payload, cursor.ByteString());
    return OkStatus();
  }
  if (field == Field::kFiles) {
    return ReadFiles(cursor, question, out);
  }
  LINNET_TRY_ASSIGN(const std::uint64_t value, cursor.Unsigned());
  return SetNumber(out, field, value);
}

}  // namespace

Bytes EncodeBitmap(std::uint32_t bitmap, std::span<std::byte, 4> out) {
  std::size_t size = 0;
  do {
    out[size++] = static_cast<std::byte>(bitmap);
    bitmap >>= 8U;
  } while (bitmap != 0);
  return out.first(size);
}

int StreamFieldOf(StringView key) {
  constexpr std::size_t kShort = 8;
  const std::size_t index = IndexOf(key, "c|s|f|i|p|o|r|l|clientToken|code");
  return index < kShort       ? static_cast<int>(index)
         : index == kShort    ? static_cast<int>(Field::kToken)
         : index > kShort + 1 ? -1
                              : static_cast<int>(Field::kError);
}

StreamError ParseStreamError(StringView code) {
  return static_cast<StreamError>(
      IndexOf(code,
              "VersionMismatch|ETagMismatch|ResourceNotFound|OffsetOutOfBounds|Unauthorized|"
              "InternalError"));
}

Status MarkField(StreamAnswer& answer, Field field) {
  if (answer.Has(field)) {
    return Code::kMalformed;
  }
  answer.seen = static_cast<std::uint8_t>(answer.seen | 1U << field);
  return OkStatus();
}

Status SetNumber(StreamAnswer& answer, Field field, std::uint64_t value) {
  if (value > std::numeric_limits<std::uint32_t>::max()) {
    return Code::kMalformed;
  }
  answer.numbers[field] = static_cast<std::uint32_t>(value);
  return OkStatus();
}

Result<StringView> CborStreamCodec::WriteDescribe(StringView token, Span<char> out) const {
  PairWriter writer(out, 1);
  writer.Pair('c', cbor::Kind::kText, AsBytes(token));
  return writer.Finish();
}

Result<StringView> CborStreamCodec::WriteGet(const StreamGet& get, Span<char> out) const {
  std::array<std::byte, 4> bitmap{};
  PairWriter writer(out, 6);
  writer.Pair('b', cbor::Kind::kBytes, EncodeBitmap(get.bitmap, bitmap));
  writer.Pair('c', cbor::Kind::kText, AsBytes(get.token));
  writer.Pair('f', get.file);
  writer.Pair('l', get.block_size);
  writer.Pair('o', get.first);
  writer.Pair('s', get.version);
  return writer.Finish();
}

Status CborStreamCodec::Read(MutableBytes message, const StreamQuestion& question,
                             StreamAnswer& out) const {
  out = {};
  cbor::Cursor cursor(message);
  LINNET_TRY_ASSIGN(std::uint32_t pairs, cursor.BeginMap());
  for (; pairs > 0; --pairs) {
    LINNET_TRY_ASSIGN(const StringView key, cursor.Text());
    const int index = StreamFieldOf(key);
    if (index < 0) {
      LINNET_TRY(cursor.Skip());
      continue;
    }
    const auto field = static_cast<Field>(index);
    LINNET_TRY(MarkField(out, field));
    LINNET_TRY(ReadField(cursor, field, question, out));
  }
  return cursor.at_end() ? OkStatus() : Status(Code::kMalformed);
}

}  // namespace linnet::aws
