// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The device's settings: typed, validated, power-safe.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/view.hpp"
#include "flash/journal.hpp"
#include "settings/entries.hpp"

namespace linnet::settings {

/// Each Set is one journal write: after a power loss the entry has its old or its new value.
/// Entries are independent; what must change together belongs into one blob.
class Settings {
 public:
  /// `journal` outlives this object and is mounted by its owner.
  explicit Settings(flash::Journal& journal) : journal_(journal) {}

  /// The stored value; the entry's default when there is none, or when it is unreadable or out of
  /// range (which is logged): a number always has a usable value.
  [[nodiscard]] std::uint32_t Get(const U32Entry& entry);
  [[nodiscard]] std::int64_t Get(const I64Entry& entry);
  /// The value, as the front of `buffer`. kNotFound: not set. kTooLarge: longer than `buffer`.
  /// kDataLoss: stored with a length that the entry does not allow.
  Result<StringView> Get(const TextEntry& entry, Span<char> buffer);
  Result<Bytes> Get(const BlobEntry& entry, MutableBytes buffer);

  /// kOutOfRange: the value, or the length, is not what the entry allows; nothing has changed.
  /// Otherwise as Journal::Write.
  Status Set(const U32Entry& entry, std::uint32_t value);
  Status Set(const I64Entry& entry, std::int64_t value);
  Status Set(const TextEntry& entry, StringView value);
  Status Set(const BlobEntry& entry, Bytes value);

  /// Back to the default, or to "not set".
  template <Type kType>
  Status Clear(const Entry<kType>& entry) {
    return journal_.Erase(static_cast<std::uint16_t>(entry.key));
  }

  /// Erases what has been replaced, too: values that nobody shall read out of the flash any more.
  /// Both halves of the journal are written anew; for rare occasions.
  Status Scrub();

  /// Removes everything except identity, at once.
  Status FactoryReset();

 private:
  template <Type kType>
  Result<typename Entry<kType>::Number> Stored(const Entry<kType>& entry);
  template <Type kType>
  typename Entry<kType>::Number ValueOrDefault(const Entry<kType>& entry);

  flash::Journal& journal_;
};

}  // namespace linnet::settings
