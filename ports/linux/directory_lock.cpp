// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "ports/linux/directory_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace linnet::posix {

namespace {

constexpr int kTries = 200;
constexpr useconds_t kPause = 10'000;

}  // namespace

DirectoryLock::~DirectoryLock() {
  if (file_ >= 0) {
    close(file_);
  }
}

Status DirectoryLock::Take(const std::string& directory) {
  file_ = open(directory.c_str(), O_RDONLY | O_DIRECTORY);
  if (file_ < 0) {
    return Code::kUnavailable;
  }
  for (int i = 0; i < kTries; ++i) {
    if (flock(file_, LOCK_EX | LOCK_NB) == 0) {
      return OkStatus();
    }
    usleep(kPause);
  }
  return Code::kAlreadyExists;
}

}  // namespace linnet::posix
