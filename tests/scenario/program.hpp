// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Other programs, run the way a person would run them.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace linnet::scenario {

/// The path in environment variable `name`, or `otherwise`.
std::filesystem::path FromEnvironment(const char* name, const std::filesystem::path& otherwise);

/// Throws std::runtime_error, naming `what`, when there is no such file.
void RequireFile(const std::filesystem::path& path, const std::string& what);

/// Runs to its end and returns what it wrote to standard output. Throws std::runtime_error with its
/// words when it fails.
std::string RunProgram(const std::vector<std::string>& arguments);

/// Runs beside this program, its output in a file, and never longer than it: the kernel ends it
/// when this program dies.
class BackgroundProgram {
 public:
  BackgroundProgram(const std::vector<std::string>& arguments,
                    const std::filesystem::path& output_file);
  /// SIGTERM, then SIGKILL when it takes too long.
  ~BackgroundProgram();
  BackgroundProgram(const BackgroundProgram&) = delete;
  BackgroundProgram& operator=(const BackgroundProgram&) = delete;

  [[nodiscard]] bool Running();
  /// SIGKILL.
  void Kill();

 private:
  pid_t pid_ = -1;
};

}  // namespace linnet::scenario
