// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The JSON form: bytes are base64 (RFC 4648, section 4).
#include <array>

#include "aws/stream_codec.hpp"
#include "base/view.hpp"
#include "json/path_reader.hpp"
#include "json/writer.hpp"

namespace linnet::aws {

using namespace std::string_view_literals;

namespace {

using Field = StreamAnswer::Field;

constexpr StringView kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::size_t kText = 72;  ///< Also what a token or an error code may have.
constexpr std::size_t kPath = 16;

/// `text` has room for 4 characters for each 3 bytes that begin.
StringView Encode(Bytes bytes, Span<char> text) {
  std::size_t size = 0;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      group = group << 8U |
              (at + i < bytes.size() ? std::to_integer<std::uint32_t>(bytes[at + i]) : 0U);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      text[size++] = at + i > bytes.size() ? '=' : kDigits[group >> (18 - 6 * i) & 0x3FU];
    }
  }
  return {text.data(), size};
}

/// Decodes while the text arrives.
class Decoder {
 public:
  explicit Decoder(MutableBytes out) : out_(out) {}

  Status Feed(StringView text) {
    for (const char c : text) {
      if (c == '=') {
        ++padding_;
        continue;
      }
      const std::size_t digit = kDigits.find(c);
      if (digit == StringView::npos || padding_ > 0) {
        return Code::kMalformed;
      }
      ++digits_;
      group_ = group_ << 6U | static_cast<std::uint32_t>(digit);
      bits_ += 6;
      if (bits_ >= 8) {
        bits_ -= 8;
        out_[size_++] = static_cast<std::byte>(group_ >> bits_);
      }
    }
    return OkStatus();
  }
  [[nodiscard]] bool complete() const { return padding_ <= 2 && (digits_ + padding_) % 4 == 0; }
  [[nodiscard]] Bytes bytes() const { return out_.first(size_); }

 private:
  MutableBytes out_;
  std::size_t size_ = 0;
  std::size_t digits_ = 0;
  std::size_t padding_ = 0;
  std::uint32_t group_ = 0;
  std::uint32_t bits_ = 0;
};

class Handler final : public json::PathHandler {
 public:
  /// The payload is put to the front of the message, which was read beyond that by then.
  Handler(MutableBytes message, const StreamQuestion& question, StreamAnswer& out)
      : question_(question), out_(out), decoder_(message) {}

  Status OnValue(StringView path, const json::Event& event) override {
    if (path.empty()) {
      const bool object =
          event.kind == json::Kind::kBeginObject || event.kind == json::Kind::kEndObject;
      return object ? OkStatus() : Status(Code::kMalformed);
    }
    if (path.starts_with("r"sv) && (path.size() == 1 || path[1] == '[')) {
      return OnFiles(path, event);
    }
    const int index = StreamFieldOf(path);
    if (index < 0) {
      return OkStatus();
    }
    const auto field = static_cast<Field>(index);
    if (event.first) {
      LINNET_TRY(MarkField(out_, field));
    }
    return OnField(field, event);
  }

 private:
  Status OnField(Field field, const json::Event& event) {
    const bool number =
        field != Field::kToken && field != Field::kError && field != Field::kPayload;
    if (number) {
      return event.integral && event.integer >= 0
                 ? SetNumber(out_, field, static_cast<std::uint64_t>(event.integer))
                 : Status(Code::kMalformed);
    }
    if (event.kind != json::Kind::kString) {
      return Code::kMalformed;
    }
    switch (field) {
      case Field::kToken:
        out_.ours = event.whole() && event.text == question_.token;
        return OkStatus();
      case Field::kError:
        out_.error = event.whole() ? ParseStreamError(event.text) : StreamError::kRequest;
        return OkStatus();
      default:
        LINNET_TRY(decoder_.Feed(event.text));
        out_.payload = decoder_.bytes();
        return event.last && !decoder_.complete() ? Status(Code::kMalformed) : OkStatus();
    }
  }

  Status OnFiles(StringView path, const json::Event& event) {
    if (path == "r"sv) {
      return event.kind == json::Kind::kBeginArray ? MarkField(out_, Field::kFiles)
             : event.kind == json::Kind::kEndArray ? OkStatus()
                                                   : Status(Code::kMalformed);
    }
    if (path == "r[].f"sv || path == "r[].z"sv) {
      if (!event.integral || event.integer < 0) {
        return Code::kMalformed;
      }
      (path.back() == 'f' ? id_ : size_) = event.integer;
      return OkStatus();
    }
    if (path == "r[]"sv && event.kind == json::Kind::kEndObject && id_ == question_.file) {
      LINNET_TRY(SetNumber(out_, Field::kFiles, static_cast<std::uint64_t>(size_)));
    }
    if (path == "r[]"sv) {
      id_ = -1;
      size_ = 0;
    }
    return path != "r[]"sv || event.kind == json::Kind::kBeginObject ||
                   event.kind == json::Kind::kEndObject
               ? OkStatus()
               : Status(Code::kMalformed);
  }

  const StreamQuestion& question_;
  StreamAnswer& out_;
  Decoder decoder_;
  std::int64_t id_ = -1;
  std::int64_t size_ = 0;
};

}  // namespace

Result<StringView> JsonStreamCodec::WriteDescribe(StringView token, Span<char> out) const {
  json::Writer writer(out);
  writer.BeginObject();
  writer.Member("c", token);
  writer.EndObject();
  return writer.Finish();
}

Result<StringView> JsonStreamCodec::WriteGet(const StreamGet& get, Span<char> out) const {
  std::array<std::byte, 4> bitmap{};
  std::array<char, 8> text{};
  json::Writer writer(out);
  writer.BeginObject();
  writer.Member("b", Encode(EncodeBitmap(get.bitmap, bitmap), text));
  writer.Member("c", get.token);
  writer.Member("f", std::int64_t{get.file});
  writer.Member("l", std::int64_t{get.block_size});
  writer.Member("o", std::int64_t{get.first});
  writer.Member("s", std::int64_t{get.version});
  writer.EndObject();
  return writer.Finish();
}

Status JsonStreamCodec::Read(MutableBytes message, const StreamQuestion& question,
                             StreamAnswer& out) const {
  out = {};
  Handler handler(message, question, out);
  json::PathReaderBuffer<kText, kPath> reader;
  reader->Begin(handler);
  LINNET_TRY(reader->Feed(message));
  return reader->Finish();
}

}  // namespace linnet::aws
