// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>

#include "tools/doctor/doctor.hpp"
#include "tools/layout/yaml.hpp"
#include "tools/linnet/commands.hpp"
#include "tools/linnet/findings.hpp"

namespace linnet::cli {
namespace {

void Run(const std::string& folder, const doctor::BuildOptions& options, const Context& context) {
  std::vector<layout::Finding> findings;
  try {
    findings = doctor::Diagnose(doctor::LoadBuild(folder, options));
  } catch (const layout::Error& error) {
    throw Failure(error.what());
  }
  PrintFindings(context, findings);
  if (layout::HasErrors(findings)) {
    throw Failure(folder + " has errors; see above");
  }
}

}  // namespace

void AddDoctorCommand(CLI::App& app, const Context& context) {
  CLI::App* command =
      app.add_subcommand("doctor", "Explain what is wrong with a build of the nRF Connect SDK");
  command->footer(
      "Examples:\n"
      "  linnet doctor build\n"
      "  linnet doctor build --conf prj.conf --conf overlay.conf --driver-version 1.2.14.1\n"
      "It reads only: configurations of sysbuild and images, partitions, signed files, packages.\n"
      "Worst first, each with its remedy. Exit code 1 when there is an error.");
  auto folder = std::make_shared<std::string>();
  auto options = std::make_shared<doctor::BuildOptions>();
  command->add_option("BUILD_DIR", *folder, "The build directory of west")->required();
  command->add_option("--conf", options->fragments,
                      "A file that asks for options, besides prj.conf and sysbuild.conf beside the "
                      "sources; may be given again");
  command->add_option("--chip", options->chip, "As in: linnet layout check (default: nrf5340)");
  command->add_option("--driver-version", options->driver_version,
                      "Firmware that the Wi-Fi driver wants, as 1.2.14.1 (default: from the SDK)");
  command->callback([folder, options, &context] { Run(*folder, *options, context); });
}

}  // namespace linnet::cli
