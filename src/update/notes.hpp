// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What the engine must still know after a reset, and how that is stored.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/fixed_string.hpp"
#include "base/result.hpp"
#include "crypto/sha256.hpp"
#include "release/part.hpp"
#include "update/types.hpp"

namespace linnet::update {

/// How far an order came. Values stand in flash: never reuse one.
enum class Stage : std::uint8_t {
  kNone = 0,       ///< No order.
  kFetching = 1,   ///< Bytes are being collected under `tag`.
  kStaging = 2,    ///< All bytes came; `candidate` is complete, staged or on trial, or about to be.
  kSucceeded = 3,  ///< To be reported.
  kFailed = 4,     ///< To be reported, with `cause`.
  kRejected = 5,   ///< To be reported, with `cause`.
};

struct Notes {
  Stage stage = Stage::kNone;
  release::PartTag tag = 0;
  std::uint32_t size = 0;         ///< Of the ordered file.
  std::uint32_t event_total = 0;  ///< ReleaseStatus::event_total before `candidate` was staged.
  crypto::Digest candidate{};     ///< From kStaging on.
  FixedString<kMaxJobId> job_id = {};
  FixedString<kMaxValidator> validator =
      {};  ///< ByteSource::validator() of the bytes in the store.
  FixedString<kMaxCause> cause = {};
};

/// Bytes of the longest stored form.
inline constexpr std::size_t kMaxNotesSize = 53 + kMaxJobId + kMaxValidator + kMaxCause;

/// Format 1, little endian: u8 1, u8 stage, u64 tag, u32 size, u32 event_total, 32 bytes digest,
/// and then job id, validator and cause, each a length byte and its characters.
Bytes EncodeNotes(const Notes& notes, MutableBytes out);

/// kUnsupported: another format. kMalformed: breaks this one.
Result<Notes> DecodeNotes(Bytes stored);

}  // namespace linnet::update
