// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What a Wi-Fi chip does once its firmware runs: scan, join, tell how the link is.
#pragma once

#include <array>
#include <cstdint>

#include "base/fixed_string.hpp"
#include "base/result.hpp"
#include "base/status.hpp"
#include "base/time.hpp"
#include "base/view.hpp"
#include "hal/network.hpp"

namespace linnet::hal {

using Bssid = std::array<std::uint8_t, 6>;
/// Up to 32 bytes of any value; mostly UTF-8.
using Ssid = FixedString<32>;

/// The values stand in stored credentials: never reuse one.
enum class WifiSecurity : std::uint8_t {
  kOpen = 0,
  kWpa2Psk = 1,
  kWpa2Wpa3 = 2,  ///< Transition mode: WPA3-SAE, and WPA2-PSK for those without it.
  kWpa3Sae = 3,
};

enum class WifiBand : std::uint8_t { k2GHz = 0, k5GHz = 1 };  // 2.4 and 5 GHz

/// One access point as a scan saw it.
struct AccessPoint {
  Ssid ssid{};  ///< Empty: it hides its name.
  Bssid bssid{};
  std::uint8_t channel = 0;
  WifiBand band = WifiBand::k2GHz;
  WifiSecurity security = WifiSecurity::kOpen;
  std::int8_t rssi_dbm = -128;
};

/// To join exactly this access point. The texts need live only during the call.
struct JoinOrder {
  StringView ssid{};
  Bssid bssid{};
  std::uint8_t channel = 0;
  WifiSecurity security = WifiSecurity::kOpen;
  StringView passphrase{};  ///< 8 to 63 characters, or 64 hexadecimal digits; empty: open.
};

struct WifiLink {
  bool joined = false;  ///< Frames pass.
  Bssid bssid{};
  std::int8_t rssi_dbm = -128;
};

/// Of the device in a network of its own, whose other addresses differ in the last number.
inline constexpr Ipv4Address kAccessPointAddress{{192, 168, 0, 1}};

/// An access point of the device's own. The texts need live only during the call.
struct AccessPointOrder {
  StringView ssid{};  ///< 1 to 32 bytes.
  /// WPA2-PSK with 8 to 63 printable ASCII characters; empty: open.
  StringView passphrase{};
  /// Of 2.4 GHz, 1 to 13. While the chip is joined to a network, that network's instead.
  std::uint8_t channel = 1;
};

/// Somebody came into the device's own access point, or left it.
struct StationEvent {
  Bssid station{};
  bool joined = false;
};

/// One command of the station at a time, while the chip's firmware runs; a scan is allowed while
/// joined. Everything returns at once. What a port must do: a command ends within
/// kWifiCommandLimit, or never: whoever waits stops then and starts the chip anew.
///
/// The chip can be a station and an access point at once. The commands of the access point are
/// apart from those of the station: who gives the ones need not know of the other, the port puts
/// them in order. A chip that is started anew has no access point: whoever wants one looks whether
/// it is open.
class Wifi {
 public:
  /// kFailedPrecondition: the firmware does not run, or a command has not ended.
  virtual Status StartScan() = 0;
  /// The next one that was heard. kPending: none yet. kNotFound: the scan has ended, and there are
  /// no more. kUnavailable: the chip does not answer.
  virtual Result<AccessPoint> NextAccessPoint() = 0;

  /// Leaves the present access point first. kFailedPrecondition as StartScan().
  virtual Status StartJoin(const JoinOrder& order) = 0;
  /// kPending: not yet. ok: joined. kUnauthenticated: the key is wrong. kNotFound: that access
  /// point is not there. kResourceExhausted: it takes nobody any more. kDeadlineExceeded: it does
  /// not answer. kUnavailable: the chip does not.
  virtual Status PollJoin() = 0;
  /// At once; ends a join that has not ended.
  virtual void Leave() = 0;

  [[nodiscard]] virtual WifiLink link() const = 0;
  /// Grows with whatever the chip says: at least every kWifiBeat while it is joined, or has the
  /// device's own access point open. When it stands still then, the chip hangs.
  [[nodiscard]] virtual std::uint32_t signs_of_life() const = 0;

  /// Opens the device's own access point, whatever it had. kFailedPrecondition: the firmware does
  /// not run. kInvalidArgument: not an order as above.
  virtual Status StartAccessPoint(const AccessPointOrder& order) = 0;
  /// kPending: not yet. ok: open. kFailedPrecondition: none was started since the chip was.
  /// kUnsupported: this chip cannot. kUnavailable: the chip does not answer.
  virtual Status PollAccessPoint() = 0;
  /// At once; ends what StartAccessPoint() began.
  virtual void StopAccessPoint() = 0;
  /// The next one that came or left. kPending: none did. A port keeps some of them; of more, the
  /// oldest are lost.
  virtual Result<StationEvent> NextStation() = 0;

 protected:
  ~Wifi() = default;  // nobody deletes through it
};

inline constexpr Milliseconds kWifiCommandLimit{15'000};
inline constexpr Milliseconds kWifiBeat{2'000};

}  // namespace linnet::hal
