// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/scenario/stage.hpp"

#include <cstdlib>
#include <stdexcept>
#include <thread>

namespace linnet::scenario {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

/// Bytes a second: a network on which a download takes long enough to be watched, and cut.
constexpr const char* kDownloadRate = "60000";

fs::path FromEnvironment(const char* name, const fs::path& otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr ? fs::path(value) : otherwise;
}

void RequireFile(const fs::path& path, const std::string& what) {
  if (!fs::exists(path)) {
    throw std::runtime_error(what + " is not there: " + path.string() +
                             "; build the presets host and an505 first");
  }
}

}  // namespace

Programs FindPrograms(const fs::path& source_dir) {
  Programs programs{.linnet = FromEnvironment("LINNET_TOOL", source_dir / "build/host/bin/linnet"),
                    .board = FromEnvironment("LINNET_BOARD_BUILD", source_dir / "build/an505"),
                    .key = source_dir / "tests/keys/TEST-ONLY-release.pem"};
  RequireFile(programs.linnet, "the command line");
  RequireFile(programs.board / "images/boot/boot.elf", "the boot image");
  RequireFile(programs.board / "images/device/device.bin", "the device image");
  return programs;
}

Stage::Stage(Programs programs, fs::path directory)
    : programs_(std::move(programs)), directory_(std::move(directory)) {
  fs::create_directories(directory_);
}

Stage::~Stage() = default;

void Stage::StartTwin() {
  const fs::path events = directory_ / "events.jsonl";
  std::ofstream(events, std::ios::app).close();
  twin_ = std::make_unique<BackgroundProgram>(
      std::vector<std::string>{programs_.linnet, "--dir", directory_ / "twin", "twin", "up",
                               "--events", events, "--https-rate", kDownloadRate},
      directory_ / "twin.log");
  events_file_.open(events);
  static_cast<void>(Linnet({"twin", "status", "--wait", "30"}));
}

Stage::Json Stage::Linnet(const std::vector<std::string>& arguments) const {
  std::vector<std::string> command = {programs_.linnet, "--dir", directory_ / "twin", "--json"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  const std::string output = RunProgram(command);
  return output.empty() ? Json() : Json::parse(output);
}

fs::path Stage::Sign(const std::string& variant, const std::string& version) const {
  fs::path image = directory_ / (variant + "-" + version + ".img");
  static_cast<void>(
      Linnet({"sign", programs_.board / "images/device" / (variant + ".bin"), "-o", image, "--key",
              programs_.key, "--version", version, "--header-size", "512"}));
  return image;
}

void Stage::MakeBoard(const fs::path& image) {
  static_cast<void>(Linnet({"thing", "create", kThing}));
  static_cast<void>(
      Linnet({"board", "flash", flash_file(), "--app", image, "--thing", kThing, "--set",
              "update.trial_deadline_s=20", "--set", "telemetry.interval_s=5"}));
}

void Stage::PowerOn() {
  board::RunOptions options;
  options.flash_file = flash_file();
  options.boot_elf = programs_.board / "images/boot/boot.elf";
  powered_at_ = events_.size();
  board_ = std::make_unique<board::Emulator>(options);
}

void Stage::CutPower() {
  if (board_ != nullptr) {
    ReadConsole();
    board_->Cut();
    board_.reset();
  }
}

void Stage::OfferUpdate(const std::string& job, const fs::path& image) const {
  static_cast<void>(Linnet({"job", "create", job, "--thing", kThing, "--firmware", image}));
}

void Stage::ReadEvents() {
  events_file_.clear();
  std::string text;
  while (std::getline(events_file_, text)) {
    event_line_ += text;
    if (events_file_.eof()) {
      return;  // The rest of this line is still being written.
    }
    events_.push_back(Json::parse(event_line_));
    event_line_.clear();
    on_event(events_.back());
  }
}

void Stage::ReadConsole() {
  const std::string text = board_ != nullptr ? board_->ReadConsole(milliseconds(0)) : "";
  console_ += text;
  for (const char c : text) {
    if (c == '\n') {
      on_console(console_line_);
      console_line_.clear();
    } else if (c != '\r') {
      console_line_ += c;
    }
  }
}

void Stage::Pump() {
  if (twin_ != nullptr && !twin_->Running()) {
    throw std::runtime_error("the twin has ended; see " + (directory_ / "twin.log").string());
  }
  if (board_ != nullptr && !board_->Running()) {
    throw std::runtime_error("the board has ended by itself; see its console");
  }
  ReadConsole();
  ReadEvents();
}

void Stage::WaitUntil(const std::string& what, Seconds limit, const std::function<bool()>& done) {
  const auto deadline = steady_clock::now() + limit;
  while (true) {
    Pump();
    if (done()) {
      return;
    }
    if (steady_clock::now() > deadline) {
      throw std::runtime_error("waited in vain for: " + what);
    }
    std::this_thread::sleep_for(milliseconds(20));
  }
}

std::optional<Stage::Json> Stage::Last(const std::function<bool(const Json&)>& matches) const {
  for (auto event = events_.rbegin(); event != events_.rend(); ++event) {
    if (matches(*event)) {
      return *event;
    }
  }
  return std::nullopt;
}

std::string Stage::JobStatus(const std::string& job) const {
  const auto event = Last([&job](const Json& candidate) {
    return candidate["kind"] == "job" && candidate["data"].value("jobId", "") == job;
  });
  return event ? (*event)["data"].value("status", "") : "";
}

std::string Stage::RunningVersion() const {
  for (std::size_t i = events_.size(); i > powered_at_; --i) {
    const Json& event = events_[i - 1];
    if (event["kind"] == "telemetry") {
      return event["data"]["payload"].value("firmware", "");
    }
  }
  return "";
}

}  // namespace linnet::scenario
