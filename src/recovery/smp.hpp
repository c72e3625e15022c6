// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The head of an SMP packet and the numbers of mcumgr's commands that recovery speaks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace linnet::recovery::smp {

inline constexpr std::size_t kHeaderSize = 8;

enum class Operation : std::uint8_t { kRead = 0, kReadReply = 1, kWrite = 2, kWriteReply = 3 };

inline constexpr std::uint16_t kOsGroup = 0;
inline constexpr std::uint8_t kEcho = 0;
inline constexpr std::uint8_t kReset = 5;
inline constexpr std::uint8_t kParameters = 6;

inline constexpr std::uint16_t kImageGroup = 1;
inline constexpr std::uint8_t kState = 0;
inline constexpr std::uint8_t kUpload = 1;

/// mcumgr's error numbers, as `rc` has them.
enum class Error : std::uint8_t {
  kNone = 0,
  kUnknown = 1,
  kNoMemory = 2,
  kInvalid = 3,
  kNotFound = 5,
  kBadState = 6,
  kTooLarge = 7,
  kNotSupported = 8,
  kCorrupt = 9,
  kAccessDenied = 11,
};

struct Header {
  Operation operation = Operation::kRead;
  std::uint8_t version = 0;  ///< 0 or 1; a reply has that of its request.
  std::uint16_t length = 0;  ///< Of what follows the header.
  std::uint16_t group = 0;
  std::uint8_t sequence = 0;
  std::uint8_t command = 0;
};

/// kMalformed: too short, or not followed by exactly `length` bytes.
Result<Header> Decode(Bytes packet);
void Encode(const Header& header, std::span<std::byte, kHeaderSize> out);

}  // namespace linnet::recovery::smp
