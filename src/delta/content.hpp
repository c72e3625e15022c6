// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Turns the content of blocks into the target: follows the commands, adds the base.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/status.hpp"
#include "delta/lzma.hpp"
#include "image/source.hpp"

namespace linnet::delta {

/// What takes the target, in order and without gaps.
class TargetSink {
 public:
  /// A failure ends the decoding and is what Decoder::Feed() returns.
  virtual Status OnTarget(std::uint32_t offset, Bytes data) = 0;

 protected:
  ~TargetSink() = default;  // nobody deletes through it
};

/// The content of a block with a base is a row of commands: varint length and zigzag varint step of
/// a stretch of the base, then as many bytes that are added to it; varint length of what is new,
/// then these bytes. The content of a block without a base is the target itself.
class ContentReader final : public ContentSink {
 public:
  /// `base` is nullptr where there is none; neither is owned.
  ContentReader(image::Source* base, TargetSink& target) : base_(base), target_(target) {}

  /// What lies before `position` is not given to the target.
  void SetPosition(std::uint32_t position) { position_ = position; }
  /// A block that gives the target's bytes [begin, end). `base_length` 0: it has no commands.
  void Begin(std::uint32_t begin, std::uint32_t end, std::uint32_t base_length);

  /// kMalformed: commands that make no sense. Else: what the base or the target returned.
  Status OnContent(Bytes data) override;
  /// All bytes of the block were given, and the last command is over.
  [[nodiscard]] bool complete() const { return at_ == end_ && state_ == State::kLength; }

 private:
  enum class State : std::uint8_t { kLength, kStep, kSum, kNewLength, kNew };

  Status Take(Bytes& data);
  Status TakeNumber(std::byte byte);
  Status OnNumber();
  Status OnStep();
  Status TakeSum(Bytes& data);
  Status TakeNew(Bytes& data);
  Status Give(Bytes data);

  image::Source* base_;
  TargetSink& target_;
  std::uint32_t position_ = 0;
  std::uint32_t base_length_ = 0;
  std::uint32_t at_ = 0;  ///< Of the target.
  std::uint32_t end_ = 0;
  std::uint32_t base_at_ = 0;
  std::uint32_t left_ = 0;  ///< Bytes of the stretch.
  std::uint32_t number_ = 0;
  std::uint8_t shift_ = 0;
  bool empty_ = false;  ///< The command's stretch of the base has no bytes.
  State state_ = State::kLength;
};

}  // namespace linnet::delta
