// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What the Secure image does when there is nothing that it could start. Chosen at link time:
// wait.cpp waits, recover.cpp takes images over the serial console.
#pragma once

#include "base/bytes.hpp"
#include "base/view.hpp"
#include "hal/flash.hpp"
#include "release/record.hpp"
#include "release/verifier.hpp"

namespace linnet {

struct Recoverable {
  release::Verifier* verifier = nullptr;
  const release::Record* record = nullptr;
  Span<hal::Flash* const> areas;  ///< Of each image of a release, the application's first.
  MutableBytes scratch;           ///< As large as boot's, and free by now.
};

[[noreturn]] void NothingToRun(const Recoverable& device);

}  // namespace linnet
