// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Puts a document together in a fixed buffer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/bytes.hpp"

namespace linnet::provision {

/// What does not fit is left out, and fits() says so.
class Text {
 public:
  explicit Text(MutableBytes out) : out_(out) {}

  void Put(char c);
  void Put(std::string_view text);
  /// For HTML, in text and in quoted attributes: what has a meaning there is escaped, and what is
  /// no UTF-8 becomes U+FFFD.
  void PutEscaped(std::string_view text);
  /// As in a URL: a percent sign and two digits for each byte.
  void PutUrl(std::string_view bytes);
  void Clear() {
    size_ = 0;
    fits_ = true;
  }

  /// Of which somebody else writes the front, and says so with Take().
  [[nodiscard]] MutableBytes room() const { return out_.subspan(size_); }
  void Take(std::size_t written) { size_ += written; }

  [[nodiscard]] bool fits() const { return fits_; }
  [[nodiscard]] std::string_view view() const { return AsText(out_.first(size_)); }

 private:
  void PutHex(char byte);

  MutableBytes out_;
  std::size_t size_ = 0;
  bool fits_ = true;
};

/// What PutUrl() wrote, or a browser, decoded into the front of `out`, where `text` may begin, too;
/// what does not fit is left out. Two characters that are no digits are some byte nevertheless.
std::string_view FromUrl(std::string_view text, MutableBytes out);
}  // namespace linnet::provision
