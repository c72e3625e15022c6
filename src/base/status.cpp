// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "base/status.hpp"

#include <algorithm>
#include <cstddef>

#include "base/view.hpp"

namespace linnet {

// One text with the names one behind the other: a table of views would take as much again.
StringView ToString(Code code) {
  static constexpr StringView kNames =
      "Ok Pending InvalidArgument OutOfRange NotFound AlreadyExists ResourceExhausted TooLarge "
      "FailedPrecondition PermissionDenied Unauthenticated Malformed Unsupported Mismatch DataLoss "
      "Unavailable Closed DeadlineExceeded Cancelled Internal ";
  static_assert(std::ranges::count(kNames, ' ') == static_cast<int>(Code::kInternal) + 1);
  const char* name = kNames.data();
  const char* end = name;
  for (auto left = static_cast<unsigned>(code) + 1; left > 0; ++end) {
    if (end == kNames.data() + kNames.size()) {
      return "Unknown";
    }
    if (*end == ' ' && --left > 0) {
      name = end + 1;
    }
  }
  return {name, static_cast<std::size_t>(end - name - 1)};
}

}  // namespace linnet
