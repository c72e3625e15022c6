// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "wifi/messages.hpp"

#include <algorithm>

#include "base/view.hpp"
#include "wifi/protobuf.hpp"

namespace linnet::wifi {
namespace {

// Field numbers.
namespace info {
constexpr std::uint32_t kSsid = 1;
constexpr std::uint32_t kBssid = 2;
constexpr std::uint32_t kBand = 3;
constexpr std::uint32_t kChannel = 4;
constexpr std::uint32_t kAuth = 5;
}  // namespace info
namespace record {
constexpr std::uint32_t kInfo = 1;
constexpr std::uint32_t kRssi = 2;
}  // namespace record
namespace config {
constexpr std::uint32_t kInfo = 1;
constexpr std::uint32_t kPassphrase = 2;
constexpr std::uint32_t kVolatile = 4;
}  // namespace config
namespace request {
constexpr std::uint32_t kOperation = 1;
constexpr std::uint32_t kConfiguration = 11;
}  // namespace request
namespace response {
constexpr std::uint32_t kOperation = 1;
constexpr std::uint32_t kAnswer = 2;
constexpr std::uint32_t kDeviceStatus = 10;
constexpr std::uint32_t kState = 1;
}  // namespace response
namespace event {
constexpr std::uint32_t kScanRecord = 1;
constexpr std::uint32_t kState = 2;
constexpr std::uint32_t kReason = 3;
}  // namespace event
constexpr std::uint32_t kResults = 1;

enum class Auth : std::uint8_t {
  kOpen = 0,
  kWpa2 = 3,
  kWpaWpa2 = 4,
  kWpa3 = 6,
  // The core's newer names of the same.
  kNone = 7,
  kPsk = 8,
  kPskSha256 = 9,
  kSae = 10,
  kAutoPersonal = 13,
};

constexpr Auth ToAuth(hal::WifiSecurity security) {
  switch (security) {
    case hal::WifiSecurity::kOpen:
      return Auth::kOpen;
    case hal::WifiSecurity::kWpa2Psk:
    case hal::WifiSecurity::kWpa2Wpa3:
      return Auth::kWpa2;
    case hal::WifiSecurity::kWpa3Sae:
      return Auth::kWpa3;
  }
  return Auth::kOpen;
}

Result<hal::WifiSecurity> ToSecurity(std::uint32_t auth) {
  if (auth > static_cast<std::uint32_t>(Auth::kAutoPersonal)) {
    return Code::kUnsupported;
  }
  switch (static_cast<Auth>(auth)) {
    case Auth::kOpen:
    case Auth::kNone:
      return hal::WifiSecurity::kOpen;
    case Auth::kWpa2:
    case Auth::kWpaWpa2:
    case Auth::kPsk:
    case Auth::kPskSha256:
    case Auth::kAutoPersonal:
      return hal::WifiSecurity::kWpa2Psk;
    case Auth::kWpa3:
    case Auth::kSae:
      return hal::WifiSecurity::kWpa3Sae;
  }
  return Code::kUnsupported;  // WEP, WPA alone, enterprise
}

void WriteInfo(ProtoWriter& writer, std::uint32_t field, const hal::AccessPoint& point) {
  const std::size_t begun = writer.BeginMessage(field);
  writer.Data(info::kSsid, AsBytes(point.ssid));
  writer.Data(info::kBssid, std::as_bytes(std::span(point.bssid)));
  writer.Number(info::kBand, point.band == hal::WifiBand::k2GHz ? 1 : 2);
  writer.Number(info::kChannel, point.channel);
  writer.Number(info::kAuth, static_cast<std::uint8_t>(ToAuth(point.security)));
  writer.EndMessage(begun);
}

void WriteRecord(ProtoWriter& writer, std::uint32_t field, const hal::AccessPoint& point) {
  const std::size_t begun = writer.BeginMessage(field);
  WriteInfo(writer, record::kInfo, point);
  writer.Signed(record::kRssi, point.rssi_dbm);
  writer.EndMessage(begun);
}

Status ReadInfo(Bytes message, hal::AccessPoint& out) {
  ProtoReader reader(message);
  for (ProtoField field; reader.Next(field);) {
    switch (field.number) {
      case info::kSsid:
        if (!field.is_bytes || !out.ssid.Assign(AsText(field.bytes)).ok()) {
          return Code::kMalformed;
        }
        break;
      case info::kBssid:
        if (!field.is_bytes || field.bytes.size() > out.bssid.size()) {
          return Code::kMalformed;
        }
        CopyBytes(field.bytes, std::as_writable_bytes(std::span(out.bssid)));
        break;
      case info::kBand:
        out.band = field.value == 2 ? hal::WifiBand::k5GHz : hal::WifiBand::k2GHz;
        break;
      case info::kChannel:
        out.channel = static_cast<std::uint8_t>(std::min<std::uint32_t>(field.value, 255));
        break;
      case info::kAuth: {
        LINNET_TRY_ASSIGN(out.security, ToSecurity(field.value));
        break;
      }
      default:
        break;
    }
  }
  LINNET_TRY(reader.status());
  return out.ssid.empty() ? Status(Code::kMalformed) : OkStatus();
}

Status ReadRecord(Bytes message, hal::AccessPoint& out) {
  ProtoReader reader(message);
  for (ProtoField field; reader.Next(field);) {
    if (field.number == record::kInfo && field.is_bytes) {
      LINNET_TRY(ReadInfo(field.bytes, out));
    } else if (field.number == record::kRssi && !field.is_bytes) {
      const auto rssi = static_cast<std::int32_t>(field.value);
      out.rssi_dbm = static_cast<std::int8_t>(std::clamp<std::int32_t>(rssi, -128, 127));
    }
  }
  return reader.status();
}

enum class ConnectionState : std::uint8_t {
  kDisconnected = 0,
  kAuthentication = 1,
  kAssociation = 2,
  kObtainingIp = 3,
  kConnected = 4,
  kConnectionFailed = 5,
};

ConnectionState ToConnectionState(const DeviceStatus& status) {
  switch (status.state) {
    case State::kScanning:
      return ConnectionState::kAssociation;
    case State::kJoining:
      return ConnectionState::kAuthentication;
    case State::kConfiguring:
    case State::kChecking:
      return ConnectionState::kObtainingIp;
    case State::kOnline:
    case State::kRoaming:
      return ConnectionState::kConnected;
    case State::kWaiting:
    case State::kNoFirmware:
      return ConnectionState::kConnectionFailed;
    case State::kStopped:
    case State::kStarting:
    case State::kIdle:
      break;
  }
  return status.reason == Reason::kNone ? ConnectionState::kDisconnected
                                        : ConnectionState::kConnectionFailed;
}

enum class FailureReason : std::uint8_t {
  kAuthentication = 0,
  kNotFound = 1,
  kTimeout = 2,
  kAddress = 3,
  kConnection = 4,
};

FailureReason ToFailure(Reason reason) {
  switch (reason) {
    case Reason::kWrongKey:
      return FailureReason::kAuthentication;
    case Reason::kNotFound:
      return FailureReason::kNotFound;
    case Reason::kJoinTimeout:
      return FailureReason::kTimeout;
    case Reason::kNoAddress:
      return FailureReason::kAddress;
    default:
      return FailureReason::kConnection;
  }
}

}  // namespace

Result<Bytes> EncodeScanResults(Span<const hal::AccessPoint> heard, MutableBytes out) {
  ProtoWriter writer(out);
  for (const hal::AccessPoint& point : heard.first(std::min(heard.size(), kMaxScanRecords))) {
    WriteRecord(writer, kResults, point);
  }
  return writer.Finish();
}

Result<std::size_t> DecodeScanResults(Bytes message, Span<hal::AccessPoint> out) {
  std::size_t count = 0;
  ProtoReader reader(message);
  for (ProtoField field; reader.Next(field);) {
    if (field.number != kResults || !field.is_bytes || count == out.size()) {
      continue;
    }
    out[count] = {};
    const Status status = ReadRecord(field.bytes, out[count]);
    if (status.ok()) {
      ++count;
    } else if (status != Code::kUnsupported) {
      return status;
    }
    // One of a kind that this code does not know is left out; the others stand.
  }
  LINNET_TRY(reader.status());
  return count;
}

Result<Configuration> DecodeConfiguration(Bytes message) {
  if (message.size() > kMaxConfigurationSize) {
    return Code::kTooLarge;
  }
  Configuration configuration;
  hal::AccessPoint at;
  // The phone may leave the security out; a passphrase then says what is meant.
  at.security = hal::WifiSecurity::kWpa2Psk;
  Bytes passphrase;
  ProtoReader reader(message);
  for (ProtoField field; reader.Next(field);) {
    if (field.number == config::kVolatile) {
      configuration.keep = field.value == 0;
    } else if (field.number == config::kInfo || field.number == config::kPassphrase) {
      if (!field.is_bytes) {
        return Code::kMalformed;
      }
      if (field.number == config::kInfo) {
        LINNET_TRY(ReadInfo(field.bytes, at));
      } else {
        passphrase = field.bytes;
      }
    }
  }
  LINNET_TRY(reader.status());
  if (at.ssid.empty()) {
    return Code::kMalformed;
  }
  Network& network = configuration.network;
  network.ssid = at.ssid;
  network.minimum_security = passphrase.empty() ? hal::WifiSecurity::kOpen : at.security;
  if (!network.passphrase.Assign(AsText(passphrase)).ok()) {
    return Code::kInvalidArgument;
  }
  LINNET_TRY(Check(network));
  return configuration;
}

Result<Bytes> EncodeConfiguration(const hal::AccessPoint& at, const Configuration& configuration,
                                  MutableBytes out) {
  ProtoWriter writer(out);
  hal::AccessPoint point = at;
  point.ssid = configuration.network.ssid;
  WriteInfo(writer, config::kInfo, point);
  writer.Data(config::kPassphrase, AsBytes(configuration.network.passphrase));
  if (!configuration.keep) {
    writer.Number(config::kVolatile, 1);
  }
  return writer.Finish();
}

Result<Request> DecodeRequest(Bytes message) {
  Request request;
  std::uint32_t operation = 0;
  ProtoReader reader(message);
  for (ProtoField field; reader.Next(field);) {
    if (field.number == request::kOperation && !field.is_bytes) {
      operation = field.value;
    } else if (field.number == request::kConfiguration && field.is_bytes) {
      request.configuration = field.bytes;
    }
  }
  LINNET_TRY(reader.status());
  if (operation == 0 || operation > static_cast<std::uint32_t>(Operation::kForgetConfiguration)) {
    return operation == 0 ? Code::kMalformed : Code::kUnsupported;
  }
  request.operation = static_cast<Operation>(operation);
  return request;
}

Result<Bytes> EncodeResponse(Operation operation, Answer answer, const DeviceStatus* status,
                             MutableBytes out) {
  ProtoWriter writer(out);
  writer.Number(response::kOperation, static_cast<std::uint8_t>(operation));
  writer.Number(response::kAnswer, static_cast<std::uint8_t>(answer));
  if (status != nullptr) {
    const std::size_t begun = writer.BeginMessage(response::kDeviceStatus);
    writer.Number(response::kState, static_cast<std::uint8_t>(ToConnectionState(*status)));
    writer.EndMessage(begun);
  }
  return writer.Finish();
}

Result<Bytes> EncodeScanEvent(const hal::AccessPoint& heard, MutableBytes out) {
  ProtoWriter writer(out);
  WriteRecord(writer, event::kScanRecord, heard);
  return writer.Finish();
}

Result<Bytes> EncodeStateEvent(const DeviceStatus& status, MutableBytes out) {
  ProtoWriter writer(out);
  const ConnectionState state = ToConnectionState(status);
  writer.Number(event::kState, static_cast<std::uint8_t>(state));
  if (state == ConnectionState::kConnectionFailed) {
    writer.Number(event::kReason, static_cast<std::uint8_t>(ToFailure(status.reason)));
  }
  return writer.Finish();
}

}  // namespace linnet::wifi
