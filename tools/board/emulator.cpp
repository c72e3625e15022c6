// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/board/emulator.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <thread>
#include <utility>

#include "tools/board/flash_file.hpp"
#include "tools/board/monitor.hpp"

namespace linnet::board {

namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

constexpr milliseconds kLookAgain{10};

/// In QEMU's option syntax a comma inside a value is written twice.
std::string Escape(const std::filesystem::path& path) {
  std::string text;
  for (const char c : path.string()) {
    text += c;
    if (c == ',') {
      text += c;
    }
  }
  return text;
}

std::filesystem::path PidFile(const std::filesystem::path& flash_file) {
  return flash_file.string() + ".pid";
}

/// The process's command line, its words separated by zero bytes; empty if there is no such
/// process.
std::string CommandLineOf(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/cmdline", std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string FlashOption(const std::filesystem::path& flash_file) {
  return "memory-backend-file,id=nvm,size=16M,share=on,mem-path=" +
         Escape(std::filesystem::absolute(flash_file));
}

/// Runs in the child: never returns. `failure` reports errno if the program cannot be started.
[[noreturn]] void Execute(const std::vector<std::string>& command, pid_t parent, bool detached,
                          int failure) {
  if (detached) {
    setsid();
  } else {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) {
      _exit(1);
    }
  }
  const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  dup2(null, STDIN_FILENO);
  std::vector<char*> words;
  words.reserve(command.size() + 1);
  for (const std::string& word : command) {
    words.push_back(const_cast<char*>(word.c_str()));
  }
  words.push_back(nullptr);
  execvp(words[0], words.data());
  const int error = errno;
  const ssize_t written = write(failure, &error, sizeof error);
  _exit(written == sizeof error ? 127 : 126);
}

/// Starts the command and returns its pid once it runs (the pipe closes on exec).
pid_t Spawn(const std::vector<std::string>& command, bool detached) {
  int failure[2];
  if (pipe2(failure, O_CLOEXEC) != 0) {
    throw Error(std::string("A pipe cannot be made: ") + std::strerror(errno) + ".");
  }
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid == 0) {
    Execute(command, parent, detached, failure[1]);
  }
  close(failure[1]);
  int error = pid < 0 ? errno : 0;
  if (pid > 0 && read(failure[0], &error, sizeof error) > 0) {
    waitpid(pid, nullptr, 0);
  }
  close(failure[0]);
  if (error != 0) {
    throw Error("QEMU cannot be started as '" + command[0] + "': " + std::strerror(error) +
                ". Install qemu-system-arm.");
  }
  return pid;
}

void KillAndWait(pid_t pid) {
  kill(pid, SIGKILL);
  // A child is reaped; another program's board is only seen to be gone.
  if (waitpid(pid, nullptr, 0) == pid) {
    return;
  }
  while (kill(pid, 0) == 0 && !CommandLineOf(pid).empty()) {
    std::this_thread::sleep_for(kLookAgain);
  }
}

}  // namespace

std::filesystem::path ConsoleFile(const RunOptions& options) {
  return options.console_file.empty()
             ? std::filesystem::path(options.flash_file.string() + ".console")
             : options.console_file;
}

std::filesystem::path SerialSocket(const std::filesystem::path& flash_file) {
  return std::filesystem::absolute(flash_file).string() + ".serial";
}

namespace {

/// Where the path is too long for a socket's address, the console is a file alone.
std::string ConsoleOption(const RunOptions& options) {
  const std::string file = Escape(std::filesystem::absolute(ConsoleFile(options)));
  const std::filesystem::path line = SerialSocket(options.flash_file);
  if (line.string().size() >= sizeof(sockaddr_un::sun_path)) {
    return "file,id=console,append=on,path=" + file;
  }
  return "socket,id=console,server=on,wait=off,path=" + Escape(line) +
         ",logappend=on,logfile=" + file;
}

/// The same for the monitor, which is then not to be had.
std::string MonitorOption(const RunOptions& options) {
  const std::filesystem::path line = MonitorSocket(options.flash_file);
  return line.string().size() >= sizeof(sockaddr_un::sun_path)
             ? "none"
             : "unix:" + Escape(line) + ",server=on,wait=off";
}

}  // namespace

