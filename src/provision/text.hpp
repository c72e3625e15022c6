// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Puts a document together in a fixed buffer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace linnet::provision {

/// What does not fit is left out, and fits() says so.
class Text {
 public:
  explicit Text(MutableBytes out) : out_(out) {}

  void Put(std::string_view text);
  void PutNumber(std::uint32_t value);
  /// For HTML, in text and in quoted attributes: what has a meaning there is escaped, and what is
  /// no UTF-8 becomes U+FFFD.
  void PutEscaped(std::string_view text);
  /// Two digits a byte.
  void PutHex(std::string_view bytes);

  [[nodiscard]] bool fits() const { return fits_; }
  [[nodiscard]] std::string_view view() const { return AsText(out_.first(size_)); }

 private:
  MutableBytes out_;
  std::size_t size_ = 0;
  bool fits_ = true;
};

/// The value of `name` in a form that was sent URL-encoded, decoded into the front of `out`.
/// kNotFound. kMalformed: a percent sign without two digits. kTooLarge.
Result<std::string_view> FormValue(std::string_view form, std::string_view name, MutableBytes out);

/// Bytes from two digits each. kMalformed. kTooLarge.
Result<std::string_view> FromHex(std::string_view digits, MutableBytes out);

}  // namespace linnet::provision
