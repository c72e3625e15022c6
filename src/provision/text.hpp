// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Puts a document together in a fixed buffer.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/view.hpp"

namespace linnet::provision {

/// What does not fit is left out, and fits() says so.
class Text {
 public:
  explicit Text(MutableBytes out) : out_(out) {}

  void Put(char c);
  void Put(StringView text);
  /// For HTML, in text and in quoted attributes: what has a meaning there is escaped, and what is
  /// no UTF-8 becomes U+FFFD.
  void PutEscaped(StringView text);
  /// As in a URL: a percent sign and two digits for each byte.
  void PutUrl(StringView bytes);
  void Clear() {
    size_ = 0;
    fits_ = true;
  }

  /// Of which somebody else writes the front, and says so with Take().
  [[nodiscard]] MutableBytes room() const { return out_.subspan(size_); }
  void Take(std::size_t written) { size_ += written; }

  [[nodiscard]] bool fits() const { return fits_; }
  [[nodiscard]] StringView view() const { return AsText(out_.first(size_)); }

 private:
  void PutHex(char byte);

  MutableBytes out_;
  std::size_t size_ = 0;
  bool fits_ = true;
};

/// What PutUrl() wrote, or a browser, decoded into the front of `out`, where `text` may begin, too;
/// what does not fit is left out. Two characters that are no digits are some byte nevertheless.
StringView FromUrl(StringView text, MutableBytes out);
}  // namespace linnet::provision
