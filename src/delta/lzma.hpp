// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Decodes one LZMA block that arrives in pieces (LZMA1 without an end marker, small properties).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/status.hpp"
#include "base/view.hpp"
#include "delta/stream.hpp"

namespace linnet::delta {

/// What takes the content of blocks.
class ContentSink {
 public:
  virtual Status OnContent(Bytes data) = 0;

 protected:
  ~ContentSink() = default;  // nobody deletes through it
};

/// LZMA as the LZMA SDK specifies it: a range decoder with adaptive bits, literals, matches, and
/// the last four distances. Everything is forgotten at Begin().
class LzmaDecoder {
 public:
  /// The dictionary: what a match can reach back. A power of two.
  static constexpr std::uint32_t kWindow = 1U << kMaxBlockBits;

  /// A block of `stored` bytes that gives `content` bytes to `sink`, which outlives it.
  void Begin(const Properties& properties, std::uint32_t stored, std::uint32_t content,
             ContentSink& sink);

  /// The next bytes, no more than are missing. kMalformed: not LZMA, or not of that length. Else:
  /// what the sink returned.
  Status Feed(Bytes piece);

  [[nodiscard]] bool complete() const { return input_missing_ == 0 && content_left_ == 0; }

 private:
  using Probability = std::uint16_t;

  static constexpr std::size_t kStates = 12;
  static constexpr std::size_t kPositionStates = 4;
  static constexpr std::uint32_t kLengthStates = 4;
  static constexpr std::uint32_t kSlots = 64;
  static constexpr std::uint32_t kSpecialDistances = 115;
  static constexpr std::size_t kLiteral = 0x300;
  /// What one symbol can take of the input, and the range coder's opening.
  static constexpr std::size_t kLongestSymbol = 20;
  static constexpr std::size_t kOpening = 5;

  struct LengthModel {
    Probability choice;
    Probability choice2;
    std::array<std::array<Probability, 8>, kPositionStates> low;
    std::array<std::array<Probability, 8>, kPositionStates> middle;
    std::array<Probability, 256> high;
  };
  /// Nothing but probabilities, so that all are reset alike.
  struct Model {
    std::array<Probability, kStates * kPositionStates> is_match;
    std::array<Probability, kStates> is_repeat;
    std::array<Probability, kStates> is_repeat0;
    std::array<Probability, kStates> is_repeat1;
    std::array<Probability, kStates> is_repeat2;
    std::array<Probability, kStates * kPositionStates> is_long_repeat0;
    std::array<std::array<Probability, kSlots>, kLengthStates> slot;
    std::array<Probability, kSpecialDistances> special;
    std::array<Probability, 16> align;
    LengthModel match_length;
    LengthModel repeat_length;
    std::array<Probability, kLiteral * 2> literal;
  };

  void ResetModel();
  void Open();
  void TakeInput(Bytes& piece);
  Status DecodeSymbol();
  Status DecodeMatch(std::uint32_t position_state);
  Status Repeat(std::uint32_t position_state, std::uint32_t& length);
  Status CopyMatch(std::uint32_t length);
  void DecodeLiteral();
  std::uint32_t DecodeLength(LengthModel& model, std::uint32_t position_state);
  std::uint32_t DecodeDistance(std::uint32_t length);
  std::uint32_t Bit(Probability& probability);
  std::uint32_t DirectBits(std::uint32_t count);
  std::uint32_t Tree(Span<Probability> tree, std::uint32_t bits);
  std::uint32_t ReverseTree(Span<Probability> tree, std::uint32_t bits);
  void Normalize();
  std::byte NextInput();
  void Put(std::byte byte);
  [[nodiscard]] std::byte Back(std::uint32_t distance) const;
  Status Flush();

  ContentSink* sink_ = nullptr;
  Properties properties_{};
  std::uint32_t input_missing_ = 0;  ///< Bytes of the block that Feed() has not seen.
  std::uint32_t content_left_ = 0;
  std::uint32_t produced_ = 0;
  std::uint32_t flushed_ = 0;  ///< Of `produced_`, what the sink has.
  std::uint32_t range_ = 0;
  std::uint32_t code_ = 0;
  std::uint32_t state_ = 0;
  std::array<std::uint32_t, 4> distances_{};  ///< The last ones, minus 1.
  bool opened_ = false;
  bool overrun_ = false;  ///< More input was asked for than there is.
  std::uint8_t input_size_ = 0;
  std::uint8_t input_at_ = 0;
  std::array<std::byte, 64> input_{};
  Model model_{};
  std::array<std::byte, kWindow> window_{};
};

}  // namespace linnet::delta
