// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A twin, a device and the command line, for the demo and for tests of the whole.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tests/scenario/device.hpp"
#include "tests/scenario/program.hpp"

namespace linnet::scenario {

/// Where the built programs are.
struct Programs {
  std::filesystem::path linnet;
  std::filesystem::path key;  ///< PEM of the key that boot was built with.
};

/// Throws std::runtime_error for what is not built yet.
Programs FindPrograms(const std::filesystem::path& source_dir);

/// Everything happens in one directory, which the caller removes. Whatever fails throws
/// std::runtime_error with one sentence; everything that was started ends with the object.
class Stage {
 public:
  static constexpr const char* kThing = "lamp-1";

  Stage(Programs programs, std::filesystem::path directory, std::unique_ptr<Device> device);
  ~Stage();
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  using Seconds = std::chrono::duration<double>;
  using Json = nlohmann::json;

  /// Called for each new event of the twin, and for each line of the device's console.
  std::function<void(const Json&)> on_event = [](const Json&) {};
  std::function<void(const std::string&)> on_console = [](const std::string&) {};

  void StartTwin();
  /// `linnet ARGUMENTS... --json`, as parsed JSON (null when it printed none).
  Json Linnet(const std::vector<std::string>& arguments) const;

  /// From now on Firmware() has other bytes of the same version: a device that had the one has not
  /// the other.
  void SetFirmwareContent(int content) { firmware_content_ = content; }
  /// A Wi-Fi firmware of version 1.2.14.`patch`, as big as the real one.
  [[nodiscard]] std::filesystem::path Firmware(int patch) const;
  /// The last byte of the version that the driver of that build needs.
  static int FirmwareOf(const std::string& variant) {
    return variant == "device" || variant == "device-wifi" ? 7 : 8;
  }
  /// Signs build `variant` ("device", "device-second", "device-mute", "device-deaf") as `version`.
  /// `more`: further arguments of `linnet sign`, also what names companions; without, the Wi-Fi
  /// firmware that the build needs is named.
  std::filesystem::path Sign(const std::string& variant, const std::string& version,
                             const std::vector<std::string>& more = {}) const;
  /// Signs build `build` ("second", "second-next") of the second image as `version`.
  [[nodiscard]] std::filesystem::path SignSecond(const std::string& build,
                                                 const std::string& version) const;
  /// A package of `image`, the Wi-Fi firmware 1.2.14.`patch`, and a second image if there is one.
  [[nodiscard]] std::filesystem::path Package(const std::filesystem::path& image, int patch,
                                              const std::filesystem::path& second = {}) const;
  /// The same without any check, as somebody's own script would: whatever `image` needs.
  [[nodiscard]] std::filesystem::path PackageUnchecked(const std::filesystem::path& image,
                                                       int patch) const;
  /// Signed and packed: everything that a device needs.
  [[nodiscard]] std::filesystem::path Release(const std::string& variant,
                                              const std::string& version) const;
  /// A new device with `image` as its application, the Wi-Fi firmware 1.2.14.`patch` (0: none) in
  /// its store, and the factory step done for kThing. `more`: further arguments of `linnet board
  /// flash`.
  void MakeBoard(const std::filesystem::path& image, int patch,
                 const std::vector<std::string>& more = {});
  /// As MakeBoard(), for a thing that there is already.
  void FlashBoard(const std::filesystem::path& image, int patch,
                  const std::vector<std::string>& more = {}) const;
  void PowerOn();
  void CutPower();
  void SetLink(bool up) { device_->SetLink(up); }
  /// One of the twin's faults; `value` and `times` as `linnet twin fault set` has them.
  void SetFault(const std::string& name, const std::string& value = "", int times = 0) const;
  /// All of them.
  void ClearFaults() const;
  [[nodiscard]] std::filesystem::path flash() const { return device_->flash(); }
  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }

  void OfferUpdate(const std::string& job, const std::filesystem::path& image) const;

  /// Passes on what is new.
  void Pump();
  /// Pumps until `done` says so. Throws, naming `what`, when that takes longer than `limit`.
  void WaitUntil(const std::string& what, Seconds limit, const std::function<bool()>& done);
  /// Until the console has said `text`, from its byte `from` on.
  void WaitForConsole(const std::string& text, std::size_t from, Seconds limit);
  /// Until `job` has `status`. Throws when it ends in another one.
  void WaitForJob(const std::string& job, const std::string& status, Seconds limit);
  /// Until `job` has ended. Returns its status.
  std::string WaitForEnd(const std::string& job, Seconds limit);
  /// Until telemetry of this start of the device comes from `version`.
  void WaitForVersion(const std::string& version, Seconds limit);
  /// Until the shadow reports this telemetry interval.
  void WaitForReportedInterval(int seconds, Seconds limit);

  /// The newest event of the twin for which `matches` holds, of all so far.
  [[nodiscard]] std::optional<Json> Last(const std::function<bool(const Json&)>& matches) const;
  /// The status of kThing's execution of `job`: "", "QUEUED", "IN_PROGRESS", "SUCCEEDED" ...
  [[nodiscard]] std::string JobStatus(const std::string& job) const;
  /// What the device last said of it in statusDetails under `key`, or "".
  [[nodiscard]] std::string JobDetail(const std::string& job, const std::string& key) const;
  /// The version that kThing last reported in telemetry on this start of the device.
  [[nodiscard]] std::string RunningVersion() const;
  /// What kThing's shadow reported last at `path`, a JSON pointer ("/firmware/second"); null:
  /// never, or nothing.
  [[nodiscard]] Json Reported(const std::string& path) const;
  /// Console text of all starts so far.
  [[nodiscard]] const std::string& console() const { return console_; }

 private:
  void ReadEvents();
  void ReadConsole();

  Programs programs_;
  std::filesystem::path directory_;
  std::unique_ptr<BackgroundProgram> twin_;
  std::unique_ptr<Device> device_;
  std::ifstream events_file_;
  std::string event_line_;
  std::vector<Json> events_;
  std::size_t powered_at_ = 0;  ///< Events that there were when the device was last powered on.
  std::string console_;
  std::string console_line_;
  int firmware_content_ = 0;
};

}  // namespace linnet::scenario
