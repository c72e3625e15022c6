// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "update/notes.hpp"

#include "base/assert.hpp"
#include "base/endian.hpp"

namespace linnet::update {

namespace {

constexpr std::uint8_t kFormat = 1;
constexpr std::size_t kFixedSize = 50;

template <std::size_t kCapacity>
std::size_t PutText(const FixedString<kCapacity>& text, MutableBytes out) {
  static_assert(kCapacity <= UINT8_MAX);
  out[0] = static_cast<std::byte>(text.size());
  CopyBytes(AsBytes(text.view()), out.subspan(1));
  return 1 + text.size();
}

template <std::size_t kCapacity>
Status TakeText(Bytes& rest, FixedString<kCapacity>& out) {
  if (rest.empty()) {
    return Code::kMalformed;
  }
  const auto size = std::to_integer<std::size_t>(rest[0]);
  if (size > rest.size() - 1 || !out.Assign(AsText(rest.subspan(1, size))).ok()) {
    return Code::kMalformed;
  }
  rest = rest.subspan(1 + size);
  return OkStatus();
}

}  // namespace

Bytes EncodeNotes(const Notes& notes, MutableBytes out) {
  LINNET_ASSERT(out.size() >= kMaxNotesSize);
  out[0] = std::byte{kFormat};
  out[1] = static_cast<std::byte>(notes.stage);
  StoreLe64(notes.tag, out.subspan(2));
  StoreLe32(notes.size, out.subspan(10));
  StoreLe32(notes.event_total, out.subspan(14));
  CopyBytes(notes.candidate, out.subspan(18));
  std::size_t size = kFixedSize;
  size += PutText(notes.job_id, out.subspan(size));
  size += PutText(notes.validator, out.subspan(size));
  size += PutText(notes.cause, out.subspan(size));
  return out.first(size);
}

Result<Notes> DecodeNotes(Bytes stored) {
  if (stored.empty() || stored[0] != std::byte{kFormat}) {
    return stored.empty() ? Code::kMalformed : Code::kUnsupported;
  }
  if (stored.size() < kFixedSize || stored[1] > static_cast<std::byte>(Stage::kRejected)) {
    return Code::kMalformed;
  }
  Notes notes;
  notes.stage = static_cast<Stage>(stored[1]);
  notes.tag = LoadLe64(stored.subspan(2));
  notes.size = LoadLe32(stored.subspan(10));
  notes.event_total = LoadLe32(stored.subspan(14));
  CopyBytes(stored.subspan(18, notes.candidate.size()), notes.candidate);
  Bytes rest = stored.subspan(kFixedSize);
  LINNET_TRY(TakeText(rest, notes.job_id));
  LINNET_TRY(TakeText(rest, notes.validator));
  LINNET_TRY(TakeText(rest, notes.cause));
  return rest.empty() ? Result<Notes>(notes) : Code::kMalformed;
}

}  // namespace linnet::update
