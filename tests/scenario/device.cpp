// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/scenario/device.hpp"

#include <chrono>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>
#include <vector>

#include "tests/scenario/program.hpp"
#include "tools/board/emulator.hpp"
#include "tools/board/monitor.hpp"

namespace linnet::scenario {

namespace {

namespace fs = std::filesystem;

class EmulatedBoard final : public Device {
 public:
  EmulatedBoard(fs::path build, const fs::path& directory, bool wifi) : build_(std::move(build)) {
    if (wifi) {
      options_.radio = directory / "twin/air/radio.sock";
      options_.network = false;
    }
    options_.flash_file = directory / "board.flash";
    options_.boot_elf = build_ / "images/boot/boot.elf";
    RequireFile(options_.boot_elf, "the boot image");
    RequireFile(Build(wifi ? "device-wifi" : "device"), "the device image");
  }

  [[nodiscard]] std::string board() const override { return "an505"; }
  [[nodiscard]] fs::path Build(const std::string& variant) const override {
    return build_ / "images/device" / (variant + ".bin");
  }
  [[nodiscard]] fs::path SecondBuild(const std::string& name) const override {
    return build_ / "images/second" / (name + ".bin");
  }
  [[nodiscard]] fs::path flash() const override { return options_.flash_file; }
  [[nodiscard]] unsigned download_rate() const override { return 60'000; }

  void PowerOn() override { emulator_ = std::make_unique<board::Emulator>(options_); }
  void CutPower() override {
    if (emulator_ != nullptr) {
      emulator_->Cut();
      unread_ += emulator_->ReadConsole(std::chrono::milliseconds(0));
      emulator_.reset();
    }
  }
  void SetLink(bool up) override { board::SetLink(options_.flash_file, up); }
  [[nodiscard]] bool EndedByItself() override {
    return emulator_ != nullptr && !emulator_->Running();
  }
  std::string ReadConsole() override {
    if (emulator_ != nullptr) {
      unread_ += emulator_->ReadConsole(std::chrono::milliseconds(0));
    }
    return std::exchange(unread_, {});
  }

 private:
  fs::path build_;
  board::RunOptions options_;
  std::unique_ptr<board::Emulator> emulator_;
  std::string unread_;
};

class LinuxDevice final : public Device {
 public:
  LinuxDevice(fs::path linnet, fs::path build, const fs::path& directory, bool wifi)
      : radio_(wifi ? directory / "twin/air/radio.sock" : fs::path()),
        linnet_(std::move(linnet)),
        build_(std::move(build)),
        flash_(directory / "board"),
        console_file_(directory / "board.console") {
    RequireFile(Build(wifi ? "device-wifi" : "device"), "the device program");
    fs::create_directories(directory);
    std::ofstream(console_file_, std::ios::app).close();
    console_.open(console_file_, std::ios::binary);
  }

  [[nodiscard]] std::string board() const override { return "linux"; }
  [[nodiscard]] fs::path Build(const std::string& variant) const override {
    return build_ / "images/device" / variant;
  }
  [[nodiscard]] fs::path SecondBuild(const std::string& name) const override {
    return build_ / "images/second" / (name + ".bin");
  }
  [[nodiscard]] std::vector<std::string> flash_options() const override {
    return radio_.empty() ? std::vector<std::string>{}
                          : std::vector<std::string>{"--address", "10.0.2.2"};
  }
  [[nodiscard]] fs::path flash() const override { return flash_; }
  [[nodiscard]] unsigned download_rate() const override { return 1'000'000; }

  void PowerOn() override {
    std::vector<std::string> command{linnet_, "board", "run", flash_};
    if (!radio_.empty()) {
      command.insert(command.end(), {"--radio", radio_});
    }
    process_ = std::make_unique<BackgroundProgram>(command, console_file_);
  }
  // The loader dies, and the kernel takes the application with it.
  void CutPower() override {
    if (process_ != nullptr) {
      process_->Kill();
      process_.reset();
    }
  }
  void SetLink(bool /*up*/) override {
    throw std::runtime_error("a Linux process has no network cable");
  }
  [[nodiscard]] bool EndedByItself() override {
    return process_ != nullptr && !process_->Running();
  }
  std::string ReadConsole() override {
    console_.clear();
    return {std::istreambuf_iterator<char>(console_), {}};
  }

 private:
  fs::path radio_;
  fs::path linnet_;
  fs::path build_;
  fs::path flash_;
  fs::path console_file_;
  std::ifstream console_;
  std::unique_ptr<BackgroundProgram> process_;
};

}  // namespace

std::unique_ptr<Device> MakeEmulatedBoard(const fs::path& source_dir, const fs::path& directory) {
  return std::make_unique<EmulatedBoard>(
      FromEnvironment("LINNET_BOARD_BUILD", source_dir / "build/an505"), directory, false);
}

std::unique_ptr<Device> MakeWifiBoard(const fs::path& source_dir, const fs::path& directory) {
  return std::make_unique<EmulatedBoard>(
      FromEnvironment("LINNET_BOARD_BUILD", source_dir / "build/an505"), directory, true);
}

namespace {

std::unique_ptr<Device> MakeLinux(const fs::path& source_dir, const fs::path& directory,
                                  bool wifi) {
  return std::make_unique<LinuxDevice>(
      FromEnvironment("LINNET_TOOL", source_dir / "build/host/bin/linnet"),
      FromEnvironment("LINNET_HOST_BUILD", source_dir / "build/host"), directory, wifi);
}

}  // namespace

std::unique_ptr<Device> MakeLinuxDevice(const fs::path& source_dir, const fs::path& directory) {
  return MakeLinux(source_dir, directory, false);
}

std::unique_ptr<Device> MakeWifiLinuxDevice(const fs::path& source_dir, const fs::path& directory) {
  return MakeLinux(source_dir, directory, true);
}

}  // namespace linnet::scenario
