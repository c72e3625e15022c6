// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/board/monitor.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <string>
#include <string_view>
#include <thread>

#include "tools/board/emulator.hpp"
#include "tools/board/flash_file.hpp"

namespace linnet::board {

namespace {

constexpr std::string_view kPrompt = "(qemu) ";
constexpr int kPatienceMs = 10'000;

class Line {
 public:
  explicit Line(const std::filesystem::path& path)
      : file_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    const std::string text = path.string();
    const bool fits = text.size() < sizeof(address.sun_path);
    if (fits) {
      std::memcpy(address.sun_path, text.c_str(), text.size() + 1);
    }
    if (!fits || connect(file_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
      close(file_);
      throw Error("No board can be reached at " + text +
                  "; is it running, and is its path short enough for a socket?");
    }
  }
  ~Line() { close(file_); }
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  /// What came before the next prompt.
  [[nodiscard]] std::string ReadToPrompt() const {
    std::string text;
    while (!text.ends_with(kPrompt)) {
      pollfd ready = {.fd = file_, .events = POLLIN, .revents = 0};
      std::array<char, 512> piece{};
      const bool came = poll(&ready, 1, kPatienceMs) == 1;
      const ssize_t size = came ? read(file_, piece.data(), piece.size()) : 0;
      if (size <= 0) {
        throw Error("The board's emulator does not answer on its monitor.");
      }
      text.append(piece.data(), static_cast<std::size_t>(size));
    }
    return text;
  }

  void Send(const std::string& command) const {
    if (write(file_, command.data(), command.size()) != static_cast<ssize_t>(command.size())) {
      throw Error("The board's emulator takes nothing from us.");
    }
  }

 private:
  int file_;
};

}  // namespace

std::filesystem::path MonitorSocket(const std::filesystem::path& flash_file) {
  return std::filesystem::absolute(flash_file).string() + ".monitor";
}

void SetLink(const std::filesystem::path& flash_file, bool up) {
  const Line line(MonitorSocket(flash_file));
  static_cast<void>(line.ReadToPrompt());
  line.Send(std::string("set_link net ") + (up ? "on" : "off") + "\n");
  const std::string answer = line.ReadToPrompt();
  if (answer.find("not found") != std::string::npos) {
    throw Error("The board on " + flash_file.string() + " has no network.");
  }
}

void PressButton(const std::filesystem::path& flash_file, std::chrono::milliseconds hold) {
  constexpr std::chrono::milliseconds kRead{500};  // before the line goes
  const Line line(SerialSocket(flash_file));
  line.Send("[");
  std::this_thread::sleep_for(hold);
  line.Send("]");
  std::this_thread::sleep_for(kRead);
}

std::vector<std::byte> ReadMemory(const std::filesystem::path& flash_file, std::uint32_t address,
                                  std::uint32_t size) {
  const std::filesystem::path copy = std::filesystem::absolute(flash_file).string() + ".memory";
  const Line line(MonitorSocket(flash_file));
  static_cast<void>(line.ReadToPrompt());
  line.Send("pmemsave " + std::to_string(address) + " " + std::to_string(size) + " \"" +
            copy.string() + "\"\n");
  static_cast<void>(line.ReadToPrompt());
  std::vector<std::byte> memory = ReadWholeFile(copy);
  std::filesystem::remove(copy);
  if (memory.size() != size) {
    throw Error("The board on " + flash_file.string() + " has no memory there.");
  }
  return memory;
}

}  // namespace linnet::board
