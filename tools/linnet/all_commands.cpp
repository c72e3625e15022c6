// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/linnet/commands.hpp"

namespace linnet::cli {

void AddAllCommands(CLI::App& app, Context& context) {
  static_cast<void>(app);
  static_cast<void>(context);
}

}  // namespace linnet::cli
