// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/linnet/commands.hpp"

namespace linnet::cli {

void AddAllCommands(CLI::App& app, Context& context) {
  AddBoardCommands(app, context);
  AddTwinCommands(app, context);
  AddAirCommands(app, context);
  AddThingCommands(app, context);
  AddJobCommands(app, context);
  AddStreamCommands(app, context);
  AddShadowCommands(app, context);
  AddTelemetryCommands(app, context);
  AddStatusCommands(app, context);
  AddKeysCommands(app, context);
  AddSignCommand(app, context);
  AddSizeCommand(app, context);
  AddImageCommands(app, context);
  AddLayoutCommands(app, context);
  AddDoctorCommand(app, context);
  AddPackageCommand(app, context);
  AddProvisionCommand(app, context);
}

}  // namespace linnet::cli
