// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What happened, as a person reads it: seconds since the start, who, what.
#pragma once

#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <string_view>

namespace linnet::scenario {

class Timeline {
 public:
  explicit Timeline(std::ostream& out) : out_(out) {}

  void Chapter(std::string_view title);
  void Note(std::string_view who, std::string_view what);
  /// An event of the twin; those that would only repeat themselves are left out.
  void Event(const nlohmann::json& event);
  /// A line of the board's console: what boot decides, and what the application says of releases,
  /// its connection and warnings.
  void Console(const std::string& line);

 private:
  std::ostream& out_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::string last_job_text_;
  int telemetry_ = 0;  ///< Messages since the last chapter.
};

/// The commands that work while the twin and the board stay up.
void PrintWhatToTry(std::ostream& out, const std::filesystem::path& directory);

}  // namespace linnet::scenario
