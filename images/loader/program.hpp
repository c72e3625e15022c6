// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// An image's payload as a running process.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "base/result.hpp"
#include "hal/flash.hpp"
#include "hal/reset.hpp"
#include "image/header.hpp"

namespace linnet::loader {

struct Program {
  pid_t process = -1;
  int gate = -1;  ///< The loader's end; the caller closes it.
};

/// Copies the payload of the image at the start of `area` into memory and runs it, with
/// `directory`, the reset's cause and its end of the gate in the environment. It dies with the
/// loader. kDataLoss: the area cannot be read. kUnavailable: the system refuses; errno says why.
Result<Program> StartProgram(hal::Flash& area, const image::Header& header,
                             const std::string& directory, hal::ResetCause cause);

/// The reset's cause as the end of the process tells it (`status` is waitpid's), or nothing when
/// the device was switched off.
std::optional<hal::ResetCause> CauseOf(int status);

}  // namespace linnet::loader
