// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The messages of Wi-Fi provisioning, byte for byte those of the nRF Connect SDK: the two of its
// SoftAP service, and requests and responses of its transport-neutral core. docs/formats/
// wifi-provisioning.md has the fields.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/view.hpp"
#include "hal/wifi.hpp"
#include "wifi/networks.hpp"
#include "wifi/supervisor.hpp"

namespace linnet::wifi {

/// Access points of one ScanResults: what fits the phone's screen and one small buffer.
inline constexpr std::size_t kMaxScanRecords = 12;
inline constexpr std::size_t kMaxScanResultsSize = kMaxScanRecords * 72;

/// GET /prov/networks answers with this. At most kMaxScanRecords of `heard` are written, from the
/// first on. kTooLarge: `out` has less than kMaxScanResultsSize bytes and they do not fit.
Result<Bytes> EncodeScanResults(Span<const hal::AccessPoint> heard, MutableBytes out);

/// Up to `out.size()` records; how many there were. kMalformed.
Result<std::size_t> DecodeScanResults(Bytes message, Span<hal::AccessPoint> out);

/// A network as POST /prov/configure and SET_CONFIG carry it. What access point it was seen at is
/// not kept: a network is more than one of them.
struct Configuration {
  Network network{};
  bool keep = true;  ///< False: until the next reset only.
};

/// The longest WifiConfig that is read: 1 KiB of certificates may stand in it, which are passed
/// over.
inline constexpr std::size_t kMaxConfigurationSize = 1536;
inline constexpr std::size_t kMaxEncodedConfigurationSize = 160;

/// kMalformed: breaks the wire format, or lacks the network. kUnsupported: a security that is none
/// of WPA2 or WPA3 personal or open. kInvalidArgument: see Check(). kTooLarge.
Result<Configuration> DecodeConfiguration(Bytes message);
/// `security` is what the access point has, as the scan said.
Result<Bytes> EncodeConfiguration(const hal::AccessPoint& at, const Configuration& configuration,
                                  MutableBytes out);

/// The core's operations. The values are the protocol's.
enum class Operation : std::uint8_t {
  kGetStatus = 1,
  kStartScan = 2,
  kStopScan = 3,
  kSetConfiguration = 4,
  kForgetConfiguration = 5,
};

enum class Answer : std::uint8_t {
  kSuccess = 0,
  kInvalidArgument = 1,
  kInvalidMessage = 2,
  kInternalError = 3,
};

/// One request of the core. kMalformed; kUnsupported: an unknown operation.
struct Request {
  Operation operation = Operation::kGetStatus;
  Bytes configuration{};  ///< Of kSetConfiguration: a WifiConfig inside the request's bytes.
};
Result<Request> DecodeRequest(Bytes message);

/// What a supervisor is doing, as the protocol says it.
struct DeviceStatus {
  State state = State::kStopped;
  Reason reason = Reason::kNone;
};

inline constexpr std::size_t kMaxResponseSize = 32;

/// `status` nullptr: not asked for.
Result<Bytes> EncodeResponse(Operation operation, Answer answer, const DeviceStatus* status,
                             MutableBytes out);
/// One that comes by itself: an access point that was heard, or how joining goes on.
Result<Bytes> EncodeScanEvent(const hal::AccessPoint& heard, MutableBytes out);
Result<Bytes> EncodeStateEvent(const DeviceStatus& status, MutableBytes out);

}  // namespace linnet::wifi
