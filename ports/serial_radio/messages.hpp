// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What host and radio say to each other: commands, answers, events, Ethernet frames.
// Layout and rules: docs/formats/radio-host-interface.md.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/status.hpp"
#include "base/view.hpp"
#include "hal/radio.hpp"
#include "hal/wifi.hpp"

namespace linnet::serial_radio {

inline constexpr std::uint8_t kInterfaceVersion = 1;

/// Bit 7 makes a command's answer of it.
enum class Type : std::uint8_t {
  kPowerOn = 0x01,
  kPowerOff = 0x02,  ///< The one command without an answer.
  kReset = 0x03,
  kBeginPatch = 0x04,
  kBeginImage = 0x05,
  kWrite = 0x06,
  kFinishPatch = 0x07,
  kBoot = 0x08,
  kScan = 0x10,
  kNextResult = 0x11,
  kJoin = 0x12,
  kLeave = 0x13,
  kStartAp = 0x14,
  kStopAp = 0x15,
  kFrame = 0x20,   ///< Both ways.
  kCredit = 0x21,  ///< Both ways.
  kLinkLost = 0x30,
  kSignal = 0x31,
  kStationJoined = 0x32,
  kStationLeft = 0x33,
  kStationRefused = 0x34,
};
inline constexpr std::uint8_t kAnswerBit = 0x80;
constexpr std::uint8_t AnswerTo(Type command) {
  return static_cast<std::uint8_t>(command) | kAnswerBit;
}

/// Lengths of the payloads that have one.
inline constexpr std::size_t kPowerOnSize = 9;
inline constexpr std::size_t kBeginPatchSize = 44;
inline constexpr std::size_t kBeginImageSize = 5;
inline constexpr std::size_t kBootedSize = 12;
inline constexpr std::size_t kSignalSize = 7;
inline constexpr std::size_t kMaxAccessPointSize = 43;
inline constexpr std::size_t kMaxJoinSize = 106;
inline constexpr std::size_t kMaxStartApSize = 100;
/// Of the chip's memory that one kWrite may bring.
inline constexpr std::size_t kMaxChunk = 1'024;
/// Results that a scan keeps: those that were heard best.
inline constexpr std::size_t kMaxScanResults = 32;
inline constexpr std::size_t kMaxPassphrase = 64;
inline constexpr std::uint8_t kMaxStations = 8;

// -- Answers ------------------------------------------------------------------------------------

struct Answer {
  Status status;
  Bytes body{};  ///< Not owned; only with a good status.
};
/// The first byte of an answer. A code that has none there becomes that of kInternal.
std::uint8_t EncodeStatus(Status status);
/// kMalformed: empty, or no status that is known.
Result<Answer> DecodeAnswer(Bytes payload);

// -- Start --------------------------------------------------------------------------------------

struct PowerOn {
  std::uint8_t interface_version = kInterfaceVersion;
  /// What the driver was compiled for.
  hal::RadioFirmware required{};
};
std::array<std::byte, kPowerOnSize> EncodePowerOn(const PowerOn& order);
Result<PowerOn> DecodePowerOn(Bytes payload);

std::array<std::byte, kBeginPatchSize> EncodeBeginPatch(const hal::RadioPatch& patch);
Result<hal::RadioPatch> DecodeBeginPatch(Bytes payload);

struct BeginImage {
  std::uint8_t type = 0;  ///< hal::RadioImage, unchecked.
  std::uint32_t length = 0;
};
std::array<std::byte, kBeginImageSize> EncodeBeginImage(const BeginImage& order);
Result<BeginImage> DecodeBeginImage(Bytes payload);

using Mac = std::array<std::uint8_t, 6>;
/// The body of the answer to kBoot: under which addresses it sends.
struct Booted {
  Mac station{};
  Mac access_point{};
};
std::array<std::byte, kBootedSize> EncodeBooted(const Booted& booted);
Result<Booted> DecodeBooted(Bytes body);

// -- Station ------------------------------------------------------------------------------------

/// The body of the answer to kNextResult, in the front of `out` (kMaxAccessPointSize is enough).
Result<Bytes> EncodeAccessPoint(const hal::AccessPoint& point, MutableBytes out);
Result<hal::AccessPoint> DecodeAccessPoint(Bytes body);

/// In the front of `out` (kMaxJoinSize is enough). kTooLarge: a text is longer than it may be.
Result<Bytes> EncodeJoin(const hal::JoinOrder& order, MutableBytes out);
/// The texts lie in `payload`.
Result<hal::JoinOrder> DecodeJoin(Bytes payload);

enum class LinkLoss : std::uint8_t {
  kDeauthenticated = 1,  ///< The access point said so.
  kSilence = 2,          ///< It is not heard any more.
};
std::array<std::byte, 1> EncodeLinkLost(LinkLoss reason);
Result<LinkLoss> DecodeLinkLost(Bytes payload);

struct Signal {
  hal::Bssid bssid{};
  std::int8_t rssi_dbm = -128;
};
std::array<std::byte, kSignalSize> EncodeSignal(const Signal& signal);
Result<Signal> DecodeSignal(Bytes payload);

// -- Access point ---------------------------------------------------------------------------------

struct ApOrder {
  StringView ssid;        ///< 1 to 32 bytes.
  StringView passphrase;  ///< 8 to 63 characters: WPA2-PSK. Empty: open.
  std::uint8_t channel = 1;
  std::uint8_t max_stations = 1;  ///< 1 to kMaxStations.
};
/// In the front of `out` (kMaxStartApSize is enough). kTooLarge: a text is longer than it may be.
Result<Bytes> EncodeStartAp(const ApOrder& order, MutableBytes out);
/// The texts lie in `payload`.
Result<ApOrder> DecodeStartAp(Bytes payload);

/// For kStationJoined, kStationLeft, kStationRefused.
std::array<std::byte, 6> EncodeMac(const Mac& mac);
Result<Mac> DecodeMac(Bytes payload);

// -- Frames ---------------------------------------------------------------------------------------

enum class Side : std::uint8_t { kStation = 0, kAccessPoint = 1 };
struct Frame {
  Side side = Side::kStation;
  Bytes ethernet{};  ///< Not owned: addresses, type, content; no check sequence.
};
/// The payload is one byte, this, and then the Ethernet frame.
constexpr std::array<std::byte, 1> FrameHead(Side side) {
  return {static_cast<std::byte>(side)};
}
Result<Frame> DecodeFrame(Bytes payload);

struct Credit {
  std::uint8_t limit = 0;  ///< The number of the first frame that must not come yet.
  std::uint8_t next = 0;   ///< The number that the sender's own next frame will have.
};
std::array<std::byte, 2> EncodeCredit(Credit credit);
Result<Credit> DecodeCredit(Bytes payload);

}  // namespace linnet::serial_radio
