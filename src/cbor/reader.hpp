// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A strict CBOR reader that is fed: any pieces in, events out, no tree, no allocation.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/status.hpp"
#include "base/utf8.hpp"
#include "base/view.hpp"
#include "cbor/head.hpp"

namespace linnet::cbor {

/// One item, or a part of one. A container comes as two events: its head, and an end after its last
/// element.
struct Event {
  Kind kind = Kind::kNull;
  bool end = false;          ///< An array or a map is complete; `number` is 0.
  bool key = false;          ///< The item stands where a map has its keys.
  bool first = true;         ///< Of a string: nothing of it came before.
  bool last = true;          ///< Of a string: nothing of it follows.
  std::uint64_t number = 0;  ///< As in Head; of every part of a string, its whole length.
  Bytes data{};              ///< Of a string: this part. Lives until the handler returns.

  /// The whole string is in this one event.
  [[nodiscard]] bool whole() const { return first && last; }
  [[nodiscard]] StringView text() const { return AsText(data); }
};

class Handler {
 public:
  /// Any status but ok stops the reader, and Feed() returns it.
  virtual Status On(const Event& event) = 0;

 protected:
  ~Handler() = default;  // nobody deletes through it
};

/// Reads one item with all that is in it. Where the pieces are cut makes no difference, except that
/// byte strings come in the parts in which they arrive, straight from the piece. Texts come whole
/// when they fit the text buffer, and otherwise in parts of whole characters. Refuses what
/// DecodeHead() refuses and text that is not UTF-8. It keeps no keys, so it does not see duplicate
/// ones.
class Reader {
 public:
  static constexpr std::size_t kMaxDepth = 16;
  static constexpr std::size_t kMinText = 8;

  /// `text` (at least kMinText bytes) holds the text, or its part, that is being read.
  Reader(Handler& handler, MutableBytes text);

  /// Reads on; calls the handler from inside. kMalformed, kUnsupported: as DecodeHead(), and bytes
  /// behind the item. kTooLarge: nested deeper than kMaxDepth, or a container of more than
  /// 2^31 elements. Else: what the handler returned. The first failure stays until Reset().
  Status Feed(Bytes piece);
  /// The document ends here. kMalformed: it is not complete.
  Status Finish();
  void Reset();

  /// Bytes read; after a failure, about where in the document it is.
  [[nodiscard]] std::size_t offset() const { return offset_; }

 private:
  static constexpr std::uint32_t kMaxElements = 0x7FFFFFFF;

  struct Level {
    std::uint32_t missing = 0;  ///< Items; those of a map are keys and values.
    bool map = false;
  };

  Status Step(Bytes& piece);
  Status TakeHead(Bytes& piece);
  Status OnHead(const Head& head);
  Status Open(const Head& head);
  Status OnItemEnd();
  Status TakeBytes(Bytes& piece);
  Status TakeText(Bytes& piece);
  Status Emit(Bytes data, bool last);
  [[nodiscard]] bool at_key() const;

  Handler& handler_;
  MutableBytes text_;
  std::size_t text_size_ = 0;
  std::size_t offset_ = 0;
  std::array<std::byte, kMaxHeadSize> head_bytes_{};
  std::uint8_t head_size_ = 0;
  std::uint8_t depth_ = 0;
  bool in_string_ = false;
  bool first_ = true;
  bool complete_ = false;
  Head string_{};           ///< The string being read.
  std::uint64_t left_ = 0;  ///< Bytes of it still to come.
  Utf8Checker utf8_;
  std::array<Level, kMaxDepth> levels_{};
  Status status_;
};

/// A reader that owns its text buffer.
template <std::size_t kTextSize>
class ReaderBuffer {
 public:
  explicit ReaderBuffer(Handler& handler) : reader_(handler, text_) {}
  ReaderBuffer(const ReaderBuffer&) = delete;
  ReaderBuffer& operator=(const ReaderBuffer&) = delete;
  Reader& operator*() { return reader_; }
  Reader* operator->() { return &reader_; }

 private:
  static_assert(kTextSize >= Reader::kMinText);
  std::array<std::byte, kTextSize> text_{};
  Reader reader_;
};

}  // namespace linnet::cbor
