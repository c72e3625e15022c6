// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "http/head_reader.hpp"

#include <algorithm>

#include "base/view.hpp"
#include "base/words.hpp"
#include "http/text.hpp"

namespace linnet::http {

using namespace std::string_view_literals;

namespace {

/// As HeadReader::Name has them.
constexpr const char* kNames =
    "connection|content-length|transfer-encoding|content-encoding|content-range|etag|location|host|"
    "origin";

}  // namespace

void HeadReader::Reset() {
  room_ = memory_;
  line_size_ = head_size_ = 0;
  after_return_ = false;
}

// It ends with CR LF, or with LF alone as RFC 9112 2.2 lets a reader accept.
Status HeadReader::TakeLine(Bytes& input) {
  while (!input.empty()) {
    const auto c = std::to_integer<unsigned char>(input.front());
    input = input.subspan(1);
    if (++head_size_ > max_size_) {
      return Code::kTooLarge;
    }
    if (c == '\n') {
      line_ = AsText(room_.first(line_size_));
      line_size_ = 0;
      after_return_ = false;
      return OkStatus();
    }
    if (after_return_) {
      return Code::kMalformed;
    }
    if (c == '\r') {
      after_return_ = true;
    } else if (c < ' ' && c != '\t') {
      return Code::kMalformed;
    } else if (line_size_ < room_.size()) {
      room_[line_size_++] = std::byte{c};
    }
  }
  return Code::kPending;
}

Status HeadReader::ReadVersion(StringView version) {
  constexpr auto kProtocol = "HTTP/1."sv;
  if (!version.starts_with(kProtocol) || version.size() != kProtocol.size() + 1) {
    return version.starts_with(kProtocol.substr(0, 5)) ? Code::kUnsupported : Code::kMalformed;
  }
  framing_.keep_alive = version.back() != '0';
  return OkStatus();
}

Status HeadReader::ReadField() {
  const std::size_t colon = line_.find(':');
  if (colon == StringView::npos || colon == 0) {
    return Code::kMalformed;
  }
  const MutableBytes name = room_.first(colon);  // where the line is
  for (std::byte& byte : name) {
    const char c = std::to_integer<char>(byte);
    // Folded lines, too, and blanks before the colon (RFC 9112 5.1, 5.2).
    if (c == ' ' || c == '\t') {
      return Code::kMalformed;
    }
    byte = static_cast<std::byte>(Lower(c));
  }
  name_ = static_cast<Name>(IndexOf(AsText(name), kNames));
  value_ = Trim(line_.substr(colon + 1));
  if (is_cut() && name_ != Name::kOther) {
    return Code::kTooLarge;
  }
  switch (name_) {
    case Name::kContentLength: {
      LINNET_TRY_ASSIGN(const std::uint32_t length, WholeNumber(value_));
      const bool contradicts = framing_.content_length.value_or(length) != length;
      framing_.content_length = length;
      return contradicts ? Code::kMalformed : Code::kOk;
    }
    case Name::kTransferEncoding:
      framing_.chunked = true;
      return SameWord(value_, "chunked"sv) ? Code::kOk : Code::kUnsupported;
    case Name::kConnection:
      framing_.keep_alive =
          Lists(value_, "keep-alive"sv) || (framing_.keep_alive && !Lists(value_, "close"sv));
      return OkStatus();
    default:
      return OkStatus();
  }
}

StringView HeadReader::Keep(StringView part) {
  const StringView kept = AsText(room_.first(part.size()));
  std::copy(part.begin(), part.end(), reinterpret_cast<char*>(room_.data()));
  room_ = room_.subspan(part.size());
  return kept;
}

}  // namespace linnet::http
