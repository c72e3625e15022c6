// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A device and the access points around it: the device's supervisor, driver and loader, a serial
// line, the emulated chip, the air. Time is a number.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hal/entropy.hpp"
#include "image/source.hpp"
#include "net/backoff.hpp"
#include "ports/serial_radio/driver.hpp"
#include "radio/loader.hpp"
#include "twin/air/scene.hpp"
#include "twin/air/testing/world.hpp"
#include "twin/radio/chip.hpp"
#include "wifi/supervisor.hpp"

namespace linnet::wifi {

/// Gives addresses, and has one server at port 443 that proves who it is.
class Internet final : public air::Network {
 public:
  explicit Internet(std::function<void(Bytes)> output) : output_(std::move(output)) {}
  void Input(Bytes ethernet) override;

 private:
  std::function<void(Bytes)> output_;
};

/// The line between driver and chip.
class WireToChip final : public serial_radio::Line {
 public:
  bool Take(std::byte& out) override;
  Status Send(Bytes bytes) override;
  void FromChip(Bytes bytes) { to_host_.insert(to_host_.end(), bytes.begin(), bytes.end()); }
  air::Chip* chip = nullptr;

 private:
  std::deque<std::byte> to_host_;
};

class Household : public Surroundings, public Observer, public serial_radio::FrameSink {
 public:
  static constexpr hal::RadioFirmware kFirmware{0x01020E08, 1};

  Household();
  virtual ~Household() = default;

  /// Lets time pass in steps of `step`; short ones where something is going on.
  void Pass(Milliseconds time, Milliseconds step = Milliseconds{50});
  /// Until then at most. False: it did not come.
  bool PassUntil(State state, Milliseconds limit);
  void Begin(const std::vector<Network>& networks);

  // Surroundings
  void StartRadio() override;
  Status PollRadio() override;
  [[nodiscard]] hal::LinkState ip_link() const override;
  void StartCheck() override;
  Status PollCheck() override { return check_; }
  [[nodiscard]] std::int64_t UnixNow() const override { return 0; }
  // Observer
  void OnState(State state, Reason reason) override;
  Status Save(const NetworkList& networks) override;
  void OnTrialEnded(Reason reason) override { trial = reason; }
  void OnHeard(const hal::AccessPoint& /*heard*/) override {}
  void OnScanEnded() override {}
  // FrameSink
  void OnFrame(serial_radio::Side side, Bytes ethernet) override;

  [[nodiscard]] bool Saw(Reason reason) const;
  [[nodiscard]] std::string where() const;

  air::World world;
  air::Faults faults;
  air::Scene scene;
  WireToChip wire;
  serial_radio::Driver driver{wire, kFirmware};
  std::optional<std::vector<std::byte>> patch;  ///< What lies in the store; nothing: it is missing.
  std::vector<Reason> reasons;
  NetworkList saved;
  std::optional<Reason> trial;
  bool overran = false;

 protected:
  /// Whoever else of the device has its turn, after the supervisor.
  virtual void Turn() {}
  [[nodiscard]] Instant now() const { return Instant(Milliseconds(world.now)); }

 private:
  struct NoEntropy final : hal::Entropy {  // the longest pauses
    Status Fill(MutableBytes /*out*/) override { return Code::kUnavailable; }
  };

  void SendFrame(Bytes ethernet);

  std::unique_ptr<air::Chip> chip_;
  std::unique_ptr<image::MemorySource> source_;
  radio::LoaderBuffer<512> loader_{driver};
  NoEntropy entropy_;
  net::Backoff backoff_{entropy_};
  std::uint32_t joins_ = 0;
  bool address_ = false;
  bool asked_ = false;
  Status check_ = Code::kPending;

 public:
  Supervisor supervisor{{driver, *this, *this, backoff_}};
};

/// A container of four small images for this firmware.
std::vector<std::byte> MakePatch(hal::RadioFirmware firmware);
Network Known(std::string_view ssid, std::string_view key,
              hal::WifiSecurity minimum = hal::WifiSecurity::kWpa2Psk);

}  // namespace linnet::wifi
