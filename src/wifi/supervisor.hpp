// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Keeps a device in a Wi-Fi network that leads to the internet, whatever access points, keys and
// the chip itself do. Never needs a reset by hand.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/status.hpp"
#include "base/time.hpp"
#include "base/view.hpp"
#include "hal/network.hpp"
#include "hal/wifi.hpp"
#include "net/backoff.hpp"
#include "wifi/choice.hpp"
#include "wifi/networks.hpp"

namespace linnet::wifi {

enum class State : std::uint8_t {
  kStopped,     ///< Begin() was not called.
  kStarting,    ///< The chip is reset and its firmware loaded.
  kNoFirmware,  ///< The chip's firmware is missing or not the right one; FirmwareChanged() goes on.
  kIdle,        ///< No network is known: somebody has to provision one.
  kScanning,    ///< Looking for known networks.
  kJoining,     ///< Joining the best access point that is left.
  kConfiguring,  ///< Joined; waiting for an address.
  kChecking,     ///< Has an address; finding out whether the internet is there.
  kOnline,       ///< It is.
  kRoaming,      ///< It is, but the signal is weak: looking for a better access point.
  kWaiting,      ///< Nothing worked; the next scan comes after a pause.
};

/// Why the last attempt, or the last connection, ended.
enum class Reason : std::uint8_t {
  kNone,
  kFirmwareMissing,  ///< The release's radio firmware is not in the store.
  kFirmwareRefused,  ///< It is damaged, or of another version than the driver.
  kRadioHung,        ///< The chip did not answer in time.
  kNotFound,         ///< No known network was heard.
  kWrongKey,
  kRefused,      ///< The access point takes nobody any more.
  kJoinTimeout,  ///< It answered neither yes nor no.
  kNoAddress,    ///< DHCP gave none.
  kNoInternet,   ///< Joined, but nothing behind it answers.
  kPortal,       ///< Somebody else answers: a captive portal that wants a person.
  kLinkLost,     ///< The access point is gone.
};

/// "stopped", "starting", ...; "wrong key", ...: for logs, telemetry and the shadow.
StringView ToString(State state);
StringView ToString(Reason reason);

/// What the image binds to the board.
class Surroundings {
 public:
  /// Turns the chip off, on, and loads its firmware; from any state.
  virtual void StartRadio() = 0;
  /// kPending. ok: the firmware runs. kNotFound: there is no firmware. kUnavailable: the chip does
  /// not answer. Anything else: the firmware cannot be used.
  virtual Status PollRadio() = 0;
  /// kUp: there is an address.
  [[nodiscard]] virtual hal::LinkState ip_link() const = 0;
  /// Asks a server that proves who it is, over the network that was just joined.
  virtual void StartCheck() = 0;
  /// kPending. ok: it answered. kUnauthenticated: somebody else did. Otherwise: nobody did.
  virtual Status PollCheck() = 0;
  /// Unix seconds; 0: not known.
  [[nodiscard]] virtual std::int64_t UnixNow() const = 0;

 protected:
  ~Surroundings() = default;  // nobody deletes through it
};

/// Called from Supervisor calls; it may not call the supervisor back.
class Observer {
 public:
  virtual void OnState(State state, Reason reason) = 0;
  /// The list has changed and is to be stored. A failure is logged, and tried again with the next
  /// change: the device goes on with what it has in memory.
  virtual Status Save(const NetworkList& networks) = 0;
  /// The trial of Try() is over; kNone: the network works and is stored as the preferred one.
  virtual void OnTrialEnded(Reason reason) = 0;
  /// Every access point that a scan heard, known or not; one may come several times. Somebody who
  /// shows them to a person collects them.
  virtual void OnHeard(const hal::AccessPoint& heard) = 0;
  /// No more of this scan: it has ended, or failed.
  virtual void OnScanEnded() = 0;

 protected:
  ~Observer() = default;  // nobody deletes through it
};

/// Diagram and table in this module's README.
class Supervisor {
 public:
  struct Parts {
    hal::Wifi& wifi;
    Surroundings& surroundings;
    Observer& observer;
    net::Backoff& backoff;
  };

  explicit Supervisor(const Parts& parts) : parts_(parts) {}

  /// Once, before the first Run(): the list that what was stored is to be put into.
  NetworkList& Begin() { return networks_; }

  /// Tries a network before anything is given up for it: on success it is stored as the preferred
  /// one, on failure the device goes back to what it had. kInvalidArgument: see Check().
  /// kFailedPrecondition: another trial has not ended.
  Status Try(const Network& network);
  /// kNotFound. The present connection goes on if it is another network's.
  Status Forget(StringView ssid);
  /// The firmware in the store is another one now.
  void FirmwareChanged();
  /// The cloud has not been reached for long: is the internet still there?
  void Recheck();
  /// Scans for the observer, whatever is known or joined: OnHeard(), and then OnScanEnded().
  /// kFailedPrecondition: not now; the chip does not run, or a network is being joined.
  Status Survey();

  /// One step. To be called again when it returns, or before.
  Instant Run(Instant now);

  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] Reason reason() const { return reason_; }
  [[nodiscard]] bool online() const {
    return state_ == State::kOnline || state_ == State::kRoaming;
  }
  [[nodiscard]] bool on_trial() const { return !trial_.ssid.empty(); }
  [[nodiscard]] const NetworkList& networks() const { return networks_; }
  /// What it last said.
  [[nodiscard]] const hal::WifiLink& link() const { return link_; }
  /// The network that is joined or being joined; empty otherwise.
  [[nodiscard]] StringView ssid() const { return current_.access_point.ssid; }
  [[nodiscard]] const hal::AccessPoint& access_point() const { return current_.access_point; }
  [[nodiscard]] std::uint32_t radio_restarts() const { return radio_restarts_; }

 private:
  /// What fits half the registers of Milliseconds: 49 days.
  using Pause = std::chrono::duration<std::uint32_t, std::milli>;
  static Pause Doubled(Pause pause, Pause limit);

  /// The handlers of one Run() find `now_`, `link_` and `overdue_`.
  void Advance();
  void Start();
  void RestartRadio();
  void PollRadio();
  void Look();
  void StartScan(State state);
  bool Hear();
  void Scan();
  void JoinNext(Reason reason);
  void Join();
  void Configure();
  void CheckInternet();
  void StayOnline();
  void Roam();
  void Wait();

  void GoOnline();
  void LeadsNowhere(Reason reason);
  void Hangs();
  void GiveUpRound(Reason reason);
  void LoseLink();
  void EndTrial(Reason reason);
  void Store();
  void ForgetAccessPoint();
  void PutOffRoaming(Pause pause);

  void SetState(State state, Reason reason);
  [[nodiscard]] Span<const Network> Wanted() const;
  [[nodiscard]] bool IsSilent();

  const Parts parts_;
  State state_ = State::kStopped;
  Reason reason_ = Reason::kNone;
  bool wake_ = true;      // what is wanted has changed since the last Run()
  bool overdue_ = false;  // the state has lasted too long
  bool survey_ = false;   // somebody wants to see what is there
  std::uint8_t trial_rounds_ = 0;
  hal::WifiLink link_;
  Instant now_{};
  Instant until_ = kNever;  // of the state
  Instant heard_at_{};
  Instant next_roam_{};
  std::uint32_t signs_of_life_ = 0;
  std::uint32_t radio_restarts_ = 0;
  Pause roam_pause_{};
  Pause key_pause_{};
  Candidate current_;  // joined, or being joined
  Network trial_;      // without a name: there is none
  NetworkList networks_;
  Candidates candidates_;
};

}  // namespace linnet::wifi
