// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/scenario/stage.hpp"

#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "base/bytes.hpp"
#include "image/manifest.hpp"
#include "image/verify.hpp"
#include "package/writer.hpp"
#include "radio/patch.hpp"

namespace linnet::scenario {

using nlohmann::literals::operator""_json_pointer;

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

std::vector<std::byte> ReadBytes(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return {AsBytes(text).begin(), AsBytes(text).end()};
}

void RequireOk(Status status) {
  if (!status.ok()) {
    throw std::runtime_error("a package could not be made");
  }
}

}  // namespace

Programs FindPrograms(const fs::path& source_dir) {
  Programs programs{.linnet = FromEnvironment("LINNET_TOOL", source_dir / "build/host/bin/linnet"),
                    .key = source_dir / "tests/keys/TEST-ONLY-release.pem"};
  RequireFile(programs.linnet, "the command line");
  return programs;
}

Stage::Stage(Programs programs, fs::path directory, std::unique_ptr<Device> device)
    : programs_(std::move(programs)), directory_(std::move(directory)), device_(std::move(device)) {
  fs::create_directories(directory_);
}

Stage::~Stage() = default;

void Stage::StartTwin() {
  const fs::path events = directory_ / "events.jsonl";
  std::ofstream(events, std::ios::app).close();
  twin_ = std::make_unique<BackgroundProgram>(
      std::vector<std::string>{programs_.linnet, "--dir", directory_ / "twin", "twin", "up",
                               "--events", events, "--https-rate",
                               std::to_string(device_->download_rate())},
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

fs::path Stage::Sign(const std::string& variant, const std::string& version,
                     const std::vector<std::string>& more) const {
  fs::path image = directory_ / (variant + "-" + version + ".img");
  std::vector<std::string> arguments = {
      "sign",  device_->Build(variant), "-o", image, "--key", programs_.key, "--version",
      version, "--header-size",         "512"};
  if (more.empty()) {
    arguments.insert(arguments.end(),
                     {"--needs", "wifi:" + Firmware(FirmwareOf(variant)).string()});
  }
  arguments.insert(arguments.end(), more.begin(), more.end());
  static_cast<void>(Linnet(arguments));
  return image;
}

fs::path Stage::Firmware(int patch) const {
  const std::string content = std::to_string(firmware_content_);
  fs::path path = directory_ / ("nrf70-1.2.14." + std::to_string(patch) + "-" + content + ".bin");
  static_cast<void>(Linnet({"board", "wifi-firmware", "-o", path, "--version",
                            "1.2.14." + std::to_string(patch), "--content", content}));
  return path;
}

fs::path Stage::SignSecond(const std::string& build, const std::string& version) const {
  fs::path image = directory_ / (build + "-" + version + ".img");
  static_cast<void>(Linnet({"sign", device_->SecondBuild(build), "-o", image, "--key",
                            programs_.key, "--version", version, "--header-size", "512"}));
  return image;
}

fs::path Stage::Package(const fs::path& image, int patch, const fs::path& second) const {
  fs::path package = image;
  package.replace_extension(".pkg");
  std::vector<std::string> arguments = {"package",   image,
                                        "-o",        package,
                                        "--product", "lamp",
                                        "--board",   device_->board(),
                                        "--needs",   "wifi:" + Firmware(patch).string()};
  if (!second.empty()) {
    arguments.insert(arguments.end(), {"--with", "1:" + second.string()});
  }
  static_cast<void>(Linnet(arguments));
  return package;
}

fs::path Stage::PackageUnchecked(const fs::path& image, int patch) const {
  const std::vector<std::byte> application = ReadBytes(image);
  const std::vector<std::byte> firmware = ReadBytes(Firmware(patch));
  image::MemorySource source(application);
  const image::Info info = image::Inspect(source).value();
  const auto size_of = [](const auto& bytes) { return static_cast<std::uint32_t>(bytes.size()); };
  std::array<package::Entry, 2> entries = {
      {{.kind = release::PartKind::kApplication,
        .stored_length = size_of(application),
        .length = size_of(application),
        .version = info.header.version,
        .digest = info.digest,
        .stored_digest = crypto::Hash(application)},
       {.kind = release::PartKind::kCompanion,
        .index = image::companion::kWifiFirmware,
        .stored_length = size_of(firmware),
        .length = size_of(firmware),
        .version = radio::ManifestVersion(0x01020E00U | static_cast<unsigned>(patch)),
        .digest = crypto::Hash(firmware),
        .stored_digest = crypto::Hash(firmware)}}};
  const std::string board = device_->board();
  package::Summary summary{.product = "lamp",
                           .board = board,
                           .version = info.header.version,
                           .release = info.digest,
                           .alignment = 4096};
  RequireOk(package::PlaceEntries(summary, entries));
  std::vector<std::byte> file(summary.file_size);
  RequireOk(package::WriteHead(summary, entries, file).status());
  CopyBytes(application, MutableBytes(file).subspan(entries[0].offset));
  CopyBytes(firmware, MutableBytes(file).subspan(entries[1].offset));
  fs::path package = image;
  package.replace_extension(".pkg");
  std::ofstream(package, std::ios::binary) << AsText(file);
  return package;
}

fs::path Stage::Release(const std::string& variant, const std::string& version) const {
  return Package(Sign(variant, version), FirmwareOf(variant));
}

void Stage::MakeBoard(const fs::path& image, int patch, const std::vector<std::string>& more) {
  static_cast<void>(Linnet({"thing", "create", kThing}));
  FlashBoard(image, patch, more);
}

void Stage::FlashBoard(const fs::path& image, int patch,
                       const std::vector<std::string>& more) const {
  std::vector<std::string> arguments = {"board",
                                        "flash",
                                        flash(),
                                        "--board",
                                        device_->board(),
                                        "--app",
                                        image,
                                        "--thing",
                                        kThing,
                                        "--set",
                                        "update.trial_deadline_s=20",
                                        "--set",
                                        "telemetry.interval_s=5"};
  if (patch != 0) {
    arguments.insert(arguments.end(), {"--needs", "wifi:" + Firmware(patch).string()});
  }
  for (const std::vector<std::string>& options : {device_->flash_options(), more}) {
    arguments.insert(arguments.end(), options.begin(), options.end());
  }
  static_cast<void>(Linnet(arguments));
}

void Stage::PowerOn() {
  powered_at_ = events_.size();
  device_->PowerOn();
}

void Stage::CutPower() {
  device_->CutPower();
  ReadConsole();
}

void Stage::SetFault(const std::string& name, const std::string& value, int times) const {
  std::vector<std::string> arguments = {"twin", "fault", "set", name};
  if (!value.empty()) {
    arguments.push_back(value);
  }
  arguments.insert(arguments.end(), {"--times", std::to_string(times)});
  static_cast<void>(Linnet(arguments));
}

void Stage::ClearFaults() const {
  static_cast<void>(Linnet({"twin", "fault", "clear"}));
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
  const std::string text = device_->ReadConsole();
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
  if (device_->EndedByItself()) {
    throw std::runtime_error("the device has ended by itself; see its console");
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

void Stage::WaitForConsole(const std::string& text, std::size_t from, Seconds limit) {
  WaitUntil("the console to say '" + text + "'", limit,
            [&] { return console_.find(text, from) != std::string::npos; });
}

void Stage::WaitForJob(const std::string& job, const std::string& status, Seconds limit) {
  WaitUntil("job " + job + " " + status, limit, [this, &job, &status] {
    const std::string now = JobStatus(job);
    if (now != status && now != "" && now != "QUEUED" && now != "IN_PROGRESS") {
      throw std::runtime_error("job " + job + " ended as " + now + " instead of " + status);
    }
    return now == status;
  });
}

std::string Stage::WaitForEnd(const std::string& job, Seconds limit) {
  std::string status;
  WaitUntil("the end of " + job, limit, [&] {
    status = JobStatus(job);
    return status != "" && status != "QUEUED" && status != "IN_PROGRESS";
  });
  return status;
}

void Stage::WaitForVersion(const std::string& version, Seconds limit) {
  WaitUntil("telemetry from version " + version, limit,
            [this, &version] { return RunningVersion() == version; });
}

void Stage::WaitForReportedInterval(int seconds, Seconds limit) {
  WaitUntil("the device to report the new interval", limit, [this, seconds] {
    return Last([seconds](const Json& event) {
             if (event["kind"] != "shadow" || !event["data"].contains("accepted")) {
               return false;
             }
             const Json reported =
                 event["data"]["accepted"]["state"].value("reported", Json::object());
             return reported.is_object() && reported.contains("telemetry") &&
                    reported["telemetry"].value("interval_s", 0) == seconds;
           })
        .has_value();
  });
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

std::string Stage::JobDetail(const std::string& job, const std::string& key) const {
  const auto event = Last([&job](const Json& candidate) {
    return candidate["kind"] == "job" && candidate["data"].value("jobId", "") == job;
  });
  return event ? (*event)["data"].value("statusDetails", Json::object()).value(key, "") : "";
}

Stage::Json Stage::Reported(const std::string& path) const {
  const Json::json_pointer pointer("/accepted/state/reported" + path);
  const auto event = Last([&pointer](const Json& candidate) {
    return candidate["kind"] == "shadow" && candidate["data"].contains(pointer);
  });
  return event ? (*event)["data"].at(pointer) : Json();
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
