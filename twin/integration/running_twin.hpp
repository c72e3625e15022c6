// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// `linnet twin up` as a process of its own, in a directory of its own, on free ports.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tools/linnet/api_client.hpp"

namespace linnet::twin::integration {

/// Whether `done` came true before `limit` was over; asks often.
bool WaitFor(const std::function<bool()>& done,
             std::chrono::seconds limit = std::chrono::seconds(30));

/// Whether a process of that id exists (a zombie counts as gone).
bool IsAlive(pid_t pid);

class RunningTwin {
 public:
  /// Starts it and waits until it is ready. Throws std::runtime_error with what it printed when it
  /// does not come up.
  explicit RunningTwin(std::filesystem::path directory, std::vector<std::string> arguments = {});
  /// Kills it if it still runs.
  ~RunningTwin();
  RunningTwin(const RunningTwin&) = delete;
  RunningTwin& operator=(const RunningTwin&) = delete;

  /// Sends the signal and waits for the end; the exit code, or minus the signal that ended it.
  int End(int signal);

  [[nodiscard]] cli::ApiClient api() const { return cli::ApiClient(directory_.string()); }
  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }
  [[nodiscard]] std::uint16_t Port(const char* name) const { return api().description().at(name); }
  [[nodiscard]] std::string Output() const;

  /// Creates a thing and issues its certificate; the directory with its files.
  std::filesystem::path MakeThing(const std::string& name) const;
  /// Whether an event of this kind has `text` in its line.
  [[nodiscard]] bool HasEvent(const std::string& kind, const std::string& text) const;

 private:
  std::filesystem::path directory_;
  std::filesystem::path output_;
  pid_t pid_ = -1;
};

/// Runs `linnet` to its end: exit code and everything that it printed.
std::pair<int, std::string> RunLinnet(const std::vector<std::string>& arguments);

}  // namespace linnet::twin::integration
