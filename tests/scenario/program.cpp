// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/scenario/program.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <stdexcept>
#include <thread>

namespace linnet::scenario {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kGrace{10'000};

[[noreturn]] void Exec(const std::vector<std::string>& arguments, int output) {
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(output, STDERR_FILENO);
  std::vector<char*> argv;
  argv.reserve(arguments.size() + 1);
  for (const std::string& argument : arguments) {
    argv.push_back(const_cast<char*>(argument.c_str()));
  }
  argv.push_back(nullptr);
  ::execvp(argv[0], argv.data());
  ::_exit(127);
}

pid_t Fork(const std::vector<std::string>& arguments, int output) {
  const pid_t pid = ::fork();
  if (pid < 0) {
    throw std::runtime_error("cannot start " + arguments.front());
  }
  if (pid == 0) {
    Exec(arguments, output);
  }
  return pid;
}

}  // namespace

std::filesystem::path FromEnvironment(const char* name, const std::filesystem::path& otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr ? std::filesystem::path(value) : otherwise;
}

void RequireFile(const std::filesystem::path& path, const std::string& what) {
  if (!std::filesystem::exists(path)) {
    throw std::runtime_error(what + " is not there: " + path.string() +
                             "; build the presets host and an505 first");
  }
}

std::string RunProgram(const std::vector<std::string>& arguments) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    throw std::runtime_error("cannot make a pipe");
  }
  const pid_t pid = Fork(arguments, ends[1]);
  ::close(ends[1]);
  std::string output;
  std::array<char, 4096> chunk{};
  for (ssize_t got = 0; (got = ::read(ends[0], chunk.data(), chunk.size())) > 0;) {
    output.append(chunk.data(), static_cast<std::size_t>(got));
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(pid, &status, 0);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    std::string line;
    for (const std::string& argument : arguments) {
      line += argument + " ";
    }
    throw std::runtime_error(line + "failed: " + output);
  }
  return output;
}

BackgroundProgram::BackgroundProgram(const std::vector<std::string>& arguments,
                                     const std::filesystem::path& output_file) {
  const int output = ::open(output_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (output < 0) {
    throw std::runtime_error("cannot write to " + output_file.string());
  }
  pid_ = Fork(arguments, output);
  ::close(output);
}

BackgroundProgram::~BackgroundProgram() {
  if (pid_ > 0) {
    ::kill(pid_, SIGTERM);
  }
  const auto deadline = steady_clock::now() + kGrace;
  while (Running() && steady_clock::now() < deadline) {
    std::this_thread::sleep_for(milliseconds(20));
  }
  Kill();
}

void BackgroundProgram::Kill() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }
}

bool BackgroundProgram::Running() {
  if (pid_ > 0 && ::waitpid(pid_, nullptr, WNOHANG) == pid_) {
    pid_ = -1;
  }
  return pid_ > 0;
}

}  // namespace linnet::scenario
