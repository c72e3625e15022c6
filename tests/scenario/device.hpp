// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The devices that a stage can have: the emulated board, and the same application as a Linux
// process.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace linnet::scenario {

/// Everything that fails throws std::runtime_error with one sentence.
class Device {
 public:
  virtual ~Device() = default;

  /// Its name for `linnet board flash --board`.
  [[nodiscard]] virtual std::string board() const = 0;
  /// Where build `variant` of the application ("device", "device-second", "device-mute",
  /// "device-deaf") lies.
  [[nodiscard]] virtual std::filesystem::path Build(const std::string& variant) const = 0;
  /// Where build `name` of the second image ("second", "second-next") lies.
  [[nodiscard]] virtual std::filesystem::path SecondBuild(const std::string& name) const = 0;
  /// Further arguments that `linnet board flash` needs for it.
  [[nodiscard]] virtual std::vector<std::string> flash_options() const { return {}; }
  /// What `linnet board` calls FLASH.
  [[nodiscard]] virtual std::filesystem::path flash() const = 0;
  /// Bytes a second of a network on which a download takes long enough to be watched, and cut.
  [[nodiscard]] virtual unsigned download_rate() const = 0;

  virtual void PowerOn() = 0;
  /// At once, wherever it is. Nothing when it is off.
  virtual void CutPower() = 0;
  /// Pulls the network cable, or puts it in. Throws where there is none to pull.
  virtual void SetLink(bool up) = 0;
  /// It was switched on, and nobody has switched it off, and yet it is gone.
  [[nodiscard]] virtual bool EndedByItself() = 0;
  /// What the console has said since the last call.
  virtual std::string ReadConsole() = 0;
};

/// The board under QEMU; its flash lies in `directory`.
std::unique_ptr<Device> MakeEmulatedBoard(const std::filesystem::path& source_dir,
                                          const std::filesystem::path& directory);

/// The same with a radio instead of a cable: that of the twin in `directory`/twin.
std::unique_ptr<Device> MakeWifiBoard(const std::filesystem::path& source_dir,
                                      const std::filesystem::path& directory);

/// The process under the loader, started by `linnet board run`.
std::unique_ptr<Device> MakeLinuxDevice(const std::filesystem::path& source_dir,
                                        const std::filesystem::path& directory);

/// The same with a radio instead of the machine's network: that of the twin in `directory`/twin.
std::unique_ptr<Device> MakeWifiLinuxDevice(const std::filesystem::path& source_dir,
                                            const std::filesystem::path& directory);

}  // namespace linnet::scenario
