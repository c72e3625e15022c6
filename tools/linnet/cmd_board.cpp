// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// linnet board flash|run|cut|console|link|press; recover has its own file
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstring>
#include <fstream>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "ports/linux/directory_lock.hpp"
#include "ports/linux/file_button.hpp"
#include "tools/board/emulator.hpp"
#include "tools/board/flash_file.hpp"
#include "tools/board/monitor.hpp"
#include "tools/linnet/api_client.hpp"
#include "tools/linnet/boards.hpp"
#include "tools/linnet/commands.hpp"
#include "tools/linnet/factory.hpp"
#include "tools/linnet/image_support.hpp"

namespace linnet::cli {
namespace {

std::string Counted(std::size_t count, std::string_view what) {
  return std::to_string(count) + " " + std::string(what) + (count == 1 ? "" : "s");
}

constexpr std::chrono::milliseconds kPoll(100);

std::shared_ptr<std::string> FlashOption(CLI::App& command) {
  auto flash = std::make_shared<std::string>();
  command.add_option("FLASH", *flash, "The board's flash: a file (an505), or a directory (linux)")
      ->required();
  return flash;
}

struct FlashOptions {
  std::string board = "an505";
  std::string app;
  std::vector<std::string> boot_images;
  std::vector<std::string> companions;
  std::string thing;
  std::string factory;
  std::string address;
  std::vector<std::string> settings;
  std::vector<std::string> networks;  ///< Name and passphrase in turn.
};

// The thing's factory files, made now when they are not there yet.
std::filesystem::path FactoryOf(const FlashOptions& options, const Context& context) {
  if (!options.factory.empty()) {
    return options.factory;
  }
  std::filesystem::path directory =
      std::filesystem::path(context.twin_dir) / "things" / options.thing;
  if (!std::filesystem::exists(directory / "factory.json")) {
    static_cast<void>(MakeFactoryFiles(ApiClient(context.twin_dir), context.twin_dir, options.thing,
                                       "", directory));
  }
  return directory;
}

void Flash(const std::string& flash, const FlashOptions& options, const Context& context) {
  const BoardKind kind = KindOf(flash, options.board);
  if (kind == BoardKind::kAn505) {
    if (const auto pid = board::FindRunning(flash)) {
      throw Failure("the board is running (process " + std::to_string(*pid) +
                    "): switch it off with `linnet board cut " + flash +
                    "` before you write its flash");
    }
  }
  EnsureFlash(kind, flash);
  posix::DirectoryLock lock;
  if (kind == BoardKind::kLinux && !lock.Take(flash).ok()) {
    throw Failure("the device in " + flash + " is running: stop it with Ctrl-C where it runs");
  }
  nlohmann::json done = {{"flash", flash}};
  if (!options.app.empty()) {
    PlaceImage(kind, flash, 0, board::ReadWholeFile(options.app));
    context.out.Line("Wrote the application " + options.app + " into " + flash + ".");
    done["app"] = options.app;
  }
  for (const std::string& text : options.boot_images) {
    const package::PartFile image = package::ReadBootImage(text);
    PlaceImage(kind, flash, image.index, image.bytes);
    context.out.Line("Wrote image " + std::to_string(image.index) + ", " + image.name + ", into " +
                     flash + ".");
    done["with"].push_back(text);
  }
  for (const std::string& text : options.companions) {
    PlaceCompanion(kind, flash, package::ReadCompanion(text));
    done["companions"].push_back(text);
  }
  if (!options.companions.empty()) {
    context.out.Line("Wrote " + Counted(options.companions.size(), "companion image") +
                     " into the release store of " + flash + ".");
  }
  if (!options.thing.empty() || !options.factory.empty()) {
    const std::filesystem::path factory = FactoryOf(options, context);
    ProvisionBoard(kind, flash, factory, options.address);
    context.out.Line("Wrote the identity of " + factory.string() + " into " + flash + ".");
    done["factory"] = factory.string();
  }
  if (!options.settings.empty()) {
    SetEntries(kind, flash, options.settings);
    context.out.Line("Wrote " + Counted(options.settings.size(), "setting") + " into " + flash +
                     ".");
    done["settings"] = options.settings;
  }
  if (!options.networks.empty()) {
    WriteNetworks(kind, flash, options.networks);
    context.out.Line("Wrote " + std::to_string(options.networks.size() / 2) +
                     " Wi-Fi networks into " + flash + "; the device seals them when it starts.");
    done["networks"] = options.networks.size() / 2;
  }
  context.out.Value(done);
}

void AddFlash(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand(
      "flash", "Write a board that is switched off; makes a new one if needed");
  const auto flash = FlashOption(*command);
  const auto options = std::make_shared<FlashOptions>();
  command->add_option("--board", options->board, "Which board a new flash is for")
      ->check(CLI::IsMember({"an505", "linux"}))
      ->capture_default_str();
  command->add_option("--app", options->app, "A signed image for the execution area")
      ->check(CLI::ExistingFile);
  command->add_option("--with", options->boot_images,
                      "INDEX:FILE, a signed boot image for the execution area of that index, as "
                      "given to sign; may be given again");
  command->add_option(
      "--needs", options->companions,
      "KIND:FILE, a companion for the release store, as given to sign; may be given "
      "again");
  command->add_option("--thing", options->thing, "Make it this thing: key, certificate, endpoint");
  command
      ->add_option("--factory", options->factory, "A directory that `linnet thing factory` wrote")
      ->check(CLI::ExistingDirectory);
  command->add_option(
      "--address", options->address,
      "Where the board finds the twin (default: this machine; from behind the twin's "
      "air it is 10.0.2.2, which only a Linux device has to be told)");
  command->add_option("--set", options->settings,
                      "A setting as NAME=VALUE; may be given several times");
  command
      ->add_option("--wifi", options->networks,
                   "Name and passphrase of a network that it knows, \"\" for an open one; may be "
                   "given several times, the preferred one first")
      ->type_size(2)
      ->expected(1, 4)
      ->type_name("NAME PASSPHRASE");
  command->footer(
      "Examples:\n"
      "  linnet board flash lamp.flash --wifi home 'a good passphrase'\n"
      "  linnet board flash lamp.flash --set telemetry.interval_s=5 --set log.level=3\n"
      "  linnet board flash lamp.flash --app device-1.bin --thing lamp-1\n"
      "  linnet board flash lamp.flash --app device-1.bin --needs wifi:nrf70.bin\n"
      "  linnet board flash lamp.flash --app device-1.bin --with 1:second-1.bin\n"
      "  linnet board flash lamp.dir --board linux --app device-1.bin --thing lamp-2\n"
      "  linnet board flash air.dir --board linux --address 10.0.2.2 --app w1.img --thing lamp-4");
  command->callback(
      [flash, options, &context] { Explained([&] { Flash(*flash, *options, context); }); });
}

struct RunSettings {
  board::RunOptions options;
  std::string boot = "build/an505/images/boot/boot.elf";
  std::string loader;
  bool unplugged = false;
  bool detach = false;
};

// The loader is built beside this program.
std::string LoaderBesideUs() {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  return (self.parent_path() / "linnet_loader").string();
}

[[noreturn]] void BecomeLoader(const RunSettings& settings, const std::string& directory) {
  if (settings.unplugged || settings.detach || !settings.options.console_file.empty()) {
    throw Failure(
        directory +
        " is a Linux device: it has this machine's network or a radio's, and runs in the " +
        "foreground with its console on standard output");
  }
  std::string loader = settings.loader.empty() ? LoaderBesideUs() : settings.loader;
  std::string device = directory;
  std::string option = "--radio";
  std::string radio = settings.options.radio.string();
  std::vector<char*> arguments{loader.data(), device.data()};
  if (!radio.empty()) {
    arguments.insert(arguments.end(), {option.data(), radio.data()});
  }
  arguments.push_back(nullptr);
  ::execvp(loader.c_str(), arguments.data());
  throw Failure("cannot start the loader " + loader + ": " + std::strerror(errno) +
                "; name it with --loader");
}

void Run(const std::string& flash, RunSettings& settings, const Context& context) {
  if (KindOf(flash, "an505") == BoardKind::kLinux) {
    BecomeLoader(settings, flash);
  }
  settings.options.flash_file = flash;
  settings.options.boot_elf = settings.boot;
  settings.options.network = !settings.unplugged && settings.options.radio.empty();
  board::Emulator emulator(settings.options, settings.detach);
  context.out.Value(
      {{"pid", emulator.pid()}, {"console", board::ConsoleFile(settings.options).string()}});
  if (settings.detach) {
    context.out.Line("The board runs, process " + std::to_string(emulator.pid()) +
                     "; its console is " + board::ConsoleFile(settings.options).string());
    return;
  }
  while (emulator.Running()) {
    std::cout << emulator.ReadConsole(kPoll) << std::flush;
  }
  std::cout << emulator.ReadConsole(std::chrono::milliseconds(0)) << std::flush;
}

void AddRun(CLI::App& group, Context& context) {
  CLI::App* command =
      group.add_subcommand("run", "Switch a board on and show its console until Ctrl-C");
  const auto flash = FlashOption(*command);
  const auto settings = std::make_shared<RunSettings>();
  command->add_option("--boot", settings->boot, "The Secure boot image (an505)")
      ->capture_default_str();
  command->add_option("--console", settings->options.console_file,
                      "Append the console here (default: FLASH.console)");
  command->add_flag("--detach", settings->detach, "Leave it running and come back at once");
  command->add_flag("--unplugged", settings->unplugged, "Without network");
  command->add_option("--radio", settings->options.radio,
                      "A radio's socket, as DIR/air/radio.sock of a twin: the board has Wi-Fi "
                      "instead of a cable, or of this machine's network");
  command->add_option("--loader", settings->loader,
                      "The program that plays boot (linux; default: linnet_loader beside linnet)");
  command->footer(
      "Examples:\n"
      "  linnet board run lamp.flash\n"
      "  linnet board run lamp.flash --boot build/an505/images/boot/boot.elf --detach\n"
      "  linnet board console lamp.flash -f\n"
      "  linnet board cut lamp.flash");
  command->callback([flash, settings, &context] { Run(*flash, *settings, context); });
}

// The loader has no console file and no pid file: it belongs to whoever started it.
void RequireEmulated(const std::string& flash, const char* instead) {
  if (KindOf(flash, "an505") == BoardKind::kLinux) {
    throw Failure(flash + " is a Linux device: " + instead);
  }
}

void AddCut(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand("cut", "Cut a board's power, wherever it is");
  const auto flash = FlashOption(*command);
  command->footer("Example:\n  linnet board cut lamp.flash");
  command->callback([flash, &context] {
    RequireEmulated(*flash, "stop it with Ctrl-C where it runs");
    board::CutRunning(*flash);
    context.out.Line("Cut the power of " + *flash + ".");
    context.out.Value({{"flash", *flash}, {"cut", true}});
  });
}

void Follow(std::istream& file, const std::string& flash) {
  for (;;) {
    std::cout << file.rdbuf() << std::flush;
    std::cout.clear();
    file.clear();
    if (!board::FindRunning(flash)) {
      std::cout << file.rdbuf() << std::flush;
      return;
    }
    std::this_thread::sleep_for(kPoll);
  }
}

void AddLink(CLI::App& group, const Context& context) {
  CLI::App* command =
      group.add_subcommand("link", "Pull a running board's network cable, or put it in");
  const auto flash = FlashOption(*command);
  const auto state = std::make_shared<std::string>();
  command->add_option("STATE", *state, "off or on")
      ->required()
      ->check(CLI::IsMember({"off", "on"}));
  command->footer("Example:\n  linnet board link lamp.flash off");
  command->callback([flash, state, &context] {
    RequireEmulated(*flash, "a process has no cable");
    board::SetLink(*flash, *state == "on");
    context.out.Line("The cable of " + *flash + " is " + (*state == "on" ? "in." : "out."));
    context.out.Value({{"link", *state == "on"}});
  });
}

// The button is a file in a Linux device's directory.
void HoldFile(const std::filesystem::path& file, std::chrono::milliseconds hold) {
  if (!std::ofstream(file)) {
    throw Failure("cannot write " + file.string() + ": " + std::strerror(errno));
  }
  std::this_thread::sleep_for(hold);
  std::filesystem::remove(file);
}

void AddPress(CLI::App& group, const Context& context) {
  CLI::App* command = group.add_subcommand("press", "Press a running board's button");
  const auto flash = FlashOption(*command);
  const auto seconds = std::make_shared<double>(6);
  command
      ->add_option("--seconds", *seconds,
                   "How long it is held; a device with Wi-Fi that is "
                   "held for 5 opens a network of its own")
      ->check(CLI::Range(0.0, 3600.0))
      ->capture_default_str();
  command->footer("Example:\n  linnet board press lamp.flash");
  command->callback([flash, seconds, &context] {
    Explained([&] {
      const std::chrono::milliseconds hold(static_cast<std::int64_t>(*seconds * 1000));
      if (KindOf(*flash, "an505") == BoardKind::kLinux) {
        HoldFile(std::filesystem::path(*flash) / posix::kButtonFile, hold);
      } else {
        board::PressButton(*flash, hold);
      }
    });
    context.out.Line("The button of " + *flash + " was pressed.");
    context.out.Value({{"flash", *flash}, {"pressed", *seconds}});
  });
}

void AddConsole(CLI::App& group) {
  CLI::App* command = group.add_subcommand("console", "Print what a board said");
  const auto flash = FlashOption(*command);
  const auto follow = std::make_shared<bool>(false);
  command->add_flag("-f,--follow", *follow, "Go on until the board is switched off");
  command->callback([flash, follow] {
    RequireEmulated(*flash, "its console is the terminal where it runs");
    board::RunOptions options;
    options.flash_file = *flash;
    std::ifstream file(board::ConsoleFile(options), std::ios::binary);
    if (!file) {
      throw Failure("there is no console of " + *flash +
                    ": start the board with `linnet board run " + *flash + "`");
    }
    if (*follow) {
      Follow(file, *flash);
    } else {
      std::cout << file.rdbuf() << std::flush;
    }
  });
}

}  // namespace

void AddBoardCommands(CLI::App& app, Context& context) {
  CLI::App* group = app.add_subcommand("board", "Write, run and switch off the emulated board");
  group->require_subcommand(1);
  AddFlash(*group, context);
  AddRun(*group, context);
  AddCut(*group, context);
  AddConsole(*group);
  AddLink(*group, context);
  AddPress(*group, context);
  AddBoardRecover(*group, context);
  AddBoardFirmware(*group, context);
}

}  // namespace linnet::cli
