// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The emulated Wi-Fi chip: speaks docs/formats/radio-host-interface.md to its host, and IEEE 802.11
// with the air.
#pragma once

#include <array>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ports/serial_radio/frame.hpp"
#include "ports/serial_radio/messages.hpp"
#include "ports/serial_radio/window.hpp"
#include "twin/air/access_point.hpp"
#include "twin/air/air.hpp"
#include "twin/air/station.hpp"
#include "twin/radio/patch_memory.hpp"

namespace linnet::air {

/// At which commands chips hang: each one listed takes the next chip that is given that command.
class Faults {
 public:
  /// `times` < 0: until cleared.
  void HangAt(serial_radio::Type command, int times) { hangs_[command] = times; }
  void Clear() { hangs_.clear(); }
  /// True: this command hangs.
  bool Take(serial_radio::Type command);
  [[nodiscard]] const std::map<serial_radio::Type, int>& hangs() const { return hangs_; }

 private:
  std::map<serial_radio::Type, int> hangs_;
};

/// "power-on", "reset", …, "stop-ap": the commands that can hang, by name.
std::optional<serial_radio::Type> ParseCommand(std::string_view name);
std::string_view ToString(serial_radio::Type command);
std::vector<std::string> CommandNames();

class Chip {
 public:
  static constexpr Millis kScanTime = 300;
  static constexpr Millis kBeat = 1'000;          ///< Signal events and credits.
  static constexpr std::size_t kMaxWaiting = 64;  ///< Frames for the host.

  using Send = std::function<void(Bytes line)>;
  using Log = std::function<void(const std::string&)>;
  struct Addresses {
    Mac station{};
    Mac access_point{};
  };
  /// `air` and `faults` outlive it. `log` gets a clause for each thing that happens.
  Chip(Air& air, Faults& faults, const Addresses& addresses, Send send, Log log);
  ~Chip();
  Chip(const Chip&) = delete;
  Chip& operator=(const Chip&) = delete;

  /// Bytes from the host.
  void Take(Bytes line);
  /// Every 50 ms or so.
  void Tick();
  /// From now on it does nothing, until it is switched off.
  void Hang();

  [[nodiscard]] const Addresses& addresses() const { return addresses_; }
  /// "off", "on", "reset", "running" or "hung".
  [[nodiscard]] std::string_view state() const;
  [[nodiscard]] std::uint32_t firmware() const {
    return power_ == Power::kRunning ? patch_.version() : 0;
  }
  [[nodiscard]] const Station& station() const { return station_; }
  /// Nothing: it is no access point.
  [[nodiscard]] const std::optional<AccessPoint>& access_point() const { return soft_ap_; }
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

 private:
  enum class Power : std::uint8_t { kOff, kOn, kReset, kRunning };
  using Type = serial_radio::Type;

  void OnMessage(const serial_radio::Message& message);
  void OnCommand(const serial_radio::Message& message);
  void Begin(Type command, Bytes payload);
  Status Load(Type command, Bytes payload);
  void Boot();
  void Operate(Type command, Bytes payload);
  void Join(Bytes payload);
  void NextResult();
  Status StartAp(Bytes payload);
  void StopAp();
  void Announce();
  void FinishScan();
  void PowerOff();
  void Stop();

  void Answer(Status status, Bytes body = {});
  void Event(Type type, Bytes payload);
  void TellSignal();
  void SendCredit();
  void OnFrame(const serial_radio::Message& message);
  void ToHost(serial_radio::Side side, Bytes ethernet);
  void Flush();

  Air& air_;
  Faults& faults_;
  Addresses addresses_;
  Send send_;
  Log log_;
  std::array<std::byte, serial_radio::kMaxLineSize> line_{};
  serial_radio::Receiver receiver_{line_};
  Power power_ = Power::kOff;
  bool hung_ = false;
  PatchMemory patch_;
  Station station_;
  std::optional<AccessPoint> soft_ap_{};
  std::uint8_t soft_ap_channel_ = 1;
  std::optional<Type> pending_{};  ///< The command that has no answer yet.
  std::uint8_t number_ = 0;        ///< Its number.
  Millis scan_ends_ = 0;
  std::deque<Beacon> results_;
  serial_radio::FrameWindow window_;
  std::deque<Blob> waiting_;  ///< Payloads of frames to the host.
  unsigned since_credit_ = 0;
  Millis beat_at_ = 0;
  std::uint64_t dropped_ = 0;
};

}  // namespace linnet::air
