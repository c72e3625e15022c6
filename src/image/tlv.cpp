// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "image/tlv.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "base/assert.hpp"
#include "base/endian.hpp"

namespace linnet::image {

Verdict Cursor::Read(MutableBytes out) {
  if (offset_ > source_.size() || out.size() > source_.size() - offset_) {
    return {Reason::kTruncated, offset_};
  }
  if (!source_.Read(offset_, out).ok()) {
    return {Reason::kReadFailed, offset_};
  }
  if (hash_ != nullptr) {
    hash_->Update(out);
  }
  offset_ += static_cast<std::uint32_t>(out.size());
  return Accepted();
}

Verdict Cursor::SkipTo(std::uint32_t offset) {
  LINNET_ASSERT(offset >= offset_);
  if (offset > source_.size()) {
    return {Reason::kTruncated, source_.size()};
  }
  if (hash_ == nullptr) {
    offset_ = offset;
    return Accepted();
  }
  LINNET_ASSERT(!scratch_.empty());
  while (offset_ < offset) {
    const auto count = std::min<std::size_t>(scratch_.size(), offset - offset_);
    LINNET_TRY_VERDICT(Read(scratch_.first(count)));
  }
  return Accepted();
}

Verdict TlvArea::Open(std::uint16_t magic) {
  begin_ = cursor_.offset();
  std::array<std::byte, kTlvInfoSize> info;
  LINNET_TRY_VERDICT(cursor_.Read(info));
  if (LoadLe16(info) != magic) {
    return {Reason::kBadTlvMagic, begin_};
  }
  const std::uint32_t size = LoadLe16(Bytes(info).subspan(2));
  if (size < kTlvInfoSize) {
    return {Reason::kTlvSizeMismatch, begin_ + 2};
  }
  if (size > std::numeric_limits<std::uint32_t>::max() - begin_) {
    return {Reason::kSizeOverflow, begin_ + 2};
  }
  end_ = begin_ + size;
  next_ = cursor_.offset();
  return Accepted();
}

Verdict TlvArea::Next(TlvEntry& entry) {
  LINNET_TRY_VERDICT(cursor_.SkipTo(next_));
  if (end_ - next_ < kTlvEntrySize) {
    return {Reason::kTlvOverrun, next_};
  }
  std::array<std::byte, kTlvEntrySize> head;
  LINNET_TRY_VERDICT(cursor_.Read(head));
  entry.type = LoadLe16(head);
  entry.length = LoadLe16(Bytes(head).subspan(2));
  entry.offset = cursor_.offset();
  if (entry.length > end_ - entry.offset) {
    return {Reason::kTlvOverrun, next_};
  }
  next_ = entry.offset + entry.length;
  return Accepted();
}

Verdict TlvArea::ReadValue(MutableBytes out) {
  if (out.size() != next_ - cursor_.offset()) {
    return {Reason::kTlvBadLength, cursor_.offset()};
  }
  return cursor_.Read(out);
}

Verdict TlvArea::Finish() {
  return cursor_.SkipTo(end_);
}

Status FindProtected(Source& source, const Header& header, std::uint16_t type, TlvEntry& entry) {
  if (header.protected_size == 0) {
    return Code::kNotFound;
  }
  Cursor cursor(source, header.body_end());
  TlvArea area(cursor);
  Verdict verdict = area.Open(kProtectedTlvMagic);
  TlvEntry candidate;
  while (verdict.ok() && !area.at_end()) {
    verdict = area.Next(candidate);
    if (verdict.ok() && candidate.type == type && candidate.offset > entry.offset) {
      entry = candidate;
      return OkStatus();
    }
  }
  return verdict.ok() ? Status(Code::kNotFound) : verdict.status();
}

}  // namespace linnet::image
