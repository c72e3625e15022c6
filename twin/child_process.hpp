// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A program that lives no longer than the twin: the kernel kills it when the twin dies, however
// that happens.
#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "twin/loop.hpp"

namespace linnet::twin {

class ChildProcess {
 public:
  using OnLine = std::function<void(const std::string&)>;
  /// `description` says how it ended, for example "exit code 3" or "signal 9".
  using OnExit = std::function<void(const std::string& description)>;

  /// Starts `arguments[0]`; a line is what it prints on standard output or error. Throws
  /// std::runtime_error when it cannot be started. Both callbacks run on the loop.
  ChildProcess(Loop& loop, const std::vector<std::string>& arguments, OnLine on_line,
               OnExit on_exit);
  /// Ends it: SIGTERM, then SIGKILL when it takes too long. Its `on_exit` is not called then.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  void Signal(int signal) const;
  [[nodiscard]] bool running() const;
  [[nodiscard]] pid_t pid() const;

 private:
  struct State;

  std::shared_ptr<State> state_;
};

}  // namespace linnet::twin
