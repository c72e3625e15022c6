// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The twin's one thread. Everything but libmosquitto's network thread runs here, so that services
// need no locks.
#pragma once

#include <chrono>
#include <functional>
#include <initializer_list>
#include <memory>

namespace boost::asio {
class io_context;
}

namespace linnet::twin {

class Loop {
 public:
  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// Runs `work` on the loop's thread. May be called from any thread.
  void Post(std::function<void()> work);
  /// Calls `work` every `period` until the loop ends.
  void Every(std::chrono::milliseconds period, std::function<void()> work);
  /// Calls `work` once after `delay`.
  void After(std::chrono::milliseconds delay, std::function<void()> work);
  /// Calls `work` for each of these signals instead of what they do by default.
  void OnSignals(std::initializer_list<int> signals, std::function<void(int)> work);

  /// Runs until `Stop`.
  void Run();
  /// Runs for at most `duration` or until `done` says so; for starting and stopping things in
  /// order.
  bool RunUntil(const std::function<bool()>& done, std::chrono::milliseconds duration);
  void Stop();

  [[nodiscard]] boost::asio::io_context& io() { return *io_; }

 private:
  struct Timer;
  struct Signals;

  std::unique_ptr<boost::asio::io_context> io_;
  bool stopped_ = false;
};

}  // namespace linnet::twin