std::vector<std::string> QemuCommand(const RunOptions& options) {
  std::string nic = "user,id=net,model=lan9118";
  for (const PortForward& forward : options.forwards) {
    nic += ",hostfwd=tcp:127.0.0.1:" + std::to_string(forward.host_port) +
           "-:" + std::to_string(forward.board_port);
  }
  if (!options.network) {
    nic = "none";
  }
  if (options.network && !options.mac.empty()) {
    nic += ",mac=" + options.mac;
  }
  std::vector<std::string> command = {
      options.qemu, "-machine", "mps2-an505,memory-backend=nvm", "-object",
      FlashOption(options.flash_file), "-display", "none", "-monitor", MonitorOption(options),
      "-chardev", ConsoleOption(options), "-serial", "chardev:console",
      // UART1 is the Secure side's entropy source, UART2 the application's (ports/an505/README.md).
      "-serial", options.entropy ? "pipe:/dev/urandom" : "null", "-serial",
      options.entropy ? "pipe:/dev/urandom" : "null", "-nic", nic, "-kernel",
      options.boot_elf.string()};
  if (!options.radio.empty()) {
    const std::string socket = Escape(std::filesystem::absolute(options.radio));
    command.insert(command.end(), {"-chardev", "socket,id=radio,reconnect=1,path=" + socket,
                                   "-serial", "chardev:radio"});
  }
  if (options.icount_shift) {
    command.insert(command.end(),
                   {"-icount", "shift=" + std::to_string(*options.icount_shift) + ",sleep=off"});
  }
  return command;
}

Emulator::Emulator(const RunOptions& options) : Emulator(options, false) {}

Emulator::Emulator(const RunOptions& options, bool detached)
    : options_(options), detached_(detached) {
  if (const auto other = FindRunning(options.flash_file); other) {
    throw Error("A board runs on " + options.flash_file.string() + " already (process " +
                std::to_string(*other) + "); cut its power first.");
  }
  FlashFile::Open(options.flash_file);  // Complains in our words about a file that is no board's.
  if (!std::filesystem::exists(options.boot_elf)) {
    throw Error("There is no Secure image at " + options.boot_elf.string() +
                "; build the an505 preset, or name one with --boot.");
  }
  const std::filesystem::path console = ConsoleFile(options);
  std::error_code none;
  const std::uintmax_t size = std::filesystem::file_size(console, none);
  console_offset_ = none ? 0 : size;
  pid_ = Spawn(QemuCommand(options), detached);
  std::ofstream(PidFile(options.flash_file)) << pid_ << "\n";
}

Emulator::~Emulator() {
  if (!detached_) {
    Cut();
  }
}

bool Emulator::Running() {
  if (pid_ <= 0) {
    return false;
  }
  if (waitpid(pid_, nullptr, WNOHANG) == 0) {
    return true;
  }
  pid_ = -1;
  return false;
}

bool Emulator::Fetch() {
  std::ifstream file(ConsoleFile(options_), std::ios::binary);
  file.seekg(static_cast<std::streamoff>(console_offset_));
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  console_offset_ += text.size();
  pending_ += text;
  return !text.empty();
}

std::string Emulator::ReadConsole(milliseconds timeout) {
  const auto deadline = SteadyClock::now() + timeout;
  while (!Fetch() && pending_.empty() && Running() && SteadyClock::now() < deadline) {
    std::this_thread::sleep_for(kLookAgain);
  }
  return std::exchange(pending_, {});
}

std::string Emulator::WaitFor(std::string_view text, milliseconds timeout) {
  const auto deadline = SteadyClock::now() + timeout;
  while (true) {
    const bool running = Running();
    Fetch();
    if (const auto at = pending_.find(text); at != std::string::npos) {
      std::string found = pending_.substr(0, at + text.size());
      pending_.erase(0, found.size());
      return found;
    }
    if (!running || SteadyClock::now() >= deadline) {
      constexpr std::size_t kTail = 2000;
      const std::size_t from = pending_.size() > kTail ? pending_.size() - kTail : 0;
      throw Error("The board " + std::string(running ? "did not say" : "ended without saying") +
                  " '" + std::string(text) + "'. Its console said last:\n" + pending_.substr(from));
    }
    std::this_thread::sleep_for(kLookAgain);
  }
}

void Emulator::Cut() {
  if (pid_ > 0) {
    KillAndWait(pid_);
    pid_ = -1;
    std::error_code ignored;
    std::filesystem::remove(PidFile(options_.flash_file), ignored);
  }
}

std::optional<pid_t> FindRunning(const std::filesystem::path& flash_file) {
  std::ifstream file(PidFile(flash_file));
  pid_t pid = 0;
  if (!(file >> pid) || pid <= 0 ||
      CommandLineOf(pid).find(FlashOption(flash_file)) == std::string::npos) {
    return std::nullopt;
  }
  return pid;
}

void CutRunning(const std::filesystem::path& flash_file) {
  const auto pid = FindRunning(flash_file);
  if (!pid) {
    throw Error("No board runs on " + flash_file.string() + ".");
  }
  KillAndWait(*pid);
  std::error_code ignored;
  std::filesystem::remove(PidFile(flash_file), ignored);
}

}  // namespace linnet::board
