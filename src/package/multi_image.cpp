// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "package/multi_image.hpp"

#include <algorithm>
#include <limits>

#include "base/endian.hpp"
#include "base/view.hpp"
#include "cbor/cursor.hpp"

namespace linnet::package {
namespace {

constexpr std::size_t kLengthSize = sizeof(std::uint16_t);
/// A map of one pair, and its key: {"img": ...
constexpr std::array<std::byte, 5> kOpening = {std::byte{0xA1}, std::byte{0x63}, std::byte{'i'},
                                               std::byte{'m'}, std::byte{'g'}};

template <typename T>
Result<T> Malformed(const Result<T>& result) {
  return result.ok() ? result : Result<T>(Code::kMalformed);
}

Status ReadImage(cbor::Cursor& cursor, MultiImage::Image& out) {
  LINNET_TRY_ASSIGN(const std::uint32_t pairs, Malformed(cursor.BeginMap()));
  LINNET_TRY_ASSIGN(const StringView id_key, Malformed(cursor.Text()));
  LINNET_TRY_ASSIGN(const std::int64_t id, Malformed(cursor.Integer()));
  LINNET_TRY_ASSIGN(const StringView size_key, Malformed(cursor.Text()));
  LINNET_TRY_ASSIGN(const std::uint64_t size, Malformed(cursor.Unsigned()));
  using Id = std::numeric_limits<std::int32_t>;
  if (pairs != 2 || id_key != "id" || size_key != "size" || id < Id::min() || id > Id::max() ||
      size == 0) {
    return Code::kMalformed;
  }
  if (size > std::numeric_limits<std::uint32_t>::max()) {
    return Code::kTooLarge;
  }
  out.id = static_cast<std::int32_t>(id);
  out.size = static_cast<std::uint32_t>(size);
  return OkStatus();
}

Status Append(MultiImage& head, MultiImage::Image image) {
  if (std::ranges::count(head.view(), image.id, &MultiImage::Image::id) > 0) {
    return Code::kMalformed;
  }
  if (image.size > std::numeric_limits<std::uint32_t>::max() - head.file_size) {
    return Code::kTooLarge;
  }
  image.offset = head.file_size;
  head.file_size += image.size;
  head.images[head.count++] = image;
  return OkStatus();
}

}  // namespace

bool IsMultiImage(Bytes first) {
  return first.size() >= kLengthSize + kOpening.size() &&
         Equal(first.subspan(kLengthSize, kOpening.size()), kOpening) &&
         LoadLe16(first) >= kOpening.size();
}

std::size_t MultiImageHeadSize(Bytes first) {
  return kLengthSize + LoadLe16(first);
}

Result<MultiImage> ReadMultiImage(Bytes prefix) {
  if (!IsMultiImage(prefix)) {
    return Code::kMalformed;
  }
  const std::size_t size = MultiImageHeadSize(prefix);
  if (prefix.size() < size) {
    return Code::kPending;
  }
  const Bytes list = prefix.first(size).subspan(kLengthSize + kOpening.size());
  cbor::Cursor cursor(list);
  LINNET_TRY_ASSIGN(const std::uint32_t count, Malformed(cursor.BeginArray()));
  if (count == 0 || count > MultiImage::kMaxImages) {
    return count == 0 ? Code::kMalformed : Code::kTooLarge;
  }
  MultiImage head;
  head.file_size = static_cast<std::uint32_t>(size);
  for (std::uint32_t i = 0; i < count; ++i) {
    MultiImage::Image image;
    LINNET_TRY(ReadImage(cursor, image));
    LINNET_TRY(Append(head, image));
  }
  const bool padded = std::ranges::all_of(list.subspan(cursor.offset()),
                                          [](std::byte byte) { return byte == std::byte{0xFF}; });
  return padded ? Result<MultiImage>(head) : Code::kMalformed;
}

}  // namespace linnet::package
