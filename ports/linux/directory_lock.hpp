// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Who may write a device directory.
#pragma once

#include <string>

#include "base/status.hpp"

namespace linnet::posix {

/// Held by the loader and by the application that it started, or by a tool that writes the flash
/// files. A process that is started while the lock is held inherits it: the lock is free when the
/// last of them is gone, however it ended.
class DirectoryLock {
 public:
  DirectoryLock() = default;
  ~DirectoryLock();
  DirectoryLock(const DirectoryLock&) = delete;
  DirectoryLock& operator=(const DirectoryLock&) = delete;

  /// Waits up to two seconds, because a killed device takes a moment to die. Once.
  /// kAlreadyExists: somebody else holds it. kUnavailable: no such directory; errno says why.
  Status Take(const std::string& directory);

 private:
  int file_ = -1;
};

}  // namespace linnet::posix
