// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A reader that hands out values together with their path, so that consumers need no tree.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/status.hpp"
#include "base/view.hpp"
#include "json/event.hpp"
#include "json/reader.hpp"

namespace linnet::json {

class PathHandler {
 public:
  /// `event` is any but kKey. The path of `{"a":{"b":[1]}}`'s 1 is `a.b[]`; the document's own
  /// value has the path "". A '.', '[' or '\' inside a key stands behind a '\', so that no key can
  /// pass for a path of several. Any status but ok stops the reader.
  virtual Status OnValue(StringView path, const Event& event) = 0;

 protected:
  ~PathHandler() = default;  // nobody deletes through it
};

/// One reader for any number of documents, one after the other.
class PathReader final : private Handler {
 public:
  /// `text` as for Reader; `path` holds the longest path that matters to the handlers.
  PathReader(Span<char> text, Span<char> path);
  PathReader(const PathReader&) = delete;
  PathReader& operator=(const PathReader&) = delete;

  /// Starts a document for `handler`, which must outlive it.
  void Begin(PathHandler& handler);
  /// As of Reader; kFailedPrecondition: Begin was never called.
  Status Feed(Bytes piece);
  Status Finish();

  [[nodiscard]] std::size_t offset() const { return reader_.offset(); }
  /// Values of this document that were left out because their path is longer than the buffer.
  [[nodiscard]] std::size_t skipped() const { return skipped_; }

 private:
  Status On(const Event& event) override;
  void OnKey(const Event& event);
  Status Deliver(const Event& event);
  void Put(char c);

  Reader reader_;
  PathHandler* handler_ = nullptr;
  Span<char> path_;
  std::size_t size_ = 0;  ///< Of the path; past the end of the buffer it only counts.
  std::size_t depth_ = 0;
  std::array<std::size_t, Reader::kMaxDepth> containers_{};  ///< Path size of each open container.
  std::size_t skipped_ = 0;
};

template <std::size_t kTextSize, std::size_t kPathSize>
class PathReaderBuffer {
 public:
  PathReaderBuffer() : reader_(text_, path_) {}
  PathReaderBuffer(const PathReaderBuffer&) = delete;
  PathReaderBuffer& operator=(const PathReaderBuffer&) = delete;
  PathReader& operator*() { return reader_; }
  PathReader* operator->() { return &reader_; }

 private:
  static_assert(kTextSize >= Reader::kMinText);
  std::array<char, kTextSize> text_{};
  std::array<char, kPathSize> path_{};
  PathReader reader_;
};

}  // namespace linnet::json
