// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The host's driver of a radio at the other end of a serial line: its start, its commands, its
// frames. A driver of a real chip takes the place of this one and of nothing else.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/ring.hpp"
#include "hal/radio.hpp"
#include "hal/wifi.hpp"
#include "ports/serial_radio/frame.hpp"
#include "ports/serial_radio/line.hpp"
#include "ports/serial_radio/line_writer.hpp"
#include "ports/serial_radio/messages.hpp"
#include "ports/serial_radio/window.hpp"

namespace linnet::serial_radio {

/// Everything happens in calls: Work() takes what has come, and each call that asks for an outcome
/// does so, too. One command is on the line at a time; what the access point's user and Leave() ask
/// for meanwhile is kept and follows. A buffer for a whole frame is most of its memory.
class Driver final : public hal::Radio, public hal::Wifi {
 public:
  /// `line` outlives this.
  Driver(Line& line, hal::RadioFirmware required) : line_(line), required_(required) {}

  /// `sink` outlives this; nullptr: frames are dropped.
  void SetFrameSink(FrameSink* sink) { sink_ = sink; }
  /// Takes what has come; from the loop.
  void Work();

  [[nodiscard]] hal::RadioFirmware required_firmware() const override { return required_; }
  Status PowerOn() override;
  void PowerOff() override;
  Status Reset() override;
  Status BeginPatch(const hal::RadioPatch& patch) override;
  Status BeginImage(hal::RadioImage image, std::uint32_t length) override;
  Status Write(Bytes chunk) override;
  Status FinishPatch() override;
  Status Boot() override;
  Status Poll() override;
  [[nodiscard]] bool running() const override { return running_; }

  Status StartScan() override;
  Result<hal::AccessPoint> NextAccessPoint() override;
  Status StartJoin(const hal::JoinOrder& order) override;
  Status PollJoin() override;
  void Leave() override;
  [[nodiscard]] hal::WifiLink link() const override { return link_; }
  [[nodiscard]] std::uint32_t signs_of_life() const override { return heard_messages_; }

  Status StartAccessPoint(const hal::AccessPointOrder& order) override;
  Status PollAccessPoint() override;
  void StopAccessPoint() override;
  Result<hal::StationEvent> NextStation() override;

  /// How often a network was joined: whether this is still the one that it was.
  [[nodiscard]] std::uint32_t joins() const { return joins_; }
  /// The device's own access point is open.
  [[nodiscard]] bool access_point_open() const { return ap_ == AccessPoint::kOpen; }
  /// Under which address frames are sent; of firmware that has booted.
  [[nodiscard]] const Mac& mac(Side side) const {
    return side == Side::kStation ? macs_.station : macs_.access_point;
  }

  /// One frame: Begin, its pieces, End. kUnavailable from Begin: the radio has no room for it, or
  /// does not run; from End: the line does not take it.
  Status BeginFrame(Side side);
  void AddToFrame(Bytes piece) { writer_.Add(piece); }
  Status EndFrame() { return writer_.Finish(); }

 private:
  static constexpr std::uint8_t kRoom = 16;  ///< Frames that may be on the way to us.
  static constexpr std::size_t kEvents = 4;
  static constexpr std::size_t kBytesAWork = 8192;  ///< Bounds one Work().
  static constexpr std::uint8_t kStations = 4;      ///< In the access point, at most.

  /// What the station's user asked for last.
  enum class Station : std::uint8_t {
    kNothing,
    kScanning,
    kFetching,  ///< The next result was asked for.
    kHeard,     ///< It is in heard_.
    kScanned,   ///< There are no more.
    kScanFailed,
    kJoining,
  };
  enum class AccessPoint : std::uint8_t { kNone, kStarting, kOpen, kFailed };
  /// A command that waits for its turn.
  template <std::size_t kSize>
  struct Waiting {
    std::array<std::byte, kSize> payload{};
    std::size_t size = 0;
    bool waits = false;
  };

  Status Transmit(std::uint8_t type, std::uint8_t number, Bytes payload);
  void Send(Type type, Bytes payload);
  Status Begin(Type type, Bytes payload);
  void SendCredit();
  void Next();

  void Handle(const Message& message);
  void HandleAnswer(const Message& message);
  void HandleBooted(const Answer& answer);
  void HandleStation(Type command, const Answer& answer);
  void HandleFrame(const Message& message);
  void HandleStationEvent(Bytes payload, bool joined);
  void ForgetAll();
  [[nodiscard]] bool StationBusy() const {
    return station_ == Station::kScanning || station_ == Station::kJoining;
  }

  Line& line_;
  const hal::RadioFirmware required_;
  FrameSink* sink_ = nullptr;

  std::uint32_t heard_messages_ = 0;
  std::uint8_t number_ = 0;
  std::optional<Type> asked_{};    ///< The command that is not answered yet.
  std::optional<Status> start_{};  ///< How the last command of the start ended.
  bool running_ = false;
  Booted macs_{};
  FrameWindow window_;

  Station station_ = Station::kNothing;
  bool leaves_ = false;  ///< A leave waits for its turn.
  hal::AccessPoint heard_{};
  Status join_ = Code::kFailedPrecondition;
  hal::Bssid wanted_{};
  hal::WifiLink link_{};
  std::uint32_t joins_ = 0;
  Waiting<kMaxJoinSize> order_;  ///< A join; without a payload a scan.

  AccessPoint ap_ = AccessPoint::kNone;
  Status ap_failure_;
  bool stops_ap_ = false;
  Waiting<kMaxStartApSize> ap_order_;
  Ring<hal::StationEvent, kEvents> events_;

  std::array<std::byte, kMaxLineSize> received_{};
  Receiver receiver_{received_};
  LineWriter writer_{line_};
};

}  // namespace linnet::serial_radio
