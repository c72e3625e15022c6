// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What the engine must still know after a reset, and how that is stored.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/fixed_string.hpp"
#include "base/result.hpp"
#include "crypto/sha256.hpp"
#include "update/fault.hpp"
#include "update/types.hpp"

namespace linnet::update {

/// How far an order came. Values stand in flash: never reuse one.
enum class Stage : std::uint8_t {
  kNone = 0,       ///< No order.
  kFetching = 1,   ///< Parts are being collected.
  kStaging = 2,    ///< All parts are there; `candidate` is staged or on trial, or about to be.
  kSucceeded = 3,  ///< To be reported.
  kFailed = 4,     ///< To be reported, with `fault` and `cause`.
  kRejected = 5,   ///< To be reported, with `fault` and `cause`.
};

struct Notes {
  Stage stage = Stage::kNone;
  Fault fault = Fault::kNone;
  std::uint16_t resumes = 0;      ///< Resets after which fetching went on.
  std::uint32_t event_total = 0;  ///< ReleaseStatus::event_total before `candidate` was staged.
  crypto::Digest candidate{};     ///< The release: its application's digest, from kStaging on.
  FixedString<kMaxJobId> job_id = {};
  FixedString<kMaxCause> cause = {};
};

/// Bytes of the longest stored form that DecodeNotes() reads; what EncodeNotes() makes is shorter.
inline constexpr std::size_t kMaxNotesSize = 53 + kMaxJobId + 128 + kMaxCause;

/// Format 2, little endian: u8 2, u8 stage, u8 fault, u8 0, u16 resumes, u32 event_total, 32 bytes
/// candidate, and then job id and cause, each a length byte and its characters.
Bytes EncodeNotes(const Notes& notes, MutableBytes out);

/// Also reads format 1 (u8 1, u8 stage, u64 tag, u32 size, u32 event_total, 32 bytes candidate, job
/// id, validator, cause), so that an update from a release that wrote it is still reported.
/// kUnsupported: another format. kMalformed: breaks its format.
Result<Notes> DecodeNotes(Bytes stored);

}  // namespace linnet::update
