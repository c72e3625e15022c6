// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/integration/running_twin.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <stdexcept>
#include <thread>

#include "tools/linnet/factory.hpp"
#include "twin/files.hpp"

namespace linnet::twin::integration {
namespace {

constexpr std::chrono::milliseconds kPoll(20);

pid_t Start(const std::vector<std::string>& arguments, const std::filesystem::path& output) {
  std::vector<char*> words = {const_cast<char*>(LINNET_PROGRAM)};
  for (const std::string& argument : arguments) {
    words.push_back(const_cast<char*>(argument.c_str()));
  }
  words.push_back(nullptr);
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int file = ::open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ::dup2(file, STDOUT_FILENO);
    ::dup2(file, STDERR_FILENO);
    ::execv(words[0], words.data());
    ::_exit(127);
  }
  return pid;
}

int Code(int status) {
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

bool WaitFor(const std::function<bool()>& done, std::chrono::seconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (!done()) {
    if (std::chrono::steady_clock::now() > deadline) {
      return false;
    }
    std::this_thread::sleep_for(kPoll);
  }
  return true;
}

bool IsAlive(pid_t pid) {
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  std::string number;
  std::string name;
  std::string state;
  return static_cast<bool>(stat >> number >> name >> state) && state != "Z";
}

RunningTwin::RunningTwin(std::filesystem::path directory, std::vector<std::string> arguments)
    : directory_(std::move(directory)), output_(directory_.string() + ".log") {
  arguments.insert(arguments.begin(), {"twin", "up", "--dir", directory_.string()});
  pid_ = Start(arguments, output_);
  int status = 0;
  const bool up = WaitFor([this, &status] {
    return ::waitpid(pid_, &status, WNOHANG) == pid_ || cli::TwinIsRunning(directory_.string());
  });
  if (!up || !cli::TwinIsRunning(directory_.string())) {
    throw std::runtime_error("the twin did not come up: " + Output());
  }
}

RunningTwin::~RunningTwin() {
  if (pid_ > 0) {
    End(SIGKILL);
  }
}

int RunningTwin::End(int signal) {
  ::kill(pid_, signal);
  int status = 0;
  if (!WaitFor([this, &status] { return ::waitpid(pid_, &status, WNOHANG) == pid_; })) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, &status, 0);
  }
  pid_ = -1;
  return Code(status);
}

std::string RunningTwin::Output() const {
  return ReadFile(output_);
}

std::filesystem::path RunningTwin::MakeThing(const std::string& name) const {
  static_cast<void>(api().Post("/v1/things", {{"thingName", name}}));
  std::filesystem::path files = directory_ / "things" / name;
  static_cast<void>(cli::MakeFactoryFiles(api(), directory_, name, "", files));
  return files;
}

bool RunningTwin::HasEvent(const std::string& kind, const std::string& text) const {
  const nlohmann::json answer = api().Get("/v1/events?after=0&limit=1000");
  for (const nlohmann::json& event : answer["events"]) {
    const std::string line =
        event["thing"].get<std::string>() + " " + event["text"].get<std::string>();
    if (event["kind"] == kind && line.find(text) != std::string::npos) {
      return true;
    }
  }
  return false;
}

std::pair<int, std::string> RunLinnet(const std::vector<std::string>& arguments) {
  const std::filesystem::path output =
      std::filesystem::temp_directory_path() / ("linnet-output-" + std::to_string(::getpid()));
  const pid_t pid = Start(arguments, output);
  int status = 0;
  if (!WaitFor([pid, &status] { return ::waitpid(pid, &status, WNOHANG) == pid; })) {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, &status, 0);
  }
  const std::string text = ReadFile(output);
  std::filesystem::remove(output);
  return {Code(status), text};
}

}  // namespace linnet::twin::integration
