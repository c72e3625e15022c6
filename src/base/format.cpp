// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "base/format.hpp"

#include <cstddef>

#include "base/view.hpp"

namespace linnet {

class Formatter {
 public:
  explicit Formatter(Span<char> out) : out_(out) {}

  void Put(char c) {
    if (size_ < out_.size()) {
      out_[size_++] = c;
    } else {
      cut_ = true;
    }
  }

  void Put(StringView text) {
    for (const char c : text) {
      Put(c);
    }
  }

  void Put(const FormatArgument& argument, bool hex) {
    switch (argument.kind_) {
      case FormatArgument::Kind::kText:
        Put(StringView(static_cast<const char*>(argument.value_.range.data),
                       argument.value_.range.size));
        break;
      case FormatArgument::Kind::kHexBytes:
        PutHex(Bytes(static_cast<const std::byte*>(argument.value_.range.data),
                     argument.value_.range.size));
        break;
      case FormatArgument::Kind::kSigned:
        if (static_cast<std::int64_t>(argument.value_.number) < 0 && !hex) {
          Put('-');
          PutNumber(0 - argument.value_.number, 10);
          break;
        }
        [[fallthrough]];
      case FormatArgument::Kind::kUnsigned:
        PutNumber(argument.value_.number, hex ? 16 : 10);
        break;
    }
  }

  StringView Finish() {
    if (cut_) {
      for (std::size_t i = 0; i < 3 && i < size_; ++i) {
        out_[size_ - 1 - i] = '.';
      }
    }
    return {out_.data(), size_};
  }

 private:
  static constexpr StringView kDigits = "0123456789abcdef";

  /// Divides by at most 16 bits and returns the remainder. By halves of words, because a 64-bit
  /// division would link 750 bytes of run-time library into every image.
  static std::uint32_t DivideInPlace(std::uint64_t& value, std::uint32_t divisor) {
    std::uint64_t quotient = 0;
    std::uint32_t rest = 0;
    for (int shift = 48; shift >= 0; shift -= 16) {
      const std::uint32_t part = rest << 16 | static_cast<std::uint16_t>(value >> shift);
      quotient |= std::uint64_t{part / divisor} << shift;
      rest = part % divisor;
    }
    value = quotient;
    return rest;
  }

  void PutNumber(std::uint64_t value, unsigned base) {
    std::array<char, 20> digits{};
    std::size_t count = 0;
    do {
      digits[count++] = kDigits[DivideInPlace(value, base)];
    } while (value != 0);
    while (count > 0) {
      Put(digits[--count]);
    }
  }

  void PutHex(Bytes bytes) {
    for (const std::byte byte : bytes) {
      Put(kDigits[std::to_integer<std::size_t>(byte >> 4)]);
      Put(kDigits[std::to_integer<std::size_t>(byte & std::byte{0xF})]);
    }
  }

  Span<char> out_;
  std::size_t size_ = 0;
  bool cut_ = false;
};

StringView FormatTo(Span<char> out, const char* format, Span<const FormatArgument> arguments) {
  StringView left = format;
  Formatter formatter(out);
  std::size_t next = 0;
  while (!left.empty()) {
    const bool hex = left.starts_with("{:x}");
    if (!hex && !left.starts_with("{}")) {
      formatter.Put(left.front());
      left.remove_prefix(1);
      continue;
    }
    left.remove_prefix(hex ? 4 : 2);
    if (next < arguments.size()) {
      formatter.Put(arguments[next++], hex);
    } else {
      formatter.Put('?');
    }
  }
  return formatter.Finish();
}

}  // namespace linnet
