// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Packets that wait to be sent or acknowledged, in order, in one piece of memory.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace linnet::mqtt {

/// Records lie one behind another, oldest first, each a `Record` and its packet's bytes. Removing
/// one moves those behind it, so a position is good until the next Remove().
class Outbox {
 public:
  enum class Kind : std::uint8_t { kMessage, kAcknowledgedMessage, kSubscribe };
  enum class State : std::uint8_t {
    kQueued,   ///< To be sent (again).
    kSending,  ///< Partly written.
    kSent,     ///< Awaits its acknowledgement until `deadline`.
    kDone,     ///< Acknowledged while it was being written again: goes when that is complete.
  };
  struct Record {
    Instant deadline{};
    std::uint32_t size = 0;  ///< Of the packet.
    std::uint16_t packet_id = 0;
    Kind kind = Kind::kMessage;
    State state = State::kQueued;
    std::uint8_t attempts = 0;
    bool counted = false;  ///< Counts against the server's receive maximum.
  };

  explicit Outbox(MutableBytes memory) : memory_(memory) {}

  /// What one packet costs besides its bytes.
  static constexpr std::size_t kOverhead = sizeof(Record);

  /// Appends and returns where the packet's bytes are to be written. kResourceExhausted: full now.
  /// kTooLarge: larger than all of the memory.
  Result<MutableBytes> Append(const Record& record);

  /// Positions: from begin() by Next() to end().
  [[nodiscard]] static std::size_t begin() { return 0; }
  [[nodiscard]] std::size_t end() const { return used_; }
  [[nodiscard]] std::size_t Next(std::size_t at) const { return at + kOverhead + Load(at).size; }
  [[nodiscard]] Record Load(std::size_t at) const;
  void Store(std::size_t at, const Record& record);
  [[nodiscard]] MutableBytes packet(std::size_t at);
  void Remove(std::size_t at);

  /// The record with this identifier, or end().
  [[nodiscard]] std::size_t Find(std::uint16_t packet_id) const;
  [[nodiscard]] std::size_t free() const { return memory_.size() - used_; }

 private:
  MutableBytes memory_;
  std::size_t used_ = 0;
};

}  // namespace linnet::mqtt
