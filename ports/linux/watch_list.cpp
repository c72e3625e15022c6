// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "ports/linux/watch_list.hpp"

#include <algorithm>
#include <limits>

namespace linnet::posix {

Status WatchList::Add(int file) {
  if (count_ == kMaxFiles) {
    return Code::kResourceExhausted;
  }
  files_[count_++] = {.fd = file, .events = POLLIN, .revents = 0};
  return OkStatus();
}

void WatchList::Remove(int file) {
  const auto all = files();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [file](const pollfd& entry) { return entry.fd == file; });
  if (found != all.end()) {
    *found = all.back();
    --count_;
  }
}

void WatchList::WantWrite(int file, bool want) {
  for (pollfd& entry : files()) {
    if (entry.fd == file) {
      entry.events = want ? POLLIN | POLLOUT : POLLIN;
    }
  }
}

void PollIdle::WaitUntil(Instant deadline) {
  const Instant now = clock_.Now();
  if (deadline <= now) {
    return;
  }
  constexpr std::int64_t kForever = -1;
  const std::int64_t wait = deadline == kNever ? kForever : (deadline - now).count();
  const auto bounded =
      static_cast<int>(std::min<std::int64_t>(wait, std::numeric_limits<int>::max()));
  const auto files = watched_.files();
  poll(files.data(), files.size(), bounded);
}

}  // namespace linnet::posix
