// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Gives a part from a compressed or delta stream that arrives in pieces; goes on anywhere.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/status.hpp"
#include "delta/content.hpp"
#include "delta/lzma.hpp"
#include "delta/stream.hpp"
#include "image/source.hpp"

namespace linnet::delta {

/// The state that must survive a reset is the number of target bytes that are safe: Begin() with it
/// reads the head and the table again, and then the block that holds this byte. What comes out is
/// worth nothing before its own digest was checked.
class Decoder {
 public:
  /// `base`: the part that a delta starts from, whole and of the right identity; nullptr for
  /// compressed streams. Neither is owned.
  Decoder(image::Source* base, TargetSink& target);

  /// Wants the target's bytes from `position` on; it must become `target_length` bytes, at least 1,
  /// or no stream is accepted.
  void Begin(std::uint32_t target_length, std::uint32_t position);

  /// The offset in the stream of the byte that is needed next. It jumps once: from the end of the
  /// table to the block that holds `position`.
  [[nodiscard]] std::uint32_t next() const { return next_; }
  /// Bytes of the whole stream; 0 until the table was read.
  [[nodiscard]] std::uint32_t stream_length() const { return stream_length_; }
  [[nodiscard]] bool complete() const { return state_ == State::kComplete; }

  /// `data` lies at `offset` of the stream. What lies before next() is passed over. kOutOfRange: it
  /// lies behind next(). kMalformed: the stream is damaged. kUnsupported: a newer format.
  /// kMismatch: it is for another target length, or needs another base. Else: what the base or the
  /// target returned. The first failure stays until Begin().
  Status Feed(std::uint32_t offset, Bytes data);

 private:
  enum class State : std::uint8_t { kHead, kTable, kBlockHead, kBlock, kComplete };

  Status Step(Bytes& data);
  /// True when `field_` has `size` bytes.
  bool Collect(std::size_t size, Bytes& data);
  Status OnHead();
  Status OnTableEntry();
  Status OnTableEnd();
  Status OnBlockHead();
  Status TakeBlock(Bytes& data);
  void EnterBlock(std::uint32_t block);

  image::Source* base_;
  ContentReader content_;
  LzmaDecoder lzma_;
  Head head_{};
  BlockHead block_head_{};
  State state_ = State::kHead;
  Status status_;
  std::uint32_t target_length_ = 0;
  std::uint32_t position_ = 0;
  std::uint32_t next_ = 0;
  std::uint32_t stream_length_ = 0;
  std::uint32_t block_ = 0;         ///< In the table: the entry. Then: the block being read.
  std::uint32_t block_left_ = 0;    ///< Stored bytes of it still to come.
  std::uint64_t sum_ = 0;           ///< Where the block of that entry begins.
  std::uint32_t first_offset_ = 0;  ///< Where the block that holds the position begins.
  std::uint8_t field_size_ = 0;
  std::array<std::byte, kHeadSize> field_{};
};

/// What decoding takes of RAM, all of it.
static_assert(sizeof(Decoder) <= 0x4000);

}  // namespace linnet::delta
