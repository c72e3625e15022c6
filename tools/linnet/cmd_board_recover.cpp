// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// linnet board recover: brings images onto a running board that has nothing to start.
#include <CLI/CLI.hpp>
#include <iomanip>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tools/board/emulator.hpp"
#include "tools/board/flash_file.hpp"
#include "tools/board/smp_client.hpp"
#include "tools/linnet/boards.hpp"
#include "tools/linnet/commands.hpp"

namespace linnet::cli {
namespace {

/// A board under an emulator that shares its machine may be slow; a lost line is asked for again.
constexpr std::chrono::seconds kPatience(20);

struct RecoverOptions {
  std::string flash;
  std::vector<std::string> files;
  bool list = false;
  bool stay = false;
};

std::string Digits(Bytes bytes) {
  std::ostringstream text;
  text << std::hex << std::setfill('0');
  for (const std::byte byte : bytes) {
    text << std::setw(2) << std::to_integer<int>(byte);
  }
  return text.str();
}

nlohmann::json List(board::SmpClient& client, const Context& context) {
  nlohmann::json images = nlohmann::json::array();
  for (const board::ListedImage& image : client.List()) {
    const std::string hash = Digits(image.hash);
    context.out.Line("image " + std::to_string(image.image) + "  version " + image.version + "  " +
                     hash);
    images.push_back({{"image", image.image}, {"version", image.version}, {"hash", hash}});
  }
  return images;
}

/// The application comes last: without it nothing of the release is started.
void Upload(board::SmpClient& client, const RecoverOptions& options, const Context& context) {
  for (std::size_t image = options.files.size(); image-- > 0;) {
    const std::string& file = options.files[image];
    const std::vector<std::byte> content = board::ReadWholeFile(file);
    std::size_t told = 0;
    client.Upload(static_cast<std::uint32_t>(image), content, [&](std::size_t done) {
      const std::size_t percent = done * 100 / content.size();
      if (percent / 25 > told / 25) {
        told = percent;
        context.out.Line(file + ": " + std::to_string(percent) + " %");
      }
    });
  }
}

void Recover(const RecoverOptions& options, const Context& context) {
  if (KindOf(options.flash, "an505") == BoardKind::kLinux) {
    throw Failure(options.flash + " is a Linux device: `linnet board flash` writes it");
  }
  if (!board::FindRunning(options.flash)) {
    throw Failure("no board runs on " + options.flash + ": start it with `linnet board run " +
                  options.flash + " --boot build/an505/images/boot/boot-recovery.elf`");
  }
  board::SmpClient client(board::SerialSocket(options.flash), kPatience);
  Upload(client, options, context);
  nlohmann::json images = nlohmann::json::array();
  if (options.list || options.files.empty()) {
    images = List(client, context);
  }
  if (!options.files.empty() && !options.stay) {
    client.Reset();
    context.out.Line("Uploaded; the board starts again.");
  }
  context.out.Value({{"flash", options.flash}, {"uploaded", options.files}, {"images", images}});
}

}  // namespace

void AddBoardRecover(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand(
      "recover", "Bring signed images onto a running board that has nothing to start");
  const auto options = std::make_shared<RecoverOptions>();
  command->add_option("FLASH", options->flash, "The board's flash file")->required();
  command
      ->add_option("FILE", options->files,
                   "The release's images in the order of their numbers, the application first; "
                   "none: only list what is there")
      ->check(CLI::ExistingFile)
      ->expected(0, 8);
  command->add_flag("--list", options->list, "Print what the execution areas hold afterwards");
  command->add_flag("--stay", options->stay, "Do not start the board again");
  command->footer(
      "The Secure image must be boot-recovery.elf. It is the protocol of mcumgr over a serial "
      "console.\n"
      "Examples:\n"
      "  linnet board run lamp.flash --boot build/an505/images/boot/boot-recovery.elf --detach\n"
      "  linnet board recover lamp.flash v1.img");
  command->callback([options, &context] { Recover(*options, context); });
}

}  // namespace linnet::cli
