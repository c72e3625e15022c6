// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "ports/serial_radio/messages.hpp"

#include <algorithm>

#include "base/endian.hpp"
#include "base/view.hpp"
#include "ports/serial_radio/frame.hpp"

namespace linnet::serial_radio {
namespace {

/// The place in this table is the number on the line: append only.
constexpr std::array kStatuses = {Code::kOk,
                                  Code::kFailedPrecondition,
                                  Code::kInvalidArgument,
                                  Code::kMalformed,
                                  Code::kTooLarge,
                                  Code::kOutOfRange,
                                  Code::kMismatch,
                                  Code::kUnsupported,
                                  Code::kDataLoss,
                                  Code::kUnavailable,
                                  Code::kNotFound,
                                  Code::kUnauthenticated,
                                  Code::kResourceExhausted,
                                  Code::kInternal};

constexpr std::size_t kMacSize = 6;
constexpr std::size_t kMinFrame = 14;

std::uint8_t ByteAt(Bytes bytes, std::size_t at) {
  return std::to_integer<std::uint8_t>(bytes[at]);
}

std::array<std::uint8_t, kMacSize> MacAt(Bytes bytes, std::size_t at) {
  std::array<std::uint8_t, kMacSize> mac{};
  std::transform(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                 bytes.begin() + static_cast<std::ptrdiff_t>(at + kMacSize), mac.begin(),
                 [](std::byte byte) { return std::to_integer<std::uint8_t>(byte); });
  return mac;
}

Bytes BytesOf(const std::array<std::uint8_t, kMacSize>& mac) {
  return std::as_bytes(std::span(mac));
}

/// Appends fields to a span; what does not fit is found once, at the end.
class Writer {
 public:
  explicit Writer(MutableBytes out) : out_(out) {}
  void Byte(std::uint8_t value) { Raw(std::array{std::byte{value}}); }
  void Raw(Bytes bytes) {
    if (bytes.size() > out_.size() - size_) {
      full_ = true;
      return;
    }
    size_ += CopyBytes(bytes, out_.subspan(size_));
  }
  void Text(StringView text, std::size_t most) {
    full_ = full_ || text.size() > most;
    Byte(static_cast<std::uint8_t>(text.size()));
    Raw(AsBytes(text));
  }
  [[nodiscard]] Result<Bytes> Done() const {
    return full_ ? Result<Bytes>(Code::kTooLarge) : Bytes(out_.first(size_));
  }

