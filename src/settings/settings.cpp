// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "settings/settings.hpp"

#include <array>

#include "base/endian.hpp"
#include "base/log.hpp"
#include "base/view.hpp"

namespace linnet::settings {

namespace {

std::uint16_t Number(Key key) {
  return static_cast<std::uint16_t>(key);
}

/// `measure`: a number, or a length.
template <typename Entry, typename Measure>
bool Allows(const Entry& entry, Measure measure) {
  return measure >= entry.minimum && measure <= entry.maximum;
}

/// Identity has the numbers below 32, so that a factory reset also keeps what a newer version of
/// the software added to it.
bool IsIdentity(std::uint16_t key) {
  return key < Number(Key::kTelemetryIntervalS);
}

}  // namespace

template <Type kType>
Result<typename Entry<kType>::Number> Settings::Stored(const Entry<kType>& entry) {
  using Number = typename Entry<kType>::Number;
  std::array<std::byte, sizeof(Number)> bytes{};
  LINNET_TRY_ASSIGN(const std::size_t size, journal_.Read(settings::Number(entry.key), bytes));
  if (size != sizeof(Number)) {
    return Code::kDataLoss;
  }
  Number value = 0;
  if constexpr (kType == Type::kU32) {
    value = LoadLe32(bytes);
  } else {
    value = static_cast<std::int64_t>(LoadLe64(bytes));
  }
  return Allows(entry, value) ? Result<Number>(value) : Code::kOutOfRange;
}

template <Type kType>
typename Entry<kType>::Number Settings::ValueOrDefault(const Entry<kType>& entry) {
  const auto value = Stored(entry);
  if (!value.ok() && value.code() != Code::kNotFound) {
    log::Warning("settings", "{} unusable: {}, default instead", entry.name, value.code());
  }
  return value.value_or(entry.fallback);
}

std::uint32_t Settings::Get(const U32Entry& entry) {
  return ValueOrDefault(entry);
}

std::int64_t Settings::Get(const I64Entry& entry) {
  return ValueOrDefault(entry);
}

Result<StringView> Settings::Get(const TextEntry& entry, Span<char> buffer) {
  const MutableBytes bytes = std::as_writable_bytes(buffer);
  LINNET_TRY_ASSIGN(const std::size_t size, journal_.Read(Number(entry.key), bytes));
  if (!Allows(entry, size)) {
    return Code::kDataLoss;
  }
  return StringView(buffer.data(), size);
}

Result<Bytes> Settings::Get(const BlobEntry& entry, MutableBytes buffer) {
  LINNET_TRY_ASSIGN(const std::size_t size, journal_.Read(Number(entry.key), buffer));
  if (!Allows(entry, size)) {
    return Code::kDataLoss;
  }
  return Bytes(buffer.first(size));
}

Status Settings::Set(const U32Entry& entry, std::uint32_t value) {
  if (!Allows(entry, value)) {
    return Code::kOutOfRange;
  }
  std::array<std::byte, 4> bytes{};
  StoreLe32(value, bytes);
  return journal_.Write(Number(entry.key), bytes);
}

Status Settings::Set(const I64Entry& entry, std::int64_t value) {
  if (!Allows(entry, value)) {
    return Code::kOutOfRange;
  }
  std::array<std::byte, 8> bytes{};
  StoreLe64(static_cast<std::uint64_t>(value), bytes);
  return journal_.Write(Number(entry.key), bytes);
}

Status Settings::Set(const TextEntry& entry, StringView value) {
  if (!Allows(entry, value.size())) {
    return Code::kOutOfRange;
  }
  return journal_.Write(Number(entry.key), AsBytes(value));
}

Status Settings::Set(const BlobEntry& entry, Bytes value) {
  if (!Allows(entry, value.size())) {
    return Code::kOutOfRange;
  }
  return journal_.Write(Number(entry.key), value);
}

Status Settings::Scrub() {
  const auto all = [](std::uint16_t /*key*/) { return true; };
  // Each time the half that was in use becomes the one that is erased first the next time.
  LINNET_TRY(journal_.Keep(all));
  return journal_.Keep(all);
}

Status Settings::FactoryReset() {
  log::Info("settings", "factory reset");
  return journal_.Keep(IsIdentity);
}

}  // namespace linnet::settings
