// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// On a development machine a broken invariant ends the process where a debugger sees it.
#include <cstdio>
#include <cstdlib>

#include "base/assert.hpp"

namespace linnet {

void AssertFailed(const char* file, int line) {
  std::fprintf(stderr, "assert failed: %s:%d\n", file, line);
  std::abort();
}

}  // namespace linnet
