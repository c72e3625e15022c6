// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The command groups of `linnet`. Each group lives in one cmd_<group>.cpp and adds its subcommands
// here.
//
// How a command is written:
//   - `app.add_subcommand("verb", "What it does, in one line")`, options with units in their help,
//     and `->footer("Examples: …")`, because --help is where people learn it.
//   - Its work stands in `->callback([options, &context] { … })`. It prints through `context.out`.
//   - It fails by throwing `Failure`: one clear sentence that says what, where and what to do.
//     main() prints it and ends with exit code 1. Wrong usage is found by the parser: exit code 2.
#pragma once

#include "tools/linnet/context.hpp"

namespace CLI {  // NOLINT: the name of the library
class App;
}

namespace linnet::cli {

void AddBoardCommands(CLI::App& app, Context& context);
/// Under `linnet board`.
void AddBoardRecover(CLI::App& group, Context& context);
void AddBoardFirmware(CLI::App& group, Context& context);
void AddTwinCommands(CLI::App& app, Context& context);
/// Under `linnet twin`.
void AddTwinFaultCommands(CLI::App& twin, Context& context);
void AddAirCommands(CLI::App& app, Context& context);
void AddThingCommands(CLI::App& app, Context& context);
void AddJobCommands(CLI::App& app, Context& context);
void AddStreamCommands(CLI::App& app, Context& context);
void AddShadowCommands(CLI::App& app, Context& context);
void AddTelemetryCommands(CLI::App& app, Context& context);
void AddStatusCommands(CLI::App& app, Context& context);
void AddImageCommands(CLI::App& app, const Context& context);
void AddDoctorCommand(CLI::App& app, const Context& context);
void AddLayoutCommands(CLI::App& app, const Context& context);
void AddKeysCommands(CLI::App& app, const Context& context);
void AddSignCommand(CLI::App& app, const Context& context);
void AddSizeCommand(CLI::App& app, const Context& context);
void AddPackageCommand(CLI::App& app, const Context& context);

/// Adds every group that this build has.
void AddProvisionCommand(CLI::App& app, const Context& context);

void AddAllCommands(CLI::App& app, Context& context);

}  // namespace linnet::cli
