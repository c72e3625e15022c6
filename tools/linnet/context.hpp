// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What every command of `linnet` gets: the global options and the way to print.
#pragma once

#include <stdexcept>
#include <string>

#include "tools/linnet/output.hpp"

namespace linnet::cli {

/// A command could not do what it was asked for. The text is one sentence for a person: what went
/// wrong, where, and what to do. It ends without a full stop only if it ends with a path or a name.
class Failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Context {
  /// Prints for a person, or JSON for a script after `--json`.
  Output out;
  /// The twin's directory: `--dir`, else $LINNET_DIR, else `.linnet` in the working directory.
  std::string twin_dir;
};

}  // namespace linnet::cli