 private:
  MutableBytes out_;
  std::size_t size_ = 0;
  bool full_ = false;
};

/// A length and so many bytes, from the front of `rest`, which it shortens.
Result<StringView> TakeText(Bytes& rest, std::size_t most) {
  if (rest.empty() || ByteAt(rest, 0) > most || ByteAt(rest, 0) >= rest.size()) {
    return Code::kMalformed;
  }
  const std::size_t size = ByteAt(rest, 0);
  const StringView text = AsText(rest.subspan(1, size));
  rest = rest.subspan(1 + size);
  return text;
}

bool IsSecurity(std::uint8_t value) {
  return value <= static_cast<std::uint8_t>(hal::WifiSecurity::kWpa3Sae);
}

}  // namespace

std::uint8_t EncodeStatus(Status status) {
  const auto* const at = std::find(kStatuses.begin(), kStatuses.end(), status.code());
  return static_cast<std::uint8_t>(at == kStatuses.end() ? kStatuses.size() - 1
                                                         : at - kStatuses.begin());
}

Result<Answer> DecodeAnswer(Bytes payload) {
  if (payload.empty() || ByteAt(payload, 0) >= kStatuses.size()) {
    return Code::kMalformed;
  }
  return Answer{kStatuses[ByteAt(payload, 0)], payload.subspan(1)};
}

std::array<std::byte, kPowerOnSize> EncodePowerOn(const PowerOn& order) {
  std::array<std::byte, kPowerOnSize> out{std::byte{order.interface_version}};
  StoreLe32(order.required.version, MutableBytes(out).subspan(1));
  StoreLe32(order.required.features, MutableBytes(out).subspan(5));
  return out;
}

Result<PowerOn> DecodePowerOn(Bytes payload) {
  if (payload.size() != kPowerOnSize) {
    return Code::kMalformed;
  }
  return PowerOn{ByteAt(payload, 0), {LoadLe32(payload.subspan(1)), LoadLe32(payload.subspan(5))}};
}

std::array<std::byte, kBeginPatchSize> EncodeBeginPatch(const hal::RadioPatch& patch) {
  std::array<std::byte, kBeginPatchSize> out;
  const MutableBytes at(out);
  StoreLe32(patch.firmware.version, at);
  StoreLe32(patch.firmware.features, at.subspan(4));
  StoreLe32(patch.length, at.subspan(8));
  CopyBytes(patch.digest, at.subspan(12));
  return out;
}

Result<hal::RadioPatch> DecodeBeginPatch(Bytes payload) {
  if (payload.size() != kBeginPatchSize) {
    return Code::kMalformed;
  }
  hal::RadioPatch patch{
      {LoadLe32(payload), LoadLe32(payload.subspan(4))}, LoadLe32(payload.subspan(8)), {}};
  CopyBytes(payload.subspan(12), patch.digest);
  return patch;
}

std::array<std::byte, kBeginImageSize> EncodeBeginImage(const BeginImage& order) {
  std::array<std::byte, kBeginImageSize> out{std::byte{order.type}};
  StoreLe32(order.length, MutableBytes(out).subspan(1));
  return out;
}

Result<BeginImage> DecodeBeginImage(Bytes payload) {
  if (payload.size() != kBeginImageSize) {
    return Code::kMalformed;
  }
  return BeginImage{ByteAt(payload, 0), LoadLe32(payload.subspan(1))};
}

std::array<std::byte, kBootedSize> EncodeBooted(const Booted& booted) {
  std::array<std::byte, kBootedSize> out;
  CopyBytes(BytesOf(booted.station), out);
  CopyBytes(BytesOf(booted.access_point), MutableBytes(out).subspan(kMacSize));
  return out;
}

Result<Booted> DecodeBooted(Bytes body) {
  if (body.size() != kBootedSize) {
    return Code::kMalformed;
  }
  return Booted{MacAt(body, 0), MacAt(body, kMacSize)};
}

Result<Bytes> EncodeAccessPoint(const hal::AccessPoint& point, MutableBytes out) {
  Writer writer(out);
  writer.Raw(BytesOf(point.bssid));
  writer.Byte(point.channel);
  writer.Byte(static_cast<std::uint8_t>(point.band));
  writer.Byte(static_cast<std::uint8_t>(point.security));
  writer.Byte(static_cast<std::uint8_t>(point.rssi_dbm));
  writer.Text(point.ssid, hal::Ssid::capacity());
  return writer.Done();
}

Result<hal::AccessPoint> DecodeAccessPoint(Bytes body) {
  constexpr std::size_t kFixed = kMacSize + 4;
  if (body.size() < kFixed || ByteAt(body, 7) > static_cast<std::uint8_t>(hal::WifiBand::k5GHz) ||
      !IsSecurity(ByteAt(body, 8))) {
    return Code::kMalformed;
  }
  hal::AccessPoint point;
  point.bssid = MacAt(body, 0);
  point.channel = ByteAt(body, 6);
  point.band = static_cast<hal::WifiBand>(ByteAt(body, 7));
  point.security = static_cast<hal::WifiSecurity>(ByteAt(body, 8));
  point.rssi_dbm = static_cast<std::int8_t>(ByteAt(body, 9));
  Bytes rest = body.subspan(kFixed);
  LINNET_TRY_ASSIGN(const StringView ssid, TakeText(rest, hal::Ssid::capacity()));
  LINNET_TRY(point.ssid.Assign(ssid));
  return rest.empty() ? Result<hal::AccessPoint>(point) : Code::kMalformed;
}

Result<Bytes> EncodeJoin(const hal::JoinOrder& order, MutableBytes out) {
  Writer writer(out);
  writer.Raw(BytesOf(order.bssid));
  writer.Byte(order.channel);
  writer.Byte(static_cast<std::uint8_t>(order.security));
  writer.Text(order.ssid, hal::Ssid::capacity());
  writer.Text(order.passphrase, kMaxPassphrase);
  return writer.Done();
}

Result<hal::JoinOrder> DecodeJoin(Bytes payload) {
  constexpr std::size_t kFixed = kMacSize + 2;
  if (payload.size() < kFixed || !IsSecurity(ByteAt(payload, 7))) {
    return Code::kMalformed;
  }
  hal::JoinOrder order;
  order.bssid = MacAt(payload, 0);
  order.channel = ByteAt(payload, 6);
  order.security = static_cast<hal::WifiSecurity>(ByteAt(payload, 7));
  Bytes rest = payload.subspan(kFixed);
  LINNET_TRY_ASSIGN(order.ssid, TakeText(rest, hal::Ssid::capacity()));
  LINNET_TRY_ASSIGN(order.passphrase, TakeText(rest, kMaxPassphrase));
  return rest.empty() ? Result<hal::JoinOrder>(order) : Code::kMalformed;
}

std::array<std::byte, 1> EncodeLinkLost(LinkLoss reason) {
  return {static_cast<std::byte>(reason)};
}

Result<LinkLoss> DecodeLinkLost(Bytes payload) {
  if (payload.size() != 1 || ByteAt(payload, 0) < 1 || ByteAt(payload, 0) > 2) {
    return Code::kMalformed;
  }
  return static_cast<LinkLoss>(ByteAt(payload, 0));
}

std::array<std::byte, kSignalSize> EncodeSignal(const Signal& signal) {
  std::array<std::byte, kSignalSize> out;
  CopyBytes(BytesOf(signal.bssid), out);
  out[kMacSize] = static_cast<std::byte>(signal.rssi_dbm);
  return out;
}

Result<Signal> DecodeSignal(Bytes payload) {
  if (payload.size() != kSignalSize) {
    return Code::kMalformed;
  }
  return Signal{MacAt(payload, 0), static_cast<std::int8_t>(ByteAt(payload, kMacSize))};
}

Result<Bytes> EncodeStartAp(const ApOrder& order, MutableBytes out) {
  Writer writer(out);
  writer.Byte(order.channel);
  writer.Byte(order.max_stations);
  writer.Text(order.ssid, hal::Ssid::capacity());
  writer.Text(order.passphrase, kMaxPassphrase);
  return writer.Done();
}

Result<ApOrder> DecodeStartAp(Bytes payload) {
  constexpr std::size_t kFixed = 2;
  if (payload.size() < kFixed || ByteAt(payload, 1) == 0 || ByteAt(payload, 1) > kMaxStations) {
    return Code::kMalformed;
  }
  ApOrder order;
  order.channel = ByteAt(payload, 0);
  order.max_stations = ByteAt(payload, 1);
  Bytes rest = payload.subspan(kFixed);
  LINNET_TRY_ASSIGN(order.ssid, TakeText(rest, hal::Ssid::capacity()));
  LINNET_TRY_ASSIGN(order.passphrase, TakeText(rest, kMaxPassphrase));
  return rest.empty() && !order.ssid.empty() ? Result<ApOrder>(order) : Code::kMalformed;
}

std::array<std::byte, kMacSize> EncodeMac(const Mac& mac) {
  std::array<std::byte, kMacSize> out;
  CopyBytes(BytesOf(mac), out);
  return out;
}

Result<Mac> DecodeMac(Bytes payload) {
  return payload.size() == kMacSize ? Result<Mac>(MacAt(payload, 0)) : Code::kMalformed;
}

Result<Frame> DecodeFrame(Bytes payload) {
  if (payload.size() < 1 + kMinFrame || payload.size() > kMaxPayload || ByteAt(payload, 0) > 1) {
    return Code::kMalformed;
  }
  return Frame{static_cast<Side>(ByteAt(payload, 0)), payload.subspan(1)};
}

std::array<std::byte, 2> EncodeCredit(Credit credit) {
  return {std::byte{credit.limit}, std::byte{credit.next}};
}

Result<Credit> DecodeCredit(Bytes payload) {
  if (payload.size() != 2) {
    return Code::kMalformed;
  }
  return Credit{ByteAt(payload, 0), ByteAt(payload, 1)};
}

}  // namespace linnet::serial_radio
