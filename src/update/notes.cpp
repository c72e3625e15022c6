// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "update/notes.hpp"

#include "base/assert.hpp"
#include "base/endian.hpp"

namespace linnet::update {

namespace {

constexpr std::uint8_t kFormat = 2;
constexpr std::uint8_t kOldFormat = 1;
constexpr std::size_t kFixedSize = 42;
constexpr std::size_t kOldFixedSize = 50;
constexpr std::size_t kOldMaxValidator = 128;

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

Result<Notes> DecodeOld(Bytes stored) {
  if (stored.size() < kOldFixedSize) {
    return Code::kMalformed;
  }
  Notes notes{.stage = static_cast<Stage>(stored[1]), .event_total = LoadLe32(stored.subspan(14))};
  CopyBytes(stored.subspan(18, notes.candidate.size()), notes.candidate);
  FixedString<kOldMaxValidator> validator;
  Bytes rest = stored.subspan(kOldFixedSize);
  LINNET_TRY(TakeText(rest, notes.job_id));
  LINNET_TRY(TakeText(rest, validator));
  LINNET_TRY(TakeText(rest, notes.cause));
  const bool failed = notes.stage == Stage::kFailed || notes.stage == Stage::kRejected;
  notes.fault = failed ? Fault::kUnknown : Fault::kNone;
  return rest.empty() ? Result<Notes>(notes) : Code::kMalformed;
}

}  // namespace

Bytes EncodeNotes(const Notes& notes, MutableBytes out) {
  LINNET_ASSERT(out.size() >= kMaxNotesSize);
  out[0] = std::byte{kFormat};
  out[1] = static_cast<std::byte>(notes.stage);
  out[2] = static_cast<std::byte>(notes.fault);
  out[3] = std::byte{0};
  StoreLe16(notes.resumes, out.subspan(4));
  StoreLe32(notes.event_total, out.subspan(6));
  CopyBytes(notes.candidate, out.subspan(10));
  std::size_t size = kFixedSize;
  size += PutText(notes.job_id, out.subspan(size));
  size += PutText(notes.cause, out.subspan(size));
  return out.first(size);
}

Result<Notes> DecodeNotes(Bytes stored) {
  const bool old = !stored.empty() && stored[0] == std::byte{kOldFormat};
  if (stored.empty() || (!old && stored[0] != std::byte{kFormat})) {
    return stored.empty() ? Code::kMalformed : Code::kUnsupported;
  }
  if (stored.size() < kFixedSize || stored[1] > static_cast<std::byte>(Stage::kRejected)) {
    return Code::kMalformed;
  }
  if (old) {
    return DecodeOld(stored);
  }
  if (stored[2] > static_cast<std::byte>(kLastFault) || stored[3] != std::byte{0}) {
    return Code::kMalformed;
  }
  Notes notes{.stage = static_cast<Stage>(stored[1]),
              .fault = static_cast<Fault>(stored[2]),
              .resumes = LoadLe16(stored.subspan(4)),
              .event_total = LoadLe32(stored.subspan(6))};
  CopyBytes(stored.subspan(10, notes.candidate.size()), notes.candidate);
  Bytes rest = stored.subspan(kFixedSize);
  LINNET_TRY(TakeText(rest, notes.job_id));
  LINNET_TRY(TakeText(rest, notes.cause));
  return rest.empty() ? Result<Notes>(notes) : Code::kMalformed;
}

}  // namespace linnet::update
