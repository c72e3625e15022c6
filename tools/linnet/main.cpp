// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// `linnet`: sign and inspect images, run the board, drive the twin.
#include <CLI/CLI.hpp>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "tools/linnet/commands.hpp"

namespace {

constexpr int kExitFailure = 1;
constexpr int kExitUsage = 2;

constexpr const char* kFooter =
    "A first walk:\n"
    "  linnet twin up                      a local AWS IoT Core, in the foreground\n"
    "  linnet thing create lamp-1          register a thing in it\n"
    "  linnet thing factory lamp-1         give it a key and a certificate\n"
    "  linnet status                       what is there and who is connected\n"
    "\n"
    "Every command explains itself: linnet COMMAND --help";

std::string DefaultDir() {
  const char* dir = std::getenv("LINNET_DIR");
  return dir != nullptr ? dir : ".linnet";
}

/// Says what is wrong with the command line. Of a word where a command should stand, CLI11 would
/// only say that a command is missing.
int Refuse(const CLI::App& app, const CLI::ParseError& error) {
  const std::vector<std::string> rest = app.remaining(true);
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::RequiredError) && !rest.empty()) {
    std::cerr << "linnet: there is no command \"" << rest.front() << "\" here; see --help\n";
    return kExitUsage;
  }
  return app.exit(error) == 0 ? 0 : kExitUsage;
}

int Run(int argc, char** argv) {
  linnet::cli::Context context;
  context.twin_dir = DefaultDir();
  CLI::App app("Linnet: device software for AWS IoT products, and the tools around it.", "linnet");
  app.footer(kFooter);
  app.require_subcommand(1);
  app.fallthrough();
  app.add_flag_callback(
      "--json", [&context] { context.out.set_json(true); },
      "Print JSON, one value a line, for scripts");
  app.add_option("--dir", context.twin_dir,
                 "The twin's directory (default: $LINNET_DIR or .linnet)");
  linnet::cli::AddAllCommands(app, context);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return Refuse(app, error);
  } catch (const std::runtime_error& failure) {
    std::cerr << "linnet: " << failure.what() << std::endl;
    return kExitFailure;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return Run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "linnet: unexpected error: " << error.what() << std::endl;
    return kExitFailure;
  }
}
