// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Gets stretches of one file of a stream, block by block, through lost, doubled and disordered
// messages. No I/O: messages and time come in, requests go out.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "aws/machine.hpp"
#include "aws/stream_codec.hpp"
#include "base/bytes.hpp"
#include "base/fixed_string.hpp"
#include "base/time.hpp"
#include "base/view.hpp"
#include "hal/entropy.hpp"
#include "mqtt/types.hpp"

namespace linnet::aws {

class StreamSink {
 public:
  /// In order and without gaps. A failure ends the fetch with that status.
  virtual Status OnBytes(std::uint32_t offset, Bytes data) = 0;

 protected:
  ~StreamSink() = default;  // nobody deletes through it
};

struct StreamTiming {
  Milliseconds answer{10000};  ///< From a request to the first message; doubled at each repetition.
  Milliseconds quiet{2000};    ///< From one message to the next, before what lacks is asked for.
  std::uint8_t attempts = 4;   ///< Requests without one new block, before the fetch fails.
};

/// One fetch at a time, of at most kWindow blocks with one request. Blocks that come before their
/// turn are kept as far as the memory goes, and those that lack are asked for again by bitmap.
class StreamDownload {
 public:
  /// Blocks of one request.
  static constexpr std::uint32_t kWindow = 32;
  /// Messages that can be held at once, the one that is being received included.
  static constexpr std::size_t kMaxSlots = 8;

  /// All outlive it. `memory` is used during a fetch only; it holds codec.MessageSize(block_size)
  /// bytes for each message, one at least; a description must fit into all of it. `block_size` is
  /// 256 to 131,072 bytes.
  StreamDownload(StringView thing, const StreamCodec& codec, hal::Entropy& entropy,
                 MutableBytes memory, std::uint32_t block_size, const StreamTiming& timing = {});

  /// The filter that brings every answer, at the start of `out`; what we ask ourselves comes back
  /// by it, too, and is passed over. kTooLarge.
  Result<StringView> BuildFilter(Span<char> out) const;
  /// Which file of which stream; copied. Ends a fetch. kInvalidArgument: not 1 to kMaxStreamName
  /// of [a-zA-Z0-9_-], or the topics would be longer than AWS takes.
  Status Open(StringView stream, std::uint8_t file);
  /// Begins to fetch bytes [offset, offset + length), or less: what lies in the first kWindow
  /// blocks of them, and in the file. `version` is what the stream must still be at; 0: whatever it
  /// is at now. kFailedPrecondition: busy, or nothing is open. kInvalidArgument: no bytes.
  Status Fetch(std::uint32_t offset, std::uint32_t length, std::uint32_t version, StreamSink& sink);
  void Cancel();

  /// Of the last fetch. kPending: under way. ok: delivered. kMismatch: the stream is at another
  /// version, or its content is. kNotFound: no such stream or file. kOutOfRange: the file ends
  /// before. kUnauthenticated: not ours to read. kUnsupported: the service takes no such request.
  /// kUnavailable, kDeadlineExceeded: may work later. kCancelled. Else: the sink's.
  [[nodiscard]] Status status() const { return status_; }
  /// As the stream described itself; 0: not yet.
  [[nodiscard]] std::uint32_t version() const { return version_; }
  [[nodiscard]] std::uint32_t file_size() const { return file_size_; }

  /// Connected and subscribed: what was on its way is asked for again.
  void OnReady();
  /// Nothing is counted as lost time until OnReady.
  void OnOffline();
  /// Any message; those that are not ours are skipped. Parts must come in order; when one is
  /// missing the rest of that message is skipped.
  void OnMessage(const mqtt::MessagePart& part);
  /// Fills in the next request, to be sent with QoS 0. kPending: none now.
  Status Next(Instant now, Request& out);
  /// When Next may have one by itself.
  [[nodiscard]] Instant wake() const;

 private:
  enum class State : std::uint8_t { kIdle, kDescribing, kFetching };
  enum class Kind : std::uint8_t { kDescription, kData, kRejected };
  static constexpr std::size_t kNoSlot = kMaxSlots;

  struct Slot {
    bool held = false;
    std::uint32_t block = 0;
    Bytes payload{};
  };

  static StringView ToString(State state);
  void SetState(State state);
  void Finish(Status status);
  void BeginWindow();
  Status Count(Instant now);
  Status Write(Request& out) const;
  bool BeginMessage(const mqtt::MessagePart& part);
  void EndMessage();
  void OnDescription(const StreamAnswer& answer);
  void OnBlock(const StreamAnswer& answer);
  void OnRejected(const StreamAnswer& answer);
  void Deliver(Bytes payload);
  void DeliverHeld();
  [[nodiscard]] MutableBytes slot_memory(std::size_t slot) const;
  [[nodiscard]] std::size_t FreeSlot() const;
  [[nodiscard]] std::uint32_t BlockLength(std::uint32_t block) const;

  const StringView thing_;
  const StreamCodec& codec_;
  hal::Entropy& entropy_;
  const MutableBytes memory_;
  const std::uint32_t block_size_;
  const StreamTiming timing_;
  StreamSink* sink_ = nullptr;
  FixedString<kMaxStreamName> stream_;
  FixedString<24> token_;
  Status status_ = Code::kCancelled;
  State state_ = State::kIdle;
  std::uint8_t file_ = 0;
  bool online_ = false;
  bool asked_ = false;  ///< A request is out.
  bool heard_ = false;  ///< Something new came since Next was called last.
  std::uint8_t attempts_ = 0;
  std::uint32_t opened_ = 0;  ///< Counts tokens.
  std::uint32_t version_ = 0;
  std::uint32_t file_size_ = 0;
  std::uint32_t wanted_version_ = 0;
  std::uint32_t begin_ = 0;  ///< Of what is wanted, in bytes.
  std::uint32_t end_ = 0;
  std::uint32_t next_ = 0;     ///< The block whose turn it is.
  std::uint32_t first_ = 0;    ///< The block of bit 0.
  std::uint32_t missing_ = 0;  ///< Bit n: block first_ + n is to come.
  Instant deadline_ = kNever;

  // Of the message being received.
  std::size_t slot_ = kNoSlot;
  std::size_t received_ = 0;
  std::size_t total_ = 0;
  Kind kind_ = Kind::kData;
  std::array<Slot, kMaxSlots> slots_{};
};

}  // namespace linnet::aws
