// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// linnet board wifi-firmware: a file that the reference board's stand-in for a Wi-Fi chip takes.
#include <CLI/CLI.hpp>
#include <array>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "radio/patch.hpp"
#include "tools/linnet/commands.hpp"
#include "tools/linnet/image_support.hpp"
#include "tools/sign/sign.hpp"

namespace linnet::cli {
namespace {

struct Options {
  std::string output{};
  std::string version = "1.2.14.7";
  std::uint32_t content = 0;
};

// As long as the vendor's: about 84 KB.
constexpr std::array<std::size_t, hal::kRadioImageCount> kLengths = {30'000, 20'000, 25'000, 9'000};

/// The same version and content, the same bytes; else others.
std::vector<std::byte> MakeFirmware(std::uint32_t version, std::uint32_t content) {
  std::uint32_t noise = version + content * 2654435761U;
  std::array<std::vector<std::byte>, hal::kRadioImageCount> data;
  std::array<radio::ImageContent, hal::kRadioImageCount> images;
  for (std::size_t i = 0; i < data.size(); ++i) {
    data[i].resize(kLengths[i]);
    for (std::byte& byte : data[i]) {
      noise = noise * 1664525U + 1013904223U;
      byte = static_cast<std::byte>(noise >> 24);
    }
    images[i] = {static_cast<hal::RadioImage>(i), data[i]};
  }
  std::vector<std::byte> out(radio::kMaxPatchSize);
  out.resize(
      radio::WritePatch({.version = version, .features = radio::feature::kSystem}, images, out)
          .value()
          .size());
  return out;
}

void Make(const Options& options, const Context& context) {
  const Result<std::uint32_t> version = radio::ParseFirmwareVersion(options.version);
  if (!version.ok()) {
    throw Failure(
        "\"" + options.version +
        "\" is no firmware version: four numbers up to 255 are needed, such as 1.2.14.7.");
  }
  const std::vector<std::byte> firmware = MakeFirmware(*version, options.content);
  sign::WriteFile(options.output, firmware);
  context.out.Line("wrote " + options.output + ": version " + options.version + ", " +
                   HumanBytes(firmware.size()));
  context.out.Value(
      {{"path", options.output}, {"version", options.version}, {"size", firmware.size()}});
}

}  // namespace

void AddBoardFirmware(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand(
      "wifi-firmware", "Make Wi-Fi firmware for the board's stand-in for a radio");
  auto options = std::make_shared<Options>();
  command->add_option("-o,--output", options->output, "Where it goes")->required();
  command->add_option("--version", options->version,
                      "Family, major, minor and patch (default 1.2.14.7, which the image device "
                      "needs; device-second and device-mute need 1.2.14.8)");
  command->add_option("--content", options->content,
                      "Another number, other bytes of the same version (default 0)");
  command->footer(
      "A container as the vendor's, with noise where the chip's program would be: the stand-in\n"
      "checks all that the chip checks, and runs nothing.\n"
      "Example:\n"
      "  linnet board wifi-firmware -o nrf70.bin");
  command->callback([options, &context] { Explained([&] { Make(*options, context); }); });
}

}  // namespace linnet::cli
