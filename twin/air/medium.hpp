// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What stations and access points share: frames, beacons, a clock. Who speaks on the air needs this
// and nothing else.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hal/wifi.hpp"
#include "twin/air/keys.hpp"

namespace linnet::air {

using Millis = std::int64_t;

/// IEEE 802.11-2020, 9.4.1.9 and 9.4.1.7.
enum class StatusCode : std::uint16_t {
  kSuccess = 0,
  kUnspecified = 1,
  kChallengeFailure = 15,
  kTooManyStations = 17,
  kInvalidAkm = 43,
};
enum class Reason : std::uint16_t {
  kLeaving = 3,
  kNotAssociated = 7,
  kHandshakeTimeout = 15,
};

enum class FrameKind : std::uint8_t {
  kSaeCommit,
  kSaeConfirm,
  kAssociate,  ///< body: the station's RSN element; ssid.
  kAssociated,
  kEapol,
  kData,  ///< body: an Ethernet frame.
  kDeauthenticate,
};

struct AirFrame {
  Mac from{};
  Mac to{};
  FrameKind kind = FrameKind::kData;
  StatusCode status = StatusCode::kSuccess;
  Reason reason{};
  std::string ssid{};
  Blob body{};
};

/// An access point as it is heard.
struct Beacon {
  std::string ssid;
  Mac bssid{};
  std::uint8_t channel = 0;
  hal::WifiBand band = hal::WifiBand::k2GHz;
  hal::WifiSecurity security = hal::WifiSecurity::kOpen;
  std::int8_t rssi_dbm = -128;
  Blob rsn{};  ///< Empty: open.
};

class Medium {
 public:
  virtual ~Medium() = default;
  /// Delivered later, in order, to who has that address and is in range; else lost.
  virtual void Send(AirFrame frame) = 0;
  [[nodiscard]] virtual std::vector<Beacon> Beacons() const = 0;
  [[nodiscard]] virtual Millis now() const = 0;

  [[nodiscard]] std::optional<Beacon> Hear(const Mac& bssid) const {
    for (Beacon& beacon : Beacons()) {
      if (beacon.bssid == bssid) {
        return std::move(beacon);
      }
    }
    return std::nullopt;
  }
};

/// What an access point of this kind lets a station choose.
std::vector<Akm> AkmsOf(hal::WifiSecurity security);
/// Empty for an open network.
Blob RsnOf(hal::WifiSecurity security);

}  // namespace linnet::air
