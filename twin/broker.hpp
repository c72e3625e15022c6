// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Mosquitto as a child of the twin: configured, started, watched, started again when it dies.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "twin/broker_config.hpp"
#include "twin/child_process.hpp"

namespace linnet::twin {

class Broker {
 public:
  using OnEvent = std::function<void(const BrokerEvent&)>;
  /// It ended without being asked, for this reason; it is being started again.
  using OnRestart = std::function<void(const std::string& reason)>;

  /// Writes the configuration into `directory` and starts on `port`. Throws std::runtime_error when
  /// Mosquitto is not installed.
  Broker(Loop& loop, const Authority& authority, std::filesystem::path directory,
         std::uint16_t port, OnEvent on_event, OnRestart on_restart);
  ~Broker();
  Broker(const Broker&) = delete;
  Broker& operator=(const Broker&) = delete;

  /// Reads the revocation list again, and ends every connection of that thing.
  void Kick(const std::string& thing) const;
  /// Ends it and keeps it down, or starts it again.
  void SetAway(bool away);
  /// Until the first successful start is reported with this, an end is final.
  void set_watched(bool watched) { watched_ = watched; }

  [[nodiscard]] bool running() const { return child_ && child_->running(); }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] int pid() const { return child_ ? child_->pid() : -1; }
  /// What it said last; the reason when it does not start.
  [[nodiscard]] std::string LastWords() const;

 private:
  void Start();
  void OnLine(const std::string& line);
  void OnExit(const std::string& description);

  Loop& loop_;
  std::filesystem::path directory_;
  std::uint16_t port_;
  OnEvent on_event_;
  OnRestart on_restart_;
  std::unique_ptr<ChildProcess> child_;
  std::deque<std::string> last_lines_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  bool watched_ = false;
  bool away_ = false;
};

/// A port that nothing listens on right now, on the loopback address.
std::uint16_t FreeTcpPort();

}  // namespace linnet::twin
