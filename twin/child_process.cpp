// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/child_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <stdexcept>
#include <thread>

namespace linnet::twin {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::milliseconds kGrace(3000);
constexpr std::chrono::milliseconds kPoll(10);
constexpr std::size_t kMaxLine = 4096;

std::string Describe(int status) {
  return WIFSIGNALED(status) ? "signal " + std::to_string(WTERMSIG(status))
                             : "exit code " + std::to_string(WEXITSTATUS(status));
}

// Runs in the child between fork and exec: only calls that are safe there.
[[noreturn]] void Become(char* const* arguments, int output, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) {
    ::_exit(127);  // The twin died before the kernel knew that it matters.
  }
  // Ctrl-C reaches the twin, which then ends its children in order.
  ::setpgid(0, 0);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(output, STDERR_FILENO);
  const int null = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  ::dup2(null, STDIN_FILENO);
  // A child that held the twin's sockets would go on listening when the twin no longer does.
  ::close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
  ::execvp(arguments[0], arguments);
  ::_exit(127);
}

}  // namespace

struct ChildProcess::State : std::enable_shared_from_this<State> {
  State(asio::io_context& io, int output) : pipe(io, output) {}

  void Read() {
    pipe.async_read_some(
        asio::buffer(chunk),
        [self = shared_from_this()](const boost::system::error_code& error, std::size_t size) {
          self->TakeLines(std::string_view(self->chunk, size));
          if (error) {
            self->Ended();
          } else {
            self->Read();
          }
        });
  }

  void TakeLines(std::string_view text) {
    line += text;
    for (std::size_t end = line.find('\n'); end != std::string::npos; end = line.find('\n')) {
      if (on_line) {
        on_line(line.substr(0, end));
      }
      line.erase(0, end + 1);
    }
    if (line.size() > kMaxLine) {
      line.clear();
    }
  }

  // The pipe is closed, so the program has ended or is about to.
  void Ended() {
    if (pid <= 0) {
      return;
    }
    const std::string how = Reap();
    if (on_exit) {
      on_exit(how);
    }
  }

  std::string Reap() {
    int status = 0;
    const auto end = std::chrono::steady_clock::now() + kGrace;
    while (::waitpid(pid, &status, WNOHANG) == 0) {
      if (std::chrono::steady_clock::now() >= end) {
        ::kill(pid, SIGKILL);
      }
      std::this_thread::sleep_for(kPoll);
    }
    pid = -1;
    return Describe(status);
  }

  pid_t pid = -1;
  asio::posix::stream_descriptor pipe;
  OnLine on_line;
  OnExit on_exit;
  std::string line;
  char chunk[1024] = {};
};

ChildProcess::ChildProcess(Loop& loop, const std::vector<std::string>& arguments, OnLine on_line,
                           OnExit on_exit) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    throw std::runtime_error(std::string("cannot make a pipe: ") + std::strerror(errno));
  }
  std::vector<char*> pointers;
  pointers.reserve(arguments.size() + 1);
  for (const std::string& argument : arguments) {
    pointers.push_back(const_cast<char*>(argument.c_str()));
  }
  pointers.push_back(nullptr);
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid == 0) {
    Become(pointers.data(), ends[1], parent);
  }
  ::close(ends[1]);
  if (pid < 0) {
    ::close(ends[0]);
    throw std::runtime_error("cannot start " + arguments[0] + ": " + std::strerror(errno));
  }
  state_ = std::make_shared<State>(loop.io(), ends[0]);
  state_->on_line = std::move(on_line);
  state_->on_exit = std::move(on_exit);
  state_->pid = pid;
  state_->Read();
}

ChildProcess::~ChildProcess() {
  state_->on_exit = nullptr;
  state_->on_line = nullptr;
  if (running()) {
    Signal(SIGTERM);
    state_->Reap();
  }
  boost::system::error_code ignored;
  state_->pipe.close(ignored);
}

void ChildProcess::Signal(int signal) const {
  if (running()) {
    ::kill(state_->pid, signal);
  }
}

bool ChildProcess::running() const {
  return state_->pid > 0;
}

pid_t ChildProcess::pid() const {
  return state_->pid;
}

}  // namespace linnet::twin
